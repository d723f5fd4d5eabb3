#include "unit/jose/jwk_support.hpp"

#include <authjwt/jose/key_set.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

namespace authjwt {
namespace {

using test::jwk_of;
using test::public_jwk_of;
using test::secret_jwk;
using test::with;
using test::without;

std::string jwks_of(json::array keys) { return json::write(json::object{{"keys", std::move(keys)}}); }

testing::AssertionResult refuses(std::string_view jwks, std::string_view because) {
  auto const set = KeySet::from_jwks(jwks);
  if (set) return testing::AssertionFailure() << "it was taken with " << set->keys().size() << " keys";
  if (set.error().code() != Errc::invalid_key) return testing::AssertionFailure() << name(set.error().code());
  if (set.error().message().find(because) != std::string::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << set.error().message();
}

json::object ec_public(std::string_view kid) {
  return with(public_jwk_of(test::make_ec("prime256v1").get()), "kid", kid);
}

TEST(KeySetFromJwks, reads_its_keys_in_their_order) {
  json::object jwks{{"keys", {ec_public("b"), public_jwk_of(test::shared_rsa()), ec_public("a")}}, {"extra", {1, 2}}};
  KeySet const set = KeySet::from_jwks(json::write(jwks)).value();
  ASSERT_EQ(set.keys().size(), 3U);
  EXPECT_EQ(set.keys()[0].kid(), "b");
  EXPECT_EQ(set.keys()[2].kid(), "a");
  EXPECT_TRUE(set.skipped().empty());
}

TEST(KeySetFromJwks, takes_an_empty_one) {
  EXPECT_TRUE(KeySet::from_jwks(R"({"keys":[]})").value().empty());
  EXPECT_EQ(KeySet::from_jwks(R"({"keys":[]})").value().to_public_jwks(), R"({"keys":[]})");
}

TEST(KeySetFromJwks, names_keys_without_kid_by_their_thumbprint) {
  json::object const one = without(ec_public(""), "kid");
  KeySet const set = KeySet::from_jwks(jwks_of({one, ec_public("two"), ec_public("")})).value();
  EXPECT_EQ(set.keys()[0].kid(), set.keys()[0].thumbprint());
  EXPECT_EQ(set.keys()[1].kid(), "two");
  EXPECT_EQ(set.keys()[2].kid(), set.keys()[2].thumbprint());
  EXPECT_TRUE(set.verification_key(Algorithm::ES256, set.keys()[2].thumbprint()));
  EXPECT_EQ(KeySet::from_jwks(jwks_of({secret_jwk(32)})).value().keys()[0].kid(), "");
}

TEST(KeySetFromJwks, passes_over_what_is_no_key_for_signatures_and_says_so) {
  json::array const keys{with(ec_public("enc"), "use", "enc"),
                         json::object{{"kty", "AKP"}, {"kid", "pq"}},
                         ec_public("good"),
                         with(ec_public("alg"), "alg", "ECDH-ES"),
                         without(ec_public("no-x"), "x"),
                         with(ec_public("off"), "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
                         json::object{},
                         with(ec_public("\x1b[31m"), "kty", 5)};
  KeySet const set = KeySet::from_jwks(jwks_of(keys)).value();
  ASSERT_EQ(set.keys().size(), 1U);
  EXPECT_EQ(set.keys()[0].kid(), "good");
  ASSERT_EQ(set.skipped().size(), 7U);
  std::vector<std::pair<std::size_t, std::string>> const expected{{0, "not for signatures"},
                                                                  {1, "RSA, EC, OKP and oct"},
                                                                  {3, "alg"},
                                                                  {4, "x is missing"},
                                                                  {5, "no point"},
                                                                  {6, "kty"},
                                                                  {7, "kty must be a text"}};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(set.skipped()[i].index, expected[i].first);
    EXPECT_NE(set.skipped()[i].reason.find(expected[i].second), std::string::npos) << set.skipped()[i].reason;
  }
  EXPECT_EQ(set.skipped()[1].kid, "pq");
  EXPECT_EQ(set.skipped()[6].kid.find('\x1b'), std::string::npos);
}

TEST(KeySetFromJwks, refuses_what_is_no_set) {
  EXPECT_TRUE(refuses("", "no strict JSON text"));
  EXPECT_TRUE(refuses("[]", "no JSON object"));
  EXPECT_TRUE(refuses("{}", "no array \"keys\""));
  EXPECT_TRUE(refuses(R"({"keys":{}})", "no array \"keys\""));
  EXPECT_TRUE(refuses(R"({"keys":null})", "no array \"keys\""));
  EXPECT_TRUE(refuses(R"({"set":{"keys":[]}})", "no array \"keys\""));
  EXPECT_TRUE(refuses(json::write(ec_public("a")), "no array \"keys\""));
  for (auto const* entry : {"1", "null", "\"a\"", "[]", "true", "1.5", "[{}]"}) {
    EXPECT_TRUE(refuses(R"({"keys":[)" + std::string{entry} + "]}", "no JSON object")) << entry;
  }
  EXPECT_TRUE(refuses(R"({"keys":[],"keys":[]})", "duplicate member name"));
  EXPECT_TRUE(refuses(R"({"keys":[{"kty":"oct","kty":"oct"}]})", "duplicate member name"));
}

TEST(KeySetFromJwks, reads_keys_of_the_top_array_alone) {
  json::object const hidden{{"keys", {ec_public("hidden")}}};
  json::object jwks{{"a", {hidden}}, {"keys", {ec_public("shown")}}, {"b", hidden}, {"c", {ec_public("other")}}};
  KeySet const set = KeySet::from_jwks(json::write(jwks)).value();
  ASSERT_EQ(set.keys().size(), 1U);
  EXPECT_EQ(set.keys()[0].kid(), "shown");
  EXPECT_TRUE(set.skipped().empty());
}

TEST(KeySetFromJwks, takes_a_thousand_entries_and_no_more) {
  std::string jwks = R"({"keys":[)";
  for (std::size_t i = 0; i < kMaxKeys; ++i) jwks += "{},";
  std::string const good = json::write(ec_public("last"));
  EXPECT_TRUE(refuses(jwks + good + "]}", "more than 1000 keys"));
  EXPECT_TRUE(refuses(jwks + good + "," + good + "," + good + "]}", "more than 1000 keys"));
  KeySet const set = KeySet::from_jwks(jwks.substr(0, jwks.size() - 3) + good + "]}").value();
  EXPECT_EQ(set.skipped().size(), kMaxKeys - 1);
  EXPECT_EQ(set.keys().size(), 1U);
}

TEST(KeySetFromJwks, takes_a_mebibyte_and_no_more) {
  std::string jwks = jwks_of({ec_public("a")});
  jwks.append(kMaxKeyTextSize - jwks.size(), ' ');
  EXPECT_TRUE(KeySet::from_jwks(jwks));
  EXPECT_TRUE(refuses(jwks + ' ', "longer than 1 MiB"));
}

TEST(KeySetFromJwks, refuses_keys_that_no_token_could_tell_apart) {
  EXPECT_TRUE(refuses(jwks_of({ec_public("a"), ec_public("b"), ec_public("a")}), "same kid \"a\""));
  json::object const same = ec_public("");
  EXPECT_TRUE(refuses(jwks_of({same, same}), "same kid"));
  EXPECT_TRUE(KeySet::from_jwks(jwks_of({ec_public("a"), with(public_jwk_of(test::shared_rsa()), "kid", "a")})));
  EXPECT_TRUE(refuses(jwks_of({secret_jwk(32, 'a'), secret_jwk(32, 'b')}), "one has no kid"));
}

TEST(KeySetFromJwks, refuses_a_damaged_key_with_the_name_and_algorithm_of_a_good_one) {
  json::object const damaged = with(ec_public("a"), "x", "!");
  EXPECT_TRUE(refuses(jwks_of({ec_public("a"), damaged}), "one cannot be used"));
  EXPECT_TRUE(refuses(jwks_of({without(damaged, "alg"), ec_public("a")}), "one cannot be used"));
  json::object const rsa = with(public_jwk_of(test::shared_rsa()), "kid", "a");
  EXPECT_TRUE(refuses(jwks_of({rsa, with(with(rsa, "n", "!"), "alg", "PS512")}), "one cannot be used"));
  for (json::object const& other :
       {with(damaged, "kid", "b"), with(damaged, "use", "enc"), with(damaged, "alg", "ES384"),
        with(damaged, "kty", "OKP"), without(damaged, "kid")}) {
    EXPECT_TRUE(KeySet::from_jwks(jwks_of({ec_public("a"), other}))) << json::write(other);
  }
}

TEST(KeySetFromJwks, refuses_secrets_beside_other_keys) {
  EXPECT_TRUE(refuses(jwks_of({with(secret_jwk(32), "kid", "s"), ec_public("a")}), "secrets"));
  EXPECT_TRUE(refuses(jwks_of({jwk_of(test::shared_rsa()), with(secret_jwk(32), "kid", "s")}), "secrets"));
  EXPECT_TRUE(
      KeySet::from_jwks(jwks_of({with(secret_jwk(32, 'a'), "kid", "a"), with(secret_jwk(32, 'b'), "kid", "b")})));
}

TEST(KeySetFromJwks, keeps_a_signing_and_a_verifying_secret_of_one_name_apart) {
  json::object const secret = with(secret_jwk(32), "kid", "s");
  KeySet const set = KeySet::from_jwks(jwks_of({with(secret, "key_ops", json::array{"sign"}),
                                                with(secret, "key_ops", json::array{"verify"})}))
                         .value();
  EXPECT_EQ(set.signing_key(Algorithm::HS256), &set.keys()[0]);
  EXPECT_EQ(set.verification_key(Algorithm::HS256, "s").value(), &set.keys()[1]);
}

TEST(KeySetToJwks, is_read_again_and_holds_no_private_part_and_no_secret) {
  KeySet const set =
      KeySet::from_keys(
          {Key::generate(Algorithm::ES256).value(), Key::from_pem(test::private_pem(test::shared_rsa()), "rsa").value(),
           Key::generate(Algorithm::HS256, {.kid = "s"}).value(), Key::generate(Algorithm::EdDSA).value()})
          .value();
  std::string const published = set.to_public_jwks();
  for (auto const* part : {"\"d\"", "\"p\"", "\"q\"", "\"dp\"", "\"dq\"", "\"qi\"", "\"k\"", "oct"}) {
    EXPECT_EQ(published.find(part), std::string::npos) << part;
  }
  KeySet const again = KeySet::from_jwks(published).value();
  ASSERT_EQ(again.keys().size(), 3U);
  for (Key const& key : again.keys()) {
    EXPECT_FALSE(key.is_private());
    EXPECT_FALSE(key.kid().empty());
  }
  EXPECT_EQ(again.to_public_jwks(), published);
}

TEST(KeySetToJwks, writes_everything_where_that_is_asked_for) {
  KeySet const set = KeySet::from_keys({Key::generate(Algorithm::ES256).value(),
                                        Key::from_pem(test::public_pem(test::shared_rsa())).value()})
                         .value();
  KeySet const again = KeySet::from_jwks(set.to_private_jwks().value().expose_secret()).value();
  ASSERT_EQ(again.keys().size(), 2U);
  EXPECT_TRUE(again.keys()[0].can_sign());
  EXPECT_FALSE(again.keys()[1].can_sign());
  EXPECT_EQ(again.keys()[0].kid(), set.keys()[0].kid());
}

}  // namespace
}  // namespace authjwt
