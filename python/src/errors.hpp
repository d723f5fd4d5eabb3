#pragma once

#include <authjwt/base/error.hpp>

namespace authjwt::binding {

/// Looks up the classes of `fastapi_jwt_auth.exceptions`. Once, when the module is loaded; needs the GIL.
void load_exception_classes();

/// Raises the package's exception for `error`. Needs the GIL.
[[noreturn]] void raise(Error const& error);

/// Inside a `catch (...)` of a function that Python calls: raises there what was thrown here. Needs the GIL.
void raise_what_was_thrown() noexcept;

}  // namespace authjwt::binding
