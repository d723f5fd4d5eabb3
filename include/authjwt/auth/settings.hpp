#pragma once

#include <authjwt/base/json.hpp>
#include <authjwt/base/secret.hpp>
#include <authjwt/token/claims.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace authjwt {

/// For `expires_time` and the two lifetimes of `Settings`: the token has no `exp`.
struct Never {};
inline constexpr Never never{};

/// How long a token lives: a duration in whole seconds (a fraction is cut), or `never`.
class Lifetime {
 public:
  /// Longer ones are refused wherever a lifetime is used, so that no sum of times overflows.
  static constexpr std::chrono::seconds kLongest = std::chrono::years{1000};

  Lifetime(Never) noexcept {}  // NOLINT(google-explicit-constructor)
  template <class Rep, class Period>
  Lifetime(std::chrono::duration<Rep, Period> duration)  // NOLINT(google-explicit-constructor)
      : seconds_{whole_seconds(duration)} {}

  [[nodiscard]] bool is_never() const noexcept { return !seconds_.has_value(); }
  /// Precondition: not `never`.
  [[nodiscard]] std::chrono::seconds seconds() const noexcept { return *seconds_; }
  [[nodiscard]] bool operator==(Lifetime const&) const noexcept = default;

 private:
  /// What no date can hold becomes the longest duration of its sign, which every use refuses; a cast would overflow.
  template <class Rep, class Period>
  static std::chrono::seconds whole_seconds(std::chrono::duration<Rep, Period> duration) {
    constexpr std::chrono::seconds kFar = std::chrono::years{100'000};
    std::chrono::duration<long double> const wide{duration};
    if (!(wide < kFar)) return std::chrono::seconds::max();  // so does what is not a number
    if (wide < -kFar) return std::chrono::seconds::min();
    return std::chrono::floor<std::chrono::seconds>(duration);
  }

  std::optional<std::chrono::seconds> seconds_;
};

/// The settings of the Python package without their prefix `authjwt_`, with its defaults and its meaning, and after
/// them those this library adds. A plain value: checked as a whole when an `Authority` is made of it.
/// The order of the fields is API; new ones are appended.
struct Settings {
  // keys
  SecretBytes secret_key = {};   ///< for HS256, HS384, HS512
  SecretBytes public_key = {};   ///< PEM; taken from `private_key` where only that is given
  SecretBytes private_key = {};  ///< PEM
  // general
  std::vector<std::string> token_location = {"headers"};
  std::string algorithm = "HS256";                  ///< signs new tokens; the JWA name
  std::vector<std::string> decode_algorithms = {};  ///< accepted from clients; empty: `algorithm` alone
  std::chrono::seconds decode_leeway{0};            ///< clock difference allowed for `iat`, `nbf` and `exp`
  std::optional<std::string> encode_issuer = {};    ///< `iss` of new access tokens
  std::optional<std::string> decode_issuer = {};    ///< `iss` that `jwt_required` and `fresh_jwt_required` demand
  Audience decode_audience = {};                    ///< `aud` must hold one of these
  Lifetime access_token_expires = std::chrono::minutes{15};
  Lifetime refresh_token_expires = std::chrono::days{30};
  bool denylist_enabled = false;
  std::vector<std::string> denylist_token_checks = {"access", "refresh"};
  // headers
  std::string header_name = "Authorization";
  std::string header_type = "Bearer";  ///< empty: the header's value is the token alone
  // cookies
  std::string access_cookie_key = "access_token_cookie";
  std::string refresh_cookie_key = "refresh_token_cookie";
  std::string access_cookie_path = "/";
  std::string refresh_cookie_path = "/";
  std::optional<std::chrono::seconds> cookie_max_age = {};
  std::optional<std::string> cookie_domain = {};
  bool cookie_secure = false;
  std::optional<std::string> cookie_samesite = {};  ///< "strict", "lax" or "none"
  // CSRF
  bool cookie_csrf_protect = true;
  std::string access_csrf_cookie_key = "csrf_access_token";
  std::string refresh_csrf_cookie_key = "csrf_refresh_token";
  std::string access_csrf_cookie_path = "/";
  std::string refresh_csrf_cookie_path = "/";
  std::string access_csrf_header_name = "X-CSRF-Token";
  std::string refresh_csrf_header_name = "X-CSRF-Token";
  std::vector<std::string> csrf_methods = {"POST", "PUT", "PATCH", "DELETE"};  ///< `*`: all but the safe ones
  // beyond the Python package
  std::size_t max_token_size = 8 * 1024;    ///< bytes; larger tokens are neither read nor made
  std::size_t max_kid_size = 256;           ///< bytes of a token's `kid`
  bool allow_reserved_user_claims = false;  ///< let `user_claims` replace `sub`, `exp`, ... (the Python package does)
  std::string query_string_name = "jwt";    ///< location `query_string`: the parameter; it ends up in logs of servers
  std::string json_key = "access_token";    ///< location `json`: the body's member
  std::string refresh_json_key = "refresh_token";
  /// A guard that lets in an access token from a cookie, with less time than this to live, has the cookie renewed in
  /// the answer. The new token keeps its claims and the time of login.
  std::optional<std::chrono::seconds> implicit_refresh_within = {};
  std::chrono::seconds implicit_refresh_cap = std::chrono::hours{12};  ///< since login: no renewed token lives longer
  std::vector<std::string> websocket_origins = {};  ///< `https://app.example.com`: those that may use cookies
  bool websocket_without_origin = false;            ///< cookies of a WebSocket count without an `Origin` too
  // what `hardened()` sets
  bool www_authenticate = false;  ///< a token that is not good is 401 with `WWW-Authenticate` (RFC 6750), not 422
  bool require_exp = false;       ///< a token without `exp` is refused, and not made
  std::optional<std::string> access_token_typ = {};  ///< `typ` of access tokens, demanded of them (RFC 9068: `at+jwt`)
  bool always_check_issuer = false;  ///< refresh tokens carry `iss` too, and every guard demands `decode_issuer`
  bool strict = false;               ///< start-up refuses what is warned about else: docs/configuration.md has the list
  // sessions and revocation
  /// The tokens of one login share a `sid` and tell its time; refresh tokens can be rotated. Needs a log with sessions.
  bool sessions_enabled = false;
  std::chrono::seconds session_lifetime = std::chrono::days{90};  ///< since login: no token of a session lives longer
  std::chrono::seconds rotation_grace{10};  ///< a refresh token shown again so soon gets its successor again
  /// Where a log of revocations is followed, tokens that were made to live longer are refused, and not made: a
  /// revocation of a subject or a session is kept as long. `never`: any, and those are kept for ever. Default: the
  /// longer of the two lifetimes above.
  std::optional<Lifetime> max_token_lifetime = {};
  // more keys
  /// A JWKS (its JSON text). Its keys verify; where there is no `secret_key` and no `private_key`, the first one that
  /// can signs. With it, every asymmetric key has a `kid`: that of the JWKS, or its thumbprint (docs/keys.md).
  SecretBytes jwks = {};
  // speed
  /// How many verified signatures of asymmetric algorithms are remembered, so that a token that comes again costs a
  /// digest; 32 bytes each. Everything else about the token is checked each time. 0: none.
  std::size_t signature_cache_size = 16'384;

  /// From a JSON object whose names are the Python package's (`authjwt_secret_key`), in any case: durations in
  /// seconds, `false` for a lifetime without end, `null` for what is not set. Throws `ConfigError` for text that is no
  /// JSON object, an unknown name (naming the nearest known one), a name given twice, a value of the wrong type.
  [[nodiscard]] static Settings from_json(std::string_view text);
  [[nodiscard]] static Settings from_json(json::object const& object);

  /// From the environment variables `AUTHJWT_*`, in any case: lists comma-separated, durations in seconds, truth
  /// values `true`/`false`/`1`/`0`. Throws `ConfigError` as `from_json` does. Call it before other threads may change
  /// the environment.
  [[nodiscard]] static Settings from_environment();

  /// The settings for a new service that has no client of the Python package to please: 401 with `WWW-Authenticate`
  /// instead of 422, `exp` and `iss` always, `typ` `at+jwt` (RFC 9068), `__Host-` cookies with `Secure` and
  /// `SameSite=Lax`, CSRF for every method but GET, HEAD, OPTIONS and TRACE, `strict`. A key and `encode_issuer` are
  /// still to be set. docs/configuration.md has both columns side by side.
  [[nodiscard]] static Settings hardened();
};

}  // namespace authjwt
