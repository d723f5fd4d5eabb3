#pragma once

#include "jose/algorithm_table.hpp"
#include "jose/openssl_handles.hpp"

#include <authjwt/base/result.hpp>
#include <authjwt/base/secret.hpp>
#include <authjwt/jose/key.hpp>

#include <cstdint>
#include <string>

namespace authjwt {

/// What a key is. Either `secret` or `pkey` is set. Not changed once a `Key` holds it.
struct Key::Material {
  std::uint64_t id = 0;  ///< never given to another key of this process: names the contexts that threads keep
  std::string kid;
  AlgorithmSet algorithms;
  detail::KeyType type = detail::KeyType::oct;
  detail::Curve const* curve = nullptr;  ///< a curve of the table, or null
  unsigned bits = 0;
  bool is_private = false;
  bool may_sign = true;    ///< false where a JWK says so; a public key does not sign in any case
  bool may_verify = true;  ///< false where a JWK says so
  std::string public_jwk;  ///< the members that RFC 7638 3.2 names, as its JSON; empty for a secret
  std::string thumbprint;  ///< of these; empty for a secret
  SecretBytes secret;
  detail::Pkey pkey;
};

namespace detail {

/// A new id for `Key::Material`. Thread-safe.
[[nodiscard]] std::uint64_t next_key_id() noexcept;

/// The same key once more, with the same id: what threads keep for it does not depend on what may be changed then
/// (`kid`, `algorithms`, what it may do).
[[nodiscard]] Key::Material copy_of(Key::Material const& material);

/// A key out of what a PEM, DER or JWK text held, after the checks that `Key::from_pem` promises. `is_private` says
/// what the text claimed to be; a private key has to sign what its public half verifies.
/// Errors: `Errc::invalid_key`.
[[nodiscard]] Result<Key::Material> make_material(Pkey pkey, bool is_private, std::string kid);

/// Where the bytes of a secret came from.
enum class SecretForm : bool { text, bytes };

/// A secret, after the checks that `Key::from_secret` promises; bytes of a JWK may also be all blank.
/// Errors: `Errc::invalid_key`.
[[nodiscard]] Result<Key::Material> make_secret_material(SecretBytes secret, AlgorithmSet algorithms, std::string kid,
                                                         SecretForm form);

/// The members of `material.public_jwk` and its thumbprint; false when OpenSSL fails.
[[nodiscard]] bool describe_public_half(Key::Material& material);

}  // namespace detail
}  // namespace authjwt
