#include "unit/support.hpp"

#include <authjwt/token/inspect.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace authjwt {
namespace {

using namespace std::string_literals;
using test::base64;

std::string inspected(std::string_view token, jws::Limits limits = {}) {
  return test::outcome(inspect_unverified(token, limits));
}
std::string inspected_payload(std::string_view payload) {
  return inspected(base64(test::kHeader) + "." + base64(payload) + ".AAAA");
}

TEST(Inspect, shows_header_and_claims_without_a_key) {
  InspectedToken const token = inspect_unverified(test::sign(R"({"sub":"test","foo":["fiz","baz"],"exp":1})")).value();
  EXPECT_EQ(json::write(token.header), test::kHeader);
  EXPECT_EQ(json::write(token.claims), R"({"sub":"test","foo":["fiz","baz"],"exp":1})");
}

TEST(Inspect, does_not_look_at_the_signature_or_the_algorithm) {
  EXPECT_EQ(inspected(base64(R"({"alg":"none"})") + "." + base64("{}") + "."), "ok");
  EXPECT_EQ(inspected(base64("{}") + "." + base64("{}") + ".!!!!"), "ok");
}

TEST(Inspect, refuses_what_parsing_refuses) {
  EXPECT_EQ(inspected(""), "not_enough_segments");
  EXPECT_EQ(inspected("A.e30."), "invalid_header_padding");
  EXPECT_EQ(inspected(base64("[]") + ".e30."), "invalid_header_string");
  EXPECT_EQ(inspected(base64(R"({"kid":1})") + ".e30."), "kid_not_text");
  EXPECT_EQ(inspected(std::string(8'193, 'A')), "token_too_large");
  EXPECT_EQ(inspected(std::string(100, 'A'), {.max_token_size = 99}), "token_too_large");
}

TEST(Inspect, refuses_a_payload_that_is_no_strict_object) {
  for (std::string const& payload :
       {""s, "{"s, "[]"s, "1"s, R"({"a":1,"a":2})"s, "{\"a\":\"\xFF\"}"s, "{}x"s, R"({"a":1e999})"s}) {
    EXPECT_EQ(inspected_payload(payload), "invalid_payload_string") << payload;
  }
  EXPECT_EQ(inspected(base64(test::kHeader) + ".e31.AAAA"), "invalid_payload_string");
  EXPECT_EQ(inspected(base64(test::kHeader) + ".e30a.AAAA"), "invalid_payload_string");
}

}  // namespace
}  // namespace authjwt
