#include <authjwt/adapters/detail/websocket_route.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace authjwt::detail {
namespace {

using enum WebSocketLocation;
using Places = std::vector<WebSocketLocation>;

constexpr std::string_view kToken = "{token}";
constexpr std::chrono::hours kLongest{24};

[[noreturn]] void refuse(WebSocketRoute const& route, std::string_view what) {
  throw std::invalid_argument{route.name + ": " + std::string{what}};
}

bool has(WebSocketRoute const& route, WebSocketLocation place) {
  return std::ranges::find(route.options.from, place) != route.options.from.end();
}

/// Whether one whole segment, and nothing else in curly braces, is `{token}`.
bool has_token_segment(std::string_view path) {
  std::size_t const at = path.find(kToken);
  if (at == std::string_view::npos || path[at - 1] != '/') return false;
  std::string_view const rest = path.substr(at + kToken.size());
  return rest.empty() || rest.starts_with('/');
}

void check_path(WebSocketRoute const& route) {
  std::string_view const path = route.path;
  if (!path.starts_with('/')) refuse(route, "a path begins with /");
  if (path.find_first_of("?#") != std::string_view::npos) refuse(route, "a path has no query and no fragment");
  auto const braces = std::ranges::count_if(path, [](char c) { return c == '{' || c == '}'; });
  bool const has_token = has_token_segment(path);
  if (braces != (has_token ? 2 : 0)) refuse(route, "in a path only one whole segment may be {token}");
  if (has_token != has(route, WebSocketLocation::path)) {
    refuse(route, "the place WebSocketLocation::path and the segment {token} need each other");
  }
}

void check_rule(WebSocketRoute const& route) {
  Places const& from = route.options.from;
  if (!route.rule.locations().empty()) refuse(route, "the places of a WebSocket stand in WebSocketOptions::from");
  if (route.rule.kind() == Rule::Kind::public_) {
    if (!from.empty()) refuse(route, "its rule is public, so no token is looked for in WebSocketOptions::from");
    return;
  }
  if (from.empty()) refuse(route, "WebSocketOptions::from names no place for its token");
  auto const first = std::ranges::find(from, first_message);
  if (first == from.end()) return;
  if (first + 1 != from.end()) refuse(route, "first_message stands last in WebSocketOptions::from");
  if (!route.rule.needs_token()) refuse(route, "nobody can know whether a first message without need is still to come");
}

void check_options(WebSocketRoute const& route) {
  WebSocketOptions const& options = route.options;
  if (options.query_name.empty() || options.csrf_query_name.empty()) refuse(route, "a name for the query is empty");
  for (auto const& [name, time] :
       {std::pair{"first_message_within", options.first_message_within}, std::pair{"ping_every", options.ping_every},
        std::pair{"close_within", options.close_within}}) {
    if (time.count() <= 0 || time > kLongest) refuse(route, std::string{name} + " is between 1 ms and 24 h");
  }
  if (options.max_message_size == 0) refuse(route, "max_message_size is 0");
  if (options.max_queued == 0) refuse(route, "max_queued is 0");
  auto const& [on_open, on_message, on_binary, on_close] = route.handler;
  if (!on_open && !on_message && !on_binary && !on_close) refuse(route, "the handler is empty");
}

/// What may work and should not be: refused where the settings are strict, else told once.
void warn(Authority const& authority, WebSocketRoute const& route, std::string_view what) {
  if (authority.settings().strict) refuse(route, what);
  authority.log(LogLevel::warning, route.name + ": " + std::string{what});
}

void warn_of_places(Authority const& authority, WebSocketRoute const& route) {
  if (has(route, query) || has(route, path)) {
    warn(authority, route, "a token in the query or the path ends up in the logs of servers and proxies");
  }
  Settings const& settings = authority.settings();
  if (has(route, cookies) && settings.websocket_origins.empty() && !settings.websocket_without_origin) {
    warn(authority, route, "authjwt_websocket_origins is empty, so cookies let nobody in");
  }
}

/// What stands in `path` for the `{token}` of `pattern`; empty where it does not fit.
std::string_view token_in(std::string_view path, std::string_view pattern) {
  std::size_t const at = pattern.find(kToken);
  if (at == std::string_view::npos) return {};
  std::string_view const end = pattern.substr(at + kToken.size());
  if (path.size() <= at + end.size() || !path.starts_with(pattern.substr(0, at)) || !path.ends_with(end)) return {};
  std::string_view const token = path.substr(at, path.size() - at - end.size());
  return token.find('/') == std::string_view::npos ? token : std::string_view{};
}

bool is_exactly_at(WebSocketRoute const& route, std::string_view path) {
  return path == route.path && !has(route, WebSocketLocation::path);
}

}  // namespace

bool is_at(WebSocketRoute const& route, std::string_view path) {
  return is_exactly_at(route, path) || !token_in(path, route.path).empty();
}

void WebSocketRoutes::add(Authority const& authority, WebSocketRoute route) {
  route.name = "WebSocket " + route.path;
  check_path(route);
  check_rule(route);
  check_options(route);
  if (std::ranges::any_of(routes_, [&](auto const& other) { return other->path == route.path; })) {
    refuse(route, "there already");
  }
  warn_of_places(authority, route);
  routes_.push_back(std::make_shared<WebSocketRoute const>(std::move(route)));
}

std::optional<WebSocketMatch> WebSocketRoutes::find(std::string_view path) const {
  auto found = std::ranges::find_if(routes_, [&](auto const& route) { return is_exactly_at(*route, path); });
  if (found == routes_.end()) {
    found = std::ranges::find_if(routes_, [&](auto const& route) { return is_at(*route, path); });
  }
  if (found == routes_.end()) return std::nullopt;
  return WebSocketMatch{*found, token_in(path, (*found)->path)};
}

std::string WebSocketRoutes::names() const {
  std::string names;
  for (auto const& route : routes_) names += (names.empty() ? "" : ", ") + route->name;
  return names;
}

}  // namespace authjwt::detail
