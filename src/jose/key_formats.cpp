#include "jose/key_der.hpp"
#include "jose/key_material.hpp"
#include "jose/key_text.hpp"

#include <openssl/pem.h>

#include <memory>
#include <stdexcept>
#include <utility>

// From DER, and out to PEM and DER.
namespace authjwt {
namespace {

using Bio = std::unique_ptr<BIO, detail::Release<BIO_free>>;

Error invalid(std::string_view message) { return Error{Errc::invalid_key, {}, message}; }

Result<Key::Material> read_der(std::string_view der, std::string kid) {
  if (der.size() > kMaxKeyTextSize) return invalid("the DER key is longer than 1 MiB");
  if (detail::without_left_margin(der).starts_with("-----BEGIN")) return invalid("this is PEM; read it with from_pem");
  for (detail::DerForm const& form : detail::all_der_forms()) {
    detail::Pkey pkey = detail::read_der(form, der);
    if (pkey) return detail::make_material(std::move(pkey), form.is_private, std::move(kid));
  }
  return invalid(
      "this is no key or certificate in DER (PKCS#8 without a passphrase, SPKI, PKCS#1, SEC 1, X.509), with nothing "
      "after it");
}

/// What `write` puts into a memory that is wiped afterwards.
template <class Text, class Write>
Result<Text> written(Write write) {
  detail::ErrorQueueMark const mark;
  Bio const bio{BIO_new(BIO_s_secmem())};
  char* data = nullptr;
  if (!bio || write(bio.get()) != 1) return Error{Errc::unavailable};
  long const size = BIO_get_mem_data(bio.get(), &data);
  return Text{std::string_view{data, static_cast<std::size_t>(size)}};
}

EVP_PKEY* public_half(Key::Material const& material) {
  if (!material.pkey) throw std::logic_error{"a secret has no public half to write"};
  return material.pkey.get();
}

EVP_PKEY* private_half(Key::Material const& material) {
  if (!material.pkey) throw std::logic_error{"a secret has no PEM and no DER form; write it as a JWK"};
  if (!material.is_private) throw std::logic_error{"this is a public key, without a private half to write"};
  return material.pkey.get();
}

}  // namespace

Result<Key> Key::from_der(std::string_view der, std::string kid) { return of(read_der(der, std::move(kid))); }

Result<std::string> Key::to_public_pem() const {
  EVP_PKEY* const pkey = public_half(*material_);
  return written<std::string>([pkey](BIO* bio) { return PEM_write_bio_PUBKEY(bio, pkey); });
}

Result<std::string> Key::to_public_der() const {
  EVP_PKEY* const pkey = public_half(*material_);
  return written<std::string>([pkey](BIO* bio) { return i2d_PUBKEY_bio(bio, pkey); });
}

Result<SecretBytes> Key::to_private_pem() const {
  EVP_PKEY* const pkey = private_half(*material_);
  return written<SecretBytes>(
      [pkey](BIO* bio) { return PEM_write_bio_PKCS8PrivateKey(bio, pkey, nullptr, nullptr, 0, nullptr, nullptr); });
}

Result<SecretBytes> Key::to_private_der() const {
  EVP_PKEY* const pkey = private_half(*material_);
  return written<SecretBytes>(
      [pkey](BIO* bio) { return i2d_PKCS8PrivateKey_bio(bio, pkey, nullptr, nullptr, 0, nullptr, nullptr); });
}

}  // namespace authjwt
