#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace authjwt {

/// `text` for a log or a terminal: printable ASCII, everything else as `?`, cut after `shown` characters. What comes
/// from a configuration or a request must neither forge a line nor steer the terminal that shows it.
[[nodiscard]] std::string printable(std::string_view text, std::size_t shown = 80);

}  // namespace authjwt
