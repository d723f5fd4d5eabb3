#pragma once

#include <authjwt/auth/authority.hpp>
#include <authjwt/auth/exceptions.hpp>
#include <authjwt/auth/rule.hpp>
#include <authjwt/auth/token_from.hpp>
#include <authjwt/auth/token_options.hpp>
#include <authjwt/base/described.hpp>
#include <authjwt/base/maybe.hpp>
#include <authjwt/base/result.hpp>
#include <authjwt/http/message.hpp>
#include <authjwt/token/verified_token.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <typeindex>
#include <vector>

namespace authjwt {

class FoundToken;
struct Lineage;
enum class TokenType : std::uint8_t;

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
  /// Takes over what `ended` knows, for an answer that is made when the request has gone: guards cannot be called, and
  /// headers go to `response`. No guard may be called on `ended` any more.
  AuthJWT(AuthJWT&& ended, http::Response& response) noexcept;
  AuthJWT(AuthJWT&&) = delete;

  // --- making tokens ------------------------------------------------------------------------------------------------

  /// A new access token for `subject`, in compact form. Throws `std::invalid_argument` for an argument that cannot be:
  /// an algorithm without a signing key, a reserved claim or header, text that is not UTF-8, a token that would be
  /// larger than `Settings::max_token_size`; `AuthUnavailable` when OpenSSL cannot sign.
  [[nodiscard]] std::string create_access_token(Subject const& subject, AccessTokenOptions const& options = {}) const;
  /// A new refresh token: good for `jwt_refresh_token_required` alone. Throws as `create_access_token` does.
  [[nodiscard]] std::string create_refresh_token(Subject const& subject, RefreshTokenOptions const& options = {}) const;

  // With `sessions_enabled`, tokens made for the subject of the token that was let in belong to its session; else one
  // access and one refresh token of this handle, for the same subject, belong to a new one, which `sessions()` lists
  // after its first rotation. `begin_session` makes both and writes the session down at once.

  /// As `Authority::begin_session`, whose errors this throws.
  [[nodiscard]] TokenPair begin_session(Subject const& subject, SessionOptions const& options = {}) const;
  /// As `Authority::rotate`, for the refresh token that `jwt_refresh_token_required` let in; throws `RevokedTokenError`
  /// where it was used up before, and `std::logic_error` without one.
  [[nodiscard]] TokenPair rotate_refresh_token(SessionOptions const& options = {});
  [[nodiscard]] Result<TokenPair> try_rotate_refresh_token(SessionOptions const& options = {});

  // --- guards -------------------------------------------------------------------------------------------------------
  // Each looks for the token in the places of the settings, or in `from`: `jwt_required(Location::headers)`,
  // `jwt_required(WebSocketToken{token})`, `jwt_required(WebSocketCookies{csrf_token})`.

  /// Lets in who shows a valid access token.
  void jwt_required(TokenFrom from = {});
  [[nodiscard]] Result<void> try_jwt_required(TokenFrom from = {});
  /// Lets in who shows a valid access token, and who shows none: then `get_jwt_subject()` is empty. A token that is
  /// there and not valid is refused.
  void jwt_optional(TokenFrom from = {});
  [[nodiscard]] Result<void> try_jwt_optional(TokenFrom from = {});
  /// Lets in who shows a valid refresh token.
  void jwt_refresh_token_required(TokenFrom from = {});
  [[nodiscard]] Result<void> try_jwt_refresh_token_required(TokenFrom from = {});
  /// Lets in who shows a valid access token made with `fresh`; with `within`, by a login that is not longer ago:
  /// `fresh_jwt_required(10min)`. The login is `auth_time`, else `iat`. Without `within`, a token that was renewed
  /// (`implicit_refresh_within`) is fresh as long after the login as the first one would have lived.
  void fresh_jwt_required(TokenFrom from = {});
  void fresh_jwt_required(Within within, TokenFrom from = {});
  [[nodiscard]] Result<void> try_fresh_jwt_required(TokenFrom from = {});
  [[nodiscard]] Result<void> try_fresh_jwt_required(Within within, TokenFrom from = {});
  /// Lets in whose token's claim `scope` (RFC 9068 2.2.3: words with a space between) has all of these; else
  /// `InsufficientScope` (403) names what is missing. Calls `jwt_required()` first where no guard has let a token in.
  void require_scopes(std::vector<std::string> const& scopes);
  [[nodiscard]] Result<void> try_require_scopes(std::vector<std::string> const& scopes);
  /// What `rule` says, by the guards above; `from` stands in for the rule's own places.
  void require(Rule const& rule, TokenFrom from = {});
  [[nodiscard]] Result<void> try_require(Rule const& rule, TokenFrom from = {});

  // --- what the token says ------------------------------------------------------------------------------------------

  /// The claims of the token that the last guard let in; null when there is none, and then `->` and `*` throw
  /// `std::logic_error`. Valid while this handle lives and no other guard is called; copies of the claims, and of
  /// values in them, are good for ever and on any thread, and keep the memory of all claims of their token.
  [[nodiscard]] MaybePointer<json::object const> get_raw_jwt() const;
  /// The claims of `token` after verifying it: signature, time and audience; not its type, nor whether it has been
  /// revoked. Throws `AuthJWTException`.
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
  /// The issuer whose key verified the token that the last guard let in: one of `Hooks::trusted_issuers`, or this
  /// service's own name (`decode_issuer`, else `encode_issuer`, else ""); empty when there is no token. The same
  /// subject of two issuers is two people.
  [[nodiscard]] Maybe<std::string> get_jwt_issuer() const;
  /// The header of `token`, or of the token that the last guard let in, else of the request's access token: NOT
  /// verified, good for choosing what to do, never whom to trust. Throws `AuthJWTException` when it cannot be read or
  /// there is no token.
  [[nodiscard]] json::object get_unverified_jwt_headers() const;
  [[nodiscard]] json::object get_unverified_jwt_headers(std::string_view token) const;

  /// The token that the last guard let in; null when there is none.
  [[nodiscard]] MaybePointer<VerifiedToken const> get_verified_token() const noexcept;
  /// The person that `Hooks::user_lookup_loader` found for the token that the last guard let in; null when there is
  /// none. Valid while this handle lives and no other guard is called. Throws `std::logic_error` without that hook, or
  /// where it finds another type than `User`.
  template <class User>
  [[nodiscard]] MaybePointer<User const> current_user() const {
    return static_cast<User const*>(user_of_type(typeid(User)));
  }
  /// Revokes the token that the last guard let in, as `Authority::revoke`. Throws `std::logic_error` without one.
  [[nodiscard]] Result<void> revoke_current();
  /// As `Authority::revoke_session` for the person whom the last guard let in. Throws `std::logic_error` without a
  /// token.
  [[nodiscard]] Result<bool> revoke_session(std::string_view sid);

  // --- cookies ------------------------------------------------------------------------------------------------------
  // All throw `std::logic_error` where `token_location` has no cookies, and where there is no response to write to:
  // neither `response` nor that of the constructor.

  /// Adds the cookie that carries an access token to the response, and with `cookie_csrf_protect` the one that carries
  /// its CSRF value. `max_age`: default the setting `cookie_max_age`; without either they end with the browser. Throws
  /// `std::invalid_argument` for a refresh token, a `max_age` under a second, and a cookie of over 4,096 bytes, which
  /// browsers drop; `AuthJWTException` for a token whose form or signature is not good.
  void set_access_cookies(std::string_view token, std::optional<std::chrono::seconds> max_age = {});
  void set_access_cookies(std::string_view token, http::Response& response,
                          std::optional<std::chrono::seconds> max_age = {});
  void set_refresh_cookies(std::string_view token, std::optional<std::chrono::seconds> max_age = {});
  void set_refresh_cookies(std::string_view token, http::Response& response,
                           std::optional<std::chrono::seconds> max_age = {});
  /// Adds lines that make the browser drop these cookies.
  void unset_access_cookies();
  void unset_access_cookies(http::Response& response);
  void unset_refresh_cookies();
  void unset_refresh_cookies(http::Response& response);
  void unset_jwt_cookies();
  void unset_jwt_cookies(http::Response& response);
  /// Renews the access cookie as `Settings::implicit_refresh_within` says, and forbids caches to keep the answer; does
  /// nothing where that is not set, the last guard did not let in an access token from a cookie, that token has been
  /// revoked since, or the access cookie has been set or unset. Adapters call it when a handler has answered with
  /// success.
  void refresh_implicitly();

  [[nodiscard]] Authority const& authority() const noexcept { return *authority_; }

 private:
  /// The session that new tokens belong to, while it lacks one of its two.
  struct Draft {
    Subject subject;
    std::string sid;
    TimePoint login;
    bool has_access = false;
    bool has_refresh = false;
  };
  struct Guard;  // what one guard demands: src/auth/auth_jwt.cpp has one line for each

  [[nodiscard]] Result<void> enter(Guard const& guard, TokenFrom from, std::optional<Within> within = {});
  [[nodiscard]] bool is_uninvited(Rule const& rule) const;
  [[nodiscard]] Result<void> judge(FoundToken const& found, Guard const& guard, std::optional<Within> within);
  [[nodiscard]] Result<void> judge_foreign(FoundToken const& found, Guard const& guard);
  [[nodiscard]] Result<void> verify(std::string_view token, Guard const& guard);
  [[nodiscard]] Result<void> check_denylist();
  [[nodiscard]] Result<void> check_fresh(std::optional<Within> within) const;
  [[nodiscard]] Result<void> check_csrf(std::string_view sent) const;
  void log_csrf(Error const& error, Guard const& guard, TokenFrom from) const;
  void log_origin() const;
  [[nodiscard]] Result<void> find_user();
  [[nodiscard]] Result<VerifiedToken> verified(std::string_view token) const;
  [[nodiscard]] Result<VerifiedToken> authenticated(std::string_view token) const;
  [[nodiscard]] void const* user_of_type(std::type_index type) const;
  [[nodiscard]] http::Response& response() const;
  void set_cookies(TokenType type, std::string_view token, http::Response& response,
                   std::optional<std::chrono::seconds> max_age);
  [[nodiscard]] Lineage lineage_of(TokenType type, Subject const& subject, bool fresh) const;
  [[nodiscard]] Lineage drafted(TokenType type, Subject const& subject) const;
  [[nodiscard]] std::optional<TimePoint> renewed_until() const;

  Authority const* authority_;
  http::Request const* request_ = nullptr;
  http::Response* response_ = nullptr;
  std::optional<VerifiedToken> verified_;  // remembered whatever the guards said
  std::shared_ptr<void const> user_;       // of verified_
  TokenFrom last_from_;                    // where the last guard looked
  bool not_revoked_ = false;               // what the denylist said of verified_
  bool let_in_ = false;                    // the last guard let verified_ in
  bool from_cookie_ = false;               // where the last guard found it
  bool cookie_written_ = false;            // the access cookie of this answer is decided
  mutable std::optional<Draft> draft_;     // making tokens is const, and one thread's at a time
};

template <Described T>
Maybe<T> AuthJWT::get_raw_jwt() const {
  json::object const* const claims = get_raw_jwt();
  if (claims == nullptr) return std::nullopt;
  return from_object<T>(*claims).value();
}

}  // namespace authjwt
