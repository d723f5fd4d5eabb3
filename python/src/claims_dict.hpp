#pragma once

#include <authjwt/token/verified_token.hpp>

#include <pybind11/pybind11.h>

namespace authjwt::binding {

/// The claims as a new `dict`, made while their text is read: half the work of building a tree first. Needs the GIL.
[[nodiscard]] pybind11::object claims_dict(VerifiedToken const& token);

}  // namespace authjwt::binding
