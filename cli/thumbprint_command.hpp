#pragma once

#include "command_line.hpp"

namespace authjwt::cli {

/// `thumbprint`: the RFC 7638 thumbprints of some keys.
[[nodiscard]] Action declare_thumbprint(Options& options);

}  // namespace authjwt::cli
