#include "replay.hpp"

#include <authjwt/auth/auth_jwt.hpp>
#include <authjwt/testing/fake_clock.hpp>
#include <authjwt/token/inspect.hpp>

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

namespace authjwt::compat {
namespace {

constexpr char const* kSecret = "the-secret-key-of-at-least-32-bytes";

std::string good_token() {
  testing::FakeClock const clock;
  Hooks hooks;
  hooks.clock = &clock;
  Authority const authority{Settings{.secret_key = kSecret}, hooks};
  return AuthJWT{authority}.create_access_token("test", {.user_claims = {{"n", 1}, {"d", 0.5}}});
}

json::object settings() { return {{"authjwt_secret_key", kSecret}}; }

json::array authorization(std::string const& value) {
  json::array headers;
  headers.emplace_back(json::array({"Authorization", value}));
  return headers;
}

/// A case whose guard is shown a good token.
json::object verify_case(json::object expect) {
  return {{"name", "x"},
          {"settings", settings()},
          {"now", 1700000000},
          {"guard", "jwt_required"},
          {"headers", authorization("Bearer " + good_token())},
          {"expect", std::move(expect)}};
}

json::object create_case(json::object args, json::object expect) {
  return {{"name", "x"},
          {"settings", settings()},
          {"call", "create_access_token"},
          {"args", std::move(args)},
          {"expect", std::move(expect)}};
}

struct Replayed {
  Tally tally;
  std::string told;
};

Replayed replay(std::string const& line) {
  std::ostringstream out;
  Replayed result;
  replay_line(line, "file:1", result.tally, out);
  result.told = out.str();
  return result;
}
Replayed replay(json::object const& test) { return replay(boost::json::serialize(test)); }

bool passes(json::object const& test) {
  Tally const tally = replay(test).tally;
  return tally.passed == 1 && tally.failed == 0;
}
bool fails(json::object const& test) {
  Tally const tally = replay(test).tally;
  return tally.passed == 0 && tally.failed == 1;
}

json::object with(json::object test, std::string_view field, json::value value) {
  test[field] = std::move(value);
  return test;
}

std::string write_file(std::string const& name, std::string_view text) {
  std::string path = ::testing::TempDir() + "authjwt_replay_test_" + name;
  std::ofstream{path, std::ios::binary} << text;
  return path;
}

TEST(compat_replay, a_good_token_is_let_in) {
  EXPECT_TRUE(passes(verify_case({{"subject", "test"}})));
  EXPECT_TRUE(passes(verify_case({{"refused", false}})));
}

TEST(compat_replay, another_subject_than_expected_fails) {
  EXPECT_TRUE(fails(verify_case({{"subject", "tesT"}})));
  EXPECT_TRUE(fails(verify_case({{"subject", nullptr}})));
}

TEST(compat_replay, claims_are_compared_whole_and_an_integer_is_no_double) {
  std::string const token = good_token();
  json::object const claims = inspect_unverified(token).value().claims;
  json::object const test = with(verify_case({{"claims", claims}}), "headers", authorization("Bearer " + token));
  auto expecting = [&](json::object changed) { return with(test, "expect", {{"claims", std::move(changed)}}); };
  EXPECT_TRUE(passes(test)) << replay(test).told;
  EXPECT_TRUE(fails(expecting(with(claims, "n", 1.0))));
  EXPECT_TRUE(fails(expecting(with(claims, "n", "1"))));
  EXPECT_TRUE(fails(expecting(with(claims, "d", 0.5000000001))));
  EXPECT_TRUE(fails(expecting(with(claims, "more", nullptr))));
  EXPECT_TRUE(fails(expecting({{"sub", "test"}}))) << "the others are missing";
}

TEST(compat_replay, a_guard_that_lets_in_who_should_be_refused_fails) {
  for (json::object const& expect :
       {json::object{{"refused", true}}, json::object{{"error", "JWTDecodeError"}}, json::object{{"status_code", 422}},
        json::object{{"message", "x"}}, json::object{{"peer_breaks", "KeyError: 'type'"}},
        json::object{{"peer_breaks", "KeyError: 'sub'"}}, json::object{{"misconfigured", "x"}}}) {
    EXPECT_TRUE(fails(verify_case(expect))) << boost::json::serialize(expect);
  }
}

TEST(compat_replay, class_status_and_message_of_a_refusal_each_count) {
  json::object const expect = {
      {"error", "MissingTokenError"}, {"status_code", 401}, {"message", "Missing Authorization Header"}};
  json::object const test = with(verify_case(expect), "headers", json::array{});
  EXPECT_TRUE(passes(test));
  EXPECT_TRUE(passes(with(test, "expect", {{"refused", true}})));
  EXPECT_TRUE(fails(with(test, "expect", with(expect, "error", "JWTDecodeError"))));
  EXPECT_TRUE(fails(with(test, "expect", with(expect, "status_code", 422))));
  EXPECT_TRUE(fails(with(test, "expect", with(expect, "message", "Missing Authorization header"))));
  EXPECT_TRUE(fails(with(test, "expect", {{"peer_breaks", "any"}}))) << "a 401 is no clean 422";
}

TEST(compat_replay, of_a_parsers_text_only_the_prefix_counts) {
  json::object test = verify_case({{"message", "Invalid header string: whatever Python says"}});
  test["headers"] = authorization("Bearer bm9wZQ.e30.AAAA");
  EXPECT_TRUE(passes(test));
  EXPECT_TRUE(fails(with(test, "expect", {{"message", "Invalid payload string: whatever"}})));
}

TEST(compat_replay, settings_that_do_not_load_pass_only_where_expected) {
  std::string const text = "authjwt_secret_key must be set when using symmetric algorithm HS256";
  json::object const test = with(verify_case({{"misconfigured", text}}), "settings", json::object{});
  EXPECT_TRUE(passes(test));
  EXPECT_TRUE(fails(with(test, "expect", {{"misconfigured", "another text"}})));
  EXPECT_TRUE(fails(with(test, "expect", {{"refused", true}})));
}

TEST(compat_replay, a_denylisted_token_is_told_by_the_callback_of_its_case) {
  json::object test = verify_case({{"error", "RevokedTokenError"}, {"status_code", 401}});
  auto const denying = [&](std::string_view denied) {
    return with(with(settings(), "authjwt_denylist_enabled", true), "denylisted_jtis", json::array{denied});
  };
  std::string const token = good_token();
  std::string const its_jti{inspect_unverified(token).value().claims.at("jti").as_string()};
  test["headers"] = authorization("Bearer " + token);
  EXPECT_TRUE(passes(with(test, "settings", denying(its_jti))));
  EXPECT_TRUE(fails(with(test, "settings", denying("another"))));
}

TEST(compat_replay, a_denylist_without_a_callback_does_not_start) {
  json::object test = verify_case({{"misconfigured", std::string{"A token_in_denylist_callback must be provided via "
                                                                 "the '@AuthJWT.token_in_denylist_loader' if "
                                                                 "authjwt_denylist_enabled is 'True'"}}});
  test["settings"] = with(settings(), "authjwt_denylist_enabled", true);
  EXPECT_TRUE(passes(test)) << replay(test).told;
}

TEST(compat_replay, a_websocket_passes_its_token_or_its_cookies) {
  json::object test = with(verify_case({{"subject", "test"}}), "auth_from", "websocket");
  test["headers"] = json::array{};
  test["token"] = good_token();
  EXPECT_TRUE(passes(test)) << replay(test).told;
  test["token"] = nullptr;
  test["expect"] = {{"status_code", 1008}, {"message", "Missing access token from Query or Path"}};
  EXPECT_TRUE(passes(test)) << "1008 is 401 before the upgrade: " << replay(test).told;
  test["websocket"] = true;
  EXPECT_TRUE(fails(test)) << "now a cookie is missing";
}

json::object cookies_case(json::array set_cookie) {
  return {{"name", "cookies"},
          {"settings", with(settings(), "authjwt_token_location", json::array{"cookies"})},
          {"calls", json::array{"set_access_cookies"}},
          {"max_age", 60},
          {"set_cookie", std::move(set_cookie)}};
}

TEST(compat_replay, cookies_are_compared_with_their_attributes_in_any_order) {
  constexpr char kToken[] = "access_token_cookie=TOKEN; HttpOnly; Max-Age=60; Path=/";
  constexpr char kCsrf[] = "csrf_access_token=CSRF; Path=/; Max-Age=60";
  EXPECT_TRUE(passes(cookies_case({kToken, kCsrf}))) << replay(cookies_case({kToken, kCsrf})).told;
  EXPECT_TRUE(fails(cookies_case({kCsrf, kToken}))) << "the lines have an order";
  EXPECT_TRUE(fails(cookies_case({json::value(kToken)})));
  EXPECT_TRUE(fails(cookies_case({kToken, "csrf_access_token=CSRF; HttpOnly; Path=/; Max-Age=60"})));
  EXPECT_TRUE(fails(cookies_case({kToken, "csrf_access_token=TOKEN; Path=/; Max-Age=60"})));
  EXPECT_TRUE(fails(cookies_case({kToken, "csrf_access_token=CSRF; Path=/; Max-Age=61"})));
  EXPECT_TRUE(fails(with(cookies_case({kToken, kCsrf}), "calls", json::array{"no_such_call"})));
}

TEST(compat_replay, of_a_deletion_name_domain_path_and_max_age_count) {
  json::object const test = with(cookies_case({"access_token_cookie=\"\"; expires=Mon, 23 Nov 2026 22:15:35 GMT; "
                                               "Max-Age=0; Path=/; SameSite=lax",
                                               "csrf_access_token=\"\"; Max-Age=0; Path=/"}),
                                 "calls", json::array{"unset_access_cookies"});
  EXPECT_TRUE(passes(test)) << replay(test).told;
  EXPECT_TRUE(
      fails(with(test, "set_cookie",
                 {"access_token_cookie=\"\"; Max-Age=0; Path=/x", "csrf_access_token=\"\"; Max-Age=0; Path=/"})));
}

TEST(compat_replay, a_line_that_is_no_case_fails_and_says_why) {
  for (char const* line :
       {"nope", "[]", "{}", "{", "1", R"({"guard":"jwt_required"})", R"({"guard":"jwt_required","expect":{}})",
        R"({"guard":1,"expect":{"refused":true}})", R"({"guard":"no_guard","expect":{"refused":true}})",
        R"({"guard":"jwt_required","settings":[],"expect":{"refused":true}})",
        R"({"guard":"jwt_required","headers":[["a"]],"expect":{"refused":true}})",
        R"({"guard":"jwt_required","headers":{"a":"b"},"expect":{"refused":true}})",
        R"({"guard":"jwt_required","now":1e300,"expect":{"refused":true}})",
        R"({"guard":"jwt_required","now":9223372036854775807,"expect":{"refused":true}})",
        R"({"guard":"jwt_required","expect":{"message":1}})", R"({"guard":"jwt_required","expect":1})",
        R"({"call":"create_access_token","args":[],"expect":{"order":[]}})",
        R"({"call":"create_access_token","expect":{"order":[1]}})", "{\"guard\":\"\xff\"}"}) {
    Replayed const replayed = replay(line);
    EXPECT_EQ(replayed.tally.failed, 1U) << line;
    EXPECT_TRUE(replayed.told.starts_with("file:1: not a case: ")) << line << '\n' << replayed.told;
  }
}

TEST(compat_replay, a_call_that_there_is_not_is_no_case) {
  json::object const test = with(create_case({{"subject", "x"}}, {{"raises", "TypeError"}}), "call", "create_token");
  EXPECT_TRUE(fails(test));
}

TEST(compat_replay, a_created_token_is_compared_in_header_claims_and_order) {
  json::object const claims = {{"sub", "x"}, {"iat", 0},         {"nbf", 0},      {"jti", 36},
                               {"exp", 900}, {"type", "access"}, {"fresh", false}};
  json::array const order = {"sub", "iat", "nbf", "jti", "exp", "type", "fresh"};
  json::object const expect = {{"header", {{"alg", "HS256"}, {"typ", "JWT"}}}, {"claims", claims}, {"order", order}};
  json::object const test = create_case({{"subject", "x"}}, expect);
  EXPECT_TRUE(passes(test)) << replay(test).told;
  EXPECT_TRUE(fails(with(test, "expect", with(expect, "header", {{"alg", "HS256"}}))));
  EXPECT_TRUE(fails(with(test, "expect", with(expect, "claims", with(claims, "exp", 901)))));
  EXPECT_TRUE(fails(with(test, "expect", with(expect, "claims", with(claims, "jti", 35)))));
  EXPECT_TRUE(fails(with(test, "expect", with(expect, "claims", with(claims, "foo", 1)))));
  EXPECT_TRUE(fails(with(test, "expect", with(expect, "order", {"sub", "nbf"}))));
  EXPECT_TRUE(fails(with(test, "expect", {{"raises", "ValueError"}})));
}

TEST(compat_replay, a_wrong_call_passes_only_with_its_own_text) {
  json::object const args = {{"subject", "x"}, {"algorithm", "HS1"}};
  std::string const text = "Algorithm HS1 could not be found";
  EXPECT_TRUE(passes(create_case(args, {{"raises", "ValueError"}, {"message", text}})));
  EXPECT_TRUE(passes(create_case(args, {{"raises", "ValueError"}})));
  EXPECT_TRUE(fails(create_case(args, {{"raises", "ValueError"}, {"message", "another text"}})));
  EXPECT_TRUE(fails(create_case(args, {{"order", json::array{}}})));
}

TEST(compat_replay, an_argument_that_does_not_compile_is_a_wrong_call) {
  EXPECT_TRUE(passes(create_case({{"subject", true}}, {{"raises", "TypeError"}, {"message", "text of Python"}})));
  EXPECT_TRUE(fails(create_case({{"subject", true}}, {{"order", json::array{}}})));
}

TEST(compat_replay, blank_lines_crlf_and_a_byte_order_mark_are_passed_over) {
  std::string const line = boost::json::serialize(verify_case({{"subject", "test"}}));
  std::string const path = write_file("crlf", "\xEF\xBB\xBF" + line + "\r\n\r\n   \n\n" + line);
  Tally tally;
  std::ostringstream out;
  replay_file(path, tally, out);
  EXPECT_EQ(tally.passed, 2U) << out.str();
  EXPECT_TRUE(tally.good()) << out.str();
}

TEST(compat_replay, a_mismatch_names_its_line) {
  Tally tally;
  std::ostringstream out;
  std::string const path = write_file("line", "\n\nnope\n");
  replay_file(path, tally, out);
  EXPECT_TRUE(out.str().starts_with(path + ":3: not a case")) << out.str();
}

TEST(compat_replay, a_file_that_cannot_be_read_fails) {
  for (std::string const& path : {::testing::TempDir() + "authjwt_replay_test_absent", ::testing::TempDir()}) {
    Tally tally;
    std::ostringstream out;
    replay_file(path, tally, out);
    EXPECT_EQ(tally.failed, 1U) << path;
  }
}

TEST(compat_replay, a_run_without_a_case_is_not_good) {
  Tally tally;
  std::ostringstream out;
  replay_file(write_file("empty", "\n"), tally, out);
  print_summary(tally, out);
  EXPECT_FALSE(tally.good());
  EXPECT_EQ(out.str(), "no case was read\n0 passed, 0 failed\n");
}

}  // namespace
}  // namespace authjwt::compat
