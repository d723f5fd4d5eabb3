#include "handle.hpp"

#include "claims_dict.hpp"
#include "errors.hpp"
#include "python_values.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace authjwt::binding {
namespace {

namespace py = pybind11;

constexpr char const* kTokenType = "token must be a string";

Result<void> run(AuthJWT& authorize, Guard guard, TokenFrom from) {
  switch (guard) {
    case Guard::required: return authorize.try_jwt_required(from);
    case Guard::optional: return authorize.try_jwt_optional(from);
    case Guard::refresh: return authorize.try_jwt_refresh_token_required(from);
    case Guard::fresh: return authorize.try_fresh_jwt_required(from);
  }
  return Error{Errc::unavailable};  // no such guard: refuse
}

}  // namespace

Handle::Visit::Visit(EnginePointer served_by, py::handle from)
    : engine{std::move(served_by)},
      connection{py::reinterpret_borrow<py::object>(from)},
      request{from, !engine->authority().settings().websocket_origins.empty()},
      authorize{engine->authority(), request} {}

/// The visit goes on where settings and request are the same: a token that has been verified is not verified again.
std::unique_ptr<Handle::Visit> Handle::take(EnginePointer const& engine, py::handle from) {
  std::unique_ptr<Visit> visit = std::move(visit_);
  if (visit != nullptr && visit->engine == engine && visit->connection.is(from)) return visit;
  return std::make_unique<Visit>(engine, from);
}

void Handle::call(EnginePointer const& engine, Guard guard, py::handle from, TokenFrom where) {
  std::unique_ptr<Visit> visit = take(engine, from);
  Engine::forget_raised();
  MaybeWithoutGil without = engine->without_gil();
  Result<void> const answer = run(visit->authorize, guard, where);
  without.reset();
  engine->settle(answer, visit->authorize.get_verified_token() != nullptr);
  visit_ = std::move(visit);
}

void Handle::guard(EnginePointer const& engine, Guard guard) {
  bool const stands_for_header = !given.is_none() && engine->authority().locations().contains(Location::headers);
  if (!stands_for_header) return call(engine, guard, connection, {});
  py::object const token = given;  // another thread may set it while this one is without the GIL
  call(engine, guard, connection, WebSocketToken{view_of(token, kTokenType)});
}

void Handle::guard_token(EnginePointer const& engine, Guard guard, py::handle token) {
  call(engine, guard, py::none(), WebSocketToken{view_of(token, kTokenType)});
}

void Handle::guard_cookies(EnginePointer const& engine, Guard guard, py::handle websocket, py::handle csrf_token) {
  if (csrf_token.is_none()) return call(engine, guard, websocket, Location::cookies);
  call(engine, guard, websocket, WebSocketCookies{view_of(csrf_token, "csrf_token must be a string")});
}

py::object Handle::raw_jwt() const {
  if (visit_ == nullptr) return py::none();
  VerifiedToken const* const token = visit_->authorize.get_verified_token();
  if (token == nullptr) return py::none();
  // Making containers may run finalizers, and with them another guard on this handle, which frees the token.
  std::string const text{token->json_text()};
  return claims_dict(text);
}

py::object Handle::subject() const {
  if (visit_ == nullptr) return py::none();
  Result<Maybe<Subject>> const subject = visit_->authorize.try_get_jwt_subject();
  if (!subject) raise(subject.error());
  return subject->has_value() ? to_python((*subject)->to_json()) : py::none();
}

py::object Handle::token() const {
  if (!given.is_none() || visit_ == nullptr) return given;
  VerifiedToken const* const token = visit_->authorize.get_verified_token();
  return token == nullptr ? given : to_text(token->compact());
}

py::object Handle::unverified_headers(EnginePointer const& engine) const {
  if (!given.is_none()) return engine->unverified_headers(given);
  if (visit_ != nullptr) return to_python(visit_->authorize.get_unverified_jwt_headers());
  return to_python(Visit{engine, connection}.authorize.get_unverified_jwt_headers());
}

int Handle::traverse(visitproc visit, void* arg) const {
  Py_VISIT(connection.ptr());
  Py_VISIT(response.ptr());
  Py_VISIT(given.ptr());
  if (visit_ != nullptr) Py_VISIT(visit_->connection.ptr());
  return 0;
}

void Handle::clear() {
  connection = response = given = py::none();
  visit_.reset();
}

}  // namespace authjwt::binding
