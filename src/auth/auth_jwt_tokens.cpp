// The part of AuthJWT that makes tokens.

#include "auth/callback.hpp"
#include "auth/token_names.hpp"
#include "auth/token_writer.hpp"

#include <authjwt/auth/auth_jwt.hpp>

#include <algorithm>
#include <functional>

namespace authjwt {
namespace {

using Loader = std::function<json::object(Subject const&)>;

TimePoint at_second(std::int64_t second) noexcept { return TimePoint{std::chrono::seconds{second}}; }

/// What the loader gives, with the call's own members over it. `merged` is the storage where there is a loader.
json::object const& with_loaded(Authority const& authority, std::string_view name, Loader const& loader,
                                Subject const& subject, json::object const& own, json::object& merged) {
  if (!loader) return own;
  merged = called(authority, name, [&]() -> Result<json::object> { return loader(subject); }).value();
  for (auto const& [key, value] : own) merged.insert_or_assign(key, value);
  return merged;
}

/// What access and refresh tokens have in common.
template <class Options>
std::string create(Authority const& authority, Subject const& subject, TokenType type, std::optional<bool> fresh,
                   Options const& options, std::optional<TimePoint> login) {
  Settings const& settings = authority.settings();
  Hooks const& hooks = authority.hooks();
  Lifetime const lifetime = type == TokenType::access ? settings.access_token_expires : settings.refresh_token_expires;
  json::object merged_claims;
  json::object merged_headers;
  return write_token(authority,
                     {.subject = subject,
                      .type = type,
                      .fresh = fresh,
                      .lifetime = options.expires_time.or_setting(lifetime),
                      .algorithm = options.algorithm,
                      .headers = with_loaded(authority, "additional_headers_loader", hooks.additional_headers_loader,
                                             subject, options.headers, merged_headers),
                      .audience = options.audience,
                      .user_claims = with_loaded(authority, "additional_claims_loader", hooks.additional_claims_loader,
                                                 subject, options.user_claims.object(), merged_claims),
                      .login = login});
}

/// When the person logged in; nothing where the token does not tell, or tells a time after its own making.
std::optional<TimePoint> login_of(VerifiedToken const& token) {
  std::optional<std::int64_t> const issued = token.integer(Claim::iat);
  if (!token.has(Claim::auth_time)) return issued ? std::optional{at_second(*issued)} : std::nullopt;
  std::optional<std::int64_t> const login = token.integer(Claim::auth_time);
  if (!login || !issued || *login > *issued) return std::nullopt;
  return at_second(*login);
}

/// How long the token was made to live; nothing where it does not tell.
std::optional<std::chrono::seconds> life_of(VerifiedToken const& token) {
  std::optional<TimePoint> const expires = token.expires_at();
  std::optional<std::int64_t> const issued = token.integer(Claim::iat);
  if (!expires || !issued || *issued < 0 || *expires <= at_second(*issued)) return std::nullopt;
  return *expires - at_second(*issued);
}

Audience audience_of(json::object const& claims) {
  json::value const* aud = claims.if_contains(name(Claim::aud));
  if (aud == nullptr) return {};
  if (json::string const* one = aud->if_string()) return Audience(std::string_view{*one});
  std::vector<std::string> names;
  if (json::array const* list = aud->if_array()) {
    for (json::value const& item : *list) names.emplace_back(std::string_view{item.as_string()});
  }
  return Audience{std::move(names)};
}

json::object own_claims(json::object const& claims) {
  json::object own;
  for (auto const& [name, value] : claims) {
    if (!find_claim(name)) own.emplace(name, value);
  }
  return own;
}

}  // namespace

std::string AuthJWT::create_access_token(Subject const& subject, AccessTokenOptions const& options) const {
  return create(*authority_, subject, TokenType::access, options.fresh, options, new_login(options.fresh));
}

std::string AuthJWT::create_refresh_token(Subject const& subject, RefreshTokenOptions const& options) const {
  return create(*authority_, subject, TokenType::refresh, std::nullopt, options, new_login(false));
}

/// When the person logged in whom a new token is for: now, unless the request has shown a token and no password was
/// given with it. A login that cannot be told lies in 1970, where it is neither fresh nor renewed.
std::optional<TimePoint> AuthJWT::new_login(bool fresh) const {
  if (!authority_->settings().implicit_refresh_within) return std::nullopt;
  return let_in_ && !fresh ? login_of(*verified_).value_or(TimePoint{}) : authority_->now();
}

/// When the successor of the access token that was let in ends; nothing where it is not time for one, or the cap is
/// reached. A token that was made short stays short.
std::optional<TimePoint> AuthJWT::renewed_until() const {
  Settings const& settings = authority_->settings();
  std::optional<TimePoint> const expires = verified_->expires_at();
  std::optional<TimePoint> const login = login_of(*verified_);
  std::optional<std::chrono::seconds> const life = life_of(*verified_);
  TimePoint const now = authority_->now();
  if (!login || !life || *expires - now >= *settings.implicit_refresh_within) return std::nullopt;
  TimePoint const ends =
      std::min(now + std::min(*life, settings.access_token_expires.seconds()), *login + settings.implicit_refresh_cap);
  if (ends <= *expires || ends <= now) return std::nullopt;
  return ends;
}

std::string AuthJWT::renewed(TimePoint ends) const {
  Algorithm const algorithm = verified_->algorithm();
  bool const can_sign = authority_->keys().signing_key(algorithm) != nullptr;
  json::object const claims = own_claims(verified_->claims());
  Audience const audience = audience_of(verified_->claims());
  Subject const subject = verified_->subject().value();
  json::object const no_headers;
  json::object merged_headers;
  return write_token(*authority_, {.subject = subject,
                                   .type = TokenType::access,
                                   .fresh = verified_->is_true(Claim::fresh),
                                   .lifetime = ends - authority_->now(),
                                   .algorithm = can_sign ? std::optional{algorithm} : std::nullopt,
                                   .headers = with_loaded(*authority_, "additional_headers_loader",
                                                          authority_->hooks().additional_headers_loader, subject,
                                                          no_headers, merged_headers),
                                   .audience = audience,
                                   .user_claims = claims,
                                   .login = login_of(*verified_),
                                   .sid = verified_->text(verified_->has(Claim::sid) ? Claim::sid : Claim::jti)});
}

}  // namespace authjwt
