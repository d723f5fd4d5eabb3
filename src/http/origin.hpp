#pragma once

#include <string_view>

namespace authjwt::http {

/// Whether `text` is an origin as browsers write it in `Origin` (RFC 6454 6.2): scheme and host in small letters, and
/// the port unless it is the scheme's own. Anything else would never equal what is sent; `null` and `*` are none.
[[nodiscard]] bool is_origin(std::string_view text) noexcept;

}  // namespace authjwt::http
