#include "jose/contexts.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>

#include <array>

namespace authjwt::detail {
namespace {

EVP_MAC* fetched_hmac() noexcept {
  static EVP_MAC* const hmac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);  // never freed, as the digests
  return hmac;
}

bool prepare(Contexts& contexts, AlgorithmRow const& row, Key::Material const& key) noexcept {
  ErrorQueueMark const mark;  // not for each call: nothing fails there, and it costs a tenth of the MAC
  EVP_MAC* const hmac = fetched_hmac();
  if (hmac == nullptr) return false;
  contexts.mac.reset(EVP_MAC_CTX_new(hmac));
  if (!contexts.mac) return false;
  // OpenSSL's parameters take a writable text that they do not write to.
  std::array<OSSL_PARAM, 2> const parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, const_cast<char*>(row.digest), 0),
      OSSL_PARAM_construct_end()};
  std::string_view const secret = key.secret.expose_secret();
  return EVP_MAC_init(contexts.mac.get(), bytes(secret), secret.size(), parameters.data()) == 1;
}

std::size_t signature_size(AlgorithmRow const& row, Key::Material const&) noexcept { return row.digest_size; }

bool mac(AlgorithmRow const& row, Key::Material const& key, std::string_view input, unsigned char* out) noexcept {
  Contexts* const contexts = thread_contexts(Use::sign, row, key, prepare);
  if (contexts == nullptr) return false;
  EVP_MAC_CTX* const context = contexts->mac.get();
  std::size_t size = 0;
  // Without a key, the keyed state is only wound back: a quarter of the cost of keying it again.
  return EVP_MAC_init(context, nullptr, 0, nullptr) == 1 && EVP_MAC_update(context, bytes(input), input.size()) == 1 &&
         EVP_MAC_final(context, out, &size, row.digest_size) == 1 && size == row.digest_size;
}

bool verify(AlgorithmRow const& row, Key::Material const& key, std::string_view input,
            std::string_view signature) noexcept {
  std::array<unsigned char, EVP_MAX_MD_SIZE> expected;
  bool const equal =
      mac(row, key, input, expected.data()) && CRYPTO_memcmp(expected.data(), signature.data(), signature.size()) == 0;
  OPENSSL_cleanse(expected.data(), row.digest_size);  // it is the good signature of a token that may be forged
  return equal;
}

bool sign(AlgorithmRow const& row, Key::Material const& key, std::string_view input, std::span<char> out) noexcept {
  return mac(row, key, input, bytes(out.data()));
}

}  // namespace

Scheme const kHmac{signature_size, verify, sign};

}  // namespace authjwt::detail
