#pragma once

#include "command_line.hpp"

namespace authjwt::cli {

/// `inspect`: header and claims of a token, marked as unverified.
[[nodiscard]] Action declare_inspect(Options& options);

}  // namespace authjwt::cli
