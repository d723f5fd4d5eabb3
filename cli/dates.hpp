#pragma once

#include <authjwt/base/clock.hpp>
#include <authjwt/base/json.hpp>

#include <string>

namespace authjwt::cli {

/// A line for each of `iat`, `nbf` and `exp` that is a date within four-digit years, with a remark where it is not
/// reached or past at `now`.
[[nodiscard]] std::string dates(json::object const& claims, TimePoint now);

}  // namespace authjwt::cli
