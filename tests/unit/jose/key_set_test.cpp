#include "unit/jose/test_keys.hpp"

#include <authjwt/jose/key_set.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace authjwt {
namespace {

Key secret(std::string kid, AlgorithmSet algorithms = {Algorithm::HS256}) {
  return Key::from_secret("secret of " + kid, algorithms, kid).value();
}

Key rsa(std::string kid) { return Key::from_pem(test::private_pem(test::shared_rsa()), std::move(kid)).value(); }
Key rsa_public(std::string kid) { return Key::from_pem(test::public_pem(test::other_rsa()), std::move(kid)).value(); }

KeySet set_of(std::vector<Key> keys) { return KeySet::from_keys(std::move(keys)).value(); }

/// The kid of the key found, or "nothing".
std::string found(KeySet const& set, Algorithm algorithm, std::optional<std::string_view> kid) {
  auto const key = set.verification_key(algorithm, kid);
  if (key) return (*key)->kid();
  EXPECT_EQ(key.error().code(), Errc::no_matching_key);
  return "nothing";
}

TEST(KeySet, finds_nothing_where_there_is_nothing) {
  EXPECT_TRUE(KeySet{}.empty());
  EXPECT_TRUE(set_of({}).empty());
  EXPECT_EQ(found(KeySet{}, Algorithm::HS256, std::nullopt), "nothing");
  EXPECT_EQ(found(KeySet{}, Algorithm::HS256, ""), "nothing");
  EXPECT_EQ(KeySet{}.signing_key(Algorithm::HS256), nullptr);
}

TEST(KeySet, finds_the_key_of_exactly_that_kid) {
  KeySet const set = set_of({secret("one"), secret("two")});
  EXPECT_EQ(found(set, Algorithm::HS256, "one"), "one");
  EXPECT_EQ(found(set, Algorithm::HS256, "two"), "two");
  for (auto const* kid : {"", "on", "one ", "One", "three"}) EXPECT_EQ(found(set, Algorithm::HS256, kid), "nothing");
  EXPECT_EQ(found(set, Algorithm::HS256, std::string_view("one\0", 4)), "nothing");
}

TEST(KeySet, finds_only_keys_of_the_algorithm) {
  KeySet const set = set_of({secret("one"), rsa("one")});
  EXPECT_FALSE((*set.verification_key(Algorithm::HS256, "one"))->algorithms().contains(Algorithm::RS256));
  EXPECT_TRUE((*set.verification_key(Algorithm::RS256, "one"))->algorithms().contains(Algorithm::RS256));
  EXPECT_EQ(found(set, Algorithm::HS384, "one"), "nothing");
  EXPECT_EQ(found(set, Algorithm::EdDSA, std::nullopt), "nothing");
}

TEST(KeySet, a_token_without_kid_finds_a_key_only_where_one_alone_could_fit) {
  KeySet const one = set_of({secret("one"), rsa("two")});
  EXPECT_EQ(found(one, Algorithm::HS256, std::nullopt), "one");
  EXPECT_EQ(found(one, Algorithm::PS512, std::nullopt), "two");
  KeySet const several = set_of({secret("one"), secret("two"), rsa("three")});
  EXPECT_EQ(found(several, Algorithm::HS256, std::nullopt), "nothing");
  EXPECT_EQ(found(several, Algorithm::RS256, std::nullopt), "three");
}

TEST(KeySet, a_key_without_kid_matches_any_kid) {
  KeySet const set = set_of({secret(""), rsa("one")});
  for (auto const* kid : {"", "one", "whatever"}) EXPECT_EQ(found(set, Algorithm::HS256, kid), "") << kid;
  EXPECT_EQ(found(set, Algorithm::HS256, std::nullopt), "");
  EXPECT_EQ(found(set, Algorithm::RS256, "two"), "nothing");
}

TEST(KeySet, refuses_the_same_kid_and_algorithm_twice) {
  auto const set = KeySet::from_keys({rsa("one"), rsa_public("one")});
  ASSERT_FALSE(set);
  EXPECT_EQ(set.error().code(), Errc::invalid_key);
  EXPECT_NE(set.error().message().find("same kid \"one\""), std::string::npos) << set.error().message();
  EXPECT_FALSE(KeySet::from_keys(
      {secret("one", {Algorithm::HS256, Algorithm::HS384}), secret("one", {Algorithm::HS384, Algorithm::HS512})}));
  EXPECT_TRUE(KeySet::from_keys({secret("one", {Algorithm::HS256}), secret("one", {Algorithm::HS384})}));
}

TEST(KeySet, refuses_a_key_without_kid_beside_another_of_its_algorithm) {
  for (auto const* kid : {"", "one"}) {
    EXPECT_FALSE(KeySet::from_keys({secret(""), secret(kid)})) << kid;
    EXPECT_FALSE(KeySet::from_keys({secret(kid), rsa("x"), secret("")})) << kid;
  }
  EXPECT_TRUE(KeySet::from_keys({secret(""), rsa("")}));
}

TEST(KeySet, signs_with_the_first_key_that_can) {
  KeySet const set = set_of({rsa_public("old"), rsa("new"), secret("a"), secret("b")});
  EXPECT_EQ(set.signing_key(Algorithm::RS256)->kid(), "new");
  EXPECT_EQ(set.signing_key(Algorithm::HS256)->kid(), "a");
  EXPECT_EQ(set.signing_key(Algorithm::ES256), nullptr);
  EXPECT_EQ(set_of({rsa_public("old")}).signing_key(Algorithm::RS256), nullptr);
}

TEST(KeySet, finds_each_of_a_thousand_keys_and_takes_no_more) {
  std::vector<Key> keys;
  for (std::size_t i = 0; i < kMaxKeys; ++i) keys.push_back(secret("kid-" + std::to_string(i)));
  KeySet const set = set_of(keys);
  for (Key const& key : keys) EXPECT_EQ(found(set, Algorithm::HS256, key.kid()), key.kid());
  EXPECT_EQ(found(set, Algorithm::HS256, "kid-1000"), "nothing");
  keys.push_back(secret("one too many"));
  auto const refused = KeySet::from_keys(std::move(keys));
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message().find("more than 1000 keys"), std::string::npos);
}

TEST(KeySet, names_asymmetric_keys_without_kid_by_their_thumbprint_unless_told_otherwise) {
  KeySet const named = set_of({rsa(""), rsa_public(""), secret("")});
  EXPECT_EQ(named.keys()[0].kid(), named.keys()[0].thumbprint());
  EXPECT_EQ(found(named, Algorithm::RS256, named.keys()[1].thumbprint()), named.keys()[1].thumbprint());
  EXPECT_EQ(named.keys()[2].kid(), "");
  KeySet const unnamed = KeySet::from_keys({rsa("")}, MissingKid::any).value();
  EXPECT_EQ(unnamed.keys()[0].kid(), "");
  EXPECT_EQ(found(unnamed, Algorithm::RS256, "whatever"), "");
  EXPECT_FALSE(KeySet::from_keys({rsa(""), rsa_public("")}, MissingKid::any));
}

TEST(KeySet, a_pointer_from_it_lives_as_long_as_a_copy_of_it) {
  auto set = std::make_unique<KeySet>(set_of({secret("one")}));
  KeySet const copy = *set;
  Key const* const key = set->verification_key(Algorithm::HS256, "one").value();
  set.reset();
  EXPECT_EQ(key->kid(), "one");
  EXPECT_EQ(copy.verification_key(Algorithm::HS256, "one").value(), key);
}

TEST(KeySet, keeps_the_order_of_its_keys) {
  KeySet const set = set_of({secret("b"), secret("a")});
  ASSERT_EQ(set.keys().size(), 2U);
  EXPECT_EQ(set.keys()[0].kid(), "b");
  EXPECT_EQ(set.keys()[1].kid(), "a");
}

TEST(KeySet, takes_no_kid_that_no_jwks_could_hold) {
  auto const set = KeySet::from_keys({secret("\xff")});
  ASSERT_FALSE(set);
  EXPECT_NE(set.error().message().find("UTF-8"), std::string::npos);
}

}  // namespace
}  // namespace authjwt
