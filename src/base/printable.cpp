#include "base/printable.hpp"

#include <algorithm>

namespace authjwt {

std::string printable(std::string_view text, std::size_t shown) {
  std::string result{text.substr(0, shown)};
  std::ranges::replace_if(
      result, [](char c) { return c < ' ' || c > '~'; }, '?');
  return text.size() > shown ? result + "..." : result;
}

}  // namespace authjwt
