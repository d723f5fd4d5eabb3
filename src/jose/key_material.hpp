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
  SecretBytes secret;
  detail::Pkey pkey;
};

namespace detail {

/// A new id for `Key::Material`. Thread-safe.
[[nodiscard]] std::uint64_t next_key_id() noexcept;

/// A key out of what a PEM, DER or JWK text held, after the checks that `Key::from_pem` promises. `is_private` says
/// what the text claimed to be; a private key has to sign what its public half verifies.
/// Errors: `Errc::invalid_key`.
[[nodiscard]] Result<Key::Material> make_material(Pkey pkey, bool is_private, std::string kid);

}  // namespace detail
}  // namespace authjwt
