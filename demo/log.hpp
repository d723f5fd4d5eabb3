#pragma once

#include <authjwt/revocation/revocation_log.hpp>

#include <memory>
#include <string_view>

namespace demo {

/// The log of revocations at `where`: `sqlite:FILE`, `redis://...`, `rediss://...`, `unix://...` or `memory`. What goes
/// wrong with it later is told on the console. Throws `std::invalid_argument` for anything else, and `ConfigError`,
/// each with a text for the user.
[[nodiscard]] std::shared_ptr<authjwt::RevocationLog> open_log(std::string_view where);

/// A line on standard error.
void tell(std::string_view text);

}  // namespace demo
