#include "unit/jose/jwk_support.hpp"

#include <authjwt/jose/key.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace authjwt {
namespace {

testing::AssertionResult refuses_der(std::string_view der, std::string_view because) {
  auto const key = Key::from_der(der);
  if (key) return testing::AssertionFailure() << "it was taken as " << key.value().description();
  if (key.error().code() != Errc::invalid_key) return testing::AssertionFailure() << name(key.error().code());
  if (key.error().message().find(because) != std::string::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << key.error().message();
}

std::vector<test::Pkey> one_of_each_kind() {
  std::vector<test::Pkey> keys;
  EVP_PKEY_up_ref(test::shared_rsa());
  keys.emplace_back(test::shared_rsa());
  for (detail::AlgorithmRow const& row : detail::all_rows()) {
    for (detail::Curve const& curve : row.curves) keys.push_back(test::make_on(curve));
  }
  return keys;
}

TEST(KeyFromDer, reads_every_form_of_a_key) {
  for (test::Pkey const& pkey : one_of_each_kind()) {
    Key const key = Key::from_pem(test::private_pem(pkey.get())).value();
    EXPECT_EQ(Key::from_der(test::der_of(test::private_pem(pkey.get()))).value().description(), key.description());
    Key const half = Key::from_der(test::der_of(test::public_pem(pkey.get()))).value();
    EXPECT_FALSE(half.is_private());
    EXPECT_TRUE(half.same_public_key(key));
  }
  auto const ec = test::make_ec("secp521r1");
  for (EVP_PKEY* const pkey : {test::shared_rsa(), ec.get()}) {
    EXPECT_TRUE(Key::from_der(test::der_of(test::traditional_pem(pkey))).value().can_sign());
  }
  for (auto const& pem : {test::pkcs1_public_pem(test::shared_rsa()), test::certificate_pem(test::shared_rsa())}) {
    Key const half = Key::from_der(test::der_of(pem), "kid").value();
    EXPECT_EQ(half.description(), "RSA 2048-bit public key");
    EXPECT_EQ(half.kid(), "kid");
  }
}

TEST(KeyFromDer, refuses_what_goes_on_or_ends_early) {
  auto const ec = test::make_ec("prime256v1");
  for (auto const& pem : {test::private_pem(ec.get()), test::traditional_pem(ec.get()), test::public_pem(ec.get()),
                          test::certificate_pem(test::shared_rsa())}) {
    std::string const der = test::der_of(pem);
    for (auto const& bad : {der + '\0', der + der, der.substr(0, der.size() - 1), der.substr(1), '\0' + der}) {
      EXPECT_TRUE(refuses_der(bad, "no key or certificate in DER"));
    }
  }
}

TEST(KeyFromDer, refuses_what_is_no_der) {
  EXPECT_TRUE(refuses_der("", "no key or certificate in DER"));
  EXPECT_TRUE(refuses_der("hunter2", "no key or certificate in DER"));
  EXPECT_TRUE(refuses_der(test::public_pem(test::shared_rsa()), "from_pem"));
  EXPECT_TRUE(refuses_der(std::string(kMaxKeyTextSize, '\x30'), "no key or certificate in DER"));
  EXPECT_TRUE(refuses_der(std::string(kMaxKeyTextSize + 1, '\x30'), "longer than 1 MiB"));
}

TEST(KeyFromDer, refuses_an_encrypted_key_and_one_that_is_too_short) {
  EXPECT_TRUE(refuses_der(test::der_of(test::private_pem(test::shared_rsa(), EVP_aes_128_cbc())), "passphrase"));
  EXPECT_TRUE(refuses_der(test::der_of(test::public_pem(test::rsa_public_of(1024).get())), "too short"));
}

TEST(KeyFormats, are_read_again_as_the_same_key) {
  for (test::Pkey const& pkey : one_of_each_kind()) {
    Key const key = Key::from_pem(test::private_pem(pkey.get())).value();
    std::vector<Key> const privates{Key::from_pem(key.to_private_pem().value().expose_secret()).value(),
                                    Key::from_der(key.to_private_der().value().expose_secret()).value(),
                                    Key::from_jwk(key.to_private_jwk().value().expose_secret()).value()};
    for (Key const& again : privates) {
      EXPECT_EQ(again.description(), key.description());
      EXPECT_TRUE(again.same_public_key(key));
      EXPECT_EQ(again.thumbprint(), key.thumbprint());
    }
    std::vector<Key> const halves{Key::from_pem(key.to_public_pem().value()).value(),
                                  Key::from_der(key.to_public_der().value()).value(),
                                  Key::from_jwk(key.to_public_jwk()).value()};
    for (Key const& half : halves) {
      EXPECT_FALSE(half.is_private());
      EXPECT_TRUE(half.same_public_key(key));
      EXPECT_EQ(half.thumbprint(), key.thumbprint());
    }
  }
}

TEST(KeyFormats, hold_no_private_part_in_the_public_ones) {
  for (test::Pkey const& pkey : one_of_each_kind()) {
    Key const key = Key::from_pem(test::private_pem(pkey.get()), "k").value();
    json::object const whole = test::object_of(key.to_private_jwk().value().expose_secret());
    json::object const half = test::object_of(key.to_public_jwk());
    for (auto const* member : {"d", "p", "q", "dp", "dq", "qi", "k", "oth"}) {
      EXPECT_FALSE(half.contains(member));
      if (!whole.contains(member)) continue;
      EXPECT_EQ(key.to_public_jwk().find(std::string_view{whole.at(member).as_string()}), std::string::npos);
    }
    std::string const private_octets = test::octets_of(whole, "d");
    EXPECT_EQ(key.to_public_der().value().find(private_octets), std::string::npos);
  }
}

TEST(KeyFormats, name_kid_use_and_the_one_algorithm) {
  Key const ec = Key::from_pem(test::private_pem(test::make_ec("secp384r1").get()), "k1").value();
  json::object const jwk = test::object_of(ec.to_public_jwk());
  EXPECT_EQ(jwk.at("kid"), "k1");
  EXPECT_EQ(jwk.at("use"), "sig");
  EXPECT_EQ(jwk.at("alg"), "ES384");
  Key const rsa = Key::from_pem(test::public_pem(test::shared_rsa())).value();
  json::object const many = test::object_of(rsa.to_public_jwk());
  EXPECT_FALSE(many.contains("alg"));
  EXPECT_FALSE(many.contains("kid"));
  EXPECT_EQ(test::object_of(rsa.only_for({Algorithm::PS256}).value().to_public_jwk()).at("alg"), "PS256");
}

TEST(KeyFormats, throw_where_there_is_no_such_half) {
  Key const secret = Key::from_secret("secret").value();
  EXPECT_THROW((void)secret.to_public_jwk(), std::logic_error);
  EXPECT_THROW((void)secret.to_public_pem(), std::logic_error);
  EXPECT_THROW((void)secret.to_public_der(), std::logic_error);
  EXPECT_THROW((void)secret.to_private_pem(), std::logic_error);
  EXPECT_THROW((void)secret.to_private_der(), std::logic_error);
  Key const half = Key::from_pem(test::public_pem(test::shared_rsa())).value();
  EXPECT_THROW((void)half.to_private_jwk(), std::logic_error);
  EXPECT_THROW((void)half.to_private_pem(), std::logic_error);
  EXPECT_THROW((void)half.to_private_der(), std::logic_error);
}

TEST(KeyThumbprint, is_the_same_for_both_halves_and_every_name_and_none_for_a_secret) {
  Key const key = Key::from_pem(test::private_pem(test::shared_rsa()), "a").value();
  EXPECT_EQ(key.thumbprint().size(), 43U);
  EXPECT_EQ(key.with_kid("b").thumbprint(), key.thumbprint());
  EXPECT_EQ(key.only_for({Algorithm::RS256}).value().thumbprint(), key.thumbprint());
  EXPECT_EQ(Key::from_pem(test::certificate_pem(test::shared_rsa())).value().thumbprint(), key.thumbprint());
  EXPECT_NE(Key::from_pem(test::public_pem(test::other_rsa())).value().thumbprint(), key.thumbprint());
  EXPECT_EQ(Key::from_secret("secret").value().thumbprint(), "");
}

TEST(KeyNamed, gets_its_thumbprint_only_where_it_has_no_kid_and_is_no_secret) {
  Key const key = Key::from_pem(test::private_pem(test::shared_rsa())).value();
  EXPECT_EQ(key.named().kid(), key.thumbprint());
  EXPECT_EQ(key.with_kid("k").named().kid(), "k");
  EXPECT_EQ(Key::from_secret("secret").value().named().kid(), "");
  EXPECT_EQ(key.kid(), "") << "the first key stays as it was";
}

TEST(KeyOnlyFor, keeps_some_of_its_algorithms_and_takes_no_others) {
  Key const key = Key::from_pem(test::private_pem(test::shared_rsa()), "k").value();
  Key const pinned = key.only_for({Algorithm::RS256, Algorithm::PS256}).value();
  EXPECT_EQ(pinned.algorithms(), (AlgorithmSet{Algorithm::RS256, Algorithm::PS256}));
  EXPECT_EQ(pinned.kid(), "k");
  EXPECT_FALSE(pinned.verify(Algorithm::RS512, "x", key.sign(Algorithm::RS512, "x").value()));
  EXPECT_TRUE(pinned.verify(Algorithm::RS256, "x", key.sign(Algorithm::RS256, "x").value()));
  EXPECT_FALSE(key.only_for({}));
  EXPECT_FALSE(key.only_for({Algorithm::ES256}));
  EXPECT_FALSE(pinned.only_for({Algorithm::RS256, Algorithm::RS512}));
}

class KeyGenerate : public testing::TestWithParam<Algorithm> {};

INSTANTIATE_TEST_SUITE_P(Table, KeyGenerate, testing::ValuesIn(all_algorithms().begin(), all_algorithms().end()),
                         [](auto const& one) { return std::string{name(one.param)}; });

TEST_P(KeyGenerate, makes_a_new_key_for_the_one_algorithm) {
  GenerateOptions const options{.kid = "new", .rsa_bits = 2048};
  Key const key = Key::generate(GetParam(), options).value();
  EXPECT_EQ(key.algorithms(), AlgorithmSet{GetParam()});
  EXPECT_EQ(key.kid(), "new");
  EXPECT_FALSE(key.is_short_for(GetParam()));
  EXPECT_TRUE(key.verify(GetParam(), "x", key.sign(GetParam(), "x").value()));
  if (is_symmetric(GetParam()) || !key.algorithms().contains(Algorithm::RS256)) {
    Key const other = Key::generate(GetParam(), options).value();
    EXPECT_FALSE(other.verify(GetParam(), "x", key.sign(GetParam(), "x").value()));
  }
  Key const again = Key::from_jwk(key.to_private_jwk().value().expose_secret()).value();
  EXPECT_EQ(again.algorithms(), key.algorithms());
}

TEST(KeyGenerate, makes_rsa_of_3072_bits_and_ed25519_unless_told_otherwise) {
  EXPECT_EQ(Key::generate(Algorithm::PS256).value().description(), "RSA 3072-bit private key");
  EXPECT_EQ(Key::generate(Algorithm::EdDSA).value().description(), "Ed25519 private key");
  EXPECT_EQ(Key::generate(Algorithm::EdDSA, {.okp_curve = "Ed448"}).value().description(), "Ed448 private key");
  EXPECT_EQ(Key::generate(Algorithm::HS512).value().description(), "HMAC secret of 512 bits");
}

TEST(KeyGenerate, throws_for_sizes_and_curves_that_cannot_be) {
  EXPECT_THROW((void)Key::generate(Algorithm::RS256, {.rsa_bits = 2047}), std::invalid_argument);
  EXPECT_THROW((void)Key::generate(Algorithm::RS256, {.rsa_bits = 8193}), std::invalid_argument);
  EXPECT_THROW((void)Key::generate(Algorithm::EdDSA, {.okp_curve = "X25519"}), std::invalid_argument);
}

}  // namespace
}  // namespace authjwt
