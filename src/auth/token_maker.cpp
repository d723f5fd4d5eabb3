#include "auth/token_maker.hpp"

#include "auth/callback.hpp"
#include "auth/token_times.hpp"
#include "auth/token_writer.hpp"

#include <functional>
#include <string_view>
#include <utility>
#include <vector>

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
                   Options const& options, Lineage const& lineage, SessionToken const* stamp) {
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
                      .lineage = lineage,
                      .stamp = stamp});
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

std::string make_access_token(Authority const& authority, Subject const& subject, AccessTokenOptions const& options,
                              Lineage const& lineage) {
  return create(authority, subject, TokenType::access, options.fresh, options, lineage, nullptr);
}

std::string make_refresh_token(Authority const& authority, Subject const& subject, RefreshTokenOptions const& options,
                               Lineage const& lineage, SessionToken const* stamp) {
  return create(authority, subject, TokenType::refresh, std::nullopt, options, lineage, stamp);
}

std::string make_renewed_token(Authority const& authority, VerifiedToken const& token, TimePoint ends) {
  bool const can_sign = authority.keys().signing_key(token.algorithm()) != nullptr;
  json::object const claims = own_claims(token.claims());
  Audience const audience = audience_of(token.claims());
  Subject const subject = token.subject().value();
  std::string_view const sid = token.text(token.has(Claim::sid) ? Claim::sid : Claim::jti).value_or(std::string_view{});
  json::object const no_headers;
  json::object merged_headers;
  return write_token(authority, {.subject = subject,
                                 .type = TokenType::access,
                                 .fresh = token.is_true(Claim::fresh),
                                 .lifetime = ends - authority.now(),
                                 .algorithm = can_sign ? std::optional{token.algorithm()} : std::nullopt,
                                 .headers = with_loaded(authority, "additional_headers_loader",
                                                        authority.hooks().additional_headers_loader, subject,
                                                        no_headers, merged_headers),
                                 .audience = audience,
                                 .user_claims = claims,
                                 .lineage = {login_of(token), std::string{sid}}});
}

}  // namespace authjwt
