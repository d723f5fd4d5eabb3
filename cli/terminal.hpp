#pragma once

#include <authjwt/base/json.hpp>

#include <string>
#include <string_view>

namespace authjwt::cli {

/// `text` with everything that could steer a terminal or deceive its reader as `\uXXXX`: control characters but the
/// line end (C0, DEL, C1), bidirectional overrides, invisible format characters, line and
/// paragraph separators, bytes that are not UTF-8. For a JSON text this is another spelling of the same JSON.
[[nodiscard]] std::string terminal_safe(std::string_view text);

/// The JSON text of `value` with one member or item a line, as `terminal_safe` leaves it.
/// Precondition: `value` came from `json::read`.
[[nodiscard]] std::string indented(json::value const& value);

}  // namespace authjwt::cli
