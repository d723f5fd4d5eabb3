#pragma once

#include <authjwt/jose/algorithm.hpp>
#include <authjwt/jose/key.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

/// The one place that knows what each algorithm is. A new one is a member of `Algorithm` and a row in algorithm.cpp.
namespace authjwt::detail {

struct AlgorithmRow;

/// JWA's key types (RFC 7518 6.1, RFC 8037).
enum class KeyType : std::uint8_t { oct, RSA, EC, OKP };

/// A curve as JWK and as OpenSSL call it.
struct Curve {
  std::string_view name;       ///< `crv` of a JWK
  char const* openssl_type;    ///< what `EVP_PKEY_is_a` knows its keys as
  std::string_view group;      ///< OpenSSL's group name; empty where the type alone says it
  std::size_t signature_size;  ///< bytes of a signature in JWS form

  /// Bytes of `x`, `y` and `d` in a JWK (RFC 7518 6.2, RFC 8037 2): on all these curves half of a signature.
  [[nodiscard]] constexpr std::size_t coordinate_size() const noexcept { return signature_size / 2; }
};

/// How a family of algorithms signs and verifies. `verify` and `sign` are called with a key that carries the row,
/// and leave OpenSSL's error queue as they found it.
struct Scheme {
  /// The one size that a signature of this key has, in bytes.
  std::size_t (*signature_size)(AlgorithmRow const& row, Key::Material const& key) noexcept;
  /// Whether `signature`, which has that size, is the key's signature of `input`.
  bool (*verify)(AlgorithmRow const& row, Key::Material const& key, std::string_view input,
                 std::string_view signature) noexcept;
  /// Writes the signature of `input` over `out`, which has that size; false when OpenSSL fails.
  bool (*sign)(AlgorithmRow const& row, Key::Material const& key, std::string_view input, std::span<char> out) noexcept;
};

extern Scheme const kHmac;      // hmac.cpp, RFC 7518 3.2
extern Scheme const kRsaPkcs1;  // rsa.cpp, RFC 7518 3.3
extern Scheme const kRsaPss;    // rsa.cpp, RFC 7518 3.5
extern Scheme const kEcdsa;     // ecdsa.cpp, RFC 7518 3.4
extern Scheme const kEddsa;     // eddsa.cpp, RFC 8037 3.1

struct AlgorithmRow {
  Algorithm algorithm;
  std::string_view name;
  KeyType type;
  std::span<Curve const> curves;  ///< empty: the type has none
  char const* digest;             ///< OpenSSL's name; null where the scheme has its own
  std::size_t digest_size;        ///< bytes
  unsigned minimum_bits;          ///< of the key
  Scheme const* scheme;
};

[[nodiscard]] std::span<AlgorithmRow const> all_rows() noexcept;
[[nodiscard]] AlgorithmRow const& row_of(Algorithm algorithm) noexcept;
/// All algorithms that a key of this type, size and curve (null: none) is fit for.
[[nodiscard]] AlgorithmSet algorithms_for(KeyType type, unsigned bits, Curve const* curve) noexcept;

}  // namespace authjwt::detail
