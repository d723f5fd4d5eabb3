#include "adapters/cors_policy.hpp"

#include <authjwt/adapters/routes.hpp>

#include <algorithm>
#include <stdexcept>

namespace authjwt {
namespace {

bool is_method(std::string_view text) noexcept {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return (c >= 'A' && c <= 'Z') || c == '-'; });
}

std::string name_of(RouteInfo const& info) { return info.method + " " + info.path; }

void check_route(RouteInfo const& info) {
  if (!is_method(info.method)) throw std::invalid_argument{name_of(info) + ": a method is written in capital letters"};
  if (!info.path.starts_with('/')) throw std::invalid_argument{name_of(info) + ": a path begins with /"};
  if (info.path.find_first_of("?#") != std::string::npos) {
    throw std::invalid_argument{name_of(info) + ": a path has no query and no fragment"};
  }
}

/// What the settings refuse for all routes, one route may not bring back.
void check_places(Settings const& settings, RouteInfo const& info) {
  if (!settings.strict || !info.rule || !info.rule->locations().contains(Location::query_string)) return;
  throw std::invalid_argument{name_of(info) + ": a token in the query ends up in the logs of servers and proxies"};
}

/// Where `Routes::check` was not called, a route that was forgotten still lets nobody in.
http::Answer refuse_without_rule(http::Request const&, std::string_view, AuthJWT&) {
  throw std::logic_error{"the route has no rule"};
}

}  // namespace

Routes& Routes::add_route(RouteInfo info, Endpoint endpoint) {
  check_route(info);
  check_places(authority_->settings(), info);
  if (auto const match = websockets_.find(info.path)) {
    throw std::invalid_argument{name_of(info) + ": there already, as " + match->route->name};
  }
  auto& [routes, allow] = paths_[info.path];
  if (std::ranges::find(routes, info.method, &Route::method) != routes.end()) {
    throw std::invalid_argument{name_of(info) + ": there already"};
  }
  if (rules_required_ && !info.rule) endpoint = refuse_without_rule;
  routes.push_back({info.method, name_of(info), std::move(endpoint)});
  allow += (allow.empty() ? "" : ", ") + info.method;
  infos_.push_back(std::move(info));
  return *this;
}

Routes& Routes::websocket(std::string_view path, Rule rule, WebSocketOptions options, WebSocketHandler handler) {
  detail::WebSocketRoute route{.path = std::string{path},
                               .name = {},
                               .rule = std::move(rule),
                               .options = std::move(options),
                               .handler = std::move(handler)};
  auto const taken = std::ranges::find_if(infos_, [&](RouteInfo const& info) { return is_at(route, info.path); });
  if (taken != infos_.end()) {
    throw std::invalid_argument{"WebSocket " + route.path + ": there already, as " + name_of(*taken)};
  }
  websockets_.add(*authority_, std::move(route));
  return *this;
}

Routes& Routes::summary(std::string_view text) {
  if (infos_.empty()) throw std::logic_error{"there is no route that the summary could be of"};
  infos_.back().summary = text;
  return *this;
}

Routes& Routes::allow_origins(std::vector<std::string> origins, CorsOptions const& options) {
  cors_ = std::make_shared<detail::CorsPolicy const>(*authority_, std::move(origins), options);
  return *this;
}

void Routes::check() const {
  if (!rules_required_) return;
  std::string names;
  for (RouteInfo const& info : infos_) {
    if (!info.rule) names += (names.empty() ? "" : ", ") + name_of(info);
  }
  if (names.empty()) return;
  throw std::invalid_argument{"routes without a rule: " + names +
                              ". Give each one; Rule::public_() is for those that everyone may use"};
}

http::RenderedAnswer Routes::answer_other_method(http::Request const& request, Path const& path) const {
  bool const preflight = detail::is_preflight(request);
  http::RenderedAnswer answer = preflight ? http::RenderedAnswer{.status = 204} : http::rendered_error(405);
  answer.headers.emplace_back("Allow", path.allow);
  if (preflight && cors_) cors_->add_to_preflight(answer.headers, request, path.allow);
  return answer;
}

Answered Routes::routed(http::Request const& request, std::string_view path, std::string_view body) const {
  auto const found = paths_.find(path);
  if (found == paths_.end()) return http::rendered_error(404);
  auto const& routes = found->second.routes;
  auto const route = std::ranges::find(routes, request.method(), &Route::method);
  if (route == routes.end()) return answer_other_method(request, found->second);
  return authjwt::answer_or_later(*authority_, route->endpoint, route->name, request, body);
}

Answered Routes::answer_or_later(http::Request const& request, std::string_view path,
                                 std::string_view body) const noexcept {
  try {
    Answered answered = routed(request, path, body);
    if (!cors_) return answered;
    if (auto* const answer = std::get_if<http::RenderedAnswer>(&answered)) {
      cors_->add_to(answer->headers, request);
    } else {
      http::Headers headers;
      cors_->add_to(headers, request);
      std::get<LaterAnswer>(answered).add_headers(std::move(headers));
    }
    return answered;
  } catch (...) {
    authority_->log(LogLevel::error, "a request could not be answered");
    return http::rendered_error(500);
  }
}

}  // namespace authjwt
