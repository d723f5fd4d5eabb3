#include "jose/key_material.hpp"

#include <authjwt/jose/key.hpp>

#include <stdexcept>

namespace authjwt {

using detail::AlgorithmRow;

AlgorithmSet Key::algorithms() const noexcept { return material_->algorithms; }

std::string const& Key::kid() const noexcept { return material_->kid; }

bool Key::can_sign() const noexcept { return material_->is_private && material_->may_sign; }

bool Key::can_verify() const noexcept { return material_->may_verify; }

bool Key::is_private() const noexcept { return material_->is_private; }

bool Key::is_secret() const noexcept { return material_->type == detail::KeyType::oct; }

std::string const& Key::thumbprint() const noexcept { return material_->thumbprint; }

Result<Key> Key::of(Result<Material> material) {
  if (!material) return material.error();
  return Key{std::make_shared<Material const>(*std::move(material))};
}

Key Key::with_kid(std::string kid) const {
  Material copy = detail::copy_of(*material_);
  copy.kid = std::move(kid);
  return Key{std::make_shared<Material const>(std::move(copy))};
}

Key Key::named() const { return kid().empty() && !is_secret() ? with_kid(thumbprint()) : *this; }

Result<Key> Key::only_for(AlgorithmSet algorithms) const {
  if (algorithms.empty() || !((algorithms & material_->algorithms) == algorithms)) {
    return Error{Errc::invalid_key, "alg",
                 "this " + description() + " is for " + to_string(material_->algorithms) +
                     " only, and must keep at least one of them"};
  }
  Material copy = detail::copy_of(*material_);
  copy.algorithms = algorithms;
  return Key{std::make_shared<Material const>(std::move(copy))};
}

std::string Key::description() const {
  std::string const bits = std::to_string(material_->bits);
  std::string const half = material_->is_private ? " private key" : " public key";
  switch (material_->type) {
    case detail::KeyType::oct: return "HMAC secret of " + bits + " bits";
    case detail::KeyType::RSA: return "RSA " + bits + "-bit" + half;
    case detail::KeyType::EC: return "EC " + std::string{material_->curve->name} + half;
    case detail::KeyType::OKP: return std::string{material_->curve->name} + half;
  }
  return {};
}

bool Key::is_short_for(Algorithm algorithm) const noexcept {
  AlgorithmRow const& row = detail::row_of(algorithm);
  return material_->type == detail::KeyType::oct && row.type == detail::KeyType::oct &&
         material_->bits < row.minimum_bits;
}

bool Key::same_public_key(Key const& other) const noexcept {
  if (!material_->pkey || !other.material_->pkey) return false;
  detail::ErrorQueueMark const mark;
  return EVP_PKEY_eq(material_->pkey.get(), other.material_->pkey.get()) == 1;
}

bool Key::verify(Algorithm algorithm, std::string_view input, std::string_view signature) const noexcept {
  if (!material_->may_verify || !material_->algorithms.contains(algorithm)) return false;
  AlgorithmRow const& row = detail::row_of(algorithm);
  if (signature.size() != row.scheme->signature_size(row, *material_)) return false;
  return row.scheme->verify(row, *material_, input, signature);
}

Result<std::string> Key::sign(Algorithm algorithm, std::string_view input) const {
  if (!can_sign()) throw std::logic_error{"this is a " + description() + ", which cannot sign"};
  if (!material_->algorithms.contains(algorithm)) {
    throw std::logic_error{"this " + description() + " cannot sign with " + std::string{name(algorithm)}};
  }
  AlgorithmRow const& row = detail::row_of(algorithm);
  std::string signature(row.scheme->signature_size(row, *material_), '\0');
  if (row.scheme->sign(row, *material_, input, signature)) return signature;
  return Error{Errc::unavailable};
}

}  // namespace authjwt
