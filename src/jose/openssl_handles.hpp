#pragma once

#include <openssl/bn.h>
#include <openssl/decoder.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string_view>

namespace authjwt::detail {

/// Owns an object of OpenSSL's.
template <auto release>
struct Release {
  template <class T>
  void operator()(T* object) const noexcept {
    release(object);
  }
};

using BigNumber = std::unique_ptr<BIGNUM, Release<BN_clear_free>>;
using BigNumberContext = std::unique_ptr<BN_CTX, Release<BN_CTX_free>>;
using Certificate = std::unique_ptr<X509, Release<X509_free>>;
using Decoder = std::unique_ptr<OSSL_DECODER_CTX, Release<OSSL_DECODER_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Release<EVP_MD_CTX_free>>;
using EcdsaSignature = std::unique_ptr<ECDSA_SIG, Release<ECDSA_SIG_free>>;
using MacContext = std::unique_ptr<EVP_MAC_CTX, Release<EVP_MAC_CTX_free>>;
using Pkey = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using PkeyContext = std::unique_ptr<EVP_PKEY_CTX, Release<EVP_PKEY_CTX_free>>;

/// Takes what is added to OpenSSL's error queue during its life out again, and leaves what the caller had in it.
class ErrorQueueMark {
 public:
  ErrorQueueMark() noexcept { ERR_set_mark(); }
  ~ErrorQueueMark() { ERR_pop_to_mark(); }
  ErrorQueueMark(ErrorQueueMark const&) = delete;
  ErrorQueueMark& operator=(ErrorQueueMark const&) = delete;
};

/// OpenSSL's functions take unsigned bytes.
[[nodiscard]] inline unsigned char const* bytes(std::string_view text) noexcept {
  return reinterpret_cast<unsigned char const*>(text.data());
}
[[nodiscard]] inline unsigned char* bytes(char* text) noexcept { return reinterpret_cast<unsigned char*>(text); }

}  // namespace authjwt::detail
