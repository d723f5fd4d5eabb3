#include "errors.hpp"

#include "python_values.hpp"

#include <authjwt/auth/exceptions.hpp>

#include <pybind11/pybind11.h>

#include <array>
#include <cstddef>
#include <exception>
#include <new>
#include <utility>

namespace authjwt::binding {
namespace {

namespace py = pybind11;

struct Row {
  ErrorClass error_class;
  char const* name;
};
constexpr std::array kRows = {
    Row{ErrorClass::InvalidHeaderError, "InvalidHeaderError"},
    Row{ErrorClass::JWTDecodeError, "JWTDecodeError"},
    Row{ErrorClass::CSRFError, "CSRFError"},
    Row{ErrorClass::MissingTokenError, "MissingTokenError"},
    Row{ErrorClass::RevokedTokenError, "RevokedTokenError"},
    Row{ErrorClass::AccessTokenRequired, "AccessTokenRequired"},
    Row{ErrorClass::RefreshTokenRequired, "RefreshTokenRequired"},
    Row{ErrorClass::FreshTokenRequired, "FreshTokenRequired"},
    Row{ErrorClass::AuthUnavailable, "AuthUnavailable"},
};

/// Live as long as the process, as the module itself does.
std::array<PyObject*, kRows.size()>& classes() {
  static std::array<PyObject*, kRows.size()> loaded{};
  return loaded;
}

/// What this package never asks the engine for is refused as a check that could not be made.
py::handle class_of(ErrorClass error_class) {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (kRows[i].error_class == error_class) return classes()[i];
  }
  return classes().back();
}

/// A WebSocket is closed with a code of its own (RFC 6455 7.4.1: policy violation).
int status_of(Error const& error) noexcept {
  return error.code() == Errc::missing_websocket_token ? 1008 : error.status_code();
}

void set_raised(Error const& error) {
  py::object const raised = class_of(error.error_class())(status_of(error), to_text(error.message()));
  PyErr_SetObject(py::type::handle_of(raised).ptr(), raised.ptr());
}

void translate(std::exception_ptr thrown) {
  try {
    std::rethrow_exception(std::move(thrown));
  } catch (AuthJWTException const& e) {
    set_raised(e.error());
  }
}

}  // namespace

void load_exception_classes() {
  py::module_ const exceptions = py::module_::import("fastapi_jwt_auth.exceptions");
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    classes()[i] = py::object{exceptions.attr(kRows[i].name)}.release().ptr();
  }
  py::register_exception_translator(translate);
}

void raise_what_was_thrown() noexcept {
  try {
    throw;
  } catch (py::error_already_set& e) {
    e.restore();
  } catch (py::builtin_exception const& e) {
    e.set_error();
  } catch (AuthJWTException const& e) {
    try {
      set_raised(e.error());
    } catch (...) {  // making it runs Python, where a signal's handler or the limit of recursion may raise
      raise_what_was_thrown();
    }
  } catch (std::bad_alloc const&) {
    PyErr_NoMemory();
  } catch (std::exception const& e) {
    PyErr_SetString(PyExc_RuntimeError, e.what());
  } catch (...) {
    PyErr_SetString(PyExc_RuntimeError, "something that is no std::exception was thrown");
  }
}

void raise(Error const& error) {
  set_raised(error);
  throw py::error_already_set{};
}

}  // namespace authjwt::binding
