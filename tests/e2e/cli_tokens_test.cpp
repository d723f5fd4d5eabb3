#include "e2e/cli_files.hpp"

#include <authjwt/base/json.hpp>
#include <authjwt/jose/algorithm.hpp>
#include <authjwt/token/inspect.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

// `sign` and `verify`, run as a person runs them, at a time that is given.
namespace authjwt::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kNow[] = "1700000000";

class Tokens : public CliFiles {
 protected:
  [[nodiscard]] std::string sign(std::vector<std::string> more) const {
    more.insert(more.begin(), {"sign", "--key", key(), "--at", kNow});
    Outcome const outcome = run(more);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
    return outcome.output;
  }
  [[nodiscard]] static InspectedToken inspected(std::string const& line) {
    return inspect_unverified(line.substr(0, line.find('\n'))).value();
  }
  [[nodiscard]] static json::object claims_of(std::string const& line) { return inspected(line).claims; }
  [[nodiscard]] Outcome verify(std::string const& token, std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"verify", "--key", public_key(), "--at", kNow});
    return run(more, token);
  }
  [[nodiscard]] std::string key() const { return path("key"); }
  [[nodiscard]] std::string public_key() const { return path("public"); }

 private:
  void SetUp() override {
    ASSERT_EQ(run({"keygen", "ES256", "--out", key(), "--public-out", public_key()}).exit_code, 0);
  }
};

TEST_F(Tokens, every_algorithm_crosses_from_sign_to_verify) {
  for (Algorithm const algorithm : all_algorithms()) {
    std::string const alg{name(algorithm)};
    bool const is_rsa = alg.starts_with("RS") || alg.starts_with("PS");
    std::string const file =
        new_key(alg, is_rsa ? std::vector<std::string>{"--bits", "2048"} : std::vector<std::string>{});
    std::string const token = run({"sign", "--key", file, "--algorithm", alg, "--sub", "jo"}).output;
    Outcome const outcome = run({"verify", "--key", file, "--algorithm", alg}, token);
    EXPECT_EQ(outcome.exit_code, 0) << alg << outcome.errors;
    EXPECT_THAT(outcome.output, AllOf(StartsWith("VERIFIED"), HasSubstr(R"("alg": ")" + alg + '"')));
  }
}

TEST_F(Tokens, claims_come_as_an_argument_from_a_file_from_standard_input_and_one_by_one) {
  json::object const expected = {{"a", "b"}, {"n", {1, 2}}, {"iat", 1700000000}};
  EXPECT_EQ(claims_of(sign({R"({"a":"b","n":[1,2]})"})), expected);
  EXPECT_EQ(claims_of(sign({"--claims", write("claims", R"({"a":"b","n":[1,2]})")})), expected);
  EXPECT_EQ(claims_of(sign({"--claim", "a=b", "--claim", "n:=[1,2]"})), expected);
  EXPECT_EQ(claims_of(run({"sign", "-k", key(), "--at", kNow, "--claims", "-"}, R"({"a":"b","n":[1,2]})").output),
            expected);
}

TEST_F(Tokens, the_named_claims_are_what_they_say) {
  json::object const claims = claims_of(
      sign({"--sub", "7", "--iss", "me", "--aud", "a", "--aud", "[b,c]", "--exp-in", "15m", "--claim", "empty="}));
  EXPECT_EQ(claims.at("sub"), json::value("7"));
  EXPECT_EQ(claims.at("iss"), json::value("me"));
  EXPECT_EQ(claims.at("aud"), (json::value{"a", "[b,c]"}));
  EXPECT_EQ(claims.at("exp"), json::value(1700000900));
  EXPECT_EQ(claims.at("empty"), json::value(""));
  EXPECT_EQ(claims_of(sign({"--aud", "a", "--no-iat"})), (json::object{{"aud", "a"}}));
  EXPECT_EQ(claims_of(sign({"--exp-in=-2d"})).at("exp"), json::value(1700000000 - 172800));
}

TEST_F(Tokens, the_header_has_the_kid_and_the_typ) {
  EXPECT_EQ(inspected(sign({})).header, (json::object{{"alg", "ES256"}, {"typ", "JWT"}}));
  EXPECT_EQ(inspected(sign({"--kid", "k", "--typ", "at+jwt"})).header,
            (json::object{{"alg", "ES256"}, {"kid", "k"}, {"typ", "at+jwt"}}));
  EXPECT_EQ(inspected(sign({"--typ", ""})).header, (json::object{{"alg", "ES256"}}));
}

TEST_F(Tokens, a_claim_that_is_said_twice_or_badly_is_wrong_usage) {
  for (std::vector<std::string> const& more : {std::vector<std::string>{R"({"sub":"a"})", "--sub", "b"},
                                               {"--claim", "a=b", "--claim", "a=b"},
                                               {R"({"exp":1})", "--exp-in", "5"},
                                               {R"({"a":1,"a":2})"},
                                               {R"(["a"])"},
                                               {"{}", "--claims", key()},
                                               {"--claim", "noequals"},
                                               {"--claim", "=x"},
                                               {"--claim", "a:={"},
                                               {"--sub", "\xff"},
                                               {"--exp-in", "soon"},
                                               {"--exp-in", "9223372036854775807d"},
                                               {"--at", "-1"}}) {
    std::vector<std::string> arguments = {"sign", "--key", key()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    Outcome const outcome = run(arguments);
    EXPECT_EQ(outcome.exit_code, 2) << more.front() << ' ' << more.back();
    EXPECT_THAT(outcome.output, IsEmpty());
  }
}

TEST_F(Tokens, json_has_the_token_with_what_it_says) {
  std::string const output = sign({"--sub", "jo", "--compact"});
  json::object const document = json::read(output).value().as_object();
  EXPECT_EQ(claims_of(std::string{document.at("token").as_string()}), document.at("claims").as_object());
  EXPECT_EQ(document.at("header").at("alg"), json::value("ES256"));
  EXPECT_EQ(output.find('\n'), output.size() - 1);
}

TEST_F(Tokens, a_key_that_is_for_several_algorithms_needs_one_named) {
  std::string const rsa = new_key("RS256", {"--bits", "2048"});
  EXPECT_EQ(run({"sign", "--key", rsa}).exit_code, 2);
  EXPECT_EQ(run({"sign", "--key", rsa, "--algorithm", "PS512"}).exit_code, 0);
  EXPECT_EQ(run({"sign", "--key", rsa, "--algorithm", "ES256"}).exit_code, 6);
}

TEST_F(Tokens, a_public_key_signs_nothing) {
  Outcome const outcome = run({"sign", "--key", public_key()});
  EXPECT_EQ(outcome.exit_code, 6);
  EXPECT_THAT(outcome.output, IsEmpty());
}

TEST_F(Tokens, of_several_keys_the_kid_chooses) {
  std::string const one = content_of(new_key("ES256", {"--format", "jwk", "--kid", "one"}));
  std::string const two = content_of(new_key("ES256", {"--format", "jwk", "--kid", "two"}));
  std::string const jwks = write("jwks", R"({"keys":[)" + one + ',' + two + "]}");
  EXPECT_EQ(run({"sign", "--key", jwks}).exit_code, 2);
  std::string const token = run({"sign", "--key", jwks, "--kid", "two"}).output;
  EXPECT_EQ(inspected(token).header.at("kid"), json::value("two"));
  EXPECT_EQ(run({"verify", "--key", jwks}, token).exit_code, 0);
  EXPECT_EQ(run({"sign", "--key", jwks, "--kid", "three"}).exit_code, 6);
}

TEST_F(Tokens, a_secret_comes_from_a_file_standard_input_or_the_environment) {
  constexpr std::string_view kSecret = "0123456789abcdef0123456789abcdef";
  std::string const file = write("secret", std::string{kSecret} + "\n");
  std::string const token = run({"sign", "--secret", file, "-a", "HS256", "--at", kNow}).output;
  EXPECT_EQ(run({"sign", "--secret", "-", "-a", "HS256", "--at", kNow}, kSecret).output, token);
  EXPECT_EQ(run({"sign", "--secret-env", "S", "-a", "HS256", "--at", kNow}, {}, {"S=" + std::string{kSecret}}).output,
            token);
  EXPECT_EQ(run({"verify", "--secret", file, "--at", kNow}, token).exit_code, 0);
  EXPECT_EQ(run({"verify", "--key-env", "K", "--at", kNow}, token, {"K=" + content_of(public_key())}).exit_code, 7);
}

TEST_F(Tokens, a_secret_that_is_given_as_the_name_of_a_variable_is_not_repeated) {
  Outcome const outcome = run({"sign", "--secret-env", "hunter2hunter2", "-a", "HS256"});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.errors, Not(HasSubstr("hunter2")));
}

TEST_F(Tokens, a_public_key_is_no_secret) {
  EXPECT_EQ(run({"sign", "--secret", public_key(), "-a", "HS256"}).exit_code, 10);
  EXPECT_EQ(run({"verify", "--secret", public_key()}, sign({})).exit_code, 10);
}

TEST_F(Tokens, a_short_secret_is_warned_of) {
  Outcome const outcome = run({"sign", "--secret", "-", "-a", "HS256"}, "secret");
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.errors, AllOf(HasSubstr("warning"), HasSubstr("RFC 7518")));
}

TEST_F(Tokens, one_source_of_the_key_and_no_other_is_wanted) {
  EXPECT_EQ(run({"sign"}).exit_code, 2);
  EXPECT_EQ(run({"sign", "--key", key(), "--secret", key()}).exit_code, 2);
  EXPECT_EQ(run({"verify", "--key", "-"}, content_of(public_key())).exit_code, 2) << "standard input is read once";
}

TEST_F(Tokens, the_exit_code_tells_why_a_token_is_refused) {
  struct Case {
    std::vector<std::string> claims;
    std::vector<std::string> options;
    int exit_code;
  };
  for (Case const& expected : {
           Case{{}, {}, 0},
           Case{{"--exp-in", "1"}, {}, 0},
           Case{{"--exp-in=0"}, {}, 3},
           Case{{"--exp-in=-9"}, {"--leeway", "10"}, 0},
           Case{{"--exp-in=-10"}, {"--leeway", "10"}, 3},
           Case{{R"({"nbf":1700000000})"}, {}, 0},
           Case{{R"({"nbf":1700000001})"}, {}, 4},
           Case{{R"({"iat":1700000001})"}, {}, 4},
           Case{{R"({"iat":1700000001})"}, {"--leeway", "1s"}, 0},
           Case{{}, {"--algorithm", "ES384"}, 7},
           Case{{}, {"--algorithm", "ES384", "--algorithm", "ES256"}, 0},
           Case{{"--iss", "me"}, {"--issuer", "me"}, 0},
           Case{{"--iss", "you"}, {"--issuer", "me"}, 8},
           Case{{}, {"--issuer", "me"}, 8},
           Case{{"--aud", "a"}, {"--audience", "a"}, 0},
           Case{{"--aud", "a"}, {"--audience", "b", "--audience", "a"}, 0},
           Case{{"--aud", "a"}, {"--audience", "b"}, 8},
           Case{{"--aud", "a"}, {}, 8},
           Case{{}, {"--audience", "a"}, 8},
           Case{{R"({"exp":"soon"})"}, {}, 9},
           Case{{R"({"jti":7})"}, {}, 9},
           Case{{}, {"--require-exp"}, 9},
       }) {
    Outcome const outcome = verify(sign(expected.claims), expected.options);
    EXPECT_EQ(outcome.exit_code, expected.exit_code) << outcome.output << outcome.errors;
    EXPECT_EQ(outcome.output.empty(), expected.exit_code != 0);
  }
}

TEST_F(Tokens, a_changed_token_another_key_and_garbage_have_exit_codes_of_their_own) {
  std::string const token = sign({"--sub", "jo"});
  std::string changed = token;
  changed[token.rfind('.') + 5] = changed[token.rfind('.') + 5] == 'A' ? 'B' : 'A';
  EXPECT_EQ(verify(changed).exit_code, 5);
  EXPECT_EQ(run({"verify", "--key", new_key("ES256")}, token).exit_code, 5);
  std::string const other = new_key("ES256", {"--format", "jwk", "--kid", "other"});
  EXPECT_EQ(run({"verify", "--key", other}, sign({"--kid", "mine"})).exit_code, 6);
  EXPECT_EQ(verify("garbage").exit_code, 1);
  EXPECT_EQ(verify("").exit_code, 1);
  EXPECT_EQ(verify("eyJhbGciOiJub25lIn0.e30.").exit_code, 7);
  EXPECT_EQ(run({"verify", "--key", write("no key", "garbage")}, token).exit_code, 10);
  EXPECT_EQ(verify(token, {"--leeway=-1"}).exit_code, 2);
}

TEST_F(Tokens, json_of_a_refusal_has_its_name_and_nothing_of_the_token) {
  Outcome const outcome = verify(sign({"--sub", "jo", "--exp-in=-1"}), {"--json"});
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_EQ(json::read(outcome.output).value(),
            (json::value{{"verified", false}, {"error", "expired"}, {"message", "Signature has expired"}}));
}

TEST_F(Tokens, json_of_a_good_token_has_header_and_claims) {
  Outcome const outcome = verify("Bearer " + sign({"--sub", "jo"}), {"--compact"});
  EXPECT_EQ(outcome.exit_code, 0);
  json::object const document = json::read(outcome.output).value().as_object();
  EXPECT_EQ(document.at("verified"), json::value(true));
  EXPECT_EQ(document.at("claims").at("sub"), json::value("jo"));
  EXPECT_EQ(document.at("header").at("alg"), json::value("ES256"));
}

TEST_F(Tokens, nothing_in_a_good_token_reaches_the_terminal_as_a_command) {
  std::string const evil = R"("\u001b]0;x\u0007\u009b31m\u202e\u2028")";
  std::string const token = sign({"{" + evil + ":" + evil + "}", "--kid", "\x1b[2J\xc2\x9b"});
  for (std::string const option : {"--json", "--compact", "--leeway=1"}) {
    Outcome const outcome = verify(token, {option});
    EXPECT_EQ(outcome.exit_code, 0) << option;
    EXPECT_THAT(outcome.output, HasSubstr("\\u001b"));
    for (char const c : outcome.output + outcome.errors) EXPECT_TRUE(c == '\n' || (c >= ' ' && c <= '~'));
  }
  for (std::vector<std::string> const& arguments :
       {std::vector<std::string>{"verify", "--key", "\x1b[2J"}, {"\x1b[2J"}, {"sign", "--\x1b[2J"}}) {
    EXPECT_THAT(run(arguments).errors, Not(HasSubstr("\x1b")));
  }
}

}  // namespace
}  // namespace authjwt::e2e
