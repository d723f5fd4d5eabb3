#include "unit/support.hpp"

#include <authjwt/token/validator.hpp>
#include <authjwt/token/verified_token.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace authjwt {
namespace {

static_assert(!std::is_copy_constructible_v<VerifiedToken> && !std::is_default_constructible_v<VerifiedToken>);
static_assert(std::is_nothrow_move_constructible_v<VerifiedToken>);
static_assert(!std::is_constructible_v<VerifiedToken, UnverifiedToken> &&
              !std::is_constructible_v<VerifiedToken, std::string_view>);

VerifiedToken verified(std::string_view payload) {
  Validator const validator{
      {.algorithms = {Algorithm::HS256}, .leeway = {}, .issuer = {}, .audience = {"api"}, .limits = {}}};
  std::string const text =
      R"({"aud":"api")" + std::string{payload.size() > 2 ? "," : ""} + std::string{payload.substr(1)};
  return validator.validate(test::sign(text), test::hmac_keys(), test::at(test::kNow)).value();
}

/// Texts too long for any small-string buffer, so that a copy that shared memory would show it.
std::string const kLong(200, 'x');

TEST(VerifiedToken, gives_all_claims_in_their_order) {
  VerifiedToken const token = verified(R"({"z":[1,{"y":null}],"a":"é","exp":1700000900.5})");
  EXPECT_EQ(json::write(token.claims()), R"({"aud":"api","z":[1,{"y":null}],"a":"é","exp":1700000900.5})");
}

TEST(VerifiedToken, builds_the_claims_once) {
  VerifiedToken const token = verified(R"({"a":1})");
  json::object const* const first = &token.claims();
  EXPECT_EQ(&token.claims(), first);
  EXPECT_EQ(first->at("a"), 1);
}

TEST(VerifiedToken, copies_of_claims_outlive_the_token) {
  std::optional<VerifiedToken> token =
      verified(R"({"foo":["fiz",")" + kLong + R"("],"o":{"k":{")" + kLong + R"(":1}},"t":")" + kLong + R"("})");
  json::object const all = token->claims();
  json::value foo = token->claims().at("foo");
  json::string const text = token->claims().at("t").get_string();
  json::object const inner = token->claims().at("o").get_object();
  token.reset();
  EXPECT_EQ(all.at("t").get_string(), kLong);
  EXPECT_EQ(text, kLong);
  EXPECT_EQ(inner.at("k").at(kLong), 1);
  foo.get_array().push_back("more");
  foo.get_array().emplace_back(kLong + kLong);
  EXPECT_EQ(foo.get_array().size(), 4U);
}

TEST(VerifiedToken, copies_of_claims_go_to_other_threads_and_outlive_the_token) {
  std::optional<VerifiedToken> token = verified(R"({"foo":["fiz",")" + kLong + R"("],"n":{"a":[1,2,3]}})");
  json::object const& claims = token->claims();
  std::vector<std::jthread> threads;
  std::vector<json::value> results(8);
  for (json::value& result : results) {
    threads.emplace_back([&claims, &result] {
      for (int i = 0; i < 200; ++i) {
        json::object copy = claims;
        copy["foo"].get_array().push_back(copy.at("n"));
        copy["own"] = kLong;
        result = copy;
      }
    });
  }
  threads.clear();
  token.reset();
  for (json::value const& result : results) {
    EXPECT_EQ(result.at("foo").at(1).get_string(), kLong);
    EXPECT_EQ(result.at("foo").at(2).at("a").at(2), 3);
  }
}

TEST(VerifiedToken, copies_of_one_token_are_changed_and_destroyed_in_several_threads) {
  std::optional<VerifiedToken> token = verified(R"({"foo":["fiz",")" + kLong + R"("]})");
  std::vector<json::object> copies(8, token->claims());
  token.reset();
  std::vector<std::jthread> threads;
  for (json::object& copy : copies) {
    threads.emplace_back([mine = std::move(copy)]() mutable {
      json::value const foo = mine.at("foo");  // inserting moves the members
      for (int i = 0; i < 200; ++i) mine["n" + std::to_string(i)] = foo;
      mine.clear();
    });
  }
}

TEST(VerifiedToken, a_moved_token_says_the_same) {
  VerifiedToken first = verified(R"({"sub":"t\u0065st","jti":"plain","exp":1700000900})");
  json::object const* const claims = &first.claims();
  std::string_view const jti = first.text(Claim::jti).value();
  VerifiedToken second = std::move(first);
  EXPECT_EQ(&second.claims(), claims);
  EXPECT_EQ(second.text(Claim::jti)->data(), jti.data());
  EXPECT_EQ(second.subject().value(), Subject{"test"});
  VerifiedToken third = verified("{}");
  third = std::move(second);
  EXPECT_EQ(third.subject().value(), Subject{"test"});
  EXPECT_EQ(third.integer(Claim::exp), 1'700'000'900);
}

TEST(VerifiedToken, subject_is_a_text_or_a_64_bit_integer) {
  EXPECT_EQ(verified(R"({"sub":"test"})").subject().value(), Subject{"test"});
  EXPECT_EQ(verified(R"({"sub":""})").subject().value(), Subject{""});
  EXPECT_EQ(verified(R"({"sub":7})").subject().value(), Subject{7});
  EXPECT_EQ(verified(R"({"sub":"7"})").subject().value(), Subject{"7"});
  EXPECT_EQ(verified(R"({"sub":-9223372036854775808})").subject().value(),
            Subject{std::numeric_limits<std::int64_t>::min()});
  EXPECT_EQ(test::outcome(verified("{}").subject()), "missing_claim");
  for (char const* sub :
       {"null", "true", "1.5", "7.0", "18446744073709551615", "9223372036854775808", "[]", R"(["test"])", "{}"}) {
    EXPECT_EQ(test::outcome(verified("{\"sub\":" + std::string{sub} + "}").subject()), "invalid_claim") << sub;
  }
}

TEST(VerifiedToken, texts_are_given_as_what_their_escapes_say) {
  VerifiedToken const token =
      verified(R"({"sub":"a\u0000b","jti":"\u00e9\n","type":"\u0061ccess","sid":"\ud83d\ude00"})");
  EXPECT_EQ(token.text(Claim::sub), std::string_view("a\0b", 3));
  EXPECT_EQ(token.text(Claim::jti), "é\n");
  EXPECT_EQ(token.text(Claim::type), "access");
  EXPECT_EQ(token.text(Claim::sid), "😀");
}

TEST(VerifiedToken, gives_nothing_for_a_claim_of_another_type) {
  VerifiedToken const token = verified(R"({"type":5,"fresh":1,"csrf":null,"sid":["x"],"auth_time":"5"})");
  EXPECT_EQ(token.text(Claim::type), std::nullopt);
  EXPECT_EQ(token.text(Claim::csrf), std::nullopt);
  EXPECT_EQ(token.text(Claim::sid), std::nullopt);
  EXPECT_EQ(token.text(Claim::jti), std::nullopt);
  EXPECT_EQ(token.integer(Claim::auth_time), std::nullopt);
  EXPECT_EQ(token.integer(Claim::exp), std::nullopt);
  EXPECT_TRUE(token.has(Claim::csrf));
  EXPECT_TRUE(token.has(Claim::sid));
  EXPECT_FALSE(token.has(Claim::jti));
}

TEST(VerifiedToken, only_the_literal_true_is_true) {
  EXPECT_TRUE(verified(R"({"fresh":true})").is_true(Claim::fresh));
  for (char const* fresh : {"false", "1", R"("true")", "null", "[true]", R"({"a":true})"}) {
    EXPECT_FALSE(verified("{\"fresh\":" + std::string{fresh} + "}").is_true(Claim::fresh)) << fresh;
  }
  EXPECT_FALSE(verified("{}").is_true(Claim::fresh));
}

TEST(VerifiedToken, tells_when_it_expires_and_how_it_was_signed) {
  EXPECT_EQ(verified(R"({"exp":1700000900.7})").expires_at(), test::at(1'700'000'900));
  EXPECT_EQ(verified("{}").expires_at(), std::nullopt);
  EXPECT_EQ(verified("{}").algorithm(), Algorithm::HS256);
}

TEST(VerifiedToken, does_not_need_the_text_it_was_made_of) {
  Validator const validator{
      {.algorithms = {Algorithm::HS256}, .leeway = {}, .issuer = {}, .audience = {}, .limits = {}}};
  auto text = std::make_unique<std::string>(test::sign(R"({"sub":"test","jti":"\u0041"})"));
  VerifiedToken const token = validator.validate(*text, test::hmac_keys(), test::at(test::kNow)).value();
  text.reset();
  EXPECT_EQ(token.subject().value(), Subject{"test"});
  EXPECT_EQ(token.text(Claim::jti), "A");
  EXPECT_EQ(token.claims().at("sub"), "test");
}

TEST(VerifiedToken, claims_of_every_shape_fit_into_its_memory_or_the_heap) {
  for (std::string const& value : {std::string{"[[],[],[],{},{},\"\",0]"},
                                   "[" + std::string(1'000, '[').substr(0, 10) + std::string(10, ']') + "]",
                                   "\"" + kLong + "\"", std::string{R"({"":{"":{"":{"":[]}}}})"}}) {
    std::string payload = "{\"x\":" + value;
    for (int i = 0; i < 300; ++i) payload += ",\"" + std::to_string(i) + "\":" + (i % 2 == 0 ? "[]" : "1");
    VerifiedToken const token = verified(payload + "}");
    EXPECT_EQ(token.claims().size(), 302U);
    EXPECT_EQ(json::write(token.claims().at("x")), value);
    EXPECT_EQ(token.claims().at("299"), 1);
  }
}

}  // namespace
}  // namespace authjwt
