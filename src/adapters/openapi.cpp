#include "http/ascii.hpp"

#include <authjwt/adapters/openapi.hpp>
#include <authjwt/auth/openapi.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace authjwt {
namespace {

constexpr std::string_view kJson = "application/json";
/// Where there is no `security`, a reader takes the operation for public.
constexpr std::string_view kGuardsItself = "The handler guards itself: this document does not know whom it lets in.";

bool is_known(std::string_view method) noexcept {
  constexpr std::array<std::string_view, 8> kMethods = {"GET",     "PUT",  "POST",  "DELETE",
                                                        "OPTIONS", "HEAD", "PATCH", "TRACE"};
  return std::ranges::find(kMethods, method) != kMethods.end();
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), http::to_lower);
  return text;
}

json::object content(json::object schema) { return {{"content", {{kJson, {{"schema", std::move(schema)}}}}}}; }

json::object schema_named(std::string_view name) { return {{"$ref", "#/components/schemas/" + std::string{name}}}; }

json::object refusal(std::string_view description, json::object schema) {
  json::object response = content(std::move(schema));
  response.emplace("description", description);
  return response;
}

/// The two forms of `{"detail": ...}`: a text, or what is wrong with the body.
json::object schemas() {
  json::object const text{{"type", "string"}};
  json::object const place{{"anyOf", {text, {{"type", "integer"}}}}};
  json::object const location{{"type", "array"}, {"items", place}};
  json::object const error{{"type", "object"},
                           {"properties", {{"loc", location}, {"msg", text}, {"type", text}}},
                           {"required", {"loc", "msg", "type"}}};
  auto const with_detail = [](json::object detail) {
    json::object properties{{"detail", std::move(detail)}};
    return json::object{{"type", "object"}, {"properties", std::move(properties)}, {"required", json::array{"detail"}}};
  };
  return {{"Refusal", with_detail(text)},
          {"ValidationError", with_detail(json::object{{"type", "array"}, {"items", error}})}};
}

bool may_refuse(std::optional<Rule> const& rule) { return rule && rule->kind() != Rule::Kind::public_; }

/// A bad token is a 422 where no setting makes it a 401.
std::optional<json::object> unprocessable(RouteInfo const& info, Settings const& settings) {
  bool const for_token = may_refuse(info.rule) && !settings.www_authenticate;
  if (for_token && info.body) {
    return refusal("The token or the body cannot be used",
                   {{"anyOf", {schema_named("Refusal"), schema_named("ValidationError")}}});
  }
  if (for_token) return refusal("The token cannot be used", schema_named("Refusal"));
  if (info.body) return refusal("The body does not fit", schema_named("ValidationError"));
  return std::nullopt;
}

json::object responses(RouteInfo const& info, Settings const& settings) {
  json::object all{{"200", {{"description", "Successful response"}}}};
  if (may_refuse(info.rule)) all.emplace("401", refusal("Nobody is let in with this", schema_named("Refusal")));
  if (info.rule && !info.rule->scopes().empty()) {
    all.emplace("403", refusal("The token lacks a scope", schema_named("Refusal")));
  }
  if (auto answer = unprocessable(info, settings)) all.emplace("422", std::move(*answer));
  return all;
}

/// The places where a guarded route looks for its token.
Locations places(RouteInfo const& info, Authority const& authority) {
  if (!may_refuse(info.rule)) return {};
  Locations const own = info.rule->locations();
  return own.empty() ? authority.locations() : own;
}

void require_member(json::object& schema, std::string_view member) {
  json::array& required = schema.emplace("required", json::array{}).first->value().as_array();
  json::value const name(member);
  if (std::ranges::find(required, name) == required.end()) required.push_back(name);
}

std::optional<json::object> request_body(RouteInfo const& info, Authority const& authority) {
  Locations const from = places(info, authority);
  bool const may_have_token = from.contains(Location::json);
  if (!info.body && (!may_have_token || info.method == "GET" || info.method == "HEAD")) return std::nullopt;
  json::object schema = info.body.value_or(json::object{{"type", "object"}, {"properties", json::object{}}});
  bool const must_have_token = from == Locations{Location::json} && info.rule->needs_token();
  if (may_have_token) {
    Settings const& settings = authority.settings();
    std::string const& member =
        info.rule->kind() == Rule::Kind::refresh ? settings.refresh_json_key : settings.json_key;
    schema["properties"].as_object().emplace(member, json::object{{"type", "string"}});
    if (must_have_token) require_member(schema, member);
  }
  json::object body = content(std::move(schema));
  body.emplace("required", info.body.has_value() || must_have_token);
  return body;
}

json::object operation(RouteInfo const& info, Authority const& authority) {
  json::object out;
  if (!info.summary.empty()) out.emplace("summary", info.summary);
  if (!info.rule) out.emplace("description", kGuardsItself);
  if (auto body = request_body(info, authority)) out.emplace("requestBody", std::move(*body));
  out.emplace("responses", responses(info, authority.settings()));
  if (info.rule) out.emplace("security", openapi_security(authority.settings(), *info.rule, info.method));
  return out;
}

/// The places that rules name for themselves.
Locations places_of_rules(Routes const& routes) {
  Locations all;
  for (Location const location : {Location::headers, Location::cookies, Location::json, Location::query_string}) {
    auto const names_it = [location](RouteInfo const& info) {
      return info.rule && info.rule->locations().contains(location);
    };
    if (std::ranges::any_of(routes.infos(), names_it)) all.insert(location);
  }
  return all;
}

}  // namespace

json::object openapi(Routes const& routes, OpenApiOptions const& options) {
  json::object info{{"title", options.title}, {"version", options.version}};
  if (!options.description.empty()) info.emplace("description", options.description);
  json::object paths;
  for (RouteInfo const& route : routes.infos()) {
    bool const hidden = std::ranges::find(options.hidden_paths, route.path) != options.hidden_paths.end();
    if (hidden || !is_known(route.method)) continue;
    json::object& path = paths.emplace(route.path, json::object{}).first->value().as_object();
    path.emplace(lower(route.method), operation(route, routes.authority()));
  }
  json::object components = openapi_security(routes.authority().settings(), places_of_rules(routes));
  components.emplace("schemas", schemas());
  return {{"openapi", "3.1.0"},
          {"info", std::move(info)},
          {"paths", std::move(paths)},
          {"components", std::move(components)}};
}

}  // namespace authjwt
