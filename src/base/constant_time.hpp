#pragma once

#include <string_view>

namespace authjwt {

/// Whether the texts are equal; how long it takes tells nothing of where they differ. Their sizes are no secret.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept;

}  // namespace authjwt
