#include "base/siphash.hpp"

#include <bit>
#include <cstddef>

namespace authjwt::detail {
namespace {

constexpr std::size_t kWord = 8;

struct State {
  std::uint64_t v0;
  std::uint64_t v1;
  std::uint64_t v2;
  std::uint64_t v3;

  void round() noexcept {
    v0 += v1;
    v2 += v3;
    v1 = std::rotl(v1, 13) ^ v0;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 = std::rotl(v0, 32) + v3;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 = std::rotl(v2, 32);
  }
  void take(std::uint64_t word) noexcept {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }
  [[nodiscard]] std::uint64_t output() noexcept {
    round();
    round();
    round();
    round();
    return v0 ^ v1 ^ v2 ^ v3;
  }
};

/// Eight bytes, the first one lowest. Compilers know this form: it is one load.
std::uint64_t word_at(char const* bytes) noexcept {
  auto const byte = [bytes](std::size_t i) { return std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i); };
  return byte(0) | byte(1) | byte(2) | byte(3) | byte(4) | byte(5) | byte(6) | byte(7);
}

/// Fewer than eight bytes: the last ones of `text`.
std::uint64_t rest_of(std::string_view text) noexcept {
  std::size_t const count = text.size() % kWord;
  if (count == 0) return 0;
  if (text.size() > kWord) return word_at(text.data() + text.size() - kWord) >> (8 * (kWord - count));
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < count; ++i) word |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
  return word;
}

}  // namespace

Hash128 siphash(Hash128 key, std::string_view text) noexcept {
  State state{key.low ^ 0x736f6d6570736575, key.high ^ 0x646f72616e646f6d ^ 0xee, key.low ^ 0x6c7967656e657261,
              key.high ^ 0x7465646279746573};
  for (std::size_t i = 0; i + kWord <= text.size(); i += kWord) state.take(word_at(text.data() + i));
  state.take(rest_of(text) | std::uint64_t{text.size()} << 56);
  state.v2 ^= 0xee;
  std::uint64_t const low = state.output();
  state.v1 ^= 0xdd;
  return {low, state.output()};
}

}  // namespace authjwt::detail
