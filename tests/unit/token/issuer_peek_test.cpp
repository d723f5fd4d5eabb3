#include "token/issuer_peek.hpp"

#include "unit/support.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

// What a token says of its issuer before anything of it is verified.
namespace authjwt {
namespace {

using Issuer = std::optional<std::string>;

Issuer peeked_segment(std::string_view segment, std::size_t max_token_size = 8 * 1024) {
  std::string const token = test::base64(test::kHeader) + "." + std::string{segment} + ".c2ln";
  Result<UnverifiedToken> const parsed = UnverifiedToken::parse(token, {.max_token_size = max_token_size});
  return parsed ? detail::peek_issuer(*parsed) : Issuer{"does not parse"};
}
Issuer peeked(std::string_view payload) { return peeked_segment(test::base64(payload)); }

TEST(IssuerPeek, is_the_text_of_iss) {
  EXPECT_EQ(peeked(R"({"sub":"a","iss":"https://issuer","exp":1})"), "https://issuer");
  EXPECT_EQ(peeked(R"({"iss":""})"), "");
  EXPECT_EQ(peeked(R"({"\u0069ss":"https:\/\/i\u0073suer"})"), "https://issuer");
}

TEST(IssuerPeek, iss_inside_another_claim_is_none) {
  EXPECT_EQ(peeked(R"({"a":{"iss":"x"},"b":[{"iss":"x"}],"c":["iss","x"]})"), std::nullopt);
  EXPECT_EQ(peeked(R"({"a":{"iss":"x"},"iss":"y","b":{"iss":"z"}})"), "y");
  EXPECT_EQ(peeked(R"({"sub":"iss","a":"x"})"), std::nullopt);
}

TEST(IssuerPeek, iss_that_is_no_text_is_none) {
  for (std::string_view iss : {"7", "null", "true", "1.5", "18446744073709551615", R"(["x"])", R"({"iss":"x"})"}) {
    EXPECT_EQ(peeked(R"({"iss":)" + std::string{iss} + "}"), std::nullopt) << iss;
  }
}

TEST(IssuerPeek, a_name_that_is_there_twice_is_none) {
  EXPECT_EQ(peeked(R"({"iss":"a","iss":"b"})"), std::nullopt);
  EXPECT_EQ(peeked(R"({"iss":"a","iss":"a"})"), std::nullopt);
  EXPECT_EQ(peeked(R"({"iss":"a","is\u0073":"b"})"), std::nullopt);
  EXPECT_EQ(peeked(R"({"iss":"a","x":{"y":1,"y":2}})"), std::nullopt);
}

TEST(IssuerPeek, what_is_no_strict_json_object_is_none) {
  for (std::string_view payload : {"", "null", "7", R"("iss")", R"(["iss","a"])", R"([{"iss":"a"}])", R"({"iss":"a")",
                                   R"({"iss":"a",})", R"({"iss":"a"}{})", R"({"iss":"a"} x)", R"({iss:"a"})",
                                   "{\"iss\":\"\xff\"}", R"({"iss":"a","x":1e999})", "\xEF\xBB\xBF{\"iss\":\"a\"}"}) {
    EXPECT_EQ(peeked(payload), std::nullopt) << payload;
  }
}

TEST(IssuerPeek, what_is_no_canonical_base64url_is_none) {
  std::string const good = test::base64(R"({"iss":"a"})");
  EXPECT_EQ(peeked_segment(good), "a");
  EXPECT_EQ(peeked_segment(good + "="), std::nullopt);
  EXPECT_EQ(peeked_segment(good.substr(0, good.size() - 1) + "+"), std::nullopt);
  EXPECT_EQ(peeked_segment(""), std::nullopt);
}

TEST(IssuerPeek, deep_and_huge_payloads_cost_no_more_than_their_size) {
  EXPECT_EQ(peeked(R"({"iss":"a","x":)" + std::string(3000, '[') + std::string(3000, ']') + "}"), std::nullopt);
  std::string const filler(700'000, 'x');
  EXPECT_EQ(peeked_segment(test::base64(R"({"x":")" + filler + R"(","iss":"a"})"), 1024 * 1024), "a");
  EXPECT_EQ(peeked_segment(test::base64(R"({"iss":")" + filler + R"("})"), 1024 * 1024), filler);
  std::string many = "{";
  for (int i = 0; i < 20'000; ++i) many += "\"" + std::to_string(i) + "\":0,";
  EXPECT_EQ(peeked_segment(test::base64(many + R"("iss":"a"})"), 1024 * 1024), "a");
}

}  // namespace
}  // namespace authjwt
