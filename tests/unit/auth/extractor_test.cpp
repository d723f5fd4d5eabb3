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
std::string found(FakeRequest const& request, Settings const& settings = {}) {
  Result<std::string_view> const token = find_token(request, settings);
  return token ? std::string{*token} : token.error().message();
}
std::string found(std::string_view value, Settings const& settings = {}) {
  return found(FakeRequest{{{"Authorization", std::string{value}}}}, settings);
}

TEST(Extractor, finds_the_token_behind_its_type) {
  for (char const* value :
       {"Bearer a.b.c", "Bearer   a.b.c", "Bearer\ta.b.c", "Bearer \t a.b.c", "Bearer a.b.c ", "Bearer a.b.c\t \t"}) {
    EXPECT_EQ(found(value), "a.b.c") << value;
  }
}

TEST(Extractor, the_token_is_a_view_into_the_request) {
  FakeRequest const request = FakeRequest::with_bearer("a.b.c");
  std::string_view const token = find_token(request, Settings{}).value();
  EXPECT_EQ(token.data(), request.header("authorization")[0].data() + 7);
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
  EXPECT_EQ(find_token(FakeRequest{}, Settings{}).error().error_class(), ErrorClass::MissingTokenError);
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

TEST(Extractor, headers_is_the_one_place_of_this_version) {
  ASSERT_EQ(extractors().size(), 1U);
  EXPECT_EQ(extractors()[0].location, "headers");
}

}  // namespace
}  // namespace authjwt
