#pragma once

#include <authjwt/adapters/websocket.hpp>
#include <authjwt/auth/authority.hpp>
#include <authjwt/auth/rule.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace authjwt::detail {

/// A route as it was added. Immutable.
struct WebSocketRoute {
  std::string path;
  std::string name;  // "WebSocket /ws", for the log
  Rule rule;
  WebSocketOptions options;
  WebSocketHandler handler;
};

/// Whether `path` is the route's, be it with something in it for `{token}`. The route need not have been checked.
[[nodiscard]] bool is_at(WebSocketRoute const& route, std::string_view path);

/// A path that was asked for, and what stands in it for `{token}`. The view is valid as long as that path.
struct WebSocketMatch {
  std::shared_ptr<WebSocketRoute const> route;
  std::string_view token;
};

/// The WebSockets of `Routes`. Filled by one thread; then `find` may be called from any thread at once.
class WebSocketRoutes {
 public:
  /// Throws `std::invalid_argument` that names the route and what is wrong.
  void add(Authority const& authority, WebSocketRoute route);
  /// Paths are compared whole, as they come; `{token}` is a segment that is not empty. A path without it goes before
  /// one with it, whichever was added first; of two with it, the first.
  [[nodiscard]] std::optional<WebSocketMatch> find(std::string_view path) const;
  /// "WebSocket /ws, WebSocket /chat"; empty where there are none.
  [[nodiscard]] std::string names() const;

 private:
  std::vector<std::shared_ptr<WebSocketRoute const>> routes_;  // few, so a search from the front is fastest
};

}  // namespace authjwt::detail
