#pragma once

#include <authjwt/auth/authority.hpp>

#include <exception>
#include <string>
#include <string_view>

namespace authjwt {

/// To the log, as printable text.
void log_callback_failure(Authority const& authority, std::string_view name, char const* what) noexcept;

/// What `callback()`, one of the user's, gives as a `Result`. What it throws is for the log: the check could not be
/// made, and nobody is let in.
template <class Callback>
[[nodiscard]] auto called(Authority const& authority, std::string_view name, Callback const& callback)
    -> decltype(callback()) {
  try {
    return callback();
  } catch (std::exception const& e) {
    log_callback_failure(authority, name, e.what());
  } catch (...) {
    log_callback_failure(authority, name, "something that is no std::exception");
  }
  return Error{Errc::unavailable};
}

}  // namespace authjwt
