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

  void rounds(int count) noexcept {
    for (int i = 0; i < count; ++i) {
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
  }
  void take(std::uint64_t word) noexcept {
    v3 ^= word;
    rounds(2);
    v0 ^= word;
  }
  [[nodiscard]] std::uint64_t output() const noexcept { return v0 ^ v1 ^ v2 ^ v3; }
};

/// At most eight bytes, the first one lowest.
std::uint64_t word_of(std::string_view bytes) noexcept {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    word |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (kWord * i);
  }
  return word;
}

}  // namespace

Hash128 siphash(Hash128 key, std::string_view text) noexcept {
  State state{key.low ^ 0x736f6d6570736575, key.high ^ 0x646f72616e646f6d ^ 0xee, key.low ^ 0x6c7967656e657261,
              key.high ^ 0x7465646279746573};
  std::string_view rest = text;
  for (; rest.size() >= kWord; rest.remove_prefix(kWord)) state.take(word_of(rest.substr(0, kWord)));
  state.take(word_of(rest) | std::uint64_t{text.size()} << 56);
  state.v2 ^= 0xee;
  state.rounds(4);
  std::uint64_t const low = state.output();
  state.v1 ^= 0xdd;
  state.rounds(4);
  return {low, state.output()};
}

}  // namespace authjwt::detail
