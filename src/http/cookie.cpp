#include "http/cookie.hpp"

#include "http/ascii.hpp"

#include <algorithm>

namespace authjwt::http {
namespace {

constexpr std::string_view kBlank = " \t";

std::string_view trimmed(std::string_view text) noexcept {
  text.remove_prefix(std::min(text.find_first_not_of(kBlank), text.size()));
  return text.substr(0, text.find_last_not_of(kBlank) + 1);  // npos + 1 is 0
}

/// Python's cookie reader takes one pair off too, and unescapes what is inside: no token has anything to unescape.
std::string_view unquoted(std::string_view value) noexcept {
  bool const is_quoted = value.size() >= 2 && value.front() == '"' && value.back() == '"';
  return is_quoted ? value.substr(1, value.size() - 2) : value;
}

/// Looks for one cookie in the lines it is given, and counts how often it is there.
class CookieSearch {
 public:
  explicit CookieSearch(std::string_view name) noexcept : name_{name} {}

  void read(std::string_view line) noexcept {
    while (!line.empty()) {
      std::size_t const end = std::min(line.find(';'), line.size());
      read_pair(line.substr(0, end));
      line.remove_prefix(std::min(end + 1, line.size()));
    }
  }
  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  [[nodiscard]] std::string_view value() const noexcept { return value_; }

 private:
  void read_pair(std::string_view pair) noexcept {
    std::size_t const equals = pair.find('=');
    if (equals == std::string_view::npos || trimmed(pair.substr(0, equals)) != name_) return;
    value_ = unquoted(trimmed(pair.substr(equals + 1)));
    ++count_;
  }

  std::string_view name_;
  std::string_view value_;
  std::size_t count_ = 0;
};

/// Nothing that ends an attribute or a line, and nothing that a browser could read in two ways.
bool is_attribute_value(std::string_view text) noexcept {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7F' && c != ';' && c != ','; });
}

}  // namespace

Result<std::string_view> find_cookie(Request const& request, std::string_view name) {
  HeaderValues const lines = request.header("Cookie");
  if (lines.size() > HeaderValues::kKept) return Error{Errc::malformed_cookie, name, "too many Cookie headers"};
  CookieSearch search{name};
  std::size_t size = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    size += lines[i].size();
    if (size > kMaxCookieHeaderSize) return Error{Errc::malformed_cookie, name, "the cookies are too large"};
    search.read(lines[i]);
  }
  if (search.count() > 1) return Error{Errc::malformed_cookie, name, "it is there twice"};
  if (search.value().empty()) return Error{Errc::missing_cookie, name};
  return search.value();
}

std::string to_string(SetCookie const& cookie) {
  std::string line;
  line.reserve(cookie.name.size() + cookie.value.size() + 160);
  line.append(cookie.name).append("=").append(cookie.value);
  if (!cookie.domain.empty()) line.append("; Domain=").append(cookie.domain);
  if (cookie.http_only) line.append("; HttpOnly");
  if (cookie.max_age) line.append("; Max-Age=").append(std::to_string(cookie.max_age->count()));
  line.append("; Path=").append(cookie.path);
  if (!cookie.samesite.empty()) line.append("; SameSite=").append(cookie.samesite);
  if (cookie.secure) line.append("; Secure");
  return line;
}

bool is_cookie_name(std::string_view text) noexcept { return is_token(text); }

bool is_cookie_value(std::string_view text) noexcept {
  return is_attribute_value(text) && text.find_first_of("\"\\") == std::string_view::npos;
}

bool is_cookie_path(std::string_view text) noexcept { return text.starts_with('/') && is_attribute_value(text); }

bool is_cookie_domain(std::string_view text) noexcept {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (to_lower(c) >= 'a' && to_lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
}

}  // namespace authjwt::http
