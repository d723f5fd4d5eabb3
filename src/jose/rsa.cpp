#include "jose/contexts.hpp"

#include <openssl/rsa.h>

#include <array>

namespace authjwt::detail {
namespace {

using Begin = int (*)(EVP_PKEY_CTX*);

template <Begin begin>
bool prepare_pkcs1(Contexts& contexts, AlgorithmRow const& row, Key::Material const& key) noexcept {
  return prepare_for_digest(contexts, row, key, begin) &&
         EVP_PKEY_CTX_set_rsa_padding(contexts.pkey.get(), RSA_PKCS1_PADDING) == 1;
}

template <Begin begin>
bool prepare_pss(Contexts& contexts, AlgorithmRow const& row, Key::Material const& key) noexcept {
  if (!prepare_for_digest(contexts, row, key, begin)) return false;
  EVP_PKEY_CTX* const context = contexts.pkey.get();
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1 &&
         EVP_PKEY_CTX_set_rsa_mgf1_md(context, fetched_digest(row)) == 1;
}

std::size_t signature_size(AlgorithmRow const&, Key::Material const& key) noexcept { return (key.bits + 7) / 8; }

template <Prepare prepare>
bool verify(AlgorithmRow const& row, Key::Material const& key, std::string_view input,
            std::string_view signature) noexcept {
  ErrorQueueMark const mark;
  Contexts* const contexts = thread_contexts(Use::verify, row, key, prepare);
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash;
  return contexts != nullptr && digest(row, *contexts, input, hash.data()) &&
         EVP_PKEY_verify(contexts->pkey.get(), bytes(signature), signature.size(), hash.data(), row.digest_size) == 1;
}

template <Prepare prepare>
bool sign(AlgorithmRow const& row, Key::Material const& key, std::string_view input, std::span<char> out) noexcept {
  ErrorQueueMark const mark;
  Contexts* const contexts = thread_contexts(Use::sign, row, key, prepare);
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash;
  std::size_t size = out.size();
  return contexts != nullptr && digest(row, *contexts, input, hash.data()) &&
         EVP_PKEY_sign(contexts->pkey.get(), bytes(out.data()), &size, hash.data(), row.digest_size) == 1 &&
         size == out.size();
}

}  // namespace

Scheme const kRsaPkcs1{signature_size, verify<prepare_pkcs1<EVP_PKEY_verify_init>>,
                       sign<prepare_pkcs1<EVP_PKEY_sign_init>>};
Scheme const kRsaPss{signature_size, verify<prepare_pss<EVP_PKEY_verify_init>>, sign<prepare_pss<EVP_PKEY_sign_init>>};

}  // namespace authjwt::detail
