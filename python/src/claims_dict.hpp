#pragma once

#include <pybind11/pybind11.h>

#include <string_view>

namespace authjwt::binding {

/// The claims as a new `dict`, made while their JSON is read: half the work of building a tree first. Needs the GIL,
/// though finalizers of Python's may run meanwhile and give it away: whoever calls keeps `text` alive.
[[nodiscard]] pybind11::object claims_dict(std::string_view text);

}  // namespace authjwt::binding
