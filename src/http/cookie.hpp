#pragma once

#include <authjwt/base/result.hpp>
#include <authjwt/http/message.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// Cookies as RFC 6265 has them, read as strictly as a token deserves.
namespace authjwt::http {

/// Browsers keep no cookie that is larger, and say nothing (RFC 6265 6.1: name, value and attributes together).
inline constexpr std::size_t kMaxCookieSize = 4096;
/// Of all `Cookie` lines of a request together; what is larger is refused unread.
inline constexpr std::size_t kMaxCookieHeaderSize = 32 * 1024;

/// The value of the cookie `name`, without the one pair of double quotes that may stand around it. The view is valid
/// as long as the request. Errors: `Errc::missing_cookie` when it is absent or empty; `Errc::malformed_cookie` when it
/// is there twice, in one line or in several, or all cookies are over `kMaxCookieHeaderSize`.
[[nodiscard]] Result<std::string_view> find_cookie(Request const& request, std::string_view name);

/// One `Set-Cookie` line (RFC 6265 4.1.1).
struct SetCookie {
  std::string_view name;
  std::string_view value;
  std::string_view path;
  std::string_view domain = {};    ///< empty: none
  std::string_view samesite = {};  ///< empty: none
  std::optional<std::chrono::seconds> max_age = {};
  bool secure = false;
  bool http_only = false;
};
/// The line's value. Precondition: every part is what `is_cookie_name`, ... say.
[[nodiscard]] std::string to_string(SetCookie const& cookie);

/// Whether a cookie may have this name, value, `Path` or `Domain`: nothing in it ends the attribute or the line.
[[nodiscard]] bool is_cookie_name(std::string_view text) noexcept;
[[nodiscard]] bool is_cookie_value(std::string_view text) noexcept;
[[nodiscard]] bool is_cookie_path(std::string_view text) noexcept;
[[nodiscard]] bool is_cookie_domain(std::string_view text) noexcept;

}  // namespace authjwt::http
