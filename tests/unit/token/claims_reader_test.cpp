#include "token/claims_reader.hpp"

#include "token/numeric_date.hpp"

#include <authjwt/base/json.hpp>

#include <gtest/gtest.h>

#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace authjwt {
namespace {

using Kind = ClaimValue::Kind;

/// What was read, with the text it points into.
struct Read {
  explicit Read(std::string text, Audience wanted = {}) : payload{std::move(text)} {
    error = read_registered_claims(payload, wanted, claims);
  }
  Read(Read const&) = delete;
  Read& operator=(Read const&) = delete;

  std::string payload;
  RegisteredClaims claims;
  std::optional<std::string> error;
};

AudienceMatch match(std::string_view aud, Audience wanted = {"api", "web"}) {
  Read const read{"{\"aud\":" + std::string{aud} + "}", std::move(wanted)};
  EXPECT_EQ(read.error, std::nullopt) << aud;
  return read.claims.audience;
}

TEST(ClaimsReader, captures_each_kind) {
  Read const read{
      R"({"sub":"a","iat":-5,"nbf":1.5,"exp":18446744073709551615,"jti":null,"fresh":true,"csrf":false,"type":[1],"iss":{}})"};
  ASSERT_EQ(read.error, std::nullopt);
  EXPECT_EQ(read.claims[Claim::sub].kind, Kind::text);
  EXPECT_EQ(read.claims[Claim::sub].text, "a");
  EXPECT_EQ(read.claims[Claim::iat].kind, Kind::integer);
  EXPECT_EQ(read.claims[Claim::iat].integer, -5);
  EXPECT_EQ(read.claims[Claim::nbf].kind, Kind::number);
  EXPECT_EQ(read.claims[Claim::nbf].number, 1.5);
  EXPECT_EQ(read.claims[Claim::exp].kind, Kind::number);
  EXPECT_EQ(read.claims[Claim::exp].number, 0x1p64);
  EXPECT_EQ(read.claims[Claim::jti].kind, Kind::null);
  EXPECT_EQ(read.claims[Claim::fresh].kind, Kind::boolean);
  EXPECT_TRUE(read.claims[Claim::fresh].truth);
  EXPECT_EQ(read.claims[Claim::csrf].kind, Kind::boolean);
  EXPECT_FALSE(read.claims[Claim::csrf].truth);
  EXPECT_EQ(read.claims[Claim::type].kind, Kind::array);
  EXPECT_EQ(read.claims[Claim::iss].kind, Kind::object);
  EXPECT_EQ(read.claims[Claim::sid].kind, Kind::absent);
}

TEST(ClaimsReader, sees_the_outermost_object_alone) {
  Read const read{R"({"a":{"sub":"x","exp":1,"aud":"api"},"b":[{"sub":"y"},["sub","z"]],"jti":"j"})", {"api"}};
  ASSERT_EQ(read.error, std::nullopt);
  EXPECT_EQ(read.claims[Claim::sub].kind, Kind::absent);
  EXPECT_EQ(read.claims[Claim::exp].kind, Kind::absent);
  EXPECT_EQ(read.claims.audience, AudienceMatch::none);
  EXPECT_EQ(read.claims[Claim::jti].text, "j");
}

TEST(ClaimsReader, what_stands_inside_a_claim_does_not_become_its_value) {
  Read const read{R"({"sub":["x",1],"exp":{"exp":5},"jti":{"jti":"x"},"type":"access"})"};
  ASSERT_EQ(read.error, std::nullopt);
  EXPECT_EQ(read.claims[Claim::sub].kind, Kind::array);
  EXPECT_EQ(read.claims[Claim::exp].kind, Kind::object);
  EXPECT_EQ(read.claims[Claim::jti].kind, Kind::object);
  EXPECT_EQ(read.claims[Claim::type].text, "access");
}

TEST(ClaimsReader, texts_point_into_the_payload_or_are_kept) {
  Read const read{R"({"sub":"plain","jti":"esc\u0061ped","type":"\u0061","iss":"","csrf":"\n","sid":"a\nb"})"};
  ASSERT_EQ(read.error, std::nullopt);
  char const* const begin = read.payload.data();
  EXPECT_TRUE(read.claims[Claim::sub].text.data() > begin &&
              read.claims[Claim::sub].text.data() < begin + read.payload.size());
  EXPECT_EQ(read.claims[Claim::jti].text, "escaped");
  EXPECT_EQ(read.claims[Claim::type].text, "a");
  EXPECT_EQ(read.claims[Claim::iss].text, "");
  EXPECT_EQ(read.claims[Claim::iss].kind, Kind::text);
  EXPECT_EQ(read.claims[Claim::csrf].text, "\n");
  EXPECT_EQ(read.claims[Claim::sid].text, "a\nb");
}

TEST(ClaimsReader, finds_claims_whose_names_are_written_with_escapes) {
  Read const read{R"({"e\u0078p":5,"\u0073ub":"x"})"};
  ASSERT_EQ(read.error, std::nullopt);
  EXPECT_EQ(read.claims[Claim::exp].integer, 5);
  EXPECT_EQ(read.claims[Claim::sub].text, "x");
}

TEST(ClaimsReader, refuses_what_is_no_json_object) {
  for (char const* text : {"null", "1", R"("sub")", "[]", R"([{"sub":"x"}])", "true"}) {
    EXPECT_EQ(Read{text}.error, "must be a json object") << text;
  }
  for (char const* text : {"", "{", "{}{}", R"({"a":1,"a":2})", R"({"exp":1,"\u0065xp":2})", R"({"x":{"b":1,"b":1}})",
                           R"({"exp":1e400})"}) {
    EXPECT_NE(Read{text}.error, std::nullopt) << text;
  }
}

TEST(ClaimsReader, audience_that_is_empty_is_none) {
  for (char const* aud : {"null", "false", "0", "0.0", "-0.0", R"("")", "[]", "{}"})
    EXPECT_EQ(match(aud), AudienceMatch::none) << aud;
  EXPECT_EQ((Read{"{}", {"api"}}.claims.audience), AudienceMatch::none);
}

TEST(ClaimsReader, audience_that_is_no_text_or_list_of_texts_is_malformed) {
  for (char const* aud : {"1",
                          "-1",
                          "0.5",
                          "true",
                          "18446744073709551615",
                          R"({"api":1})",
                          R"({"a":{}})",
                          "[1]",
                          "[null]",
                          "[[]]",
                          "[{}]",
                          R"(["api",1])",
                          R"([1,"api"])",
                          R"(["x",null])",
                          R"(["api",["api"]])",
                          R"(["api",{"api":"api"}])",
                          R"([["api"]])",
                          R"(["api",true])",
                          R"(["api",1.5])",
                          R"(["api",18446744073709551615])"}) {
    EXPECT_EQ(match(aud), AudienceMatch::malformed) << aud;
    EXPECT_EQ(match(aud, {}), AudienceMatch::malformed) << aud;
  }
}

TEST(ClaimsReader, audience_is_compared_whole) {
  for (char const* aud : {R"("api")", R"("web")", R"(["web"])", R"(["x","api"])", R"(["api","x"])", R"(["api","api"])",
                          R"("\u0061pi")"}) {
    EXPECT_EQ(match(aud), AudienceMatch::wanted) << aud;
  }
  for (char const* aud :
       {R"("ap")", R"("apis")", R"("API")", R"(["x"])", R"([""])", R"("api\u0000")", R"("api,web")", R"(["ap","i"])"}) {
    EXPECT_EQ(match(aud), AudienceMatch::other) << aud;
  }
}

TEST(ClaimsReader, names_of_other_claims_lists_are_no_audience) {
  Read const read{R"({"aud":["x"],"roles":["api"],"sub":{"aud":["api"]}})", {"api"}};
  EXPECT_EQ(read.claims.audience, AudienceMatch::other);
  Read const before{R"({"roles":["api",{"x":1}],"aud":"x"})", {"api"}};
  EXPECT_EQ(before.claims.audience, AudienceMatch::other);
}

// --- numeric dates
// ----------------------------------------------------------------------------------------------------

std::optional<std::int64_t> date(ClaimValue value, Fraction fraction = Fraction::cut) {
  return numeric_date(value, fraction);
}
ClaimValue number(double number) { return {.kind = Kind::number, .number = number}; }

TEST(NumericDate, cuts_towards_zero_or_rounds_up) {
  EXPECT_EQ(date(number(1.9)), 1);
  EXPECT_EQ(date(number(-1.9)), -1);
  EXPECT_EQ(date(number(1.1), Fraction::round_up), 2);
  EXPECT_EQ(date(number(-1.1), Fraction::round_up), -1);
  EXPECT_EQ(date(number(5.0), Fraction::round_up), 5);
  EXPECT_EQ(date({.kind = Kind::integer, .integer = 5}), 5);
}

TEST(NumericDate, is_within_64_bits) {
  EXPECT_EQ(date(number(-0x1p63)), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(date(number(0x1.fffffffffffffp62)), 9'223'372'036'854'774'784);
  for (double out : {0x1p63, 0x1p64, -0x1.0000000000001p63, 1e300, -1e300, std::numeric_limits<double>::infinity(),
                     std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_EQ(date(number(out)), std::nullopt) << out;
    EXPECT_EQ(date(number(out), Fraction::round_up), std::nullopt) << out;
  }
}

TEST(NumericDate, is_a_number_and_nothing_else) {
  for (Kind kind : {Kind::absent, Kind::null, Kind::boolean, Kind::text, Kind::array, Kind::object}) {
    EXPECT_EQ(date({.kind = kind, .truth = true, .integer = 5, .number = 5, .text = "5"}), std::nullopt);
  }
}

}  // namespace
}  // namespace authjwt
