#include "unit/jose/test_keys.hpp"

#include <authjwt/jose/key.hpp>

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace authjwt {
namespace {

Key private_key(EVP_PKEY* pkey) { return Key::from_pem(test::private_pem(pkey)).value(); }
Key public_key(EVP_PKEY* pkey) { return Key::from_pem(test::public_pem(pkey)).value(); }

TEST(Key, carries_the_kid_it_was_given) {
  auto const ec = test::make_ec("prime256v1");
  EXPECT_EQ(Key::from_secret("secret", {Algorithm::HS256}, "one").value().kid(), "one");
  EXPECT_EQ(Key::from_pem(test::private_pem(ec.get()), "two").value().kid(), "two");
  EXPECT_EQ(Key::from_secret("secret").value().kid(), "");
}

TEST(Key, describes_itself_without_its_material) {
  EXPECT_EQ(Key::from_secret("secret").value().description(), "HMAC secret of 48 bits");
  EXPECT_EQ(private_key(test::shared_rsa()).description(), "RSA 2048-bit private key");
  EXPECT_EQ(public_key(test::shared_rsa()).description(), "RSA 2048-bit public key");
  EXPECT_EQ(private_key(test::make_ec("prime256v1").get()).description(), "EC P-256 private key");
  EXPECT_EQ(public_key(test::make_ec("secp256k1").get()).description(), "EC secp256k1 public key");
  EXPECT_EQ(public_key(test::make_of_type("ED25519").get()).description(), "Ed25519 public key");
  EXPECT_EQ(private_key(test::make_of_type("ED448").get()).description(), "Ed448 private key");
}

TEST(Key, a_secret_is_short_below_the_size_of_the_digest) {
  struct Row {
    Algorithm algorithm;
    std::size_t size;
  };
  for (auto const [algorithm, size] : {Row{Algorithm::HS256, 32}, {Algorithm::HS384, 48}, {Algorithm::HS512, 64}}) {
    EXPECT_TRUE(Key::from_secret(std::string(size - 1, 'k')).value().is_short_for(algorithm)) << name(algorithm);
    EXPECT_FALSE(Key::from_secret(std::string(size, 'k')).value().is_short_for(algorithm)) << name(algorithm);
  }
}

TEST(Key, only_a_secret_is_short_and_only_for_hmac) {
  EXPECT_FALSE(Key::from_secret("k").value().is_short_for(Algorithm::RS256));
  EXPECT_FALSE(private_key(test::make_ec("prime256v1").get()).is_short_for(Algorithm::HS512));
}

TEST(Key, knows_the_same_public_key_in_any_form) {
  EVP_PKEY* const rsa = test::shared_rsa();
  Key const own = private_key(rsa);
  EXPECT_TRUE(own.same_public_key(own));
  EXPECT_TRUE(own.same_public_key(public_key(rsa)));
  EXPECT_TRUE(public_key(rsa).same_public_key(Key::from_pem(test::certificate_pem(rsa)).value()));
  EXPECT_FALSE(own.same_public_key(private_key(test::other_rsa())));
  EXPECT_FALSE(own.same_public_key(public_key(test::make_ec("prime256v1").get())));
}

TEST(Key, a_secret_is_never_the_same_public_key) {
  Key const secret = Key::from_secret("secret").value();
  EXPECT_FALSE(secret.same_public_key(secret));
  EXPECT_FALSE(secret.same_public_key(private_key(test::shared_rsa())));
  EXPECT_FALSE(private_key(test::shared_rsa()).same_public_key(secret));
}

TEST(Key, a_copy_outlives_the_key_it_was_made_of) {
  auto const copy = [] {
    Key const key = Key::from_secret("secret").value();
    return Key{key};
  }();
  EXPECT_TRUE(copy.verify(Algorithm::HS256, "input", copy.sign(Algorithm::HS256, "input").value()));
}

TEST(Key, a_new_key_does_not_inherit_what_a_thread_kept_of_a_dead_one) {
  // The allocator gives the same address to both, so an address would not tell them apart.
  std::string signature(32, '\0');
  for (char const filler : {'a', 'b', 'c'}) {
    Key const key = Key::from_secret(std::string(32, filler)).value();
    EXPECT_FALSE(key.verify(Algorithm::HS256, "input", signature));
    signature = key.sign(Algorithm::HS256, "input").value();
  }
}

TEST(Key, what_it_cannot_do_is_told_without_its_material) {
  Key const key = Key::from_secret("very-secret", {Algorithm::HS256}).value();
  try {
    (void)key.sign(Algorithm::HS384, "input");
    FAIL();
  } catch (std::logic_error const& error) {
    EXPECT_STREQ(error.what(), "this HMAC secret of 88 bits cannot sign with HS384");
  }
  EXPECT_FALSE(key.verify(Algorithm::HS384, "input", std::string(48, 'x')));
}

}  // namespace
}  // namespace authjwt
