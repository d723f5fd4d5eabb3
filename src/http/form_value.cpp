#include "http/form_value.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>

namespace authjwt::http {
namespace {

/// Nothing where a `%` begins no byte.
std::optional<std::string> decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    unsigned byte = 0;
    if (text.size() - i < 3) return std::nullopt;
    auto const [end, error] = std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16);
    if (error != std::errc{} || end != text.data() + i + 3) return std::nullopt;
    out += static_cast<char>(byte);
    i += 2;
  }
  return out;
}

bool is_named(std::string_view written, std::string_view name) {
  if (written.find_first_of("%+") == std::string_view::npos) return written == name;
  return decoded(written) == name;
}

}  // namespace

FormValue find_form_value(std::string_view query, std::string_view name) {
  FormValue found;
  while (!query.empty()) {
    std::string_view const pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    std::size_t const equals = std::min(pair.find('='), pair.size());
    if (!is_named(pair.substr(0, equals), name)) continue;
    ++found.count;
    std::optional<std::string> value = decoded(pair.substr(std::min(equals + 1, pair.size())));
    found.is_malformed = found.is_malformed || !value;
    found.text = value ? *std::move(value) : std::string{};
  }
  return found;
}

Result<std::string> query_value(Request const& request, std::string_view name) {
  FormValue value = find_form_value(request.query(), name);
  if (value.count > 1) return Error{Errc::malformed_query, name, "it is there twice"};
  if (value.is_malformed) return Error{Errc::malformed_query, name, "it cannot be decoded"};
  return std::move(value.text);
}

}  // namespace authjwt::http
