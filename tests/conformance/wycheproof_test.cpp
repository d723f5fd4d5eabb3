#include "base/base64url.hpp"
#include "conformance/json_files.hpp"

#include <authjwt/jose/jws.hpp>
#include <authjwt/jose/key_set.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <vector>

// The vectors of C2SP/wycheproof, in the directory that AUTHJWT_VECTORS names. Every `valid` token is accepted and
// every `invalid` one refused, but for what exceptions.json lists with its reason.
namespace authjwt {
namespace {

std::string vector_file(std::string const& name) {
  char const* const directory = std::getenv("AUTHJWT_VECTORS");
  return directory == nullptr ? std::string{} : std::string{directory} + "/wycheproof/" + name;
}

/// The text of a member that some files hold as text and others as JSON.
std::string text_of(json::value const& value) {
  return value.is_string() ? std::string{std::string_view{value.get_string()}} : json::write(value);
}

/// The keys that verify: the public ones where the group has some. Nothing where no key can be used.
KeySet keys_of(json::object const& group) {
  std::string const text = text_of(group.at(group.contains("public") ? "public" : "private"));
  if (json::read(text).value().as_object().contains("keys")) {
    Result<KeySet> set = KeySet::from_jwks(text);
    return set ? *set : KeySet{};
  }
  Result<Key> key = Key::from_jwk(text);
  return key ? KeySet::from_keys({*key}).value() : KeySet{};
}

bool is_base64url(std::string_view text) {
  std::string bytes(base64url::decoded_size(text.size()), '\0');
  return base64url::decode(text, bytes.data());
}

/// What `Validator` does with a token before it reads the claims: most of these payloads are no JSON.
bool accepts(KeySet const& keys, std::string const& text) {
  auto const token = jws::parse(text);
  if (!token || !token->header.alg) return false;
  auto const algorithm = find_algorithm(*token->header.alg);
  if (!algorithm) return false;
  auto const key = keys.verification_key(*algorithm, token->header.kid);
  return key && jws::verify(*token, **key, *algorithm) && is_base64url(token->payload_segment);
}

struct Exception {
  std::string file;
  std::vector<std::int64_t> ids;
  std::string tokens;
  std::string result;
  std::int64_t same_token_as = 0;  // of a `valid` test that proves an `invalid` one wrong
  mutable std::size_t uses = 0;

  [[nodiscard]] bool is_about(json::object const& test) const {
    bool const named = std::ranges::find(ids, test.at("tcId").to_number<std::int64_t>()) != ids.end();
    return (named || (!tokens.empty() && test.contains(tokens))) && test.at("result") == json::value(result);
  }
};

std::vector<Exception> exceptions_for(std::string const& file) {
  std::vector<Exception> found;
  json::value const all = test::read_own_json("exceptions.json");
  for (json::value const& value : all.as_array()) {
    json::object const& entry = value.as_object();
    EXPECT_FALSE(entry.at("reason").as_string().empty());
    if (entry.at("file") != json::value(file)) continue;
    Exception exception{.file = file, .ids = {}, .tokens = {}, .result = text_of(entry.at("result"))};
    if (entry.contains("sameTokenAs")) exception.same_token_as = entry.at("sameTokenAs").as_int64();
    EXPECT_EQ(exception.same_token_as != 0, exception.result == "invalid") << "what is invalid is not let in on a word";
    if (entry.contains("tokens")) exception.tokens = text_of(entry.at("tokens"));
    if (entry.contains("tcIds")) {
      for (json::value const& id : entry.at("tcIds").as_array()) exception.ids.push_back(id.as_int64());
    }
    found.push_back(std::move(exception));
  }
  return found;
}

class Wycheproof : public testing::TestWithParam<char const*> {
 protected:
  void SetUp() override {
    if (vector_file("").empty()) GTEST_SKIP() << "AUTHJWT_VECTORS names no directory with vectors";
  }

  void check(json::object const& test, KeySet const& keys) {
    std::string const id = std::to_string(test.at("tcId").to_number<std::int64_t>());
    std::string const text = text_of(test.at(test.contains("jws") ? "jws" : "jwe"));
    bool const accepted = accepts(keys, text);
    ++tests_;
    for (Exception const& exception : exceptions_) {
      if (!exception.is_about(test)) continue;
      ++exception.uses;
      if (exception.same_token_as != 0) {
        EXPECT_EQ(valid_tokens_[exception.same_token_as], text) << "tcId " << id;
      }
      EXPECT_NE(accepted, exception.result == "valid") << "tcId " << id << " is no exception any more";
      return;
    }
    bool const is_valid = test.at("result") == "valid";
    if (is_valid) valid_tokens_[test.at("tcId").as_int64()] = text;
    EXPECT_TRUE(is_valid || test.at("result") == "invalid") << "tcId " << id << " is acceptable: decide";
    EXPECT_EQ(accepted, is_valid) << "tcId " << id << ": " << text_of(test.at("comment"));
  }

  std::vector<Exception> exceptions_ = exceptions_for(GetParam());
  std::map<std::int64_t, std::string> valid_tokens_;  // those before the current one
  std::size_t tests_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Files, Wycheproof,
                         testing::Values("json_web_signature_test.json", "json_web_key_test.json",
                                         "json_web_crypto_test.json", "json_web_encryption_test.json"),
                         [](auto const& one) {
                           std::string const name = one.param;
                           return name.substr(0, name.find('.'));
                         });

TEST_P(Wycheproof, is_decided_as_it_says_but_for_the_listed_exceptions) {
  json::value const file = test::read_json_file(vector_file(GetParam()));
  for (json::value const& group : file.at("testGroups").as_array()) {
    KeySet const keys = keys_of(group.as_object());
    for (json::value const& test : group.at("tests").as_array()) check(test.as_object(), keys);
  }
  EXPECT_EQ(static_cast<std::int64_t>(tests_), file.at("numberOfTests").as_int64());
  for (Exception const& exception : exceptions_)
    EXPECT_GE(exception.uses, std::max<std::size_t>(exception.ids.size(), 1));
}

TEST_P(Wycheproof, has_private_keys_that_are_those_of_its_public_ones) {
  json::value const file = test::read_json_file(vector_file(GetParam()));
  for (json::value const& group : file.at("testGroups").as_array()) {
    if (!group.as_object().contains("public")) continue;
    Result<Key> const half = Key::from_jwk(text_of(group.at("public")));
    Result<Key> const whole = Key::from_jwk(text_of(group.at("private")));
    if (!half || !whole) continue;
    EXPECT_TRUE(whole->is_private());
    EXPECT_FALSE(half->is_private());
    EXPECT_EQ(whole->thumbprint(), half->thumbprint());
    EXPECT_TRUE(whole->same_public_key(*half));
  }
}

}  // namespace
}  // namespace authjwt
