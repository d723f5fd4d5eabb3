// The part of AuthJWT that writes cookies.

#include "auth/largest_claim.hpp"
#include "auth/token_maker.hpp"
#include "auth/token_names.hpp"
#include "http/cookie.hpp"

#include <authjwt/auth/auth_jwt.hpp>

#include <stdexcept>

namespace authjwt {
namespace {

using MaxAge = std::optional<std::chrono::seconds>;

/// A cookie with what the settings say of all of them.
http::SetCookie cookie(Settings const& settings, std::string_view name, std::string_view value, std::string_view path) {
  return {.name = name,
          .value = value,
          .path = path,
          .domain = settings.cookie_domain ? std::string_view{*settings.cookie_domain} : std::string_view{},
          .samesite = settings.cookie_samesite ? std::string_view{*settings.cookie_samesite} : std::string_view{},
          .secure = settings.cookie_secure};
}

/// The cookie of the token, which no script may read, and that of its CSRF value, which the page must.
http::SetCookie token_cookie(Settings const& settings, TokenNames const& names, std::string_view value) {
  http::SetCookie result = cookie(settings, names.cookie, value, names.cookie_path);
  result.http_only = true;
  return result;
}
http::SetCookie csrf_cookie(Settings const& settings, TokenNames const& names, std::string_view value) {
  return cookie(settings, names.csrf_cookie, value, names.csrf_cookie_path);
}

void check_configured(Authority const& authority, std::string_view call) {
  if (authority.locations().contains(Location::cookies)) return;
  throw std::logic_error{std::string{call} +
                         "() called without 'authjwt_token_location' configured to use cookies"};  // the package's text
}

MaxAge checked_max_age(MaxAge max_age, Settings const& settings) {
  if (!max_age) return settings.cookie_max_age;
  if (max_age->count() < 1) throw std::invalid_argument{"max_age must be at least one second"};
  return max_age;
}

void send(http::Response& response, http::SetCookie const& cookie) {
  response.add_header("Set-Cookie", http::to_string(cookie));
}

/// `Max-Age=0` and the attributes it was set with: some browsers drop no `__Host-` cookie without them.
void send_deletion(http::Response& response, http::SetCookie cookie) {
  cookie.max_age = std::chrono::seconds{0};
  response.add_header("Set-Cookie", http::to_string(cookie) + "; Expires=Thu, 01 Jan 1970 00:00:00 GMT");
}

[[noreturn]] void refuse_large(std::string_view name, std::size_t size, std::string const& largest) {
  throw std::invalid_argument{"the cookie " + std::string{name} + " would have " + std::to_string(size) +
                              " bytes; browsers drop what is over " + std::to_string(http::kMaxCookieSize) +
                              (largest.empty() ? "" : "; the largest claim is '" + largest + "'")};
}

void unset(Settings const& settings, TokenType type, http::Response& response) {
  TokenNames const names = names_of(type, settings);
  send_deletion(response, token_cookie(settings, names, {}));
  if (settings.cookie_csrf_protect) send_deletion(response, csrf_cookie(settings, names, {}));
}

void check_type(VerifiedToken const& token, TokenType type) {
  if (token.text(Claim::type) == name(type)) return;
  throw std::invalid_argument{"this is no " + std::string{name(type)} + " token: its cookie would let nobody in"};
}

std::string csrf_of(VerifiedToken const& token) {
  std::optional<std::string_view> const csrf = token.text(Claim::csrf);
  if (!csrf) throw JWTDecodeError{Error{Errc::missing_claim, name(Claim::csrf)}};
  if (!http::is_cookie_value(*csrf)) throw std::invalid_argument{"the claim csrf cannot stand in a cookie"};
  return std::string{*csrf};
}

}  // namespace

http::Response& AuthJWT::response() const {
  if (response_ == nullptr) throw std::logic_error{"this AuthJWT was made without a response; give one to the call"};
  return *response_;
}

/// Both lines are made before one is sent: a response has all of a token's cookies or none.
void AuthJWT::set_cookies(TokenType type, std::string_view token, http::Response& response, MaxAge max_age) {
  Settings const& settings = authority_->settings();
  TokenNames const names = names_of(type, settings);
  max_age = checked_max_age(max_age, settings);
  VerifiedToken const authentic = authenticated(token).value();
  check_type(authentic, type);
  http::SetCookie hidden = token_cookie(settings, names, token);
  hidden.max_age = max_age;
  if (std::size_t const size = http::to_string(hidden).size(); size > http::kMaxCookieSize) {
    refuse_large(names.cookie, size, largest_claim(authentic.claims()));
  }
  std::string const csrf = settings.cookie_csrf_protect ? csrf_of(authentic) : std::string{};
  send(response, hidden);
  if (settings.cookie_csrf_protect) {
    http::SetCookie readable = csrf_cookie(settings, names, csrf);
    readable.max_age = max_age;
    send(response, readable);
  }
  if (type == TokenType::access) cookie_written_ = true;
}

void AuthJWT::set_access_cookies(std::string_view token, MaxAge max_age) {
  set_access_cookies(token, response(), max_age);
}
void AuthJWT::set_access_cookies(std::string_view token, http::Response& response, MaxAge max_age) {
  check_configured(*authority_, "set_access_cookies");
  set_cookies(TokenType::access, token, response, max_age);
}
void AuthJWT::set_refresh_cookies(std::string_view token, MaxAge max_age) {
  set_refresh_cookies(token, response(), max_age);
}
void AuthJWT::set_refresh_cookies(std::string_view token, http::Response& response, MaxAge max_age) {
  check_configured(*authority_, "set_refresh_cookies");
  set_cookies(TokenType::refresh, token, response, max_age);
}

void AuthJWT::unset_access_cookies() { unset_access_cookies(response()); }
void AuthJWT::unset_access_cookies(http::Response& response) {
  check_configured(*authority_, "unset_access_cookies");
  unset(authority_->settings(), TokenType::access, response);
  cookie_written_ = true;
}
void AuthJWT::unset_refresh_cookies() { unset_refresh_cookies(response()); }
void AuthJWT::unset_refresh_cookies(http::Response& response) {
  check_configured(*authority_, "unset_refresh_cookies");
  unset(authority_->settings(), TokenType::refresh, response);
}
void AuthJWT::unset_jwt_cookies() { unset_jwt_cookies(response()); }
void AuthJWT::unset_jwt_cookies(http::Response& response) {
  unset_access_cookies(response);
  unset_refresh_cookies(response);
}

void AuthJWT::refresh_implicitly() {
  bool const is_own = let_in_ && from_cookie_ && !verified_->is_foreign();
  bool const is_access = is_own && verified_->text(Claim::type) == name(TokenType::access);
  if (!authority_->settings().implicit_refresh_within || !is_access || cookie_written_ || response_ == nullptr) return;
  try {
    std::optional<TimePoint> const ends = renewed_until();
    // Asked again: the handler, or another request, may have logged the person out since the guard.
    if (!ends || !authority_->check_revoked(*verified_)) return;
    set_access_cookies(make_renewed_token(*authority_, *verified_, *ends));
    response_->add_header("Cache-Control", "no-store");
  } catch (std::exception const& e) {  // the answer is good without it, and the token of the request lives on
    authority_->log(LogLevel::error, std::string{"an access cookie could not be renewed: "} + e.what());
  }
}

}  // namespace authjwt
