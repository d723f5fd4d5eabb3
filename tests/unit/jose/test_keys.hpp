#pragma once

#include "jose/algorithm_table.hpp"
#include "jose/openssl_handles.hpp"

#include <authjwt/jose/key.hpp>

#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

/// Keys for tests alone, made anew in each run.
namespace authjwt::test {

using detail::BigNumber;
using detail::Pkey;
using Bio = std::unique_ptr<BIO, detail::Release<BIO_free>>;
using ParameterBuilder = std::unique_ptr<OSSL_PARAM_BLD, detail::Release<OSSL_PARAM_BLD_free>>;

inline void require(bool good) {
  if (!good) throw std::runtime_error{"OpenSSL could not make what the test needs"};
}

inline Pkey checked(EVP_PKEY* pkey) {
  require(pkey != nullptr);
  return Pkey{pkey};
}

inline Pkey make_rsa(std::size_t bits) { return checked(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", bits)); }
inline Pkey make_ec(char const* group) { return checked(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", group)); }
inline Pkey make_of_type(char const* type) { return checked(EVP_PKEY_Q_keygen(nullptr, nullptr, type)); }

/// RSA keys take long to make, so tests share two.
inline EVP_PKEY* shared_rsa() {
  static Pkey const key = make_rsa(2048);
  return key.get();
}
inline EVP_PKEY* other_rsa() {
  static Pkey const key = make_rsa(2048);
  return key.get();
}

template <class Write>
std::string written(Write write) {
  Bio const bio{BIO_new(BIO_s_mem())};
  require(bio != nullptr && write(bio.get()) > 0);
  char* data = nullptr;
  long const size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

inline std::string private_pem(EVP_PKEY* pkey, EVP_CIPHER const* cipher = nullptr) {
  return written([&](BIO* bio) {
    return PEM_write_bio_PKCS8PrivateKey(bio, pkey, cipher, cipher == nullptr ? nullptr : "word",
                                         cipher == nullptr ? 0 : 4, nullptr, nullptr);
  });
}
/// PKCS#1 or SEC 1.
inline std::string traditional_pem(EVP_PKEY* pkey, EVP_CIPHER const* cipher = nullptr) {
  unsigned char const word[] = "word";
  return written([&](BIO* bio) {
    return PEM_write_bio_PrivateKey_traditional(bio, pkey, cipher, cipher == nullptr ? nullptr : word,
                                                cipher == nullptr ? 0 : 4, nullptr, nullptr);
  });
}
inline std::string public_pem(EVP_PKEY* pkey) {
  return written([&](BIO* bio) { return PEM_write_bio_PUBKEY(bio, pkey); });
}

/// `der` between the lines of `label`.
inline std::string pem_of(char const* label, std::string_view der) {
  return written(
      [&](BIO* bio) { return PEM_write_bio(bio, label, "", detail::bytes(der), static_cast<long>(der.size())); });
}

/// What stands between the lines of `pem`.
inline std::string der_of(std::string const& pem) {
  Bio const bio{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
  char* label = nullptr;
  char* header = nullptr;
  unsigned char* data = nullptr;
  long size = 0;
  require(PEM_read_bio(bio.get(), &label, &header, &data, &size) == 1);
  std::string der{reinterpret_cast<char const*>(data), static_cast<std::size_t>(size)};
  OPENSSL_free(label);
  OPENSSL_free(header);
  OPENSSL_free(data);
  return der;
}

inline std::string pkcs1_public_pem(EVP_PKEY* pkey) {
  unsigned char* data = nullptr;
  int const size = i2d_PublicKey(pkey, &data);
  require(size > 0);
  std::string const der{reinterpret_cast<char const*>(data), static_cast<std::size_t>(size)};
  OPENSSL_free(data);
  return pem_of("RSA PUBLIC KEY", der);
}

/// A certificate that `pkey` signs for itself; long expired.
inline std::string certificate_pem(EVP_PKEY* pkey) {
  detail::Certificate const certificate{X509_new()};
  X509* const x = certificate.get();
  require(ASN1_INTEGER_set(X509_get_serialNumber(x), 1) == 1 && X509_gmtime_adj(X509_getm_notBefore(x), -7200) &&
          X509_gmtime_adj(X509_getm_notAfter(x), -3600) && X509_set_pubkey(x, pkey) == 1);
  X509_NAME* const subject = X509_get_subject_name(x);
  auto const* const text = reinterpret_cast<unsigned char const*>("test");
  require(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, text, -1, -1, 0) == 1 &&
          X509_set_issuer_name(x, subject) == 1 && X509_sign(x, pkey, EVP_sha256()) > 0);
  return written([&](BIO* bio) { return PEM_write_bio_X509(bio, x); });
}

/// A key of these parts, whether or not they make sense together.
inline Pkey from_parts(ParameterBuilder const& builder, char const* type, int selection) {
  OSSL_PARAM* const parameters = OSSL_PARAM_BLD_to_param(builder.get());
  detail::PkeyContext const context{EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr)};
  EVP_PKEY* pkey = nullptr;
  bool const made = parameters != nullptr && context && EVP_PKEY_fromdata_init(context.get()) == 1 &&
                    EVP_PKEY_fromdata(context.get(), &pkey, selection, parameters) == 1;
  OSSL_PARAM_free(parameters);
  require(made);
  return Pkey{pkey};
}

inline BigNumber number(std::string const& hex) {
  BIGNUM* value = nullptr;
  require(BN_hex2bn(&value, hex.c_str()) != 0);
  return BigNumber{value};
}

inline BigNumber part(EVP_PKEY* pkey, char const* name) {
  BIGNUM* value = nullptr;
  require(EVP_PKEY_get_bn_param(pkey, name, &value) == 1);
  return BigNumber{value};
}

inline Pkey rsa_public(BIGNUM const* n, BIGNUM const* e) {
  ParameterBuilder const builder{OSSL_PARAM_BLD_new()};
  require(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
          OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e) == 1);
  return from_parts(builder, "RSA", EVP_PKEY_PUBLIC_KEY);
}

/// An odd number of `bits` bits, the top two set, without factors below a million: OpenSSL's check of a public key
/// meets a factor by chance and refuses it, with one below a thousand once in a hundred runs.
inline BigNumber unfactored(int bits) {
  BigNumber candidate{BN_new()};
  auto const has_small_factor = [&] {
    for (BN_ULONG divisor = 3; divisor < 1'000'000; divisor += 2) {
      if (BN_mod_word(candidate.get(), divisor) == 0) return true;
    }
    return false;
  };
  do {
    require(BN_rand(candidate.get(), bits, BN_RAND_TOP_TWO, BN_RAND_BOTTOM_ODD) == 1);
  } while (has_small_factor());
  return candidate;
}

/// A modulus of exactly `bits` bits that passes for one, made of two numbers that need not be prime: takes no time.
inline BigNumber modulus_of(int bits) {
  BigNumber const a = unfactored((bits + 1) / 2);
  BigNumber const b = unfactored(bits / 2);
  BigNumber n{BN_new()};
  detail::BigNumberContext const context{BN_CTX_new()};
  require(BN_mul(n.get(), a.get(), b.get(), context.get()) == 1 && BN_num_bits(n.get()) == bits);
  return n;
}

/// A public key that nobody has the private half of.
inline Pkey rsa_public_of(int bits, std::string const& exponent_hex = "010001") {
  return rsa_public(modulus_of(bits).get(), number(exponent_hex).get());
}

/// A new key on a curve of the table.
inline Pkey make_on(detail::Curve const& curve) {
  return curve.group.empty() ? make_of_type(curve.openssl_type) : make_ec(curve.group.data());
}

}  // namespace authjwt::test
