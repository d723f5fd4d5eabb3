#pragma once

#include <authjwt/base/result.hpp>
#include <authjwt/http/message.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace authjwt::http {

/// One parameter of a query string.
struct FormValue {
  std::size_t count = 0;      ///< how often it is there
  bool is_malformed = false;  ///< a `%` in it that begins no byte
  std::string text;           ///< decoded: of the last one where there are several
};

/// Looks for `name` in a query (`a=1&b=2`) as browsers write it (the URL Standard, application/x-www-form-urlencoded):
/// `%xx` is a byte and `+` a blank, in names too. Never throws but for lack of memory.
[[nodiscard]] FormValue find_form_value(std::string_view query, std::string_view name);

/// The same of a request's query, where it may be there once; empty where it is not. Errors: `Errc::malformed_query`.
[[nodiscard]] Result<std::string> query_value(Request const& request, std::string_view name);

}  // namespace authjwt::http
