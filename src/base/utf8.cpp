#include "base/utf8.hpp"

#include <cstddef>

namespace authjwt {
namespace {

bool in(unsigned char c, unsigned char low, unsigned char high) noexcept { return c >= low && c <= high; }

/// Length of the sequence that starts `text`, or 0 where it is malformed (the table of RFC 3629, section 4).
std::size_t sequence_length(std::string_view text) noexcept {
  auto at = [text](std::size_t i) -> unsigned char {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
  };
  unsigned char const lead = at(0);
  if (lead < 0x80) return 1;
  if (in(lead, 0xC2, 0xDF)) return in(at(1), 0x80, 0xBF) ? 2 : 0;
  if (in(lead, 0xE0, 0xEF)) {
    unsigned char const low = lead == 0xE0 ? 0xA0 : 0x80;
    unsigned char const high = lead == 0xED ? 0x9F : 0xBF;
    return in(at(1), low, high) && in(at(2), 0x80, 0xBF) ? 3 : 0;
  }
  if (in(lead, 0xF0, 0xF4)) {
    unsigned char const low = lead == 0xF0 ? 0x90 : 0x80;
    unsigned char const high = lead == 0xF4 ? 0x8F : 0xBF;
    return in(at(1), low, high) && in(at(2), 0x80, 0xBF) && in(at(3), 0x80, 0xBF) ? 4 : 0;
  }
  return 0;
}

}  // namespace

bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    std::size_t const length = sequence_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace authjwt
