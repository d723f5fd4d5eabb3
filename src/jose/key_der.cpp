#include "jose/key_der.hpp"

#include <algorithm>
#include <array>

namespace authjwt::detail {
namespace {

constexpr char const* kTypeSpecific = "type-specific";

constexpr std::array kForms{
    DerForm{"PRIVATE KEY", "PrivateKeyInfo", nullptr, true},
    DerForm{"RSA PRIVATE KEY", kTypeSpecific, "RSA", true},
    DerForm{"EC PRIVATE KEY", kTypeSpecific, "EC", true},
    DerForm{"PUBLIC KEY", "SubjectPublicKeyInfo", nullptr, false},
    DerForm{"RSA PUBLIC KEY", kTypeSpecific, "RSA", false},
    DerForm{"CERTIFICATE", nullptr, nullptr, false},
};

int refuse_passphrase(char*, int, int, void*) { return -1; }

template <auto read, auto release>
bool is_whole(std::string_view der) {
  unsigned char const* in = bytes(der);
  auto* const object = read(nullptr, &in, static_cast<long>(der.size()));
  if (object == nullptr) return false;
  release(object);
  return in == bytes(der) + der.size();
}

Pkey read_certificate(std::string_view der) {
  unsigned char const* in = bytes(der);
  Certificate const certificate{d2i_X509(nullptr, &in, static_cast<long>(der.size()))};
  if (!certificate || in != bytes(der) + der.size()) return nullptr;
  return Pkey{X509_get_pubkey(certificate.get())};
}

}  // namespace

DerForm const* find_der_form(std::string_view label) noexcept {
  auto const form = std::ranges::find(kForms, label, &DerForm::label);
  return form == kForms.end() ? nullptr : &*form;
}

std::span<DerForm const> all_der_forms() noexcept { return kForms; }

Pkey read_der(DerForm const& form, std::string_view der) {
  ErrorQueueMark const mark;
  if (form.structure == nullptr) return read_certificate(der);
  EVP_PKEY* pkey = nullptr;
  int const selection = form.is_private ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY;
  Decoder const decoder{
      OSSL_DECODER_CTX_new_for_pkey(&pkey, "DER", form.structure, form.type, selection, nullptr, nullptr)};
  unsigned char const* in = bytes(der);
  std::size_t left = der.size();
  bool const read = decoder && OSSL_DECODER_CTX_set_pem_password_cb(decoder.get(), refuse_passphrase, nullptr) == 1 &&
                    OSSL_DECODER_from_data(decoder.get(), &in, &left) == 1;
  Pkey key{pkey};
  if (!read || left != 0) return nullptr;
  return key;
}

bool is_der_key(std::string_view bytes) {
  ErrorQueueMark const mark;
  // These four only look at the structure, so they also know keys that OpenSSL cannot use.
  if (is_whole<d2i_X509_PUBKEY, X509_PUBKEY_free>(bytes) || is_whole<d2i_X509, X509_free>(bytes) ||
      is_whole<d2i_PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>(bytes) ||
      is_whole<d2i_X509_SIG, X509_SIG_free>(bytes)) {
    return true;
  }
  return std::ranges::any_of(
      kForms, [&](DerForm const& form) { return form.type != nullptr && read_der(form, bytes) != nullptr; });
}

}  // namespace authjwt::detail
