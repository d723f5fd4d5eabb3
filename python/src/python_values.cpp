#include "python_values.hpp"

#include <authjwt/token/claims.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace authjwt::binding {
namespace {

namespace py = pybind11;

constexpr std::size_t kMaxDepth = json::Limits{}.max_depth;

/// Live as long as the process, as the module itself does.
std::array<PyObject*, kClaimNames.size()>& claim_names() {
  static std::array<PyObject*, kClaimNames.size()> names{};
  return names;
}

py::object to_list(json::array const& array) {
  py::object list = owned(PyList_New(static_cast<Py_ssize_t>(array.size())));
  Py_ssize_t at = 0;
  for (json::value const& item : array) PyList_SET_ITEM(list.ptr(), at++, to_python(item).release().ptr());
  return list;
}

json::value value_from(py::handle value, std::size_t depth);

void check_depth(std::size_t depth) {
  if (depth > kMaxDepth) throw py::value_error{"more than " + std::to_string(kMaxDepth) + " levels of JSON"};
}

json::string text_from(py::handle text) {
  Py_ssize_t size = 0;
  char const* const data = PyUnicode_AsUTF8AndSize(text.ptr(), &size);
  if (data == nullptr) throw py::error_already_set{};
  return json::string(data, static_cast<std::size_t>(size));
}

json::value integer_from(py::handle value) {
  int overflow = 0;
  std::int64_t const integer = PyLong_AsLongLongAndOverflow(value.ptr(), &overflow);
  if (overflow == 0) return json::value(integer);
  std::uint64_t const large = overflow > 0 ? PyLong_AsUnsignedLongLong(value.ptr()) : 0;
  if (overflow < 0 || PyErr_Occurred() != nullptr) {
    PyErr_Clear();
    throw py::value_error{"an integer outside 64 bits"};
  }
  return json::value(large);
}

/// The name that Python's `json` writes for a key that is no text.
json::string name_from(py::handle key) {
  if (PyUnicode_Check(key.ptr())) return text_from(key);
  if (key.is_none()) return "null";
  if (PyBool_Check(key.ptr())) return key.ptr() == Py_True ? "true" : "false";
  // The repr of the number, not that of a class made of it: as Python's `json`, and it runs no Python code.
  if (PyLong_Check(key.ptr())) return text_from(owned(PyLong_Type.tp_repr(key.ptr())));
  if (PyFloat_Check(key.ptr())) return text_from(owned(PyFloat_Type.tp_repr(key.ptr())));
  throw py::type_error{"keys must be str, int, float, bool or None, not " + std::string{Py_TYPE(key.ptr())->tp_name}};
}

json::object object_from(py::handle dict, std::size_t depth) {
  check_depth(depth);
  json::object object;
  object.reserve(static_cast<std::size_t>(PyDict_Size(dict.ptr())));
  PyObject* key = nullptr;
  PyObject* value = nullptr;
  for (Py_ssize_t at = 0; PyDict_Next(dict.ptr(), &at, &key, &value) != 0;) {
    object.insert_or_assign(name_from(key), value_from(value, depth));
  }
  return object;
}

json::array array_from(py::handle sequence, std::size_t depth) {
  check_depth(depth);
  json::array array;
  // By index: nothing here runs Python code that could change the list, and a list that shrank would still be safe.
  for (Py_ssize_t at = 0; at < PySequence_Fast_GET_SIZE(sequence.ptr()); ++at) {
    array.push_back(value_from(PySequence_Fast_GET_ITEM(sequence.ptr(), at), depth));
  }
  return array;
}

json::value value_from(py::handle value, std::size_t depth) {
  PyObject* const object = value.ptr();
  if (PyUnicode_Check(object)) return json::value(text_from(value));
  if (PyBool_Check(object)) return json::value(object == Py_True);
  if (PyLong_Check(object)) return integer_from(value);
  if (PyFloat_Check(object)) return json::value(PyFloat_AS_DOUBLE(object));
  if (value.is_none()) return json::value(nullptr);
  if (PyDict_Check(object)) return json::value(object_from(value, depth + 1));
  if (PyList_Check(object) || PyTuple_Check(object)) return json::value(array_from(value, depth + 1));
  throw py::type_error{"Object of type " + std::string{Py_TYPE(object)->tp_name} + " is not JSON serializable"};
}

}  // namespace

void intern_claim_names() {
  for (std::size_t i = 0; i < kClaimNames.size(); ++i) {
    claim_names()[i] = PyUnicode_InternFromString(std::string{kClaimNames[i]}.c_str());
    if (claim_names()[i] == nullptr) throw py::error_already_set{};
  }
}

py::object owned(PyObject* created) {
  if (created == nullptr) throw py::error_already_set{};
  return py::reinterpret_steal<py::object>(created);
}

py::object text_object(std::string_view text) {
  return owned(PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), nullptr));
}

py::object member_name(std::string_view name) {
  std::optional<Claim> const claim = find_claim(name);
  if (!claim) return text_object(name);
  return py::reinterpret_borrow<py::object>(claim_names()[static_cast<std::size_t>(*claim)]);
}

py::object to_python(json::value const& value) {
  switch (value.kind()) {
    case boost::json::kind::null: return py::none();
    case boost::json::kind::bool_: return py::bool_(value.get_bool());
    case boost::json::kind::int64: return owned(PyLong_FromLongLong(value.get_int64()));
    case boost::json::kind::uint64: return owned(PyLong_FromUnsignedLongLong(value.get_uint64()));
    case boost::json::kind::double_: return owned(PyFloat_FromDouble(value.get_double()));
    case boost::json::kind::string: return text_object(value.get_string());
    case boost::json::kind::array: return to_list(value.get_array());
    case boost::json::kind::object: return to_python(value.get_object());
  }
  return py::none();
}

py::object to_python(json::object const& object) {
  py::object dict = owned(PyDict_New());
  for (auto const& member : object) {
    py::object const name = member_name(member.key());
    if (PyDict_SetItem(dict.ptr(), name.ptr(), to_python(member.value()).ptr()) != 0) throw py::error_already_set{};
  }
  return dict;
}

py::str to_text(std::string_view text) {
  return py::reinterpret_steal<py::str>(
      owned(PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "replace")).release());
}

json::value from_python(py::handle value) { return value_from(value, 0); }

json::object object_from(py::handle dict) { return object_from(dict, 1); }

std::string_view view_of(py::handle text, char const* what) {
  if (PyBytes_Check(text.ptr())) {
    return {PyBytes_AS_STRING(text.ptr()), static_cast<std::size_t>(PyBytes_GET_SIZE(text.ptr()))};
  }
  if (!PyUnicode_Check(text.ptr())) throw py::type_error{what};
  Py_ssize_t size = 0;
  char const* const data = PyUnicode_AsUTF8AndSize(text.ptr(), &size);
  if (data == nullptr) throw py::error_already_set{};
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace authjwt::binding
