#pragma once

#include <authjwt/base/result.hpp>
#include <authjwt/base/secret.hpp>
#include <authjwt/jose/algorithm.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace authjwt {

/// The largest signature of any row: RSA with 8192 bits.
inline constexpr std::size_t kMaxSignatureSize = 1024;

/// One key with the algorithms it may be used for. A token's `alg` is only ever compared with these (RFC 8725 3.1).
/// Immutable and safe to use from any thread; copies share the key.
class Key {
 public:
  /// An HMAC secret. `algorithms` may only hold HS256, HS384, HS512.
  /// Errors (`Errc::invalid_key`, the message says what to do): an empty secret; a PEM text, certificate, DER key or
  /// JWK, which would make a public text the secret (RFC 8725 3.2 and the well-known confusion attack).
  [[nodiscard]] static Result<Key> from_secret(SecretBytes const& secret,
                                               AlgorithmSet algorithms = {Algorithm::HS256, Algorithm::HS384,
                                                                          Algorithm::HS512},
                                               std::string kid = {});

  /// A private key (PKCS#1, SEC 1, PKCS#8, unencrypted), a public key (SPKI, PKCS#1) or an X.509 certificate as PEM.
  /// Its algorithms are all rows that its type, curve and size fit: an RSA key RS* and PS*, a P-256 key ES256.
  /// Errors (`Errc::invalid_key`): not PEM, an encrypted key, a type or curve without a row, RSA outside 2048 to
  /// 8192 bits or with an even exponent or one of 2^33 or more, an EC point that is not on its curve.
  /// For a certificate only the key is taken: no date and no chain is checked.
  [[nodiscard]] static Result<Key> from_pem(std::string_view pem, std::string kid = {});

  [[nodiscard]] AlgorithmSet algorithms() const noexcept;
  /// Empty: matches any `kid` where it is the only key of its algorithm.
  [[nodiscard]] std::string const& kid() const noexcept;
  [[nodiscard]] bool can_sign() const noexcept;
  /// "RSA 2048-bit private key", "EC P-256 public key", "HMAC secret of 256 bits": for messages to the operator.
  [[nodiscard]] std::string description() const;
  /// Whether it is an HMAC secret shorter than the digest of `algorithm` (RFC 7518 3.2).
  [[nodiscard]] bool is_short_for(Algorithm algorithm) const noexcept;
  /// Whether both hold the same public key. Never true for secrets.
  [[nodiscard]] bool same_public_key(Key const& other) const noexcept;

  /// Whether `signature` is the signature of `input`. False for an algorithm the key does not carry, for any other
  /// length than the algorithm's, and when the check itself fails. Never throws, whatever the bytes.
  [[nodiscard]] bool verify(Algorithm algorithm, std::string_view input, std::string_view signature) const noexcept;

  /// The signature of `input`, in JWS form (RFC 7518 3.4: r and s side by side for ECDSA).
  /// Throws `std::logic_error` when the key cannot sign or does not carry `algorithm`; errors with
  /// `Errc::unavailable` when OpenSSL fails (no entropy, no memory).
  [[nodiscard]] Result<std::string> sign(Algorithm algorithm, std::string_view input) const;

  struct Material;  // src/jose/key_material.hpp

 private:
  explicit Key(std::shared_ptr<Material const> material) noexcept : material_{std::move(material)} {}
  std::shared_ptr<Material const> material_;
};

}  // namespace authjwt
