#pragma once

#include "engine.hpp"
#include "scope_request.hpp"

#include <memory>

namespace authjwt::binding {

/// What one `AuthJWT` of Python has: its request, and what it has been let in with. Its functions need the GIL. Two
/// threads may share it: a guard that gives the GIL back takes what it works on out of the handle, so that nobody else
/// meets it half-made.
class Handle {
 public:
  using EnginePointer = std::shared_ptr<Engine const>;

  pybind11::object connection = pybind11::none();  ///< a Starlette `Request` or `WebSocket`
  pybind11::object response = pybind11::none();
  pybind11::object given = pybind11::none();  ///< a token that the program has set

  /// Calls `guard` on `connection`, or on the token that was set in place of the header. Raises the package's
  /// exceptions; nothing can be read then.
  void guard(EnginePointer const& engine, Guard guard);
  /// The way of a WebSocket: `token` alone, empty for none.
  void guard_token(EnginePointer const& engine, Guard guard, pybind11::handle token);
  /// The cookies of `websocket`, whose page sent `csrf_token`; `None` for a `Request`, which has a header for it.
  void guard_cookies(EnginePointer const& engine, Guard guard, pybind11::handle websocket, pybind11::handle csrf_token);

  /// The claims of the token that the last guard let in, a new `dict` each time; else `None`.
  [[nodiscard]] pybind11::object raw_jwt() const;
  /// Its subject; else `None`. Raises `JWTDecodeError` for a token without one.
  [[nodiscard]] pybind11::object subject() const;
  /// The token that was set, else the one that was let in; else `None`.
  [[nodiscard]] pybind11::object token() const;
  /// Its header, else that of the access token in `connection`, NOT verified.
  [[nodiscard]] pybind11::object unverified_headers(EnginePointer const& engine) const;

  /// For Python's collector of cycles.
  int traverse(visitproc visit, void* arg) const;
  void clear();

 private:
  /// A request, and what the engine knows of it.
  struct Visit {
    Visit(EnginePointer served_by, pybind11::handle from);

    EnginePointer engine;
    pybind11::object connection;
    ScopeRequest request;
    AuthJWT authorize;
  };
  void call(EnginePointer const& engine, Guard guard, pybind11::handle from, TokenFrom where);
  [[nodiscard]] std::unique_ptr<Visit> take(EnginePointer const& engine, pybind11::handle from);

  std::unique_ptr<Visit> visit_;
};

}  // namespace authjwt::binding
