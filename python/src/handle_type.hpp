#pragma once

#include <pybind11/pybind11.h>

namespace authjwt::binding {

/// Adds the class `Handle`, the base of `AuthJWT`, to the module: a type made by hand, since every request makes one
/// and calls it at least twice, and what pybind11 adds to that takes as long as verifying the token.
void bind_handle(pybind11::module_& module);

}  // namespace authjwt::binding
