#include "handle_type.hpp"

#include "errors.hpp"
#include "handle.hpp"
#include "python_values.hpp"

#include <array>
#include <cstddef>
#include <memory>
#include <new>

namespace authjwt::binding {
namespace {

namespace py = pybind11;

struct HandleObject {
  PyObject base;
  Handle handle;
};

Handle& handle_of(PyObject* self) noexcept { return reinterpret_cast<HandleObject*>(self)->handle; }

/// What `body` returns, or its exception, for Python.
template <class Body>
PyObject* answer(Body body) noexcept {
  try {
    return body().release().ptr();
  } catch (...) {
    raise_what_was_thrown();
    return nullptr;
  }
}

void check_count(Py_ssize_t count, Py_ssize_t wanted) {
  if (count != wanted) throw py::type_error{"a function of _engine.Handle was called with another number of arguments"};
}

Handle::EnginePointer engine_from(PyObject* object) {
  auto engine = py::cast<std::shared_ptr<Engine>>(py::handle{object});
  if (engine == nullptr) throw py::type_error{"an engine was wanted, not None"};
  return engine;
}

Guard guard_from(PyObject* guard) {
  long const number = PyLong_AsLong(guard);
  if (number < 0 || number > static_cast<long>(Guard::fresh)) throw py::value_error{"no such guard"};
  return static_cast<Guard>(number);
}

// --- what Python calls

PyObject* begin(PyObject* self, PyObject* const* args, Py_ssize_t count) {
  return answer([&]() -> py::object {
    check_count(count, 2);
    handle_of(self).connection = py::reinterpret_borrow<py::object>(args[0]);
    handle_of(self).response = py::reinterpret_borrow<py::object>(args[1]);
    return py::none();
  });
}

PyObject* guard(PyObject* self, PyObject* const* args, Py_ssize_t count) {
  return answer([&]() -> py::object {
    check_count(count, 2);
    handle_of(self).guard(engine_from(args[0]), guard_from(args[1]));
    return py::none();
  });
}

PyObject* guard_token(PyObject* self, PyObject* const* args, Py_ssize_t count) {
  return answer([&]() -> py::object {
    check_count(count, 3);
    handle_of(self).guard_token(engine_from(args[0]), guard_from(args[1]), args[2]);
    return py::none();
  });
}

PyObject* guard_cookies(PyObject* self, PyObject* const* args, Py_ssize_t count) {
  return answer([&]() -> py::object {
    check_count(count, 4);
    handle_of(self).guard_cookies(engine_from(args[0]), guard_from(args[1]), args[2], args[3]);
    return py::none();
  });
}

PyObject* raw_jwt(PyObject* self, PyObject*) {
  return answer([&] { return handle_of(self).raw_jwt(); });
}
PyObject* subject(PyObject* self, PyObject*) {
  return answer([&] { return handle_of(self).subject(); });
}
PyObject* unverified_headers(PyObject* self, PyObject* engine) {
  return answer([&] { return handle_of(self).unverified_headers(engine_from(engine)); });
}

template <py::object Handle::*Member>
PyObject* get(PyObject* self, void*) {
  return answer([&] { return handle_of(self).*Member; });
}
template <py::object Handle::*Member>
int set(PyObject* self, PyObject* value, void*) {
  handle_of(self).*Member = value == nullptr ? py::object{py::none()} : py::reinterpret_borrow<py::object>(value);
  return 0;
}
PyObject* get_token(PyObject* self, void*) {
  return answer([&] { return handle_of(self).token(); });
}

// --- the life of an object

PyObject* make(PyTypeObject* type, PyObject*, PyObject*) {
  PyObject* const self = type->tp_alloc(type, 0);
  if (self != nullptr) new (&handle_of(self)) Handle;
  return self;
}
void destroy(PyObject* self) {
  PyTypeObject* const type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  handle_of(self).~Handle();
  type->tp_free(self);
  Py_DECREF(type);
}
int traverse(PyObject* self, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(self));
  return handle_of(self).traverse(visit, arg);
}
int clear(PyObject* self) {
  handle_of(self).clear();
  return 0;
}

using Fast = PyObject* (*)(PyObject*, PyObject* const*, Py_ssize_t);
PyMethodDef fast(char const* name, Fast function) {
  return {name, reinterpret_cast<PyCFunction>(reinterpret_cast<void*>(function)), METH_FASTCALL, nullptr};
}

}  // namespace

void bind_handle(py::module_& module) {
  static std::array methods = {
      fast("_begin", begin),
      fast("_guard", guard),
      fast("_guard_token", guard_token),
      fast("_guard_cookies", guard_cookies),
      PyMethodDef{"_raw_jwt", raw_jwt, METH_NOARGS, nullptr},
      PyMethodDef{"_subject", subject, METH_NOARGS, nullptr},
      PyMethodDef{"_unverified_headers", unverified_headers, METH_O, nullptr},
      PyMethodDef{},
  };
  static std::array attributes = {
      PyGetSetDef{"_connection", get<&Handle::connection>, set<&Handle::connection>, nullptr, nullptr},
      PyGetSetDef{"_answer", get<&Handle::response>, set<&Handle::response>, nullptr, nullptr},
      PyGetSetDef{"_presented", get_token, set<&Handle::given>, nullptr, nullptr},
      PyGetSetDef{},
  };
  static std::array slots = {
      PyType_Slot{Py_tp_new, reinterpret_cast<void*>(make)},
      PyType_Slot{Py_tp_dealloc, reinterpret_cast<void*>(destroy)},
      PyType_Slot{Py_tp_traverse, reinterpret_cast<void*>(traverse)},
      PyType_Slot{Py_tp_clear, reinterpret_cast<void*>(clear)},
      PyType_Slot{Py_tp_methods, methods.data()},
      PyType_Slot{Py_tp_getset, attributes.data()},
      PyType_Slot{},
  };
  static PyType_Spec spec{"fastapi_jwt_auth._engine.Handle", static_cast<int>(sizeof(HandleObject)), 0,
                          Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC, slots.data()};
  module.attr("Handle") = owned(PyType_FromSpec(&spec));
}

}  // namespace authjwt::binding
