#pragma once

#include <authjwt/adapters/cors.hpp>
#include <authjwt/adapters/detail/websocket_route.hpp>
#include <authjwt/adapters/endpoint.hpp>
#include <authjwt/adapters/websocket.hpp>
#include <authjwt/auth/authority.hpp>
#include <authjwt/auth/rule.hpp>
#include <authjwt/base/json.hpp>
#include <authjwt/base/json_schema.hpp>
#include <authjwt/http/answer.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace authjwt {

namespace detail {
class CorsPolicy;
}

/// For `Routes routes{authority, rules_required}`: no route without a rule.
struct RulesRequired {};
inline constexpr RulesRequired rules_required{};

/// What is known of a route, for its documentation.
struct RouteInfo {
  std::string method;
  std::string path;
  std::optional<Rule> rule = {};          ///< without one the handler guards itself
  std::optional<json::object> body = {};  ///< the JSON Schema of the body, where the handler takes one
  std::string summary = {};
};

/// Routes of a service and the handlers behind them, without any framework: an adapter asks it for the answer.
///
///     Routes routes{authority, rules_required};
///     routes.post("/login", Rule::public_(), [](User const& user, AuthJWT& authorize) { ... });
///     routes.get("/claims", Rule::access(), [](VerifiedToken const& token) { ... });
///
/// What a handler may take and give, and when its rule is enforced, is told at `make_endpoint`. Filled by one thread
/// first; then `answer` may be called from any thread at once. The authority must outlive it.
class Routes {
 public:
  /// Routes may have a rule; without one the handler guards itself: `authorize.jwt_required()`. Where
  /// `Settings::strict` is set, every route must have one.
  explicit Routes(Authority const& authority) noexcept
      : authority_{&authority}, rules_required_{authority.settings().strict} {}
  /// Every route must have a rule. One that has none answers nobody, and `check` tells it when the service starts.
  Routes(Authority const& authority, RulesRequired) noexcept : authority_{&authority}, rules_required_{true} {}
  explicit Routes(Authority const&& dies_at_once) = delete;
  Routes(Authority const&& dies_at_once, RulesRequired) = delete;

  /// Adds a route. Paths are compared whole, as they come, nothing decoded; methods are case-sensitive (RFC 9110 9.1).
  /// Throws `std::invalid_argument` for a path without `/` in front, a method that is no token, a handler that is
  /// empty or does not fit the rule, the same method and path twice, and where `Settings::strict` is set for a rule
  /// that looks for tokens in the query string.
  template <class Handler>
  Routes& add(std::string_view method, std::string_view path, Handler handler) {
    Endpoint endpoint = make_endpoint(std::move(handler));
    return add_route({std::string{method}, std::string{path}, {}, body_schema<Handler>()}, std::move(endpoint));
  }
  template <class Handler>
  Routes& add(std::string_view method, std::string_view path, Rule rule, Handler handler) {
    Endpoint endpoint = make_endpoint(rule, std::move(handler));
    return add_route({std::string{method}, std::string{path}, std::move(rule), body_schema<Handler>()},
                     std::move(endpoint));
  }
  // Each takes `(path, handler)` or `(path, rule, handler)`.
  template <class... RuleAndHandler>
  Routes& get(std::string_view path, RuleAndHandler... how) {
    return add("GET", path, std::move(how)...);
  }
  template <class... RuleAndHandler>
  Routes& post(std::string_view path, RuleAndHandler... how) {
    return add("POST", path, std::move(how)...);
  }
  template <class... RuleAndHandler>
  Routes& put(std::string_view path, RuleAndHandler... how) {
    return add("PUT", path, std::move(how)...);
  }
  template <class... RuleAndHandler>
  Routes& patch(std::string_view path, RuleAndHandler... how) {
    return add("PATCH", path, std::move(how)...);
  }
  template <class... RuleAndHandler>
  Routes& del(std::string_view path, RuleAndHandler... how) {
    return add("DELETE", path, std::move(how)...);
  }
  /// Adds a WebSocket behind `rule`: `routes.websocket("/ws", Rule::access(), {.from = {...}}, {.on_message = ...})`.
  /// Whatever is asked for at its path is answered by it alone. Throws `std::invalid_argument` that names the route for
  /// what `WebSocketOptions` does not allow, a path that is there already, a `{token}` in it that would take another
  /// route's path, and where `Settings::strict` is set for places that end up in logs.
  Routes& websocket(std::string_view path, Rule rule, WebSocketOptions options, WebSocketHandler handler);
  /// A line about the route that was added last, for its documentation. Throws `std::logic_error` where there is none.
  Routes& summary(std::string_view text);

  /// Lets pages of these origins, `https://app.example.com`, ask and read the answers, errors too. Without it no page
  /// of another origin can. Throws `std::invalid_argument` for what is no origin as browsers write it (RFC 6454 6.2),
  /// for `*` where cookies may come with a request, for a name that is no field's. Called again it replaces the first.
  Routes& allow_origins(std::vector<std::string> origins, CorsOptions const& options = {});

  /// Throws `std::invalid_argument` that names every route without a rule where rules are required. Adapters call it
  /// when a service starts.
  void check() const;

  /// The answer to `request`; `path` is without the query. 404 for an unknown path, 405 with `Allow` for a method the
  /// path does not have (HEAD too, as in FastAPI), else what `authjwt::answer_or_later` gives. A preflight (OPTIONS
  /// with `Origin` and `Access-Control-Request-Method`) of a path without a route for OPTIONS is 204 with `Allow`,
  /// whoever asks.
  [[nodiscard]] Answered answer_or_later(http::Request const& request, std::string_view path,
                                         std::string_view body) const noexcept;
  /// The same, waited for where it comes later.
  [[nodiscard]] http::RenderedAnswer answer(http::Request const& request, std::string_view path,
                                            std::string_view body) const noexcept {
    return answer_now(answer_or_later(request, path, body));
  }

  [[nodiscard]] Authority const& authority() const noexcept { return *authority_; }
  [[nodiscard]] detail::WebSocketRoutes const& websockets() const noexcept { return websockets_; }
  /// In the order in which they were added.
  [[nodiscard]] std::vector<RouteInfo> const& infos() const noexcept { return infos_; }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
  };
  struct Route {
    std::string method;
    std::string name;  // "GET /claims", for the log
    Endpoint endpoint;
  };
  struct Path {
    std::vector<Route> routes;  // one for each method: few, so a search from the front is fastest
    std::string allow;
  };

  template <class Handler>
  [[nodiscard]] static std::optional<json::object> body_schema();
  Routes& add_route(RouteInfo info, Endpoint endpoint);
  [[nodiscard]] Answered routed(http::Request const& request, std::string_view path, std::string_view body) const;
  [[nodiscard]] http::RenderedAnswer answer_other_method(http::Request const& request, Path const& path) const;

  Authority const* authority_;
  bool rules_required_;
  std::vector<RouteInfo> infos_;
  std::unordered_map<std::string, Path, Hash, std::equal_to<>> paths_;
  detail::WebSocketRoutes websockets_;
  std::shared_ptr<detail::CorsPolicy const> cors_;
};

template <class Handler>
std::optional<json::object> Routes::body_schema() {
  if constexpr (detail::kTakesBody<Handler>) {
    return json_schema<detail::BodyOf<Handler>>();
  } else {
    return std::nullopt;
  }
}

}  // namespace authjwt
