#include "unit/support.hpp"

#include <authjwt/token/validator.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace authjwt {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using test::at;
using test::base64;
using test::kNow;
using test::outcome;
using test::sign;

TokenPolicy hs256_policy() {
  return {.algorithms = {Algorithm::HS256}, .leeway = 0s, .issuer = {}, .audience = {}, .limits = {}};
}

std::string validated(std::string_view token, TokenPolicy policy = hs256_policy(),
                      IssuerCheck issuer = IssuerCheck::skip, TimePoint now = at(kNow)) {
  return outcome(Validator{std::move(policy)}.validate(token, test::hmac_keys(), now, issuer));
}
std::string claims(std::string_view payload, TokenPolicy policy = hs256_policy(),
                   IssuerCheck issuer = IssuerCheck::enforce) {
  return validated(sign(payload), std::move(policy), issuer);
}
/// A payload whose only member is `name`, `offset` seconds away from now.
std::string time_claim(std::string_view name, std::int64_t offset, std::string_view fraction = "") {
  return claims("{\"" + std::string{name} + "\":" + std::to_string(kNow + offset) + std::string{fraction} + "}");
}
std::string claim(std::string_view name, std::string_view value) {
  return claims("{\"" + std::string{name} + "\":" + std::string{value} + "}");
}

// --- time
// -------------------------------------------------------------------------------------------------------------

TEST(Validator, expires_exactly_now_is_expired) {
  EXPECT_EQ(time_claim("exp", 1), "ok");
  EXPECT_EQ(time_claim("exp", 0), "expired");
  EXPECT_EQ(time_claim("exp", -1), "expired");
}

TEST(Validator, the_fraction_of_exp_is_cut) {
  EXPECT_EQ(time_claim("exp", 0, ".999"), "expired");
  EXPECT_EQ(time_claim("exp", 1, ".0"), "ok");
}

TEST(Validator, not_before_exactly_now_has_begun) {
  EXPECT_EQ(time_claim("nbf", 0), "ok");
  EXPECT_EQ(time_claim("nbf", 1), "immature_nbf");
  EXPECT_EQ(time_claim("nbf", -1), "ok");
}

TEST(Validator, the_fraction_of_nbf_is_cut) {
  EXPECT_EQ(time_claim("nbf", 0, ".999"), "ok");
  EXPECT_EQ(time_claim("nbf", 1, ".0"), "immature_nbf");
}

TEST(Validator, issued_exactly_now_is_issued_and_a_fraction_later_is_not) {
  EXPECT_EQ(time_claim("iat", 0), "ok");
  EXPECT_EQ(time_claim("iat", 0, ".0"), "ok");
  EXPECT_EQ(time_claim("iat", 0, ".001"), "immature_iat");
  EXPECT_EQ(time_claim("iat", -1, ".999"), "ok");
  EXPECT_EQ(time_claim("iat", 1), "immature_iat");
}

TEST(Validator, leeway_moves_each_boundary_by_itself) {
  auto with_leeway = [](std::string_view name, std::string const& value) {
    TokenPolicy policy = hs256_policy();
    policy.leeway = 10s;
    return claims("{\"" + std::string{name} + "\":" + value + "}", policy);
  };
  EXPECT_EQ(with_leeway("exp", std::to_string(kNow - 9)), "ok");
  EXPECT_EQ(with_leeway("exp", std::to_string(kNow - 10)), "expired");
  EXPECT_EQ(with_leeway("exp", std::to_string(kNow - 10) + ".9"), "expired");
  EXPECT_EQ(with_leeway("nbf", std::to_string(kNow + 10)), "ok");
  EXPECT_EQ(with_leeway("nbf", std::to_string(kNow + 10) + ".9"), "ok");
  EXPECT_EQ(with_leeway("nbf", std::to_string(kNow + 11)), "immature_nbf");
  EXPECT_EQ(with_leeway("iat", std::to_string(kNow + 10)), "ok");
  EXPECT_EQ(with_leeway("iat", std::to_string(kNow + 10) + ".1"), "immature_iat");
  EXPECT_EQ(with_leeway("iat", std::to_string(kNow + 11)), "immature_iat");
}

TEST(Validator, numeric_dates_are_numbers_in_range) {
  for (char const* value : {"null", "true", "false", R"("1700000900")", R"("")", "[]", "[1700000900]", "{}",
                            "9223372036854775808", "18446744073709551615", "1e300", "-1e300", "-9223372036854777856"}) {
    EXPECT_EQ(claim("iat", value), "iat_not_integer") << value;
    EXPECT_EQ(claim("nbf", value), "nbf_not_integer") << value;
    EXPECT_EQ(claim("exp", value), "exp_not_integer") << value;
  }
}

TEST(Validator, numeric_dates_may_take_every_form_of_a_number) {
  EXPECT_EQ(claim("exp", "1.7000009e9"), "ok");
  EXPECT_EQ(claim("exp", "9223372036854775807"), "ok");
  EXPECT_EQ(claim("exp", "-9223372036854775808"), "expired");
  EXPECT_EQ(claim("exp", "0"), "expired");
  EXPECT_EQ(claim("exp", "-0.0"), "expired");
  EXPECT_EQ(claim("nbf", "-9223372036854775808"), "ok");
  EXPECT_EQ(claim("nbf", "9223372036854775807"), "immature_nbf");
  EXPECT_EQ(claim("iat", "1e-400"), "ok");
  EXPECT_EQ(claim("iat", "-1.5"), "ok");
  EXPECT_EQ(claim("iat", "9.2e18"), "immature_iat");
}

TEST(Validator, a_token_without_times_is_believed) { EXPECT_EQ(claims("{}"), "ok"); }

TEST(Validator, claims_are_told_in_the_recorded_order) {
  TokenPolicy policy = hs256_policy();
  policy.issuer = "me";
  policy.audience = "api";
  std::string payload = R"({"jti":1})";
  EXPECT_EQ(claims(payload, policy), "missing_required_claim");
  EXPECT_EQ(claims(R"({"jti":1,"aud":"api","iss":"me"})", policy), "invalid_claim");
  EXPECT_EQ(claims(R"({"jti":1,"aud":"x","iss":"me"})", policy), "invalid_audience");
  EXPECT_EQ(claims(R"({"jti":1,"aud":"x","iss":"you"})", policy), "invalid_issuer");
  EXPECT_EQ(claims(R"({"jti":1,"aud":"x","iss":"you","exp":1})", policy), "expired");
  EXPECT_EQ(claims(R"({"jti":1,"aud":"x","iss":"you","exp":1,"nbf":1800000000})", policy), "immature_nbf");
  EXPECT_EQ(claims(R"({"jti":1,"aud":"x","iss":"you","exp":"x","nbf":"x"})", policy), "nbf_not_integer");
  EXPECT_EQ(claims(R"({"jti":1,"aud":"x","iss":"you","exp":1,"nbf":"x","iat":1800000000})", policy), "immature_iat");
}

// --- issuer, audience, jti
// --------------------------------------------------------------------------------------------

TEST(Validator, issuer_is_compared_whole_and_only_texts_equal_it) {
  TokenPolicy policy = hs256_policy();
  policy.issuer = "urn:me";
  EXPECT_EQ(claims(R"({"iss":"urn:me"})", policy), "ok");
  EXPECT_EQ(claims(R"({"iss":"urn:\u006de"})", policy), "ok");
  EXPECT_EQ(claims("{}", policy), "missing_required_claim");
  for (char const* iss : {R"("")", R"("urn:m")", R"("urn:me2")", R"("URN:ME")", R"("urn:me\u0000")", "null", "1",
                          "true", R"(["urn:me"])", R"({"urn:me":1})"}) {
    EXPECT_EQ(claims("{\"iss\":"s + iss + "}", policy), "invalid_issuer") << iss;
  }
}

TEST(Validator, issuer_is_checked_only_where_it_is_asked_for) {
  TokenPolicy policy = hs256_policy();
  policy.issuer = "me";
  EXPECT_EQ(claims(R"({"iss":"you"})", policy, IssuerCheck::skip), "ok");
  EXPECT_EQ(claims("{}", policy, IssuerCheck::skip), "ok");
  EXPECT_EQ(claims(R"({"iss":"you"})"), "ok") << "no issuer is configured";
}

TEST(Validator, names_the_claim_that_is_missing) {
  TokenPolicy policy = hs256_policy();
  policy.audience = "api";
  EXPECT_EQ(test::message(Validator{policy}.validate(sign("{}"), test::hmac_keys(), at(kNow))),
            "Token is missing the \"aud\" claim");
}

TEST(Validator, audience_of_a_token_must_hold_one_of_the_configured) {
  for (Audience const& wanted : {Audience("api"), Audience{"api"}, Audience{"web", "api"}}) {
    TokenPolicy policy = hs256_policy();
    policy.audience = wanted;
    auto with_aud = [&policy](std::string const& aud) { return claims("{\"aud\":" + aud + "}", policy); };
    for (char const* aud : {R"("api")", R"(["api"])", R"(["x","api"])"}) EXPECT_EQ(with_aud(aud), "ok") << aud;
    for (char const* aud : {R"("x")", R"(["x"])", R"([""])"}) EXPECT_EQ(with_aud(aud), "invalid_audience") << aud;
    for (char const* aud : {"null", "[]", R"("")", "0", "false", "{}"})
      EXPECT_EQ(with_aud(aud), "missing_required_claim") << aud;
    for (char const* aud : {"1", "true", R"({"api":1})", R"(["api",1])", "[null]"}) {
      EXPECT_EQ(with_aud(aud), "invalid_audience_format") << aud;
    }
    EXPECT_EQ(claims("{}", policy), "missing_required_claim");
  }
}

TEST(Validator, without_a_configured_audience_a_token_may_have_none) {
  for (char const* aud : {"null", "[]", R"("")", "0", "false", "{}"}) EXPECT_EQ(claim("aud", aud), "ok") << aud;
  for (char const* aud : {R"("api")", R"(["api"])", "1", "true", R"({"a":1})", "[1]", R"([""])"}) {
    EXPECT_EQ(claim("aud", aud), "invalid_audience") << aud;
  }
}

TEST(Validator, jti_is_a_text_or_missing) {
  EXPECT_EQ(claim("jti", R"("x")"), "ok");
  EXPECT_EQ(claims("{}"), "ok");
  for (char const* jti : {"1", "null", "true", "[]", R"({"a":"b"})"})
    EXPECT_EQ(claim("jti", jti), "invalid_claim") << jti;
}

// --- algorithm, key, signature, payload
// -------------------------------------------------------------------------------

TEST(Validator, alg_must_be_allowed_by_its_exact_name) {
  for (char const* alg :
       {R"("none")", R"("None")", R"("NONE")", R"("hs256")", R"("HS256 ")", R"("HS384")", R"("RS256")", R"("HS1")",
        R"("")", R"("HS256\u0000")", "null", "256", "true", "[]", R"(["HS256"])", "{}"}) {
    EXPECT_EQ(validated(sign("{}", "{\"alg\":"s + alg + "}")), "algorithm_not_allowed") << alg;
  }
  EXPECT_EQ(validated(sign("{}", R"({"typ":"JWT"})")), "algorithm_not_allowed");
  EXPECT_EQ(validated(sign("{}", R"({"alg":"\u0048S256"})")), "ok");
}

TEST(Validator, unsigned_tokens_are_refused_in_every_form) {
  for (char const* alg : {"none", "None", "nOnE"}) {
    std::string const input = base64("{\"alg\":\""s + alg + "\"}") + "." + base64(R"({"sub":"test"})") + ".";
    EXPECT_EQ(validated(input), "algorithm_not_allowed");
  }
  std::string const token = sign(R"({"sub":"test"})");
  EXPECT_EQ(validated(token.substr(0, token.rfind('.') + 1)), "invalid_signature");
}

TEST(Validator, an_allowed_algorithm_without_a_key_is_told) {
  TokenPolicy policy = hs256_policy();
  policy.algorithms = {Algorithm::HS256, Algorithm::RS256};
  EXPECT_EQ(validated(sign("{}", R"({"alg":"RS256"})"), policy), "no_matching_key");
  EXPECT_EQ(outcome(Validator{hs256_policy()}.validate(sign("{}"), KeySet{}, at(kNow))), "no_matching_key");
}

TEST(Validator, a_key_of_another_kid_is_not_tried) {
  Key const named = Key::from_secret(test::kSecret, {Algorithm::HS256}, "k1").value();
  KeySet const keys = KeySet::from_keys({named}).value();
  Validator const validator{hs256_policy()};
  auto with_kid = [&](std::string_view kid) {
    return outcome(
        validator.validate(sign("{}", "{\"alg\":\"HS256\",\"kid\":\"" + std::string{kid} + "\"}"), keys, at(kNow)));
  };
  EXPECT_EQ(with_kid("k1"), "ok");
  EXPECT_EQ(with_kid("k2"), "no_matching_key");
  EXPECT_EQ(with_kid(""), "no_matching_key");
  EXPECT_EQ(outcome(validator.validate(sign("{}"), keys, at(kNow))), "ok");
}

TEST(Validator, every_flipped_bit_of_a_token_is_refused) {
  std::string const token = sign(R"({"sub":"test"})");
  for (std::size_t place = 0; place < token.size(); ++place) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string other = token;
      other[place] = static_cast<char>(other[place] ^ (1 << bit));
      ASSERT_NE(validated(other), "ok") << place << ' ' << bit;
    }
  }
  EXPECT_EQ(validated(token), "ok");
}

TEST(Validator, nothing_of_the_payload_is_looked_at_before_the_signature_is_good) {
  std::string const other_signature = base64(std::string(32, 'x'));
  for (std::string const& payload : {"!!!!"s, "AB"s, base64("{"), base64("[]"), base64(R"({"a":1,"a":1})"),
                                     base64(R"({"exp":1})"), base64(R"({"exp":"x"})"), ""s}) {
    EXPECT_EQ(validated(base64(test::kHeader) + "." + payload + "." + other_signature), "invalid_signature") << payload;
  }
}

TEST(Validator, a_signed_payload_must_be_canonical_base64url_of_one_strict_object) {
  std::string const header = base64(test::kHeader);
  for (std::string const& payload :
       {"!!!!"s, base64("{} ") + "=", "e31"s, base64("{"), base64("[]"), base64("null"), ""s,
        base64(R"({"exp":1,"exp":9999999999})"), base64(R"({"exp":1,"e\u0078p":9999999999})"),
        base64(R"({"a":{"b":1,"b":2}})"), base64("{}\0"s), base64("\xEF\xBB\xBF{}"), base64("{\"a\":\"\xFF\"}")}) {
    std::string const told = validated(test::sign_segments(header, payload));
    EXPECT_TRUE(told == "invalid_payload_string" || told == "invalid_payload_padding") << payload << ": " << told;
  }
  EXPECT_EQ(validated(test::sign_segments(header, "e30")), "ok");
}

TEST(Validator, sixteen_levels_of_claims_pass_and_seventeen_do_not) {
  auto nested = [](std::size_t depth) {
    return R"({"x":)" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
  };
  EXPECT_EQ(claims(nested(16)), "ok");
  EXPECT_EQ(claims(nested(17)), "invalid_payload_string");
}

TEST(Validator, limits_come_from_the_policy) {
  TokenPolicy policy = hs256_policy();
  std::string const token = sign("{}", R"({"alg":"HS256","kid":"12345"})");
  policy.limits = {.max_token_size = token.size(), .max_kid_size = 5};
  EXPECT_EQ(validated(token, policy), "ok");
  policy.limits.max_kid_size = 4;
  EXPECT_EQ(validated(token, policy), "kid_too_long");
  policy.limits.max_token_size = token.size() - 1;
  EXPECT_EQ(validated(token, policy), "token_too_large");
}

TEST(Validator, a_parsed_token_is_validated_as_its_text_is) {
  std::string const token = sign(R"({"sub":"test"})");
  UnverifiedToken const unverified = UnverifiedToken::parse(token).value();
  EXPECT_EQ(unverified.header().alg, "HS256");
  Validator const validator{hs256_policy()};
  EXPECT_EQ(outcome(validator.validate(unverified, test::hmac_keys(), at(kNow))), "ok");
  EXPECT_EQ(outcome(validator.validate(unverified, test::hmac_keys(test::kOtherSecret), at(kNow))),
            "invalid_signature");
  EXPECT_EQ(outcome(UnverifiedToken::parse("a.b")), "not_enough_segments");
}

TEST(Validator, claims_are_checked_again_at_a_later_time) {
  TokenPolicy policy = hs256_policy();
  policy.issuer = "me";
  Validator const validator{policy};
  VerifiedToken const token =
      validator.validate(sign(R"({"exp":1700000900,"iss":"you"})"), test::hmac_keys(), at(kNow)).value();
  EXPECT_EQ(outcome(validator.check_claims(token, at(kNow + 899))), "ok");
  EXPECT_EQ(outcome(validator.check_claims(token, at(kNow + 900))), "expired");
  EXPECT_EQ(outcome(validator.check_claims(token, at(kNow), IssuerCheck::enforce)), "invalid_issuer");
}

}  // namespace
}  // namespace authjwt
