#pragma once

#include "command_line.hpp"

namespace authjwt::cli {

/// `sign`: a token of the given claims.
[[nodiscard]] Action declare_sign(Options& options);

}  // namespace authjwt::cli
