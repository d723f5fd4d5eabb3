#include "base/base64url.hpp"

#include <array>
#include <cstdint>

namespace authjwt::base64url {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint32_t kInvalid = 0x80;  // above the six bits of a digit, so that it survives any number of ORs

constexpr std::array<std::uint8_t, 256> make_digits() {
  std::array<std::uint8_t, 256> digits{};
  digits.fill(kInvalid);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    digits[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return digits;
}
constexpr std::array<std::uint8_t, 256> kDigits = make_digits();

constexpr std::uint32_t digit(char c) noexcept { return kDigits[static_cast<unsigned char>(c)]; }
constexpr char letter(std::uint32_t six_bits) noexcept { return kAlphabet[six_bits & 63]; }
constexpr std::uint32_t byte(char c) noexcept { return static_cast<unsigned char>(c); }

}  // namespace

void append_encoded(std::string& out, std::string_view bytes) {
  std::size_t const start = out.size();
  out.resize(start + encoded_size(bytes.size()));
  char* to = out.data() + start;
  char const* from = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 3; left -= 3, from += 3) {
    std::uint32_t const group = byte(from[0]) << 16 | byte(from[1]) << 8 | byte(from[2]);
    *to++ = letter(group >> 18);
    *to++ = letter(group >> 12);
    *to++ = letter(group >> 6);
    *to++ = letter(group);
  }
  if (left == 0) return;
  std::uint32_t const group = byte(from[0]) << 16 | (left == 2 ? byte(from[1]) << 8 : 0);
  *to++ = letter(group >> 18);
  *to++ = letter(group >> 12);
  if (left == 2) *to++ = letter(group >> 6);
}

bool decode(std::string_view text, char* out) noexcept {
  std::uint32_t seen = 0;  // all digits so far, ORed: one test at the end instead of one each
  char const* from = text.data();
  std::size_t left = text.size();
  for (; left >= 4; left -= 4, from += 4) {
    std::uint32_t const a = digit(from[0]), b = digit(from[1]), c = digit(from[2]), d = digit(from[3]);
    seen |= a | b | c | d;
    std::uint32_t const group = a << 18 | b << 12 | c << 6 | d;
    *out++ = static_cast<char>(group >> 16);
    *out++ = static_cast<char>(group >> 8);
    *out++ = static_cast<char>(group);
  }
  if (left == 1) return false;
  std::uint32_t unused_bits = 0;
  if (left >= 2) {
    std::uint32_t const a = digit(from[0]), b = digit(from[1]), c = left == 3 ? digit(from[2]) : 0;
    seen |= a | b | c;
    *out++ = static_cast<char>(a << 2 | b >> 4);
    if (left == 3) *out++ = static_cast<char>(b << 4 | c >> 2);
    unused_bits = left == 2 ? b & 15 : c & 3;
  }
  return (seen & kInvalid) == 0 && unused_bits == 0;
}

}  // namespace authjwt::base64url
