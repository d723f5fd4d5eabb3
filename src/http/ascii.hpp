#pragma once

#include "base/ascii.hpp"

#include <algorithm>
#include <string_view>

/// Characters as HTTP sees them.
namespace authjwt::http {

using authjwt::equal_ignoring_case;
using authjwt::to_lower;

/// Whether `text` is a token of RFC 9110 5.6.2: a field name, an authentication scheme.
[[nodiscard]] constexpr bool is_token(std::string_view text) noexcept {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  auto const is_token_char = [kMarks](char c) {
    bool const is_letter = to_lower(c) >= 'a' && to_lower(c) <= 'z';
    return is_letter || (c >= '0' && c <= '9') || kMarks.find(c) != std::string_view::npos;
  };
  return !text.empty() && std::ranges::all_of(text, is_token_char);
}

}  // namespace authjwt::http
