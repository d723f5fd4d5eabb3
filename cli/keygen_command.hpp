#pragma once

#include "command_line.hpp"

namespace authjwt::cli {

/// `keygen`: a new key, into a file that its owner alone may read.
[[nodiscard]] Action declare_keygen(Options& options);

}  // namespace authjwt::cli
