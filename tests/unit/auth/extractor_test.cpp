#include "auth/extractor.hpp"

#include "unit/support.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace authjwt {
namespace {

using namespace std::string_literals;
using test::FakeRequest;

constexpr std::string_view kBad = "Bad Authorization header. Expected value 'Bearer <JWT>'";
constexpr std::string_view kMissing = "Missing Authorization Header";

/// The token found, or the message of the error.
std::string found(FakeRequest const& request, Settings settings = {}, TokenType type = TokenType::access,
                  TokenFrom from = {}) {
  settings.secret_key = test::kSecret;
  test::Service const service{std::move(settings)};
  Result<FoundToken> const token = find_token(&request, service.authority, type, from);
  return token ? std::string{token->text()} : token.error().message();
}
std::string found(std::string_view value, Settings settings = {}) {
  return found(FakeRequest{{{"Authorization", std::string{value}}}}, std::move(settings));
}

TEST(Extractor, finds_the_token_behind_its_type) {
  for (char const* value :
       {"Bearer a.b.c", "Bearer   a.b.c", "Bearer\ta.b.c", "Bearer \t a.b.c", "Bearer a.b.c ", "Bearer a.b.c\t \t"}) {
    EXPECT_EQ(found(value), "a.b.c") << value;
  }
}

TEST(Extractor, the_token_is_a_view_into_the_request) {
  FakeRequest const request = FakeRequest::with_bearer("a.b.c");
  test::Service const service;
  FoundToken const token = find_token(&request, service.authority, TokenType::access, {}).value();
  EXPECT_EQ(token.text().data(), request.header("authorization")[0].data() + 7);
}

TEST(Extractor, everything_else_is_malformed) {
  for (std::string const& value : {"Bearer"s,
                                   "Bearer "s,
                                   "Bearer \t "s,
                                   "a.b.c"s,
                                   "Basic a.b.c"s,
                                   "bearer a.b.c"s,
                                   "BEARER a.b.c"s,
                                   "Bearera.b.c"s,
                                   "Bearer,a.b.c"s,
                                   "Bearer: a.b.c"s,
                                   " Bearer a.b.c"s,
                                   "\tBearer a.b.c"s,
                                   "Bearer a.b.c d"s,
                                   "Bearer a.b.c\td"s,
                                   "Bearer Bearer a.b.c"s,
                                   "Beare"s,
                                   " "s,
                                   "Bearer\na.b.c"s,
                                   "Bearer\0a.b.c"s,
                                   "Bearer\xC2\xA0"
                                   "a.b.c"s,
                                   "Bearer\va.b.c"s}) {
    EXPECT_EQ(found(value), kBad) << value;
  }
}

TEST(Extractor, other_control_characters_stay_in_the_token_for_the_parser_to_refuse) {
  EXPECT_EQ(found("Bearer a.b.c\n"), "a.b.c\n");
  EXPECT_EQ(found("Bearer a.b.c\0"s), "a.b.c\0"s);
}

TEST(Extractor, no_header_and_an_empty_one_are_missing) {
  EXPECT_EQ(found(FakeRequest{}), kMissing);
  EXPECT_EQ(found(""), kMissing);
  EXPECT_EQ(found(FakeRequest{{{"X-Authorization", "Bearer a.b.c"}}}), kMissing);
}

TEST(Extractor, the_name_of_the_field_matches_in_any_case) {
  EXPECT_EQ(found(FakeRequest{{{"authorization", "Bearer a.b.c"}}}), "a.b.c");
  EXPECT_EQ(found(FakeRequest{{{"AUTHORIZATION", "Bearer a.b.c"}}}), "a.b.c");
}

TEST(Extractor, a_field_that_comes_twice_is_malformed_whatever_it_says) {
  for (auto const& [one, other] : std::vector<std::pair<char const*, char const*>>{{"Bearer a.b.c", "Bearer a.b.c"},
                                                                                   {"Bearer a.b.c", ""},
                                                                                   {"", "Bearer a.b.c"},
                                                                                   {"", ""},
                                                                                   {"Basic x", "Bearer a.b.c"}}) {
    EXPECT_EQ(found(FakeRequest{{{"Authorization", one}, {"authorization", other}}}), kBad) << one << '|' << other;
  }
  FakeRequest::Headers many(100, {"Authorization", "Bearer a.b.c"});
  EXPECT_EQ(found(FakeRequest{many}), kBad);
}

TEST(Extractor, name_and_type_come_from_the_settings) {
  Settings const settings{.header_name = "Foo", .header_type = "JWT"};
  EXPECT_EQ(found(FakeRequest{{{"foo", "JWT a.b.c"}}}, settings), "a.b.c");
  EXPECT_EQ(found(FakeRequest{{{"Foo", "Bearer a.b.c"}}}, settings), "Bad Foo header. Expected value 'JWT <JWT>'");
  EXPECT_EQ(found(FakeRequest{{{"Authorization", "JWT a.b.c"}}}, settings), "Missing Foo Header");
}

TEST(Extractor, without_a_type_the_value_is_the_token_alone) {
  Settings const settings{.header_type = ""};
  EXPECT_EQ(found("a.b.c", settings), "a.b.c");
  EXPECT_EQ(found(" a.b.c\t", settings), "a.b.c");
  EXPECT_EQ(found("", settings), kMissing);
  for (char const* value : {"Bearer a.b.c", "a b", " ", "\t"}) {
    EXPECT_EQ(found(value, settings), "Bad Authorization header. Expected value '<JWT>'") << value;
  }
}

// --- several places
// --------------------------------------------------------------------------------------------------------

Settings in(std::vector<std::string> locations) { return Settings{.token_location = std::move(locations)}; }

FakeRequest everywhere() {
  FakeRequest request{{{"Authorization", "Bearer in.the.header"},
                       {"Cookie", "access_token_cookie=in.a.cookie; refresh_token_cookie=refresh.in.cookie"},
                       {"Content-Type", "application/json"}}};
  request.set_body(R"({"access_token":"in.the.body","refresh_token":"refresh.in.body"})").set_query("jwt=in.the.query");
  return request;
}

TEST(Extractor, places_are_searched_in_one_order_whatever_that_of_the_setting) {
  EXPECT_EQ(found(everywhere(), in({"query_string", "json", "cookies", "headers"})), "in.the.header");
  EXPECT_EQ(found(everywhere(), in({"query_string", "json", "cookies"})), "in.a.cookie");
  EXPECT_EQ(found(everywhere(), in({"query_string", "json"})), "in.the.body");
  EXPECT_EQ(found(everywhere(), in({"query_string"})), "in.the.query");
}

TEST(Extractor, a_place_that_is_not_set_is_not_looked_at) {
  FakeRequest request = everywhere();
  for (Extractor const& one : extractors()) {
    for (Extractor const& other : extractors()) {
      if (one.location == other.location) continue;
      EXPECT_NE(found(request, in({std::string{name(one.location)}})),
                found(request, in({std::string{name(other.location)}})));
    }
  }
}

TEST(Extractor, a_missing_token_goes_on_to_the_next_place_and_the_last_one_is_told) {
  std::vector<std::string> const all = {"headers", "cookies", "json", "query_string"};
  EXPECT_EQ(found(FakeRequest{{{"Cookie", "access_token_cookie=a.b.c"}}}, in(all)), "a.b.c");
  EXPECT_EQ(found(FakeRequest{}.set_query("jwt=a.b.c"), in(all)), "a.b.c");
  EXPECT_EQ(found(FakeRequest{}, in(all)), "Missing 'jwt' query parameter");
  EXPECT_EQ(found(FakeRequest{}, in({"headers", "cookies"})), "Missing cookie access_token_cookie");
  EXPECT_EQ(found(FakeRequest{}, in({"headers", "json"})), "Missing \"access_token\" key in json data.");
}

TEST(Extractor, a_malformed_place_is_final) {
  FakeRequest const request{{{"Authorization", "Basic x"}, {"Cookie", "access_token_cookie=a.b.c"}}};
  EXPECT_EQ(found(request, in({"headers", "cookies"})), kBad);
}

TEST(Extractor, a_call_may_name_other_places_than_the_settings) {
  EXPECT_EQ(found(everywhere(), in({"headers"}), TokenType::access, Location::cookies), "in.a.cookie");
  EXPECT_EQ(found(everywhere(), in({"headers"}), TokenType::access, Locations{Location::json, Location::query_string}),
            "in.the.body");
}

TEST(Extractor, a_refresh_token_has_its_own_cookie_and_its_own_key) {
  EXPECT_EQ(found(everywhere(), in({"cookies"}), TokenType::refresh), "refresh.in.cookie");
  EXPECT_EQ(found(everywhere(), in({"json"}), TokenType::refresh), "refresh.in.body");
}

TEST(Extractor, a_body_that_is_not_said_to_be_json_brings_no_token) {
  for (char const* type : {"", "text/plain", "application/x-www-form-urlencoded", "application/jsonx"}) {
    FakeRequest const request = FakeRequest{{{"Content-Type", type}}}.set_body(R"({"access_token":"a.b.c"})");
    EXPECT_EQ(found(request, in({"json"})), "Missing \"access_token\" key in json data.") << type;
  }
  FakeRequest const twice =
      FakeRequest{{{"Content-Type", "application/json"}, {"Content-Type", "application/json"}}}.set_body(
          R"({"access_token":"a.b.c"})");
  EXPECT_EQ(found(twice, in({"json"})), "Missing \"access_token\" key in json data.");
}

TEST(Extractor, a_body_that_is_no_object_or_a_token_that_is_no_text_is_malformed) {
  auto with_body = [](std::string body) {
    return found(FakeRequest{{{"Content-Type", "application/json; charset=utf-8"}}}.set_body(std::move(body)),
                 in({"json"}));
  };
  EXPECT_EQ(with_body(R"({"access_token":"a.b.c"})"), "a.b.c");
  EXPECT_EQ(with_body(R"({"access_token":""})"), "Missing \"access_token\" key in json data.");
  EXPECT_EQ(with_body("{}"), "Missing \"access_token\" key in json data.");
  EXPECT_EQ(with_body("[]"), "Bad \"access_token\" key in json data: the body is no object");
  EXPECT_EQ(with_body(R"({"access_token":1})"), "Bad \"access_token\" key in json data: it is no text");
  for (char const* bad : {"", "{", "{\"access_token\":\"a\",\"access_token\":\"b\"}"}) {
    EXPECT_TRUE(with_body(bad).starts_with("Bad \"access_token\" key in json data: ")) << bad << ": " << with_body(bad);
  }
}

TEST(Extractor, a_query_parameter_that_is_there_twice_or_cannot_be_decoded_is_malformed) {
  auto with_query = [](std::string query) {
    return found(FakeRequest{}.set_query(std::move(query)), in({"query_string"}));
  };
  EXPECT_EQ(with_query("a=1&jwt=a.b.c&b="), "a.b.c");
  EXPECT_EQ(with_query("jwt=a%2Eb.c"), "a.b.c");
  EXPECT_EQ(with_query("jwt="), "Missing 'jwt' query parameter");
  EXPECT_EQ(with_query("JWT=a.b.c"), "Missing 'jwt' query parameter");
  EXPECT_EQ(with_query("jwt=a.b.c&jwt=a.b.c"), "Bad 'jwt' query parameter: it is there twice");
  EXPECT_EQ(with_query("jwt=a.b.c&%6Awt=x"), "Bad 'jwt' query parameter: it is there twice");
  EXPECT_EQ(with_query("jwt=%zz"), "Bad 'jwt' query parameter: it cannot be decoded");
}

TEST(Extractor, a_websocket_shows_the_token_it_was_given_or_says_that_it_has_none) {
  EXPECT_EQ(found(FakeRequest{}, {}, TokenType::access, WebSocketToken{"a.b.c"}), "a.b.c");
  EXPECT_EQ(found(everywhere(), {}, TokenType::access, WebSocketToken{""}), "Missing access token from Query or Path");
  EXPECT_EQ(found(everywhere(), {}, TokenType::refresh, WebSocketToken{""}),
            "Missing refresh token from Query or Path");
}

}  // namespace
}  // namespace authjwt
