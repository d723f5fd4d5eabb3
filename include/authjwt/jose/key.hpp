#pragma once

#include <authjwt/base/result.hpp>
#include <authjwt/base/secret.hpp>
#include <authjwt/jose/algorithm.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace authjwt {

namespace detail {
class SignatureCache;
}

/// The largest signature of any row: RSA with 8192 bits.
inline constexpr std::size_t kMaxSignatureSize = 1024;

/// The largest text of one JWK, PEM or DER key, in bytes, and of a whole JWKS. Larger ones are refused unread.
inline constexpr std::size_t kMaxKeyTextSize = 1024 * 1024;

/// What `Key::generate` leaves to choose. The order of the fields is API; new ones are appended.
struct GenerateOptions {
  std::string kid = {};
  unsigned rsa_bits = 3072;                ///< 2048 to 8192; 3072 is as strong as P-256 (NIST SP 800-57)
  std::string_view okp_curve = "Ed25519";  ///< of an EdDSA key: that, or "Ed448"
};

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
  /// 8192 bits, with an even exponent or one of 2^33 or more, or with a modulus known to be weak (a small factor,
  /// ROCA), an EC point that is not on its curve, halves that do not belong together. For a certificate only the key is
  /// taken: no date and no chain is checked.
  [[nodiscard]] static Result<Key> from_pem(std::string_view pem, std::string kid = {});

  /// The same in DER: SPKI, PKCS#8 (unencrypted), PKCS#1, SEC 1, or an X.509 certificate. Nothing may follow it.
  [[nodiscard]] static Result<Key> from_der(std::string_view der, std::string kid = {});

  /// One JWK (RFC 7517, RFC 7518 6, RFC 8037), private, public or a secret. Its `kid` becomes the key's. `alg` leaves
  /// that algorithm alone, `use` and `key_ops` decide what the key may do: an asymmetric private key with `sign` also
  /// verifies with its public half, a secret does only what is named. `x5c` and its like are not read, other members
  /// are passed over. Errors (`Errc::invalid_key`, the message says what to do), beside those of `from_pem`: no strict
  /// JSON object; a key that is not for signatures; an `alg` that does not fit; a member that is missing, no canonical
  /// base64url, of another length than its curve's, or a number with a leading zero octet; an RSA private key without
  /// all of p, q, dp, dq, qi, or with `oth`; a secret that `from_secret` refuses or that is shorter than the digest
  /// (RFC 7518 3.2).
  [[nodiscard]] static Result<Key> from_jwk(std::string_view jwk);

  /// A new key for `algorithm` alone: for HMAC a secret as long as the digest.
  /// Throws `std::invalid_argument` for options that cannot be; errors with `Errc::unavailable` when OpenSSL fails (no
  /// entropy, no memory). RSA takes seconds.
  [[nodiscard]] static Result<Key> generate(Algorithm algorithm, GenerateOptions const& options = {});

  /// The same key under another `kid`.
  [[nodiscard]] Key with_kid(std::string kid) const;
  /// The same key, with its thumbprint as `kid` where it has none and is no secret.
  [[nodiscard]] Key named() const;
  /// The same key for these algorithms alone. Errors: `Errc::invalid_key` where it carries none of them, or not all.
  [[nodiscard]] Result<Key> only_for(AlgorithmSet algorithms) const;

  [[nodiscard]] AlgorithmSet algorithms() const noexcept;
  /// Empty: matches any `kid` where it is the only key of its algorithm.
  [[nodiscard]] std::string const& kid() const noexcept;
  [[nodiscard]] bool can_sign() const noexcept;
  /// False where `key_ops` of a JWK does not name it.
  [[nodiscard]] bool can_verify() const noexcept;
  /// Whether it holds a private half, or is a secret.
  [[nodiscard]] bool is_private() const noexcept;
  /// Whether it is an HMAC secret.
  [[nodiscard]] bool is_secret() const noexcept;
  /// The SHA-256 thumbprint of RFC 7638, in base64url: the same for both halves of a pair, in any format. Empty for a
  /// secret: whoever sees it could try secrets out.
  [[nodiscard]] std::string const& thumbprint() const noexcept;
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

  // --- out again ----------------------------------------------------------------------------------------------------
  // `to_public_...` holds the public half alone, also of a private key, and throws `std::logic_error` for a secret.
  // `to_private_...` holds everything, and throws `std::logic_error` where there is no private half. Errors:
  // `Errc::unavailable` when OpenSSL fails (no memory).

  /// With `kid` where there is one, `use`, and `alg` where the key is for one algorithm. Both JWKs throw
  /// `std::invalid_argument` for a `kid` that is not UTF-8.
  [[nodiscard]] std::string to_public_jwk() const;
  [[nodiscard]] Result<SecretBytes> to_private_jwk() const;  ///< of a secret, too
  [[nodiscard]] Result<std::string> to_public_pem() const;   ///< SPKI
  [[nodiscard]] Result<SecretBytes> to_private_pem() const;  ///< PKCS#8, unencrypted; not for a secret
  [[nodiscard]] Result<std::string> to_public_der() const;
  [[nodiscard]] Result<SecretBytes> to_private_der() const;

  struct Material;  // src/jose/key_material.hpp

 private:
  explicit Key(std::shared_ptr<Material const> material) noexcept : material_{std::move(material)} {}
  [[nodiscard]] static Result<Key> of(Result<Material> material);
  friend class KeySet;                  // reads the JWKs of a set one by one
  friend class detail::SignatureCache;  // names the key by its id
  std::shared_ptr<Material const> material_;
};

}  // namespace authjwt
