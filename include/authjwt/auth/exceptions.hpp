#pragma once

#include <authjwt/base/error.hpp>

#include <exception>
#include <stdexcept>
#include <string>

namespace authjwt {

/// What every guard throws: the Python package's exception, with its `status_code` and `message`.
class AuthJWTException : public std::exception {
 public:
  explicit AuthJWTException(Error error) : error_{std::move(error)} {}

  /// The HTTP status to answer with.
  [[nodiscard]] int status_code() const noexcept { return error_.status_code(); }
  /// The text a client may see.
  [[nodiscard]] std::string const& message() const noexcept { return error_.message(); }
  [[nodiscard]] Errc code() const noexcept { return error_.code(); }
  [[nodiscard]] Error const& error() const noexcept { return error_; }
  [[nodiscard]] char const* what() const noexcept override { return error_.message().c_str(); }

 private:
  Error error_;
};

/// The header of the request or of the token cannot be read. 422
class InvalidHeaderError : public AuthJWTException {
  using AuthJWTException::AuthJWTException;
};
/// The token is not to be believed: signature, time, issuer, audience or claims. 422
class JWTDecodeError : public AuthJWTException {
  using AuthJWTException::AuthJWTException;
};
/// The CSRF value is missing or another one. 401
class CSRFError : public AuthJWTException {
  using AuthJWTException::AuthJWTException;
};
/// No token where one is needed. 401
class MissingTokenError : public AuthJWTException {
  using AuthJWTException::AuthJWTException;
};
/// The token has been revoked. 401
class RevokedTokenError : public AuthJWTException {
  using AuthJWTException::AuthJWTException;
};
/// A refresh token where an access token is needed. 422
class AccessTokenRequired : public AuthJWTException {
  using AuthJWTException::AuthJWTException;
};
/// An access token where a refresh token is needed. 422
class RefreshTokenRequired : public AuthJWTException {
  using AuthJWTException::AuthJWTException;
};
/// A token that is not fresh where a fresh one is needed. 401
class FreshTokenRequired : public AuthJWTException {
  using AuthJWTException::AuthJWTException;
};
/// The token lacks a scope. 403
class InsufficientScope : public AuthJWTException {
  using AuthJWTException::AuthJWTException;
};
/// The token is good and nobody has its subject. 401
class UserNotFound : public AuthJWTException {
  using AuthJWTException::AuthJWTException;
};
/// The check could not be made. 503
class AuthUnavailable : public AuthJWTException {
  using AuthJWTException::AuthJWTException;
};

/// The configuration cannot work; thrown when it is loaded or an `Authority` is made, never during a request.
class ConfigError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace authjwt
