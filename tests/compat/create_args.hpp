#pragma once

#include <authjwt/auth/auth_jwt.hpp>

#include <stdexcept>
#include <string>

namespace authjwt::compat {

/// An argument of a recorded call that the types of C++ rule out: what Python finds when it runs, the compiler finds.
class Inexpressible : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Makes the token of a recorded call. An option that is falsy in Python is one that is not given.
/// Throws `Inexpressible`, `NotACase` for a call that is none of the two, and what the call throws.
[[nodiscard]] std::string create_token(AuthJWT const& handle, std::string const& call, json::object const& args);

/// The audience that the arguments ask for. Throws `Inexpressible`.
[[nodiscard]] Audience audience_of(json::object const& args);

}  // namespace authjwt::compat
