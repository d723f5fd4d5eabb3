#pragma once

#include <authjwt/jose/algorithm.hpp>
#include <authjwt/jose/jws.hpp>
#include <authjwt/jose/key.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

namespace authjwt::detail {

/// Remembers which tokens a key has verified, so that the next time costs one digest instead of a signature. It holds
/// digests and no token, and answers for the signature alone: whether the key counts and its algorithm is allowed is
/// asked before it, time, audience, type and revocation after it. Thread-safe; nobody takes a lock.
class SignatureCache {
 public:
  /// For about so many tokens: a power of two from 4 up. The memory is taken at once, and never grows. Throws
  /// `std::bad_alloc`.
  explicit SignatureCache(std::size_t entries);

  /// As `jws::verify`, whose answer it remembers where it was true. An HMAC, as cheap as a digest, is always computed.
  [[nodiscard]] bool verify(jws::Compact const& token, Key const& key, Algorithm algorithm) noexcept;

  /// Whether the signature of this token would not be verified again.
  [[nodiscard]] bool knows(jws::Compact const& token, Key const& key) const noexcept;
  [[nodiscard]] std::size_t memory() const noexcept { return (mask_ + 1) * sizeof(Set); }

 private:
  static constexpr std::size_t kWays = 4;
  using Digest = std::array<std::uint64_t, 4>;  // SHA-256 of the key's id and the whole token

  // The words of one digest are written and read one by one. Who reads those of two tokens has read the digest of a
  // third, which nobody can find.
  using Entry = std::array<std::atomic<std::uint64_t>, 4>;
  struct alignas(64) Set {
    std::array<Entry, kWays> entries{};
  };

  [[nodiscard]] static std::optional<Digest> digest_of(jws::Compact const& token, Key const& key) noexcept;
  [[nodiscard]] Set& set_of(Digest const& digest) const noexcept { return sets_[digest[0] & mask_]; }
  [[nodiscard]] bool contains(Digest const& digest) const noexcept;
  void insert(Digest const& digest) noexcept;

  std::size_t mask_;
  std::unique_ptr<Set[]> sets_;
  std::atomic<std::uint64_t> inserted_{0};
};

}  // namespace authjwt::detail
