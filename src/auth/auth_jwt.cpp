#include "auth/extractor.hpp"
#include "auth/token_writer.hpp"

#include <authjwt/auth/auth_jwt.hpp>
#include <authjwt/jose/jws.hpp>

#include <stdexcept>

namespace authjwt {

struct AuthJWT::Guard {
  std::string_view type;
  Errc wrong_type;
  IssuerCheck issuer;  // access tokens alone carry `iss`, and jwt_optional does not ask for it, as recorded
  bool optional = false;
  bool fresh = false;

  static Guard const kRequired, kOptional, kRefresh, kFresh;
};

constexpr AuthJWT::Guard AuthJWT::Guard::kRequired{"access", Errc::access_token_required, IssuerCheck::enforce};
constexpr AuthJWT::Guard AuthJWT::Guard::kOptional{"access", Errc::access_token_required, IssuerCheck::skip, true};
constexpr AuthJWT::Guard AuthJWT::Guard::kRefresh{"refresh", Errc::refresh_token_required, IssuerCheck::skip};
constexpr AuthJWT::Guard AuthJWT::Guard::kFresh{"access", Errc::access_token_required, IssuerCheck::enforce, false,
                                                true};

namespace {

http::Request const& checked(http::Request const* request) {
  if (request == nullptr) throw std::logic_error{"this AuthJWT was made without a request; it can only make tokens"};
  return *request;
}

/// What access and refresh tokens have in common.
template <class Options>
NewToken new_token(Subject const& subject, std::string_view type, Lifetime setting, Options const& options) {
  return {.subject = subject,
          .type = type,
          .lifetime = options.expires_time.or_setting(setting),
          .algorithm = options.algorithm,
          .headers = options.headers,
          .audience = options.audience,
          .user_claims = options.user_claims.object()};
}

}  // namespace

AuthJWT::AuthJWT(Authority const& authority) noexcept : authority_{&authority} {}

AuthJWT::AuthJWT(Authority const& authority, http::Request const& request) noexcept
    : authority_{&authority}, request_{&request} {}

AuthJWT::AuthJWT(Authority const& authority, http::Request const& request, http::Response& response) noexcept
    : authority_{&authority}, request_{&request}, response_{&response} {}

std::string AuthJWT::create_access_token(Subject const& subject, AccessTokenOptions const& options) const {
  NewToken token = new_token(subject, "access", authority_->settings().access_token_expires, options);
  token.fresh = options.fresh;
  token.with_issuer = true;
  return write_token(*authority_, token);
}

std::string AuthJWT::create_refresh_token(Subject const& subject, RefreshTokenOptions const& options) const {
  return write_token(*authority_, new_token(subject, "refresh", authority_->settings().refresh_token_expires, options));
}

void AuthJWT::jwt_required() { try_jwt_required().value(); }
Result<void> AuthJWT::try_jwt_required() { return enter(Guard::kRequired); }
void AuthJWT::jwt_optional() { try_jwt_optional().value(); }
Result<void> AuthJWT::try_jwt_optional() { return enter(Guard::kOptional); }
void AuthJWT::jwt_refresh_token_required() { try_jwt_refresh_token_required().value(); }
Result<void> AuthJWT::try_jwt_refresh_token_required() { return enter(Guard::kRefresh); }
void AuthJWT::fresh_jwt_required() { try_fresh_jwt_required().value(); }
Result<void> AuthJWT::try_fresh_jwt_required() { return enter(Guard::kFresh); }

/// Whatever an earlier guard allowed ends here, before anything can go wrong.
Result<void> AuthJWT::enter(Guard const& guard) {
  let_in_ = false;
  Result<std::string_view> const token = find_token(checked(request_), authority_->settings());
  if (!token) {
    bool const missing = token.error().error_class() == ErrorClass::MissingTokenError;
    if (guard.optional && missing) return {};
    return token.error();
  }
  if (Result<void> verified = verify(*token, guard); !verified) return verified;
  Result<void> const answer = check(guard);
  let_in_ = answer.has_value();
  return answer;
}

/// Makes `verified_` the token of this request: by verifying it, or by checking again what time has changed.
Result<void> AuthJWT::verify(std::string_view token, Guard const& guard) {
  if (verified_ && verified_->is(token)) {
    return authority_->validator().check_claims(*verified_, authority_->now(), guard.issuer);
  }
  verified_.reset();
  Result<VerifiedToken> verified =
      authority_->validator().validate(token, authority_->keys(), authority_->now(), guard.issuer);
  if (!verified) return verified.error();
  verified_.emplace(std::move(*verified));
  return {};
}

/// What the route asks of a token that is valid.
Result<void> AuthJWT::check(Guard const& guard) const {
  if (!verified_->has(Claim::type)) return Error{Errc::missing_claim, name(Claim::type)};
  if (verified_->text(Claim::type) != guard.type) return Error{guard.wrong_type, name(Claim::type)};
  if (!guard.fresh) return {};
  if (!verified_->has(Claim::fresh)) return Error{Errc::missing_claim, name(Claim::fresh)};
  if (!verified_->is_true(Claim::fresh)) return Error{Errc::fresh_token_required, name(Claim::fresh)};
  return {};
}

MaybePointer<json::object const> AuthJWT::get_raw_jwt() const { return let_in_ ? &verified_->claims() : nullptr; }

json::object AuthJWT::get_raw_jwt(std::string_view token) const { return verified(token).value().claims(); }

std::string AuthJWT::get_jti(std::string_view token) const {
  VerifiedToken const verified_token = verified(token).value();
  std::optional<std::string_view> const jti = verified_token.text(Claim::jti);
  if (!jti) throw JWTDecodeError{Error{Errc::missing_claim, name(Claim::jti)}};
  return std::string{*jti};
}

/// A token that is not the request's: nothing of it is remembered.
Result<VerifiedToken> AuthJWT::verified(std::string_view token) const {
  return authority_->validator().validate(token, authority_->keys(), authority_->now());
}

Result<Maybe<Subject>> AuthJWT::try_get_jwt_subject() const {
  if (!let_in_) return Maybe<Subject>{};
  Result<Subject> subject = verified_->subject();
  if (!subject) return subject.error();
  return Maybe<Subject>{std::move(*subject)};
}

Maybe<Subject> AuthJWT::get_jwt_subject() const { return try_get_jwt_subject().value(); }

json::object AuthJWT::get_unverified_jwt_headers() const {
  return get_unverified_jwt_headers(find_token(checked(request_), authority_->settings()).value());
}

json::object AuthJWT::get_unverified_jwt_headers(std::string_view token) const {
  return jws::read_header(token, authority_->validator().policy().limits).value();
}

}  // namespace authjwt
