#pragma once

#include "command_line.hpp"

namespace authjwt::cli {

/// `jwks`: the public set of some keys.
[[nodiscard]] Action declare_jwks(Options& options);

}  // namespace authjwt::cli
