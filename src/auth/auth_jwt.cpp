#include "auth/callback.hpp"
#include "auth/extractor.hpp"
#include "auth/refused.hpp"
#include "auth/scope.hpp"
#include "auth/token_identity.hpp"
#include "base/constant_time.hpp"
#include "base/printable.hpp"

#include <authjwt/auth/auth_jwt.hpp>
#include <authjwt/jose/jws.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace authjwt {

struct AuthJWT::Guard {
  TokenType type;
  Errc wrong_type;
  IssuerCheck issuer;  // access tokens alone carry `iss`, and jwt_optional does not ask for it, as recorded
  bool optional = false;
  bool fresh = false;

  static Guard const kRequired, kOptional, kRefresh, kFresh;
};

using enum TokenType;
constexpr AuthJWT::Guard AuthJWT::Guard::kRequired{access, Errc::access_token_required, IssuerCheck::enforce};
constexpr AuthJWT::Guard AuthJWT::Guard::kOptional{access, Errc::access_token_required, IssuerCheck::skip, true};
constexpr AuthJWT::Guard AuthJWT::Guard::kRefresh{refresh, Errc::refresh_token_required, IssuerCheck::skip};
constexpr AuthJWT::Guard AuthJWT::Guard::kFresh{access, Errc::access_token_required, IssuerCheck::enforce, false, true};

namespace {

/// The same places, without what is valid during one call alone.
TokenFrom without_text(TokenFrom from) noexcept {
  switch (from.kind()) {
    case TokenFrom::Kind::websocket_token: return WebSocketToken{};
    case TokenFrom::Kind::websocket_cookies: return WebSocketCookies{};
    case TokenFrom::Kind::request: break;
  }
  return from;
}

/// Seconds after the login for which a token that was renewed is fresh where no age is asked for: as long as its life,
/// which is that of the first one or shorter. Nothing for one that was not renewed, or never ends.
std::optional<std::int64_t> fresh_for(VerifiedToken const& token, std::int64_t login) {
  std::optional<std::int64_t> const issued = token.integer(Claim::iat);
  std::optional<TimePoint> const expires = token.expires_at();
  if (!issued || *issued < 0) return 0;
  if (!expires || *issued == login) return std::nullopt;
  return std::max<std::int64_t>(expires->time_since_epoch().count() - *issued, 0);
}

}  // namespace

AuthJWT::AuthJWT(Authority const& authority) noexcept : authority_{&authority} {}

AuthJWT::AuthJWT(Authority const& authority, http::Request const& request) noexcept
    : authority_{&authority}, request_{&request} {}

AuthJWT::AuthJWT(Authority const& authority, http::Request const& request, http::Response& response) noexcept
    : authority_{&authority}, request_{&request}, response_{&response} {}

AuthJWT::AuthJWT(AuthJWT&& ended, http::Response& response) noexcept
    : authority_{ended.authority_},
      response_{&response},
      verified_{std::move(ended.verified_)},
      user_{std::move(ended.user_)},
      last_from_{ended.last_from_},
      not_revoked_{ended.not_revoked_},
      let_in_{std::exchange(ended.let_in_, false)},
      from_cookie_{ended.from_cookie_},
      cookie_written_{ended.cookie_written_},
      draft_{std::move(ended.draft_)} {
  ended.verified_.reset();
}

void AuthJWT::jwt_required(TokenFrom from) { try_jwt_required(from).value(); }
Result<void> AuthJWT::try_jwt_required(TokenFrom from) { return enter(Guard::kRequired, from); }
void AuthJWT::jwt_optional(TokenFrom from) { try_jwt_optional(from).value(); }
Result<void> AuthJWT::try_jwt_optional(TokenFrom from) { return enter(Guard::kOptional, from); }
void AuthJWT::jwt_refresh_token_required(TokenFrom from) { try_jwt_refresh_token_required(from).value(); }
Result<void> AuthJWT::try_jwt_refresh_token_required(TokenFrom from) { return enter(Guard::kRefresh, from); }
void AuthJWT::fresh_jwt_required(TokenFrom from) { try_fresh_jwt_required(from).value(); }
Result<void> AuthJWT::try_fresh_jwt_required(TokenFrom from) { return enter(Guard::kFresh, from); }
void AuthJWT::fresh_jwt_required(Within within, TokenFrom from) { try_fresh_jwt_required(within, from).value(); }
Result<void> AuthJWT::try_fresh_jwt_required(Within within, TokenFrom from) {
  return enter(Guard::kFresh, from, within);
}

void AuthJWT::require_scopes(std::vector<std::string> const& scopes) { try_require_scopes(scopes).value(); }

Result<void> AuthJWT::try_require_scopes(std::vector<std::string> const& scopes) {
  check_scopes(scopes);
  if (!let_in_) {
    if (Result<void> guarded = try_jwt_required(last_from_); !guarded) return guarded;
  }
  Result<void> const answer = authjwt::require_scopes(*verified_, scopes);
  let_in_ = answer.has_value();
  if (!answer) return refused(answer.error(), authority_->settings());
  return {};
}

void AuthJWT::require(Rule const& rule, TokenFrom from) { try_require(rule, from).value(); }

Result<void> AuthJWT::try_require(Rule const& rule, TokenFrom from) {
  if (from.kind() == TokenFrom::Kind::request && from.locations().empty()) from = rule.locations();
  auto const guard = [&]() -> Result<void> {
    switch (rule.kind()) {
      case Rule::Kind::public_: return {};
      case Rule::Kind::access: return enter(Guard::kRequired, from);
      case Rule::Kind::optional: return enter(Guard::kOptional, from);
      case Rule::Kind::fresh: return enter(Guard::kFresh, from, rule.within());
      case Rule::Kind::refresh: return enter(Guard::kRefresh, from);
    }
    return Error{Errc::unavailable};  // no such rule: refuse
  };
  Result<void> const guarded = guard();
  if (guarded && is_uninvited(rule)) {
    let_in_ = false;
    return refused(Error{Errc::invalid_issuer, name(Claim::iss)}, authority_->settings());
  }
  if (!guarded || rule.scopes().empty()) return guarded;
  return try_require_scopes(rule.scopes());
}

/// A handler behind a rule may go by the subject alone, which another issuer chose.
bool AuthJWT::is_uninvited(Rule const& rule) const {
  bool const is_foreign = let_in_ && rule.kind() != Rule::Kind::public_ && verified_->is_foreign();
  return is_foreign && !rule.takes_trusted_issuers() && !authority_->keys().empty();
}

/// Whatever an earlier guard allowed ends here, before anything can go wrong.
Result<void> AuthJWT::enter(Guard const& guard, TokenFrom from, std::optional<Within> within) {
  let_in_ = from_cookie_ = false;
  last_from_ = without_text(from);
  Result<FoundToken> const found = find_token(request_, *authority_, guard.type, from);
  if (!found) {
    bool const missing = found.error().error_class() == ErrorClass::MissingTokenError;
    if (guard.optional && missing) return {};
    log_csrf(found.error(), guard, from);
    return refused(found.error(), authority_->settings());
  }
  Result<void> const answer = judge(*found, guard, within);
  if (!answer) {
    log_csrf(answer.error(), guard, from);
    return refused(answer.error(), authority_->settings());
  }
  let_in_ = true;
  from_cookie_ = found->in_cookie;
  return {};
}

/// The one order of all that is asked of a token that was found.
Result<void> AuthJWT::judge(FoundToken const& found, Guard const& guard, std::optional<Within> within) {
  if (Result<void> verified = verify(found.text(), guard); !verified) return verified;
  if (verified_->is_foreign()) return judge_foreign(found, guard);
  if (!verified_->has(Claim::type)) return Error{Errc::missing_claim, name(Claim::type)};
  if (Result<void> allowed = check_denylist(); !allowed) return allowed;
  if (verified_->text(Claim::type) != name(guard.type)) return Error{guard.wrong_type, name(Claim::type)};
  if (guard.fresh) {
    if (Result<void> fresh = check_fresh(within); !fresh) return fresh;
  }
  if (found.csrf) {
    if (Result<void> csrf = check_csrf(*found.csrf); !csrf) return csrf;
  }
  return find_user();
}

/// A token of another issuer: what it says in `type`, `fresh`, `csrf` and `sid` means nothing here.
Result<void> AuthJWT::judge_foreign(FoundToken const& found, Guard const& guard) {
  if (Result<void> allowed = check_denylist(); !allowed) return allowed;
  if (guard.type != access) return Error{guard.wrong_type, name(Claim::type)};
  if (guard.fresh) return Error{Errc::fresh_token_required, name(Claim::fresh)};
  // It holds no value that a page of ours could show: in a cookie, every page could send it.
  bool const lacks_csrf = found.in_cookie && authority_->settings().cookie_csrf_protect;
  if (lacks_csrf) return Error{Errc::missing_claim, name(Claim::csrf)};
  return find_user();
}

/// Makes `verified_` the token of this request: by verifying it, or by checking again what time has changed.
Result<void> AuthJWT::verify(std::string_view token, Guard const& guard) {
  IssuerCheck const issuer = authority_->settings().always_check_issuer ? IssuerCheck::enforce : guard.issuer;
  if (verified_ && verified_->is(token)) {
    return authority_->check_claims(*verified_, issuer);
  }
  verified_.reset();
  user_.reset();
  not_revoked_ = false;
  Result<VerifiedToken> verified = authority_->verify(token, issuer);
  if (!verified) return verified.error();
  verified_.emplace(std::move(*verified));
  return {};
}

Result<void> AuthJWT::check_denylist() {
  if (not_revoked_) return {};
  Result<void> answer = authority_->check_revoked(*verified_);
  not_revoked_ = answer.has_value();
  return answer;
}

Result<void> AuthJWT::check_fresh(std::optional<Within> within) const {
  if (!verified_->has(Claim::fresh)) return Error{Errc::missing_claim, name(Claim::fresh)};
  if (!verified_->is_true(Claim::fresh)) return Error{Errc::fresh_token_required, name(Claim::fresh)};
  bool const has_login = verified_->has(Claim::auth_time);
  if (!within && !has_login) return {};
  std::optional<std::int64_t> const login = verified_->integer(has_login ? Claim::auth_time : Claim::iat);
  if (has_login && !login) return Error{Errc::invalid_claim, name(Claim::auth_time)};
  std::optional<std::int64_t> const age = within ? within->age().count() : fresh_for(*verified_, *login);
  if (!within && !age) return {};
  std::int64_t const now = authority_->now().time_since_epoch().count();
  std::int64_t const latest = now + authority_->settings().decode_leeway.count();
  bool const is_fresh = login && *login <= latest && *login >= now - *age;
  if (!is_fresh) return Error{Errc::fresh_token_required, name(Claim::fresh)};
  return {};
}

Result<void> AuthJWT::check_csrf(std::string_view sent) const {
  std::string_view const claim = name(Claim::csrf);
  if (!verified_->has(Claim::csrf)) return Error{Errc::missing_claim, claim};
  std::optional<std::string_view> const signed_value = verified_->text(Claim::csrf);
  if (!signed_value) return Error{Errc::invalid_claim, claim};
  if (!equal_in_constant_time(*signed_value, sent)) return Error{Errc::csrf_mismatch, claim};
  return {};
}

/// The client is told that the value is missing or wrong; what it should have been sent in is for the service's people.
void AuthJWT::log_csrf(Error const& error, Guard const& guard, TokenFrom from) const {
  if (error.error_class() != ErrorClass::CSRFError) return;
  if (error.code() == Errc::origin_not_allowed) return log_origin();
  TokenNames const names = names_of(guard.type, authority_->settings());
  bool const is_websocket = from.kind() == TokenFrom::Kind::websocket_cookies;
  authority_->log(LogLevel::warning,
                  error.message() + ": expected the value of the cookie " + names.csrf_cookie +
                      (is_websocket ? " in the query of the WebSocket" : " in the header " + names.csrf_header) +
                      ", beside the cookie " + names.cookie);
}

void AuthJWT::log_origin() const {
  http::HeaderValues const origin = request_->header("Origin");
  std::string const sent = origin.size() == 1 ? printable(origin[0]) : std::to_string(origin.size()) + " of them";
  authority_->log(LogLevel::warning, "cookies of a WebSocket refused for the header Origin (" + sent +
                                         "): it must be there once, and name one of authjwt_websocket_origins");
}

Result<void> AuthJWT::find_user() {
  UserLookup const& lookup = authority_->hooks().user_lookup_loader;
  if (!lookup || user_ != nullptr) return {};
  Result<std::shared_ptr<void const>> found =
      called(*authority_, "user_lookup_loader", [&] { return lookup.find(*verified_); });
  if (!found) return found.error();
  if (*found == nullptr) return Error{Errc::user_not_found, name(Claim::sub)};
  user_ = *std::move(found);
  return {};
}

void const* AuthJWT::user_of_type(std::type_index type) const {
  UserLookup const& lookup = authority_->hooks().user_lookup_loader;
  if (!lookup) throw std::logic_error{"current_user() called without Hooks::user_lookup_loader"};
  if (lookup.type() != type)
    throw std::logic_error{"current_user() called for another type than user_lookup_loader finds"};
  return let_in_ ? user_.get() : nullptr;
}

MaybePointer<VerifiedToken const> AuthJWT::get_verified_token() const noexcept {
  return let_in_ ? &*verified_ : nullptr;
}

Result<void> AuthJWT::revoke_current() {
  if (!let_in_) throw std::logic_error{"revoke_current() called where no guard has let a token in"};
  not_revoked_ = false;
  return authority_->revoke(*verified_);
}

MaybePointer<json::object const> AuthJWT::get_raw_jwt() const { return let_in_ ? &verified_->claims() : nullptr; }

json::object AuthJWT::get_raw_jwt(std::string_view token) const { return verified(token).value().claims(); }

std::string AuthJWT::get_jti(std::string_view token) const {
  VerifiedToken const verified_token = verified(token).value();
  std::optional<std::string_view> const jti = verified_token.text(Claim::jti);
  if (!jti) throw JWTDecodeError{Error{Errc::missing_claim, name(Claim::jti)}};
  return std::string{*jti};
}

/// A token that is not the request's: nothing of it is remembered. With the keys of this service alone: what another
/// issuer says of type, subject and freshness would be taken for our own word.
Result<VerifiedToken> AuthJWT::verified(std::string_view token) const {
  Result<VerifiedToken> result = authority_->validator().validate(token, authority_->keys(), authority_->now());
  if (!result) return refused(result.error(), authority_->settings());
  return result;
}

/// With the keys of this service alone: another issuer's token is none to put into a cookie of ours.
Result<VerifiedToken> AuthJWT::authenticated(std::string_view token) const {
  Result<VerifiedToken> result = authority_->validator().authenticate(token, authority_->keys());
  if (!result) return refused(result.error(), authority_->settings());
  return result;
}

Result<Maybe<Subject>> AuthJWT::try_get_jwt_subject() const {
  if (!let_in_) return Maybe<Subject>{};
  Result<Subject> subject = verified_->subject();
  if (!subject) return refused(subject.error(), authority_->settings());
  return Maybe<Subject>{std::move(*subject)};
}

Maybe<std::string> AuthJWT::get_jwt_issuer() const {
  if (!let_in_) return std::nullopt;
  return std::string{issuer_of(*verified_, authority_->settings())};
}

Maybe<Subject> AuthJWT::get_jwt_subject() const { return try_get_jwt_subject().value(); }

json::object AuthJWT::get_unverified_jwt_headers() const {
  if (let_in_) return get_unverified_jwt_headers(verified_->compact());
  Result<FoundToken> const found = find_token(request_, *authority_, access, {});
  if (!found) throw_exception_from_error(refused(found.error(), authority_->settings()), BOOST_CURRENT_LOCATION);
  return get_unverified_jwt_headers(found->text());
}

json::object AuthJWT::get_unverified_jwt_headers(std::string_view token) const {
  Result<json::object> const header = jws::read_header(token, authority_->validator().policy().limits);
  if (!header) throw_exception_from_error(refused(header.error(), authority_->settings()), BOOST_CURRENT_LOCATION);
  return *header;
}

}  // namespace authjwt
