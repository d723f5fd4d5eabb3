#pragma once

#include <boost/assert/source_location.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace authjwt {

/// What went wrong, as finely as a program may want to tell it apart.
/// Class, HTTP status and message of each stand in one table: src/base/error.cpp.
enum class Errc : std::uint8_t {
  // finding the token in the request
  missing_header,    ///< the header is absent or empty
  malformed_header,  ///< the header is there, but not `<type> <JWT>`, or it is there twice
  missing_query,     ///< the query string has no such parameter
  malformed_query,   ///< it is there twice, or cannot be decoded
  missing_json,      ///< there is no JSON body, or it has no such member
  malformed_json,    ///< the body is no JSON object, or the member no text
  missing_websocket_token,
  token_too_large,  ///< over `Settings::max_token_size`
  // the compact form and the JOSE header (RFC 7515)
  not_enough_segments,
  invalid_header_padding,
  invalid_payload_padding,
  invalid_crypto_padding,
  invalid_header_string,  ///< not canonical base64url of one strict JSON object
  kid_not_text,
  kid_too_long,
  crit_not_list,
  crit_not_text,
  crit_unsupported,  ///< RFC 7515 4.1.11: an extension that is not understood is refused
  b64_unsupported,   ///< RFC 7797: refused
  invalid_typ,       ///< `Settings::access_token_typ` is set, and this is not it, or not on an access token
  // the signature
  algorithm_not_allowed,  ///< RFC 8725 3.1
  no_matching_key,
  invalid_signature,
  // the claims (RFC 7519)
  invalid_payload_string,
  iat_not_integer,
  nbf_not_integer,
  exp_not_integer,
  immature_iat,
  immature_nbf,
  expired,
  missing_required_claim,  ///< `iss` or `aud` is configured and the token has none
  invalid_issuer,
  invalid_audience,
  invalid_audience_format,
  missing_claim,
  invalid_claim,  ///< a claim that is there has a type that it may not have
  // what the route asks for
  access_token_required,
  refresh_token_required,
  fresh_token_required,
  token_revoked,
  insufficient_scope,
  user_not_found,
  // cookies
  missing_cookie,
  malformed_cookie,    ///< it is there twice, or there is more than any browser sends
  origin_not_allowed,  ///< of a WebSocket with cookies: not in `Settings::websocket_origins`
  missing_csrf,
  csrf_mismatch,
  // the service itself
  unavailable,  ///< the check could not be made (503): never taken for a yes
  // not about a token
  invalid_json,
  invalid_key,  ///< a key that cannot be used; the message says what to do
  invalid_setting,
};

/// The exception class an `Errc` belongs to (auth/exceptions.hpp has the classes themselves).
enum class ErrorClass : std::uint8_t {
  InvalidHeaderError,
  JWTDecodeError,
  CSRFError,
  MissingTokenError,
  RevokedTokenError,
  AccessTokenRequired,
  RefreshTokenRequired,
  FreshTokenRequired,
  InsufficientScope,
  UserNotFound,
  AuthUnavailable,
  ConfigError,
};

/// An error as a value. It never contains a token, a key or the value of a claim; a name inside a claim may stand in
/// it. Immutable; copies are independent.
class Error {
 public:
  /// `field` is the claim, header, cookie or setting concerned; `detail` completes the message of those
  /// codes that have one (a parser's reason, the expected form). Both may be empty.
  explicit Error(Errc code, std::string_view field = {}, std::string_view detail = {});
  /// `Errc::unavailable`: what `result::error()` of Boost 1.81 gives for a result that holds a value.
  Error() : Error{Errc::unavailable} {}

  [[nodiscard]] Errc code() const noexcept { return code_; }
  [[nodiscard]] std::string const& field() const noexcept { return field_; }
  /// The text a client may see; for codes that the Python package has, its text.
  [[nodiscard]] std::string const& message() const noexcept { return message_; }
  [[nodiscard]] ErrorClass error_class() const noexcept;
  /// HTTP status: that of the table, unless the error was given another.
  [[nodiscard]] int status_code() const noexcept { return status_; }
  [[nodiscard]] Error with_status(int status) && {
    status_ = static_cast<std::int16_t>(status);
    return std::move(*this);
  }

 private:
  Errc code_;
  std::int16_t status_;
  std::string field_;
  std::string message_;
};

/// The enumerator's name, for logs and metrics.
[[nodiscard]] std::string_view name(Errc code) noexcept;

/// Found by `boost::system::result`: makes `.value()` throw the class of auth/exceptions.hpp that belongs to the error.
[[noreturn]] void throw_exception_from_error(Error const& error, boost::source_location const& where);

}  // namespace authjwt
