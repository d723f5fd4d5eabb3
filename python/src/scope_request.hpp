#pragma once

#include <authjwt/http/message.hpp>

#include <pybind11/pybind11.h>

#include <string_view>
#include <vector>

namespace authjwt::binding {

/// The headers and the method of a Starlette `Request` or `WebSocket`, read once from its ASGI scope: what Python code
/// does to the scope afterwards, on this or another thread, changes nothing here. Making and destroying it needs the
/// GIL, reading it does not.
class ScopeRequest final : public http::Request {
 public:
  /// `connection`: a `starlette.requests.HTTPConnection`, or `None` for a request without headers. Raises what reading
  /// its scope raises, `TypeError` for headers that are not pairs of `bytes`. Without `shows_origin` there is no
  /// header `Origin`: nobody has said which ones are good.
  ScopeRequest(pybind11::handle connection, bool shows_origin);

  [[nodiscard]] std::string_view method() const override { return method_; }
  [[nodiscard]] http::HeaderValues header(std::string_view name) const override;

 private:
  struct Field {
    pybind11::object name;
    pybind11::object value;
    std::string_view name_bytes;
    std::string_view value_bytes;
  };
  void read_method(pybind11::handle scope);
  void read_headers(pybind11::handle headers, bool shows_origin);

  std::vector<Field> fields_;
  pybind11::object method_object_;
  std::string_view method_;
};

}  // namespace authjwt::binding
