#pragma once

#include <authjwt/base/json.hpp>

#include <string>

namespace authjwt {

/// The name of the member of `claims` that takes the most bytes in a token; empty where there is none.
[[nodiscard]] std::string largest_claim(json::object const& claims);

}  // namespace authjwt
