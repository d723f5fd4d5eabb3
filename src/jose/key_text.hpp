#pragma once

#include <algorithm>
#include <string_view>

namespace authjwt::detail {

/// What editors, shells and file formats put around a key.
inline constexpr std::string_view kBlanks{" \t\r\n\f\v\0", 7};

[[nodiscard]] constexpr bool is_blank(std::string_view text) noexcept {
  return text.find_first_not_of(kBlanks) == std::string_view::npos;
}

/// `text` without the blanks and byte order marks before it, and the blanks behind it.
[[nodiscard]] constexpr std::string_view without_margins(std::string_view text) noexcept {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
    if (!text.starts_with(kByteOrderMark)) break;
    text.remove_prefix(kByteOrderMark.size());
  }
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

}  // namespace authjwt::detail
