#include "jose/key_material.hpp"
#include "jose/wiped_text.hpp"

#include <openssl/rand.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

namespace authjwt {
namespace {

using detail::AlgorithmRow;
using detail::Curve;
using detail::KeyType;
using detail::Pkey;
using detail::PkeyContext;

Curve const& wanted_curve(AlgorithmRow const& row, GenerateOptions const& options) {
  if (row.curves.size() == 1) return row.curves.front();
  auto const curve = std::ranges::find(row.curves, options.okp_curve, &Curve::name);
  if (curve != row.curves.end()) return *curve;
  throw std::invalid_argument{"okp_curve must be Ed25519 or Ed448"};
}

/// `set` chooses the size or the curve.
template <class Set>
Pkey generated(char const* type, Set set) {
  PkeyContext const context{EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr)};
  EVP_PKEY* pkey = nullptr;
  if (context && EVP_PKEY_keygen_init(context.get()) == 1 && set(context.get())) {
    EVP_PKEY_generate(context.get(), &pkey);
  }
  return Pkey{pkey};
}

Pkey generated(AlgorithmRow const& row, GenerateOptions const& options) {
  if (row.type == KeyType::RSA) {
    return generated("RSA", [&](EVP_PKEY_CTX* context) {
      return EVP_PKEY_CTX_set_rsa_keygen_bits(context, static_cast<int>(options.rsa_bits)) == 1;
    });
  }
  Curve const& curve = wanted_curve(row, options);
  return generated(curve.openssl_type, [&](EVP_PKEY_CTX* context) {
    return curve.group.empty() || EVP_PKEY_CTX_set_group_name(context, curve.group.data()) == 1;
  });
}

Result<Key::Material> generated_secret(AlgorithmRow const& row, std::string kid) {
  detail::WipedText bytes{row.digest_size};
  bytes.text().resize(row.digest_size);
  if (RAND_priv_bytes(detail::bytes(bytes.text().data()), static_cast<int>(row.digest_size)) != 1) {
    return Error{Errc::unavailable};
  }
  return detail::make_secret_material(bytes.secret(), {row.algorithm}, std::move(kid), detail::SecretForm::bytes);
}

Result<Key::Material> generated_material(AlgorithmRow const& row, GenerateOptions const& options) {
  detail::ErrorQueueMark const mark;
  if (row.type == KeyType::oct) return generated_secret(row, options.kid);
  Pkey pkey = generated(row, options);
  if (!pkey) return Error{Errc::unavailable};
  Result<Key::Material> material = detail::make_material(std::move(pkey), true, options.kid);
  if (material) material->algorithms = {row.algorithm};
  return material;
}

}  // namespace

Result<Key> Key::generate(Algorithm algorithm, GenerateOptions const& options) {
  if (options.rsa_bits < 2048 || options.rsa_bits > 8192) {
    throw std::invalid_argument{"rsa_bits must be from 2048 to 8192"};
  }
  return of(generated_material(detail::row_of(algorithm), options));
}

}  // namespace authjwt
