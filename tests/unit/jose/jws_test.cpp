#include "unit/support.hpp"

#include <authjwt/jose/jws.hpp>

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace authjwt {
namespace {

using namespace std::string_literals;
using test::base64;
using test::kHeader;
using test::outcome;

constexpr std::string_view kPayload = R"({"sub":"test"})";

std::string parsed(std::string_view token, jws::Limits limits = {}) { return outcome(jws::parse(token, limits)); }
/// What `parse` says to a token with this JSON text as its header.
std::string parsed_header(std::string_view header) { return parsed(base64(header) + ".e30.AAAA"); }
std::string header_message(std::string_view header) { return test::message(jws::parse(base64(header) + ".e30.AAAA")); }

TEST(JwsParse, takes_a_token_apart) {
  std::string const token = test::sign(kPayload, R"({"alg":"HS256","kid":"k1","typ":"JWT"})");
  jws::Compact const compact = jws::parse(token).value();
  EXPECT_EQ(std::string{compact.header_segment} + "." + std::string{compact.payload_segment}, compact.signing_input);
  EXPECT_EQ(std::string{compact.signing_input} + "." + std::string{compact.signature_segment}, token);
  EXPECT_EQ(compact.payload_segment, base64(kPayload));
  EXPECT_EQ(compact.header.alg, "HS256");
  EXPECT_EQ(compact.header.kid, "k1");
  EXPECT_EQ(compact.header.typ, "JWT");
}

TEST(JwsParse, the_views_point_into_the_token) {
  std::string const token = test::sign(kPayload);
  jws::Compact const compact = jws::parse(token).value();
  EXPECT_EQ(compact.signing_input.data(), token.data());
  EXPECT_EQ(compact.signature_segment.data() + compact.signature_segment.size(), token.data() + token.size());
}

TEST(JwsParse, fewer_than_three_segments_are_not_enough) {
  for (std::string const& token :
       {""s, "abc"s, "."s, "a.b"s, base64(kHeader), base64(kHeader) + "." + base64(kPayload)}) {
    EXPECT_EQ(parsed(token), "not_enough_segments") << token;
  }
}

TEST(JwsParse, more_than_three_segments_are_told_as_the_payloads_padding) {
  std::string const token = test::sign(kPayload);
  for (std::string const& more : {"."s, ".x"s, "..."s, "." + token}) {
    EXPECT_EQ(parsed(token + more), "invalid_payload_padding") << more;
  }
}

TEST(JwsParse, a_segment_of_a_length_that_base64_has_not_is_told_by_its_name) {
  std::string const header = base64(kHeader);
  EXPECT_EQ(parsed("A.e30.AAAA"), "invalid_header_padding");
  EXPECT_EQ(parsed("....."), "invalid_header_string");
  EXPECT_EQ(parsed(header + ".e30aa.AAAA"), "invalid_payload_padding");
  EXPECT_EQ(parsed(header + ".e30.AAAAA"), "invalid_crypto_padding");
  EXPECT_EQ(parsed(header + ".."), "ok") << "an empty payload and signature are refused by those who look at them";
}

TEST(JwsParse, tells_the_first_of_several_errors_in_the_recorded_order) {
  std::string const object = base64(kHeader);
  std::string const list = base64("[1,2,3]");
  std::string const bad_kid = base64(R"({"kid":1,"crit":1,"b64":1})");
  EXPECT_EQ(parsed("A.A.A"), "invalid_header_padding");
  EXPECT_EQ(parsed("!!!!.A.A"), "invalid_header_string");
  EXPECT_EQ(parsed(list + ".A.A"), "invalid_header_string");
  EXPECT_EQ(parsed(bad_kid + ".A.A"), "invalid_payload_padding");
  EXPECT_EQ(parsed(bad_kid + ".AA.A"), "invalid_crypto_padding");
  EXPECT_EQ(parsed(bad_kid + ".AA.AA"), "kid_not_text");
  EXPECT_EQ(parsed(object + ".A.A.A"), "invalid_payload_padding");
  EXPECT_EQ(parsed_header(R"({"b64":1,"crit":[],"kid":"k"})"), "crit_not_list");
  EXPECT_EQ(parsed_header(R"({"b64":false,"kid":"k"})"), "b64_unsupported");
  EXPECT_EQ(parsed(std::string(300, 'A'), {.max_token_size = 299}), "token_too_large");
}

TEST(JwsParse, a_token_of_the_largest_size_passes_and_one_byte_more_does_not) {
  std::string const start = base64(kHeader) + ".e30.";
  std::string const largest = start + std::string(8192 - start.size(), 'A');
  EXPECT_EQ(parsed(largest.substr(0, 8191)), "ok");
  EXPECT_EQ(parsed(largest), (8192 - start.size()) % 4 == 1 ? "invalid_crypto_padding" : "ok");
  EXPECT_EQ(parsed(largest + "A"), "token_too_large");
  EXPECT_EQ(test::message(jws::parse(largest + "A")), "Token is larger than 8192 bytes");
  EXPECT_EQ(parsed(std::string(1 << 20, '.')), "token_too_large");
}

TEST(JwsParse, header_must_be_canonical_base64url) {
  std::string const header = base64(R"({"alg":"HS256"} )");
  ASSERT_EQ(header.size() % 4, 2U) << "the last digit has four unused bits";
  ASSERT_EQ(parsed(header + ".e30.AAAA"), "ok");
  for (std::string const& other :
       {header.substr(0, header.size() - 1) + "B", header + "==", header + "\n", " " + header}) {
    EXPECT_EQ(parsed(other + ".e30.AAAA").substr(0, 14), "invalid_header") << other;
  }
}

TEST(JwsParse, header_must_be_one_strict_json_object) {
  for (std::string const& header :
       {""s, "{"s, "null"s, "1"s, "\"alg\""s, "[]"s, R"([{"alg":"HS256"}])"s, "{}{}"s, R"({"alg":"HS256",})"s,
        "\xEF\xBB\xBF{}"s, R"({"alg":"HS256","alg":"none"})"s, R"({"alg":"HS256","\u0061lg":"none"})"s,
        R"({"x":{"a":1,"a":2}})"s, "{\"a\":\"\xFF\"}"s, "{}\0"s, R"({"x":1e400})"s}) {
    EXPECT_EQ(parsed_header(header), "invalid_header_string") << header;
  }
  EXPECT_EQ(header_message("[]"), "Invalid header string: must be a json object");
  EXPECT_EQ(header_message("true"), "Invalid header string: must be a json object");
}

TEST(JwsParse, header_may_have_sixteen_levels) {
  auto nested = [](std::size_t depth) {
    std::string text = R"({"x":)";
    text += std::string(depth - 1, '[') + std::string(depth - 1, ']');
    return text + "}";
  };
  EXPECT_EQ(parsed_header(nested(16)), "ok");
  EXPECT_EQ(parsed_header(nested(17)), "invalid_header_string");
}

TEST(JwsParse, alg_that_is_no_text_is_no_alg) {
  for (char const* header :
       {"{}", R"({"alg":null})", R"({"alg":256})", R"({"alg":["HS256"]})", R"({"alg":{"alg":"HS256"}})",
        R"({"x":{"alg":"HS256"}})", R"({"ALG":"HS256"})", R"({"alg ":"HS256"})"}) {
    Result<jws::Compact> const compact = jws::parse(base64(header) + ".e30.AAAA");
    ASSERT_TRUE(compact.has_value()) << header;
    EXPECT_EQ(compact->header.alg, std::nullopt) << header;
  }
}

TEST(JwsParse, parameters_inside_of_others_mean_nothing) {
  Result<jws::Compact> const compact =
      jws::parse(base64(R"({"x":{"kid":1,"crit":["b64"],"b64":false},"y":[{"kid":2}],"alg":"HS256"})") + ".e30.AAAA");
  ASSERT_EQ(outcome(compact), "ok");
  EXPECT_EQ(compact->header.alg, "HS256");
  EXPECT_EQ(compact->header.kid, std::nullopt);
}

TEST(JwsParse, escapes_in_the_header_are_read_as_what_they_say) {
  jws::Compact const compact = jws::parse(base64(R"({"\u0061lg":"\u0048S256","kid":"\n"})") + ".e30.AAAA").value();
  EXPECT_EQ(compact.header.alg, "HS256");
  EXPECT_EQ(compact.header.kid, "\n");
}

TEST(JwsParse, kid_must_be_a_text) {
  for (char const* kid : {"null", "1", "1.5", "true", "[]", "{}", R"(["k"])"}) {
    EXPECT_EQ(parsed_header(R"({"alg":"HS256","kid":)"s + kid + "}"), "kid_not_text") << kid;
  }
  EXPECT_EQ(parsed_header(R"({"kid":""})"), "ok");
}

TEST(JwsParse, kid_of_256_bytes_passes_and_257_do_not) {
  auto with_kid = [](std::string const& kid) { return R"({"kid":")" + kid + R"("})"; };
  EXPECT_EQ(parsed_header(with_kid(std::string(256, 'k'))), "ok");
  EXPECT_EQ(parsed_header(with_kid(std::string(257, 'k'))), "kid_too_long");
  EXPECT_EQ(header_message(with_kid(std::string(257, 'k'))), "Key ID header parameter is longer than 256 bytes");
  std::string escaped;
  for (int i = 0; i < 256; ++i) escaped += "\\u006b";
  EXPECT_EQ(parsed_header(with_kid(escaped)), "ok") << "bytes of the name count, not those of its escapes";
  EXPECT_EQ(parsed_header(with_kid(escaped + "\\u006b")), "kid_too_long");
}

TEST(JwsParse, crit_must_be_a_list_of_texts_and_none_is_supported) {
  for (char const* crit : {"null", "1", "true", R"("exp")", "{}", R"({"exp":1})", "[]"}) {
    EXPECT_EQ(parsed_header(R"({"crit":)"s + crit + "}"), "crit_not_list") << crit;
  }
  for (char const* crit : {"[1]", "[null]", R"([1,"exp"])", "[[]]", R"([["exp"]])", R"([{"exp":"exp"}])", "[true]"}) {
    EXPECT_EQ(parsed_header(R"({"crit":)"s + crit + "}"), "crit_not_text") << crit;
  }
  for (char const* crit : {R"(["exp"])", R"(["b64"])", R"(["alg"])", R"([""])", R"(["exp",1])", R"(["exp",[]])"}) {
    EXPECT_EQ(parsed_header(R"({"crit":)"s + crit + R"(,"exp":1,"b64":true})"), "crit_unsupported") << crit;
  }
}

TEST(JwsParse, names_the_critical_extension_only_where_the_name_is_harmless) {
  EXPECT_EQ(header_message(R"({"crit":["exp"]})"), "Unsupported critical extension: exp");
  EXPECT_EQ(header_message(R"({"crit":[")" + std::string(32, 'x') + R"("]})"),
            "Unsupported critical extension: " + std::string(32, 'x'));
  for (std::string const& name :
       {std::string(33, 'x'), "<script>"s, "a b"s, "a\\nb"s, "\\u0000"s, "&lt"s, "{field}"s, "é"s}) {
    EXPECT_EQ(header_message(R"({"crit":[")" + name + R"("]})"), "Unsupported critical extension") << name;
  }
}

TEST(JwsParse, b64_may_only_be_true) {
  EXPECT_EQ(parsed_header(R"({"b64":true})"), "ok");
  for (char const* b64 : {"false", "null", "1", "0", R"("true")", "[]", "[true]", "{}"}) {
    EXPECT_EQ(parsed_header(R"({"b64":)"s + b64 + "}"), "b64_unsupported") << b64;
  }
}

TEST(JwsParse, every_truncation_of_a_token_is_answered) {
  std::string const token = test::sign(kPayload);
  for (std::size_t size = 0; size < token.size(); ++size) {
    static_cast<void>(jws::parse(std::string{token.data(), size}));
    EXPECT_EQ(parsed(token.substr(0, size)) == "not_enough_segments", size <= token.rfind('.')) << size;
  }
}

TEST(JwsParse, every_byte_at_every_place_of_the_header_is_answered) {
  std::string const token = test::sign(kPayload);
  Key const key = test::hmac_key();
  for (std::size_t place = 0; place < base64(kHeader).size(); ++place) {
    for (int c = 0; c < 256; ++c) {
      std::string other = token;
      other[place] = static_cast<char>(c);
      Result<jws::Compact> const compact = jws::parse(other);
      bool const verified = compact.has_value() && jws::verify(*compact, key, Algorithm::HS256);
      ASSERT_EQ(verified, other == token) << place << ' ' << c;
    }
  }
}

// --- the whole header
// -------------------------------------------------------------------------------------------------

TEST(JwsReadHeader, gives_all_of_it) {
  json::object const header =
      jws::read_header(base64(R"({"alg":"HS256","jku":"x","a":[1,{"b":null}]})") + ".e30.AAAA").value();
  EXPECT_EQ(json::write(header), R"({"alg":"HS256","jku":"x","a":[1,{"b":null}]})");
}

TEST(JwsReadHeader, refuses_what_parse_refuses) {
  for (std::string const& token :
       {""s, "a.b"s, "A.e30.AAAA"s, base64("[]") + ".e30.AAAA", base64(R"({"kid":1})") + ".e30.AAAA",
        base64(R"({"a":1,"a":2})") + ".e30.AAAA", base64(kHeader) + ".A.AAAA",
        base64(R"({"crit":["exp"]})") + ".e30.AAAA", base64(R"({"b64":false})") + ".e30.AAAA"}) {
    EXPECT_EQ(outcome(jws::read_header(token)), parsed(token)) << token;
    EXPECT_NE(parsed(token), "ok") << token;
  }
  EXPECT_EQ(outcome(jws::read_header(std::string(40, 'A'), {.max_token_size = 39})), "token_too_large");
}

// --- signing and verifying
// --------------------------------------------------------------------------------------------

TEST(JwsVerify, believes_its_own_signature_and_no_other_text) {
  Key const key = test::hmac_key();
  std::string const token = test::sign(kPayload);
  EXPECT_TRUE(jws::verify(jws::parse(token).value(), key, Algorithm::HS256));
  EXPECT_FALSE(jws::verify(jws::parse(token).value(), test::hmac_key(test::kOtherSecret), Algorithm::HS256));
  EXPECT_FALSE(jws::verify(jws::parse(token).value(), key, Algorithm::HS384));
  EXPECT_FALSE(jws::verify(jws::parse(token).value(), key, Algorithm::RS256));
}

TEST(JwsVerify, a_signature_has_one_text_alone) {
  Key const key = test::hmac_key();
  std::string const token = test::sign(kPayload);
  ASSERT_EQ((token.size() - token.rfind('.') - 1) % 4, 3U) << "the last digit has two unused bits";
  std::size_t believed = 0;
  for (int c = 0; c < 256; ++c) {
    std::string other = token;
    other.back() = static_cast<char>(c);
    Result<jws::Compact> const compact = jws::parse(other);
    if (compact && jws::verify(*compact, key, Algorithm::HS256)) ++believed;
  }
  EXPECT_EQ(believed, 1U);
}

TEST(JwsVerify, other_lengths_of_a_signature_are_no_signature) {
  Key const key = test::hmac_key();
  std::string const token = test::sign(kPayload);
  std::string const input = token.substr(0, token.rfind('.') + 1);
  std::string const signature = token.substr(input.size());
  for (std::string const& other :
       {""s, signature.substr(0, 42), signature + "A", signature + signature, signature + "=", std::string(1366, 'A'),
        std::string(1368, 'A'), std::string(6'000, 'A')}) {
    std::string const changed = input + other;  // the parsed token refers to its text
    Result<jws::Compact> const compact = jws::parse(changed);
    EXPECT_FALSE(compact.has_value() && jws::verify(*compact, key, Algorithm::HS256)) << other.size();
  }
}

TEST(JwsSign, the_token_of_rfc_7515_a_1) {
  std::string secret(64, '\0');
  ASSERT_TRUE(base64url::decode(
      "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow", secret.data()));
  std::string const token =
      jws::sign("{\"typ\":\"JWT\",\r\n \"alg\":\"HS256\"}",
                "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}",
                test::hmac_key(secret), Algorithm::HS256)
          .value();
  EXPECT_EQ(token,
            "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
            ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
            ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
}

}  // namespace
}  // namespace authjwt
