#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace authjwt::detail {

/// Bytes.
inline constexpr std::size_t kMaxSecretSize = 64 * 1024;

/// What editors, shells and file formats put around a key.
inline constexpr std::string_view kBlanks{" \t\r\n\f\v\0", 7};

[[nodiscard]] constexpr bool is_blank(std::string_view text) noexcept {
  return text.find_first_not_of(kBlanks) == std::string_view::npos;
}

/// `text` without the blanks and byte order marks before it.
[[nodiscard]] constexpr std::string_view without_left_margin(std::string_view text) noexcept {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
    if (!text.starts_with(kByteOrderMark)) return text;
    text.remove_prefix(kByteOrderMark.size());
  }
}

}  // namespace authjwt::detail
