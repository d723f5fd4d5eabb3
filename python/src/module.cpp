// fastapi_jwt_auth._engine: what the Python package calls. It is private to that package, which says what its
// arguments mean; they are checked there.

#include "engine.hpp"
#include "errors.hpp"
#include "handle_type.hpp"
#include "python_values.hpp"

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;

namespace authjwt::binding {
namespace {

void stand_still_for_tests(std::optional<std::int64_t> seconds) {
  int const raised = PyErr_WarnEx(PyExc_RuntimeWarning,
                                  "fastapi_jwt_auth: the time of every token in this process has been set by "
                                  "stand_still_for_tests(); expired tokens may be let in",
                                  1);
  if (raised != 0) throw py::error_already_set{};
  set_time(seconds);
}

void bind_engine(py::module_& module) {
  py::class_<Engine, std::shared_ptr<Engine>>(module, "Engine")
      .def(py::init<py::handle, py::handle, py::object, std::optional<std::string>>(), py::arg("settings"),
           py::arg("secret"), py::arg("denylist_callback"), py::arg("missing_key"))
      .def_property_readonly("doubts", &Engine::doubts)
      .def("raw_jwt", &Engine::raw_jwt)
      .def("jti", &Engine::jti)
      .def("unverified_headers", &Engine::unverified_headers)
      .def("cookies", &Engine::cookies)
      .def("create", &Engine::create);
}

}  // namespace
}  // namespace authjwt::binding

PYBIND11_MODULE(_engine, module) {
  using namespace authjwt::binding;
  intern_claim_names();
  load_exception_classes();
  bind_engine(module);
  bind_handle(module);
  module.attr("REQUIRED") = static_cast<int>(Guard::required);
  module.attr("OPTIONAL") = static_cast<int>(Guard::optional);
  module.attr("REFRESH") = static_cast<int>(Guard::refresh);
  module.attr("FRESH") = static_cast<int>(Guard::fresh);
  module.def("stand_still_for_tests", &stand_still_for_tests);
}
