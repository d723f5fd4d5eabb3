#pragma once

#include <cstdint>
#include <string_view>

namespace authjwt::detail {

/// 128 bits: a key of SipHash, and what it makes.
struct Hash128 {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  [[nodiscard]] bool operator==(Hash128 const&) const noexcept = default;
};

/// SipHash-2-4 with 128 bits of output (Aumasson and Bernstein, 2012): to those who do not know `key`, the output is
/// random, so nobody can choose texts that meet. The first byte of the output is the lowest of `low`.
[[nodiscard]] Hash128 siphash(Hash128 key, std::string_view text) noexcept;

}  // namespace authjwt::detail
