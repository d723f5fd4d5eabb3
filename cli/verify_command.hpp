#pragma once

#include "command_line.hpp"

namespace authjwt::cli {

/// `verify`: whether a token is good, and what it says.
[[nodiscard]] Action declare_verify(Options& options);

}  // namespace authjwt::cli
