#pragma once

#include <authjwt/base/result.hpp>
#include <authjwt/base/secret.hpp>
#include <authjwt/jose/key.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace authjwt {

/// The most keys that one set may have.
inline constexpr std::size_t kMaxKeys = 1000;

/// What becomes of an asymmetric key without `kid` in a set. Secrets never get one.
enum class MissingKid : bool {
  thumbprint,  ///< its RFC 7638 thumbprint becomes its `kid`
  any,         ///< it stays without, and matches any `kid`
};

/// An entry of a JWKS that was passed over (RFC 7517 5).
struct SkippedKey {
  std::size_t index = 0;  ///< of the entry, from 0
  std::string kid;        ///< made printable; empty where it has none
  std::string reason;
};

/// The keys of one configuration. Immutable and safe to use from any thread; copies share the keys and are cheap.
/// Looking a key up takes the same time with one key and with a thousand, and no memory.
class KeySet {
 public:
  KeySet() = default;
  /// Errors (`Errc::invalid_key`): more than `kMaxKeys`; two keys that a token could not tell apart: the same `kid` and
  /// algorithm twice, or a key without `kid` beside another of the same algorithm. A key that only signs and one that
  /// only verifies stand in nobody's way.
  [[nodiscard]] static Result<KeySet> from_keys(std::vector<Key> keys, MissingKid missing = MissingKid::thumbprint);

  /// A JWKS (RFC 7517 5). Entries that are no key for signatures here (another `kty`, `crv`, `alg` or `use`, a member
  /// that is missing or damaged, a size out of range) are passed over; `skipped()` tells which and why. Keys without
  /// `kid` get their thumbprint. Errors (`Errc::invalid_key`), beside those of `from_keys`: no strict JSON object with
  /// an array `keys` of objects; more than `kMaxKeyTextSize` bytes or `kMaxKeys` entries; secrets beside other keys,
  /// since these are for publishing; an entry that was passed over, but has the `kid` and algorithm of another.
  [[nodiscard]] static Result<KeySet> from_jwks(std::string_view jwks);

  /// The one key that verifies a token with this `alg` and `kid`: the key of that `kid`, or the one without `kid`.
  /// A token without `kid` finds a key only where one alone could fit; nothing is tried out.
  /// Errors: `Errc::no_matching_key`. The pointer is valid while the set or a copy of it lives.
  [[nodiscard]] Result<Key const*> verification_key(Algorithm algorithm, std::optional<std::string_view> kid) const;

  /// The first key that signs with `algorithm`, or null; valid as above.
  [[nodiscard]] Key const* signing_key(Algorithm algorithm) const noexcept;

  /// In the order they were given; valid as above.
  [[nodiscard]] std::vector<Key> const& keys() const noexcept;
  [[nodiscard]] bool empty() const noexcept { return keys().empty(); }
  /// What `from_jwks` passed over.
  [[nodiscard]] std::vector<SkippedKey> const& skipped() const noexcept;

  /// The public halves of all asymmetric keys, as a JWKS: what `/.well-known/jwks.json` serves. Never holds a secret
  /// or a private part.
  [[nodiscard]] std::string to_public_jwks() const;
  /// All keys with everything they have, as a JWKS, for a safe place. Errors: `Errc::unavailable`.
  [[nodiscard]] Result<SecretBytes> to_private_jwks() const;

  /// The same keys behind a counter of owners of its own: threads that copy copies of different ones do not wait for
  /// each other's processor.
  [[nodiscard]] KeySet isolated() const;

 private:
  struct Index;
  [[nodiscard]] static Result<KeySet> make(std::vector<Key> keys, std::vector<SkippedKey> skipped);
  explicit KeySet(std::shared_ptr<Index const> index) noexcept : index_{std::move(index)} {}
  std::shared_ptr<Index const> index_;  // null: no keys
};

}  // namespace authjwt
