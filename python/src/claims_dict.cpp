#include "claims_dict.hpp"

#include "base/json_reader.hpp"
#include "python_values.hpp"

#include <authjwt/auth/exceptions.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace authjwt::binding {
namespace {

namespace py = pybind11;

/// Builds Python values from the events of the strict reader.
class PythonSink {
 public:
  void begin_array() { open(PyList_New(0)); }
  void begin_object() { open(PyDict_New()); }
  void end_array(std::size_t) { close(); }
  void end_object(std::size_t) { close(); }
  void key(std::string_view name) { frames_[depth_].key = member_name(name); }
  void text(std::string_view text) { add(text_object(text)); }
  void integer(std::int64_t number) { add(owned(PyLong_FromLongLong(number))); }
  void unsigned_integer(std::uint64_t number) { add(owned(PyLong_FromUnsignedLongLong(number))); }
  void number(double number) { add(owned(PyFloat_FromDouble(number))); }
  void boolean(bool truth) { add(py::bool_(truth)); }
  void null() { add(py::none()); }

  [[nodiscard]] py::object take() && { return std::move(result_); }

 private:
  struct Frame {
    py::object container;
    py::object key;  // of the member that comes next; nothing in a list
  };

  void open(PyObject* container) { frames_.at(++depth_) = {owned(container), {}}; }
  void close() {
    py::object const container = std::move(frames_[depth_--].container);
    add(container);
  }
  void add(py::object const& value) {
    if (depth_ == 0) {
      result_ = value;
      return;
    }
    Frame& frame = frames_[depth_];
    int const failed = frame.key ? PyDict_SetItem(frame.container.ptr(), frame.key.ptr(), value.ptr())
                                 : PyList_Append(frame.container.ptr(), value.ptr());
    if (failed != 0) throw py::error_already_set{};
  }

  std::array<Frame, json::Limits{}.max_depth + 1> frames_;  // frames_[0] stands for what is outside of all
  std::size_t depth_ = 0;
  py::object result_;
};

}  // namespace

py::object claims_dict(std::string_view text) {
  json::Limits const limits{.max_size = text.size(), .max_members = text.size()};  // it has been read before
  PythonSink sink;
  if (json::scan(text, limits, sink)) throw AuthUnavailable{Error{Errc::unavailable}};
  return std::move(sink).take();
}

}  // namespace authjwt::binding
