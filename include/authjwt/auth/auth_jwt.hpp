#pragma once

#include <authjwt/auth/authority.hpp>
#include <authjwt/auth/exceptions.hpp>
#include <authjwt/auth/token_options.hpp>
#include <authjwt/base/described.hpp>
#include <authjwt/base/maybe.hpp>
#include <authjwt/base/result.hpp>
#include <authjwt/http/message.hpp>
#include <authjwt/token/verified_token.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace authjwt {

/// The handle of one request, with the names of the Python package: guards it, and then gives what the token says.
/// Without a request it makes tokens.
///
/// A guard throws the package's exceptions; its `try_` twin returns the same error as a value. Nothing of a token can
/// be read before a guard has let it in, and nothing after a guard has refused. Each token is verified once.
/// One per request, used by one thread at a time; the authority, request and response must outlive it.
class AuthJWT {
 public:
  explicit AuthJWT(Authority const& authority) noexcept;
  AuthJWT(Authority const& authority, http::Request const& request) noexcept;
  AuthJWT(Authority const& authority, http::Request const& request, http::Response& response) noexcept;
  // What it refers to must outlive it, and it is the handle of one request.
  explicit AuthJWT(Authority const&& authority) = delete;
  AuthJWT(Authority const& authority, http::Request const&& request) = delete;
  AuthJWT(Authority const& authority, http::Request const&& request, http::Response& response) = delete;
  AuthJWT(AuthJWT&&) = delete;

  // --- making tokens ------------------------------------------------------------------------------------------------

  /// A new access token for `subject`, in compact form. Throws `std::invalid_argument` for an argument that cannot be:
  /// an algorithm without a signing key, a reserved claim or header, text that is not UTF-8, a token that would be
  /// larger than `Settings::max_token_size`; `AuthUnavailable` when OpenSSL cannot sign.
  [[nodiscard]] std::string create_access_token(Subject const& subject, AccessTokenOptions const& options = {}) const;
  /// A new refresh token: good for `jwt_refresh_token_required` alone. Throws as `create_access_token` does.
  [[nodiscard]] std::string create_refresh_token(Subject const& subject, RefreshTokenOptions const& options = {}) const;

  // --- guards -------------------------------------------------------------------------------------------------------

  /// Lets in who shows a valid access token.
  void jwt_required();
  [[nodiscard]] Result<void> try_jwt_required();
  /// Lets in who shows a valid access token, and who shows none: then `get_jwt_subject()` is empty. A token that is
  /// there and not valid is refused.
  void jwt_optional();
  [[nodiscard]] Result<void> try_jwt_optional();
  /// Lets in who shows a valid refresh token.
  void jwt_refresh_token_required();
  [[nodiscard]] Result<void> try_jwt_refresh_token_required();
  /// Lets in who shows a valid access token made with `fresh`.
  void fresh_jwt_required();
  [[nodiscard]] Result<void> try_fresh_jwt_required();

  // --- what the token says ------------------------------------------------------------------------------------------

  /// The claims of the token that the last guard let in; null when there is none, and then `->` and `*` throw
  /// `std::logic_error`. Valid while this handle lives and no other guard is called; copies of the claims, and of
  /// values in them, are good for ever and on any thread, and keep the memory of all claims of their token.
  [[nodiscard]] MaybePointer<json::object const> get_raw_jwt() const;
  /// The claims of `token` after verifying it: signature, time and audience, not its type. Throws `AuthJWTException`.
  [[nodiscard]] json::object get_raw_jwt(std::string_view token) const;
  /// The claims as your own described struct: members the struct lacks are passed over, `std::optional` ones may be
  /// missing. Empty where `get_raw_jwt()` is null; throws `JWTDecodeError` naming the claim that does not fit.
  template <Described T>
  [[nodiscard]] Maybe<T> get_raw_jwt() const;
  /// `jti` of `token` after verifying it. Throws `AuthJWTException`.
  [[nodiscard]] std::string get_jti(std::string_view token) const;
  /// `sub` of the token that the last guard let in; empty when there is none, and then `->` and `*` throw
  /// `std::logic_error`. Throws `JWTDecodeError` for a token
  /// without `sub`.
  [[nodiscard]] Maybe<Subject> get_jwt_subject() const;
  [[nodiscard]] Result<Maybe<Subject>> try_get_jwt_subject() const;
  /// The header of the request's token, or of `token`: NOT verified, good for choosing what to do, never whom to
  /// trust. Throws `AuthJWTException` when it cannot be read or there is no token.
  [[nodiscard]] json::object get_unverified_jwt_headers() const;
  [[nodiscard]] json::object get_unverified_jwt_headers(std::string_view token) const;

  [[nodiscard]] Authority const& authority() const noexcept { return *authority_; }

 private:
  struct Guard;  // what one guard demands: src/auth/auth_jwt.cpp has one line for each

  [[nodiscard]] Result<void> enter(Guard const& guard);
  [[nodiscard]] Result<void> verify(std::string_view token, Guard const& guard);
  [[nodiscard]] Result<void> check(Guard const& guard) const;
  [[nodiscard]] Result<VerifiedToken> verified(std::string_view token) const;

  Authority const* authority_;
  http::Request const* request_ = nullptr;
  http::Response* response_ = nullptr;
  std::optional<VerifiedToken> verified_;  // remembered whatever the guards said
  bool let_in_ = false;                    // the last guard let verified_ in
};

template <Described T>
Maybe<T> AuthJWT::get_raw_jwt() const {
  json::object const* const claims = get_raw_jwt();
  if (claims == nullptr) return std::nullopt;
  return from_object<T>(*claims).value();
}

}  // namespace authjwt
