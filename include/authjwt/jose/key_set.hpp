#pragma once

#include <authjwt/base/result.hpp>
#include <authjwt/jose/key.hpp>

#include <optional>
#include <string_view>
#include <vector>

namespace authjwt {

/// The keys of one configuration. Immutable and safe to use from any thread.
class KeySet {
 public:
  KeySet() = default;
  /// Errors (`Errc::invalid_key`): the same `kid` and algorithm twice, or a key without `kid` beside another of the
  /// same algorithm (no token could tell them apart).
  [[nodiscard]] static Result<KeySet> from_keys(std::vector<Key> keys);

  /// The one key that verifies a token with this `alg` and `kid`: the key of that `kid`, or the one without `kid`.
  /// A token without `kid` finds a key only where one alone could fit; nothing is tried out.
  /// Errors: `Errc::no_matching_key`. The pointer is valid while the set lives.
  [[nodiscard]] Result<Key const*> verification_key(Algorithm algorithm, std::optional<std::string_view> kid) const;

  /// The first key that signs with `algorithm`, or null.
  [[nodiscard]] Key const* signing_key(Algorithm algorithm) const noexcept;

  [[nodiscard]] std::vector<Key> const& keys() const noexcept { return keys_; }
  [[nodiscard]] bool empty() const noexcept { return keys_.empty(); }

 private:
  explicit KeySet(std::vector<Key> keys) noexcept : keys_{std::move(keys)} {}
  std::vector<Key> keys_;
};

}  // namespace authjwt
