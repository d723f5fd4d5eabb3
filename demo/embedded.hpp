#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace demo {

/// The bytes of the file `name` that the build has put into this program; nothing where it has not. They live as long
/// as the program. Thread-safe.
[[nodiscard]] std::optional<std::string_view> find_embedded(std::string_view name) noexcept;

}  // namespace demo
