#pragma once

#include <authjwt/adapters/endpoint.hpp>
#include <authjwt/auth/authority.hpp>
#include <authjwt/http/answer.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace authjwt {

/// Routes of a service and the handlers behind them, without any framework: an adapter asks it for the answer.
///
///     Routes routes{authority};
///     routes.post("/login", [](User const& user, AuthJWT& authorize) { ... });
///     routes.get("/claims", [](AuthJWT& authorize) { ... });
///
/// What a handler may take and give is told at `make_endpoint`. Filled by one thread first; then `answer` may be called
/// from any thread at once. The authority must outlive it.
class Routes {
 public:
  explicit Routes(Authority const& authority) noexcept : authority_{&authority} {}

  /// Adds a route. Paths are compared whole; methods are case-sensitive (RFC 9110 9.1).
  /// Throws `std::invalid_argument` for a path without `/` in front, a method that is no token, a handler that is
  /// empty, the same method and path twice.
  template <class Handler>
  Routes& add(std::string_view method, std::string_view path, Handler handler) {
    return add_endpoint(method, path, make_endpoint(std::move(handler)));
  }
  template <class Handler>
  Routes& get(std::string_view path, Handler handler) {
    return add("GET", path, std::move(handler));
  }
  template <class Handler>
  Routes& post(std::string_view path, Handler handler) {
    return add("POST", path, std::move(handler));
  }
  template <class Handler>
  Routes& put(std::string_view path, Handler handler) {
    return add("PUT", path, std::move(handler));
  }
  template <class Handler>
  Routes& patch(std::string_view path, Handler handler) {
    return add("PATCH", path, std::move(handler));
  }
  template <class Handler>
  Routes& del(std::string_view path, Handler handler) {
    return add("DELETE", path, std::move(handler));
  }

  /// The answer to `request`; `path` is without the query. 404 for an unknown path, 405 with `Allow` for a method the
  /// path does not have (HEAD too, as in FastAPI), else what `answer_with` gives.
  [[nodiscard]] http::RenderedAnswer answer(http::Request const& request, std::string_view path,
                                            std::string_view body) const noexcept;

  [[nodiscard]] Authority const& authority() const noexcept { return *authority_; }

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

  Routes& add_endpoint(std::string_view method, std::string_view path, Endpoint endpoint);

  Authority const* authority_;
  std::unordered_map<std::string, Path, Hash, std::equal_to<>> paths_;
};

}  // namespace authjwt
