#include "jose/rsa_modulus.hpp"

#include "unit/jose/test_keys.hpp"

#include <authjwt/jose/key.hpp>

#include <gtest/gtest.h>

namespace authjwt {
namespace {

using detail::complaint_about_modulus;

/// A modulus of some 2048 bits that leaves a power of 65537 for each prime up to `largest`, as those of the broken
/// chips do.
test::BigNumber with_fingerprint(unsigned largest) {
  auto product = test::number("2");
  for (unsigned prime = 3; prime <= largest; prime += 2) {
    bool is_prime = true;
    for (unsigned divisor = 3; divisor * divisor <= prime; divisor += 2) is_prime = is_prime && prime % divisor != 0;
    if (is_prime) BN_mul_word(product.get(), prime);
  }
  test::BigNumber modulus{BN_new()};
  detail::BigNumberContext const context{BN_CTX_new()};
  bool has_factor = true;
  while (has_factor) {
    test::require(BN_rand(modulus.get(), 2049 - BN_num_bits(product.get()), BN_RAND_TOP_TWO, BN_RAND_BOTTOM_ANY) == 1 &&
                  BN_mul(modulus.get(), modulus.get(), product.get(), context.get()) == 1 &&
                  BN_add_word(modulus.get(), 65537) == 1);
    has_factor = false;
    for (BN_ULONG divisor = 3; divisor < 752; divisor += 2) {
      has_factor = has_factor || BN_mod_word(modulus.get(), divisor) == 0;
    }
  }
  return modulus;
}

TEST(RsaModulus, takes_one_without_small_factors) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(complaint_about_modulus(test::modulus_of(2048).get()), "");
  EXPECT_EQ(complaint_about_modulus(test::part(test::shared_rsa(), OSSL_PKEY_PARAM_RSA_N).get()), "");
}

TEST(RsaModulus, refuses_an_even_one) {
  auto const modulus = test::modulus_of(2048);
  BN_add_word(modulus.get(), 1);
  EXPECT_NE(complaint_about_modulus(modulus.get()).find("even"), std::string_view::npos);
}

TEST(RsaModulus, refuses_a_factor_up_to_751_and_none_above) {
  for (BN_ULONG const factor : {3UL, 5UL, 167UL, 173UL, 743UL, 751UL}) {
    auto const modulus = test::modulus_of(2040);
    BN_mul_word(modulus.get(), factor);
    EXPECT_NE(complaint_about_modulus(modulus.get()).find("small factor"), std::string_view::npos) << factor;
  }
  auto const modulus = test::modulus_of(2040);
  BN_mul_word(modulus.get(), 757);
  EXPECT_EQ(complaint_about_modulus(modulus.get()), "");
}

TEST(RsaModulus, refuses_the_fingerprint_of_roca) {
  auto const modulus = with_fingerprint(167);
  EXPECT_NE(complaint_about_modulus(modulus.get()).find("CVE-2017-15361"), std::string_view::npos);
  auto const key = Key::from_pem(test::public_pem(test::rsa_public(modulus.get(), test::number("010001").get()).get()));
  ASSERT_FALSE(key);
  EXPECT_NE(key.error().message().find("CVE-2017-15361"), std::string::npos);
}

TEST(RsaModulus, takes_half_of_that_fingerprint) {
  // Chance alone makes one of some ten thousand of these whole, and never twenty of them.
  int refused = 0;
  for (int i = 0; i < 20; ++i) refused += complaint_about_modulus(with_fingerprint(61).get()).empty() ? 0 : 1;
  EXPECT_LT(refused, 20);
}

}  // namespace
}  // namespace authjwt
