#include "scope_request.hpp"

#include "base/ascii.hpp"
#include "python_values.hpp"

#include <cstddef>
#include <utility>

namespace authjwt::binding {
namespace {

namespace py = pybind11;

PyObject* interned(char const* text) {
  PyObject* const name = PyUnicode_InternFromString(text);
  if (name == nullptr) throw py::error_already_set{};
  return name;
}

/// The names that are looked up for every request; they live as long as the process.
struct Names {
  PyObject* scope = interned("scope");
  PyObject* headers = interned("headers");
  PyObject* method = interned("method");
};
Names const& names() {
  static Names const kNames;
  return kNames;
}

/// A borrowed reference; null where there is none.
py::handle item(py::handle dict, PyObject* name) {
  PyObject* const found = PyDict_GetItemWithError(dict.ptr(), name);
  if (found == nullptr && PyErr_Occurred() != nullptr) throw py::error_already_set{};
  return found;
}

std::string_view bytes_of(py::handle value) {
  if (!PyBytes_Check(value.ptr())) throw py::type_error{"the headers of an ASGI scope must be pairs of bytes"};
  return {PyBytes_AS_STRING(value.ptr()), static_cast<std::size_t>(PyBytes_GET_SIZE(value.ptr()))};
}

/// Any iterable is allowed and may be read but once: as Starlette does, the list takes its place.
py::object as_list(py::handle scope, py::handle headers) {
  if (PyList_Check(headers.ptr()) || PyTuple_Check(headers.ptr())) return py::reinterpret_borrow<py::object>(headers);
  py::object list = owned(PySequence_List(headers.ptr()));
  if (PyDict_SetItem(scope.ptr(), names().headers, list.ptr()) != 0) throw py::error_already_set{};
  return list;
}

}  // namespace

ScopeRequest::ScopeRequest(py::handle connection, bool shows_origin) {
  if (connection.is_none()) return;
  py::object const scope = owned(PyObject_GetAttr(connection.ptr(), names().scope));
  if (!PyDict_Check(scope.ptr())) throw py::type_error{"the ASGI scope of a request must be a dict"};
  read_method(item(scope, names().method));
  if (py::handle const headers = item(scope, names().headers)) {
    read_headers(as_list(scope, headers), shows_origin);
  }
}

/// A WebSocket has none.
void ScopeRequest::read_method(py::handle method) {
  if (!method) return;
  method_object_ = py::reinterpret_borrow<py::object>(method);
  Py_ssize_t size = 0;
  char const* const text = PyUnicode_AsUTF8AndSize(method.ptr(), &size);
  if (text == nullptr) throw py::error_already_set{};
  method_ = {text, static_cast<std::size_t>(size)};
}

void ScopeRequest::read_headers(py::handle headers, bool shows_origin) {
  fields_.reserve(static_cast<std::size_t>(PySequence_Fast_GET_SIZE(headers.ptr())));
  for (Py_ssize_t at = 0; at < PySequence_Fast_GET_SIZE(headers.ptr()); ++at) {
    PyObject* const pair = PySequence_Fast_GET_ITEM(headers.ptr(), at);
    bool const is_sequence = PyTuple_Check(pair) || PyList_Check(pair);
    if (!is_sequence || PySequence_Fast_GET_SIZE(pair) != 2) {
      throw py::type_error{"the headers of an ASGI scope must be pairs of bytes"};
    }
    py::handle const name = PySequence_Fast_GET_ITEM(pair, 0);
    py::handle const value = PySequence_Fast_GET_ITEM(pair, 1);
    if (!shows_origin && equal_ignoring_case(bytes_of(name), "origin")) continue;
    fields_.push_back({py::reinterpret_borrow<py::object>(name), py::reinterpret_borrow<py::object>(value),
                       bytes_of(name), bytes_of(value)});
  }
}

http::HeaderValues ScopeRequest::header(std::string_view name) const {
  http::HeaderValues values;
  for (Field const& field : fields_) {
    if (field.name_bytes.size() == name.size() && equal_ignoring_case(field.name_bytes, name)) {
      values.push_back(field.value_bytes);
    }
  }
  return values;
}

}  // namespace authjwt::binding
