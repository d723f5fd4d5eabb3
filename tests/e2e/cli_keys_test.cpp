#include "e2e/cli_files.hpp"
#include "unit/jose/test_keys.hpp"

#include <authjwt/jose/key_set.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <vector>

// The commands that make and show keys, run as a person runs them.
namespace authjwt::e2e {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class Keygen : public CliFiles {};
class Jwks : public CliFiles {};
class Thumbprint : public CliFiles {};

std::vector<std::string> size_for(Algorithm algorithm) {
  bool const is_rsa = name(algorithm).starts_with("RS") || name(algorithm).starts_with("PS");
  return is_rsa ? std::vector<std::string>{"--bits", "2048"} : std::vector<std::string>{};
}

TEST_F(Keygen, every_algorithm_of_the_table_gets_a_key_for_it_alone) {
  for (Algorithm const algorithm : all_algorithms()) {
    std::vector<std::string> options = size_for(algorithm);
    options.insert(options.end(), {"--format", "jwk"});
    Result<Key> const key = Key::from_jwk(content_of(new_key(std::string{name(algorithm)}, options)));
    ASSERT_TRUE(key.has_value()) << name(algorithm);
    EXPECT_EQ(key->algorithms(), AlgorithmSet{algorithm});
    EXPECT_TRUE(key->can_sign());
    EXPECT_EQ(key->kid(), key->thumbprint()) << "a JWK is named by its thumbprint, a secret is not named";
  }
}

TEST_F(Keygen, pem_is_the_form_of_pairs_and_both_halves_belong_together) {
  std::string const file = new_key("EdDSA", {"--curve", "Ed448", "--public-out", path("public")});
  Key const whole = Key::from_pem(content_of(file)).value();
  Key const half = Key::from_pem(content_of(path("public"))).value();
  EXPECT_TRUE(whole.is_private());
  EXPECT_FALSE(half.is_private());
  EXPECT_TRUE(whole.same_public_key(half));
  EXPECT_THAT(whole.description(), StartsWith("Ed448"));
}

TEST_F(Keygen, the_public_half_has_no_private_part) {
  static_cast<void>(new_key("ES256", {"--format", "jwk", "--kid", "mine", "--public-out", path("public")}));
  EXPECT_THAT(content_of(path("public")), AllOf(HasSubstr(R"("kid":"mine")"), Not(HasSubstr(R"("d":)"))));
}

TEST_F(Keygen, a_key_named_as_the_member_of_a_set_is_a_key) {
  std::string const file = new_key("ES256", {"--format", "jwk", "--kid", "keys"});
  EXPECT_EQ(run({"thumbprint", file}).exit_code, 0);
}

TEST_F(Keygen, the_text_of_a_secret_is_one_line_of_as_much_entropy_as_the_digest) {
  std::string const text = content_of(new_key("HS512", {"--format", "text"}));
  EXPECT_EQ(text.size(), 87U);  // 64 bytes in base64url, and the line end
  EXPECT_EQ(text.find('\n'), 86U);
  EXPECT_NE(text, content_of(new_key("HS512", {"--format", "text"})));
}

TEST_F(Keygen, the_file_is_its_owners_alone_whatever_the_umask) {
  mode_t const before = ::umask(0);
  std::string const file = new_key("ES256", {"--public-out", path("public")});
  ::umask(027);
  static_cast<void>(new_key("ES256", {"--public-out", path("public of the group")}));
  ::umask(before);
  EXPECT_EQ(mode(file), 0600U);
  EXPECT_EQ(mode(path("public")), 0644U);
  EXPECT_EQ(mode(path("public of the group")), 0640U);
}

TEST_F(Keygen, a_file_that_exists_is_kept) {
  std::string const file = write("kept", "precious");
  for (std::vector<std::string> const& arguments : {std::vector<std::string>{"keygen", "ES256", "--out", file},
                                                    {"keygen", "ES256", "--out", path("new"), "--public-out", file}}) {
    Outcome const outcome = run(arguments);
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_THAT(outcome.errors, HasSubstr("--force"));
  }
  EXPECT_EQ(content_of(file), "precious");
  EXPECT_FALSE(fs::exists(path("new"))) << "it is looked at before anything is written";
}

TEST_F(Keygen, force_replaces_a_file_and_its_mode) {
  std::string const file = write("old", "old");
  fs::permissions(file, fs::perms{0666});
  EXPECT_EQ(run({"keygen", "ES256", "--out", file, "--force"}).exit_code, 0);
  EXPECT_THAT(content_of(file), StartsWith("-----BEGIN PRIVATE KEY-----\n"));
  EXPECT_EQ(mode(file), 0600U);
  EXPECT_EQ(std::distance(fs::directory_iterator{folder()}, {}), 1) << "nothing is left beside it";
}

TEST_F(Keygen, one_file_that_cannot_be_written_leaves_the_other_as_it_was) {
  std::string const file = write("kept", "precious");
  for (std::string const force : {"--force", "--json"}) {
    std::string const out = force == "--force" ? file : path("new");
    std::vector<std::string> const arguments{"keygen", "ES256", "--out", out, "--public-out", path("nowhere/public"),
                                             force};
    EXPECT_EQ(run(arguments).exit_code, 1);
  }
  EXPECT_EQ(content_of(file), "precious");
  EXPECT_EQ(std::distance(fs::directory_iterator{folder()}, fs::directory_iterator{}), 1) << "nothing else is there";
}

TEST_F(Keygen, an_option_is_no_name_of_a_file) {
  Outcome const outcome = run({"keygen", "ES256", "--out", "--force"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.errors, HasSubstr("--force is no name of a file"));
}

TEST_F(Keygen, a_secret_given_for_its_file_is_not_repeated) {
  Outcome const text = run({"sign", "--secret", "hunter2hunter2", "-a", "HS256"});
  EXPECT_EQ(text.exit_code, 1);
  EXPECT_THAT(text.errors, Not(HasSubstr("hunter2")));
  Outcome const pem = run({"sign", "--key", "-----BEGIN PRIVATE KEY-----\nMIGH\n"});
  EXPECT_EQ(pem.exit_code, 1);
  EXPECT_THAT(pem.errors, Not(HasSubstr("MIGH")));
}

TEST_F(Keygen, a_message_is_one_line_whatever_a_file_is_called) {
  EXPECT_EQ(std::ranges::count(run({"jwks", "a\nauthjwt: VERIFIED"}).errors, '\n'), 1);
}

TEST_F(Keygen, force_replaces_neither_a_link_nor_a_folder) {
  std::string const target = write("target", "precious");
  fs::create_symlink(target, path("link"));
  fs::create_directory(path("folder"));
  for (std::string const name : {"link", "folder"}) {
    EXPECT_EQ(run({"keygen", "ES256", "--out", path(name), "--force"}).exit_code, 1) << name;
  }
  EXPECT_EQ(content_of(target), "precious");
  EXPECT_TRUE(fs::is_symlink(path("link")));
}

TEST_F(Keygen, a_file_that_cannot_be_written_is_told) {
  Outcome const outcome = run({"keygen", "ES256", "--out", path("no folder/key")});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.errors, HasSubstr("No such file or directory"));
}

TEST_F(Keygen, the_key_is_printed_only_where_that_is_asked_for) {
  EXPECT_THAT(run({"keygen", "HS256", "--out", "-"}).output, HasSubstr(R"("k":")"));
  EXPECT_THAT(run({"keygen", "HS256", "--out", path("quiet")}).output, IsEmpty());
  Outcome const told = run({"keygen", "HS256", "--out", path("told"), "--json"});
  std::string const jwk = content_of(path("told"));
  std::string const secret = jwk.substr(jwk.find(R"("k":")") + 5, 20);
  EXPECT_THAT(told.output, AllOf(HasSubstr(R"("algorithm": "HS256")"), Not(HasSubstr(secret))));
}

TEST_F(Keygen, what_makes_no_sense_is_wrong_usage) {
  std::string const out = path("out");
  for (std::vector<std::string> const& more : {std::vector<std::string>{"HS256", "--format", "pem"},
                                               {"HS256", "--public-out", path("public")},
                                               {"ES256", "--format", "text"},
                                               {"ES256", "--format", "der"},
                                               {"ES256", "--bits", "2048"},
                                               {"ES256", "--kid", "of a PEM"},
                                               {"ES256", "--curve", "Ed448"},
                                               {"ES256", "--public-out", out},
                                               {"ES256", "--public-out", path("./out"), "--force"},
                                               {"RS256", "--bits", "2047"},
                                               {"RS256", "--bits", "8193"},
                                               {"RS256", "--bits", "2048x"},
                                               {"RS257"},
                                               {"none"}}) {
    std::vector<std::string> arguments = {"keygen", "--out", out};
    arguments.insert(arguments.end(), more.begin(), more.end());
    EXPECT_EQ(run(arguments).exit_code, 2) << more.front() << ' ' << more.back();
  }
  EXPECT_EQ(run({"keygen", "ES256"}).exit_code, 2) << "where the key goes is said, not guessed";
  EXPECT_FALSE(fs::exists(out));
}

TEST_F(Jwks, keys_of_every_format_become_one_public_set) {
  std::string const rsa = test::private_pem(test::shared_rsa());
  std::string const set = run({"jwks", new_key("ES256"), new_key("ES384", {"--format", "jwk"})}).output;
  std::vector<std::string> const files = {
      "jwks", write("a.pem", rsa), write("b.der", test::der_of(test::public_pem(test::other_rsa()))),
      write("c.pem", test::certificate_pem(test::make_ec("P-521").get())), write("d.json", set)};
  Outcome const outcome = run(files);
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  KeySet const keys = KeySet::from_jwks(outcome.output).value();
  EXPECT_EQ(keys.keys().size(), 5U);
  for (Key const& key : keys.keys()) {
    EXPECT_FALSE(key.is_private());
    EXPECT_EQ(key.kid(), key.thumbprint());
  }
}

TEST_F(Jwks, reads_standard_input_and_names_the_algorithm) {
  Outcome const outcome =
      run({"jwks", "-", "--algorithm", "PS384", "--compact"}, test::private_pem(test::shared_rsa()));
  EXPECT_THAT(outcome.output, AllOf(HasSubstr(R"("alg":"PS384")"), Not(HasSubstr(R"("d":)"))));
  EXPECT_EQ(outcome.output.find('\n'), outcome.output.size() - 1);
  EXPECT_EQ(run({"jwks", "-", "--algorithm", "ES256"}, test::private_pem(test::shared_rsa())).exit_code, 10);
}

TEST_F(Jwks, a_secret_is_refused_and_named_by_its_file_alone) {
  std::string const file = new_key("HS256");
  Outcome const outcome = run({"jwks", new_key("ES256"), file});
  EXPECT_EQ(outcome.exit_code, 10);
  EXPECT_THAT(outcome.output, IsEmpty());
  EXPECT_THAT(outcome.errors, HasSubstr(file + ": a secret"));
}

TEST_F(Jwks, the_same_key_twice_is_refused) {
  std::string const file = new_key("ES256");
  EXPECT_EQ(run({"jwks", file, file}).exit_code, 10);
}

TEST_F(Jwks, keys_that_cannot_be_used_are_told_and_passed_over) {
  std::string set = run({"jwks", new_key("ES256"), "--compact"}).output;
  set.insert(set.find('[') + 1, R"({"kty":"EC","crv":"P-256","kid":"\u001b[2J","use":"enc"},)");
  Outcome const outcome = run({"jwks", "-"}, set);
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.errors, AllOf(HasSubstr("key 0"), HasSubstr("passed over"), Not(HasSubstr("\x1b"))));
}

TEST_F(Jwks, what_is_no_key_is_exit_code_10_and_what_cannot_be_read_1) {
  for (std::string_view const garbage : {"", " \n", "garbage", "{}", R"({"keys":[]})", R"({"keys":1})",
                                         "\x30\x03\x02\x01\x01", "-----BEGIN", "\xff\xfe"}) {
    Outcome const outcome = run({"jwks", "-"}, garbage);
    EXPECT_EQ(outcome.exit_code, 10) << garbage;
    EXPECT_THAT(outcome.output, IsEmpty());
  }
  EXPECT_EQ(run({"jwks", "-"}, std::string((1U << 20U) + 1, ' ') + "x").exit_code, 10);
  EXPECT_EQ(run({"jwks", path("nothing")}).exit_code, 1);
  EXPECT_EQ(run({"jwks", folder()}).exit_code, 1);
}

TEST_F(Thumbprint, is_that_of_rfc_7638) {
  constexpr std::string_view kRfc7638 =
      R"({"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECP)"
      R"(ebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJ)"
      R"(ZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1)"
      R"(jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"})";
  EXPECT_EQ(run({"thumbprint", "-"}, kRfc7638).output, "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs\n");
}

TEST_F(Thumbprint, both_halves_have_the_same_in_every_format) {
  std::string const file = new_key("ES512", {"--public-out", path("public")});
  std::string const jwks = write("jwks", run({"jwks", file}).output);
  std::string const output = run({"thumbprint", file, path("public"), jwks}).output;
  EXPECT_EQ(output.size(), 3U * 44U);
  EXPECT_EQ(output.substr(0, 44), output.substr(44, 44));
  EXPECT_EQ(output.substr(0, 44), output.substr(88));
}

TEST_F(Thumbprint, json_names_the_files_in_a_way_that_no_terminal_obeys) {
  std::string const file = write("a\x1b[2J\xff", content_of(new_key("ES256")));
  Outcome const outcome = run({"thumbprint", file, "--json"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_THAT(outcome.output, AllOf(HasSubstr(R"("description": "EC P-256 private key")"), Not(HasSubstr("\x1b"))));
}

TEST_F(Thumbprint, a_secret_has_none) {
  Outcome const outcome = run({"thumbprint", new_key("HS256")});
  EXPECT_EQ(outcome.exit_code, 10);
  EXPECT_THAT(outcome.output, IsEmpty());
}

}  // namespace
}  // namespace authjwt::e2e
