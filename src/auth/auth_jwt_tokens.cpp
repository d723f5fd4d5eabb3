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

TimePoint login_of(VerifiedToken const& token, TimePoint otherwise) {
  std::optional<std::int64_t> const login = token.integer(token.has(Claim::auth_time) ? Claim::auth_time : Claim::iat);
  return login ? TimePoint{std::chrono::seconds{*login}} : otherwise;
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

/// When the person logged in whom a new token is for: now, unless a refresh token is being redeemed and no password
/// was given with it.
std::optional<TimePoint> AuthJWT::new_login(bool fresh) const {
  if (!authority_->settings().implicit_refresh_within) return std::nullopt;
  TimePoint const now = authority_->now();
  bool const is_redeeming = let_in_ && verified_->text(Claim::type) == name(TokenType::refresh);
  return is_redeeming && !fresh ? login_of(*verified_, now) : now;
}

/// The successor of the access token that was let in; nothing where it is not time, or the cap is reached.
std::optional<std::string> AuthJWT::renewed() const {
  Settings const& settings = authority_->settings();
  std::optional<TimePoint> const expires = verified_->expires_at();
  Lifetime const lifetime = settings.access_token_expires;
  TimePoint const now = authority_->now();
  if (!expires || lifetime.is_never() || *expires - now >= *settings.implicit_refresh_within) return std::nullopt;
  TimePoint const login = login_of(*verified_, now);
  TimePoint const ends = std::min(now + lifetime.seconds(), login + settings.implicit_refresh_cap);
  if (ends <= *expires || ends <= now) return std::nullopt;

  Algorithm const algorithm = verified_->algorithm();
  bool const can_sign = authority_->keys().signing_key(algorithm) != nullptr;
  json::object const claims = own_claims(verified_->claims());
  Audience const audience = audience_of(verified_->claims());
  Subject const subject = verified_->subject().value();
  json::object const no_headers;
  return write_token(*authority_, {.subject = subject,
                                   .type = TokenType::access,
                                   .fresh = verified_->is_true(Claim::fresh),
                                   .lifetime = ends - now,
                                   .algorithm = can_sign ? std::optional{algorithm} : std::nullopt,
                                   .headers = no_headers,
                                   .audience = audience,
                                   .user_claims = claims,
                                   .login = login});
}

}  // namespace authjwt
