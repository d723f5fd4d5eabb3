#include "base/base64url.hpp"
#include "e2e/cli_program.hpp"

#include <authjwt/base/json.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

// The built command, run as a person runs it.
namespace authjwt::e2e {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

std::string token(std::string_view header, std::string_view claims) {
  std::string text;
  base64url::append_encoded(text, header);
  text += '.';
  base64url::append_encoded(text, claims);
  return text + ".c2lnbmVkIGJ5IG5vYm9keQ";
}
constexpr std::string_view kHeader = R"({"alg":"HS256","typ":"JWT"})";
std::string page_token() {
  return token(kHeader, R"({"sub":"test","iat":1700000000,"exp":1700000900,"type":"access","foo":["fiz","baz"]})");
}

TEST(Inspect, shows_header_and_claims_without_a_key_and_says_first_that_they_are_unverified) {
  Outcome const outcome = run({"inspect", page_token()});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.output, AllOf(StartsWith("UNVERIFIED"), HasSubstr("\"alg\": \"HS256\""),
                                    HasSubstr("\"sub\": \"test\""), HasSubstr("\"fiz\"")));
  EXPECT_THAT(outcome.errors, IsEmpty());
}

TEST(Inspect, shows_dates_in_utc_and_an_expired_token_all_the_same) {
  Outcome const outcome = run({"inspect", page_token()});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.output, HasSubstr("issued at  (iat): 2023-11-14 22:13:20 UTC\n"));
  EXPECT_THAT(outcome.output, HasSubstr("expires    (exp): 2023-11-14 22:28:20 UTC - expired"));
}

TEST(Inspect, a_token_that_lives_is_not_called_expired) {
  Outcome const outcome = run({"inspect", token(kHeader, R"({"nbf":253402300799,"exp":253402300799})")});
  EXPECT_THAT(outcome.output, AllOf(HasSubstr("(nbf): 9999-12-31 23:59:59 UTC - not reached"),
                                    EndsWith("(exp): 9999-12-31 23:59:59 UTC\n")));
}

TEST(Inspect, numbers_that_are_no_date_are_shown_without_one) {
  for (std::string_view const exp :
       {"253402300800", "-62135596801", "1e300", "18446744073709551615", "\"now\"", "{}"}) {
    Outcome const outcome = run({"inspect", token(kHeader, "{\"exp\":" + std::string{exp} + "}")});
    EXPECT_EQ(outcome.exit_code, 0) << exp;
    EXPECT_THAT(outcome.output, Not(HasSubstr("UTC"))) << exp;
  }
}

TEST(Inspect, a_date_with_a_fraction_is_cut) {
  Outcome const outcome = run({"inspect", token(kHeader, R"({"iat":1700000000.9})")});
  EXPECT_THAT(outcome.output, HasSubstr("2023-11-14 22:13:20 UTC"));
}

TEST(Inspect, json_is_one_object_that_says_it_is_not_verified) {
  for (std::string const option : {"--json", "--compact"}) {
    Outcome const outcome = run({"inspect", option, page_token()});
    EXPECT_EQ(outcome.exit_code, 0);
    auto const document = json::read(outcome.output);
    ASSERT_TRUE(document.has_value()) << outcome.output;
    json::object const& object = document->as_object();
    EXPECT_EQ(object.size(), 3U);
    EXPECT_FALSE(object.at("verified").as_bool());
    EXPECT_EQ(object.at("header").at("alg").as_string(), "HS256");
    EXPECT_EQ(object.at("claims").at("foo"), (json::array{"fiz", "baz"}));
  }
}

TEST(Inspect, compact_is_one_line) {
  std::string const output = run({"inspect", page_token(), "--compact"}).output;
  EXPECT_EQ(output.find('\n'), output.size() - 1);
}

TEST(Inspect, claims_as_deep_as_a_token_may_have_are_shown_in_every_form) {
  std::string const deep = "{\"a\":" + std::string(15, '[') + std::string(15, ']') + "}";
  for (std::string const option : {"", "--json", "--compact"}) {
    std::vector<std::string> arguments = {"inspect", token(kHeader, deep)};
    if (!option.empty()) arguments.push_back(option);
    EXPECT_EQ(run(arguments).exit_code, 0) << option;
  }
}

TEST(Inspect, reads_the_token_from_standard_input) {
  std::string const expected = run({"inspect", page_token()}).output;
  for (std::string const& input :
       {page_token(), page_token() + "\n", page_token() + "\r\n", "Bearer " + page_token() + "\n"}) {
    EXPECT_EQ(run({"inspect"}, input).output, expected) << input;
  }
  EXPECT_EQ(run({"inspect", "Bearer " + page_token()}).output, expected);
}

TEST(Inspect, garbage_is_one_sentence_and_exit_code_1) {
  for (std::string const garbage : {"garbage", "a.b", "a.b.c", "....", "\x1b[31m.x.y", "\xff\xfe.\x80.\x01"}) {
    Outcome const outcome = run({"inspect", garbage});
    EXPECT_EQ(outcome.exit_code, 1) << garbage;
    EXPECT_THAT(outcome.output, IsEmpty());
    EXPECT_THAT(outcome.errors, StartsWith("authjwt: this cannot be read as a token: "));
    EXPECT_EQ(outcome.errors.find('\n'), outcome.errors.size() - 1);
  }
}

TEST(Inspect, nothing_given_is_one_sentence_and_exit_code_1) {
  for (std::string_view const input : {"", "\n", "Bearer \n"}) {
    Outcome const outcome = run({"inspect"}, input);
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_THAT(outcome.errors, HasSubstr("no token was given"));
  }
}

TEST(Inspect, input_without_end_is_refused_by_its_size) {
  Outcome const outcome = run({"inspect"}, std::string(std::size_t{3} * 1024 * 1024, 'a'));
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.errors, HasSubstr("larger than"));
}

TEST(Inspect, a_token_that_services_refuse_for_its_size_can_be_looked_at) {
  std::string const large = token(kHeader, "{\"a\":\"" + std::string(100'000, 'x') + "\"}");
  EXPECT_EQ(run({"inspect"}, large).exit_code, 0);
}

TEST(Inspect, nothing_in_a_token_reaches_the_terminal_as_a_command) {
  std::string const evil =
      "\"\\u001b]0;x\\u0007\x7f\xc2\x9b"                            // C0, DEL, C1
      "31m\xe2\x80\xae\xe2\x81\xa6\xe2\x80\xa8\xf3\xa0\x81\xa1\"";  // bidi, line separator, a tag character
  std::string const hostile = token("{\"alg\":" + evil + "}", "{" + evil + ":" + evil + "}");
  for (std::string const option : {"--json", "--compact", ""}) {
    std::vector<std::string> arguments = {"inspect", hostile};
    if (!option.empty()) arguments.push_back(option);
    std::string const output = run(arguments).output;
    for (char const c : output) EXPECT_TRUE(c == '\n' || (c >= ' ' && c <= '~')) << static_cast<int>(c);
    EXPECT_THAT(output, HasSubstr(R"("\u001b]0;x\u0007\u007f\u009b31m\u202e\u2066\u2028\udb40\udc61")"));
  }
}

TEST(Inspect, letters_of_every_script_stay_readable) {
  EXPECT_THAT(run({"inspect", token(kHeader, R"({"name":"Zoë 日本 Ω 😀"})")}).output, HasSubstr("\"Zoë 日本 Ω 😀\""));
}

TEST(Usage, wrong_usage_is_exit_code_2_and_leaves_standard_output_alone) {
  for (std::vector<std::string> const& arguments :
       {std::vector<std::string>{}, {"inspect", "a", "b"}, {"inspect", "--jsn"}, {"verify"}, {"--nothing"}}) {
    Outcome const outcome = run(arguments);
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_THAT(outcome.output, IsEmpty());
    EXPECT_THAT(outcome.errors, AllOf(StartsWith("authjwt: "), HasSubstr("--help")));
  }
}

TEST(Usage, help_and_version_are_exit_code_0) {
  EXPECT_THAT(run({"--help"}).output, HasSubstr("inspect"));
  EXPECT_THAT(run({"inspect", "--help"}).output, AllOf(HasSubstr("WITHOUT VERIFYING"), HasSubstr("--json")));
  EXPECT_THAT(run({"--version"}).output, ContainsRegex("^authjwt [0-9]+\\.[0-9]+\\.[0-9]+\n$"));
  for (std::string const option : {"--help", "--version"}) EXPECT_EQ(run({option}).exit_code, 0) << option;
}

}  // namespace
}  // namespace authjwt::e2e
