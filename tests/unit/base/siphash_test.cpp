#include "base/siphash.hpp"

#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <cstring>
#include <memory>
#include <string>

namespace authjwt::detail {
namespace {

using Bytes = std::array<unsigned char, 16>;

Bytes bytes_of(Hash128 hash) {
  Bytes bytes{};
  for (std::size_t i = 0; i < 8; ++i) {
    bytes[i] = static_cast<unsigned char>(hash.low >> 8 * i);
    bytes[8 + i] = static_cast<unsigned char>(hash.high >> 8 * i);
  }
  return bytes;
}

/// OpenSSL's own SipHash.
Bytes reference(Bytes const& key, std::string const& text) {
  std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> const mac{EVP_MAC_fetch(nullptr, "SIPHASH", nullptr),
                                                              &EVP_MAC_free};
  std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)> const context{EVP_MAC_CTX_new(mac.get()),
                                                                          &EVP_MAC_CTX_free};
  std::size_t size = 16;
  std::array<OSSL_PARAM, 2> const params{OSSL_PARAM_construct_size_t(OSSL_MAC_PARAM_SIZE, &size),
                                         OSSL_PARAM_construct_end()};
  Bytes out{};
  EXPECT_EQ(EVP_MAC_init(context.get(), key.data(), key.size(), params.data()), 1);
  EXPECT_EQ(EVP_MAC_update(context.get(), reinterpret_cast<unsigned char const*>(text.data()), text.size()), 1);
  EXPECT_EQ(EVP_MAC_final(context.get(), out.data(), &size, out.size()), 1);
  return out;
}

TEST(SipHash, empty_text_gives_the_first_vector_of_its_authors) {
  Bytes const expected{0xa3, 0x81, 0x7f, 0x04, 0xba, 0x25, 0xa8, 0xe6, 0x6d, 0xf6, 0x72, 0x14, 0xc7, 0x55, 0x02, 0x93};
  EXPECT_EQ(bytes_of(siphash({0x0706050403020100, 0x0f0e0d0c0b0a0908}, "")), expected);
}

TEST(SipHash, every_length_to_three_hundred_gives_what_openssl_gives) {
  Hash128 const key{0x8877665544332211, 0xfedcba9876543210};
  std::string text;
  for (int i = 0; i <= 300; ++i) {
    EXPECT_EQ(bytes_of(siphash(key, text)), reference(bytes_of(key), text)) << i;
    text += static_cast<char>(i * 37 + 128);
  }
}

}  // namespace
}  // namespace authjwt::detail
