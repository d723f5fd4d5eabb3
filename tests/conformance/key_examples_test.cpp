#include "conformance/json_files.hpp"
#include "conformance/rfc_examples.hpp"
#include "unit/jose/test_keys.hpp"

#include <authjwt/jose/jws.hpp>
#include <authjwt/jose/key_set.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

// The JWKs of RFC 7515 (appendix A), RFC 7517 (A, B, C), RFC 7520 (section 3), RFC 7638 and RFC 8037: rfc_keys.json.
namespace authjwt {
namespace {

std::string text_at(json::object const& object, std::string_view name) {
  return object.contains(name) ? std::string{std::string_view{object.at(name).as_string()}} : std::string{};
}

test::Example const& example_named(std::string_view name) {
  auto const* const example = std::ranges::find(test::kExamples, name, &test::Example::name);
  test::require(example != std::end(test::kExamples));
  return *example;
}

template <class Check>
void for_each_entry(Check check) {
  json::value const all = test::read_own_json("rfc_keys.json");
  ASSERT_GE(all.as_array().size(), 20U);
  for (json::value const& value : all.as_array()) {
    json::object const& entry = value.as_object();
    SCOPED_TRACE(text_at(entry, "source"));
    check(entry, json::write(entry.at("jwk")));
  }
}

TEST(KeyExamples, are_read_or_refused_for_what_they_are) {
  for_each_entry([](json::object const& entry, std::string const& jwk) {
    Result<Key> const key = Key::from_jwk(jwk);
    std::string const refused = text_at(entry, "refused");
    EXPECT_EQ(key.has_value(), refused.empty()) << (key ? "" : key.error().message());
    if (key) return;
    EXPECT_NE(key.error().message().find(refused), std::string::npos) << key.error().message();
  });
}

TEST(KeyExamples, have_the_thumbprint_that_is_written_there) {
  for_each_entry([](json::object const& entry, std::string const& jwk) {
    if (!entry.contains("thumbprint")) return;
    EXPECT_EQ(Key::from_jwk(jwk).value().thumbprint(), text_at(entry, "thumbprint"));
  });
}

TEST(KeyExamples, verify_the_signature_examples_made_with_them_and_sign_anew) {
  for_each_entry([](json::object const& entry, std::string const& jwk) {
    if (!entry.contains("example")) return;
    test::Example const& example = example_named(text_at(entry, "example"));
    Key const key = Key::from_jwk(jwk).value();
    auto const token = jws::parse(example.token).value();
    EXPECT_TRUE(jws::verify(token, key, example.algorithm));
    if (!key.can_sign()) return;
    std::string const signature = key.sign(example.algorithm, token.signing_input).value();
    EXPECT_TRUE(key.verify(example.algorithm, token.signing_input, signature));
  });
}

TEST(KeyExamples, come_out_with_every_member_as_it_went_in) {
  for_each_entry([](json::object const& entry, std::string const& jwk) {
    Result<Key> const key = Key::from_jwk(jwk);
    if (!key) return;
    SecretBytes const written = key->is_private() ? key->to_private_jwk().value() : SecretBytes{key->to_public_jwk()};
    json::object const again = json::read(written.expose_secret()).value().as_object();
    for (auto const& [name, value] : entry.at("jwk").as_object()) {
      if (name == "x5c") continue;
      ASSERT_TRUE(again.contains(name)) << name;
      EXPECT_EQ(again.at(name), value) << name;
    }
  });
}

TEST(KeyExamples, read_the_sets_of_rfc_7517_without_the_keys_for_encryption) {
  json::array jwks;
  for_each_entry([&](json::object const& entry, std::string const&) {
    if (text_at(entry, "source").starts_with("RFC 7517 A.1")) jwks.push_back(entry.at("jwk"));
  });
  KeySet const set = KeySet::from_jwks(json::write(json::object{{"keys", jwks}})).value();
  ASSERT_EQ(set.keys().size(), 1U);
  EXPECT_EQ(set.keys()[0].kid(), "2011-04-29");
  ASSERT_EQ(set.skipped().size(), 1U);
  EXPECT_EQ(set.skipped()[0].kid, "1");
}

TEST(KeyExamples, agree_with_the_certificate_of_rfc_7517_b) {
  for_each_entry([](json::object const& entry, std::string const& jwk) {
    if (text_at(entry, "source") != "RFC 7517 B") return;
    std::string_view const base64 = entry.at("jwk").at("x5c").at(0).as_string();
    std::string pem = "-----BEGIN CERTIFICATE-----\n";
    for (std::size_t i = 0; i < base64.size(); i += 64) pem += std::string{base64.substr(i, 64)} + "\n";
    pem += "-----END CERTIFICATE-----\n";
    Key const key = Key::from_jwk(jwk).value();
    EXPECT_TRUE(key.same_public_key(Key::from_pem(pem).value()));
    EXPECT_EQ(Key::from_der(test::der_of(pem)).value().thumbprint(), key.thumbprint());
  });
}

TEST(KeyExamples, do_not_verify_the_unsecured_token_of_rfc_7515_a5) {
  auto const token = jws::parse(
      "eyJhbGciOiJub25lIn0."
      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.");
  ASSERT_TRUE(token);
  EXPECT_FALSE(find_algorithm(token->header.alg.value()));
  for_each_entry([&](json::object const&, std::string const& jwk) {
    Result<Key> const key = Key::from_jwk(jwk);
    for (Algorithm const algorithm : all_algorithms()) EXPECT_FALSE(key && jws::verify(*token, *key, algorithm));
  });
}

}  // namespace
}  // namespace authjwt
