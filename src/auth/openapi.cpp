#include "auth/extractor.hpp"
#include "auth/settings_check.hpp"
#include "auth/token_names.hpp"

#include <authjwt/auth/openapi.hpp>

#include <array>
#include <string>

namespace authjwt {
namespace {

constexpr std::array kTypes = {TokenType::access, TokenType::refresh};

std::string scheme_name(TokenType type, std::string_view what) {
  return (type == TokenType::access ? "Access" : "Refresh") + std::string{what};
}

json::object api_key(std::string_view in, std::string_view name, std::string_view description) {
  return {{"type", "apiKey"}, {"in", in}, {"name", name}, {"description", description}};
}

/// HTTP's own scheme where a client that knows it sends what the guard takes: the guard compares the type's case.
json::object header_scheme(Settings const& settings) {
  if (settings.header_name == "Authorization" && settings.header_type == "Bearer") {
    return {{"type", "http"}, {"scheme", "bearer"}, {"bearerFormat", "JWT"}};
  }
  std::string const form = settings.header_type.empty() ? "<JWT>" : settings.header_type + " <JWT>";
  return api_key("header", settings.header_name, "The token, as: " + form);
}

void add_cookie_schemes(json::object& schemes, Settings const& settings, TokenType type) {
  TokenNames const names = names_of(type, settings);
  schemes.emplace(scheme_name(type, "Cookie"), api_key("cookie", names.cookie, "The browser sends it by itself"));
  if (!settings.cookie_csrf_protect) return;
  schemes.emplace(scheme_name(type, "CSRF"),
                  api_key("header", names.csrf_header, "The value of the cookie " + names.csrf_cookie));
}

/// OpenAPI has no scheme for a member of the body, and an operation without one reads as public: of the schemes that
/// it has, this one promises the least that is not so.
json::object json_scheme(Settings const& settings, TokenType type) {
  std::string const description =
      "Not in the header: the token is the member `" + names_of(type, settings).json_key + "` of the JSON body";
  return {{"type", "http"}, {"scheme", "bearer"}, {"bearerFormat", "JWT"}, {"description", description}};
}

/// What `rule` needs of the token at `location`.
json::object requirement(Settings const& settings, Rule const& rule, Location location, std::string_view method) {
  TokenType const type = rule.kind() == Rule::Kind::refresh ? TokenType::refresh : TokenType::access;
  json::array const scopes(rule.scopes().begin(), rule.scopes().end());
  switch (location) {
    case Location::headers: return {{scheme_name(type, "Token"), scopes}};
    case Location::query_string: return {{scheme_name(type, "Query"), scopes}};
    case Location::json: return {{scheme_name(type, "Json"), scopes}};
    case Location::cookies: break;
  }
  json::object cookie{{scheme_name(type, "Cookie"), scopes}};
  if (needs_csrf(method, settings)) cookie.emplace(scheme_name(type, "CSRF"), json::array{});
  return cookie;
}

}  // namespace

json::object openapi_security(Settings const& settings, Locations besides) {
  Locations locations = locations_of(settings);
  for (Extractor const& extractor : extractors()) {
    if (besides.contains(extractor.location)) locations.insert(extractor.location);
  }
  json::object schemes;
  for (TokenType const type : kTypes) {
    if (locations.contains(Location::headers)) schemes.emplace(scheme_name(type, "Token"), header_scheme(settings));
    if (locations.contains(Location::cookies)) add_cookie_schemes(schemes, settings, type);
    if (locations.contains(Location::json)) schemes.emplace(scheme_name(type, "Json"), json_scheme(settings, type));
    if (locations.contains(Location::query_string)) {
      schemes.emplace(scheme_name(type, "Query"), api_key("query", settings.query_string_name, "The token"));
    }
  }
  return {{"securitySchemes", std::move(schemes)}};
}

json::array openapi_security(Settings const& settings, Rule const& rule, std::string_view method) {
  json::array alternatives;
  if (rule.kind() == Rule::Kind::public_) return alternatives;
  Locations const locations = rule.locations().empty() ? locations_of(settings) : rule.locations();
  for (Extractor const& extractor : extractors()) {
    if (!locations.contains(extractor.location)) continue;
    alternatives.push_back(requirement(settings, rule, extractor.location, method));
  }
  if (rule.kind() == Rule::Kind::optional) alternatives.push_back(json::object{});
  return alternatives;
}

}  // namespace authjwt
