#include <authjwt/adapters/routes.hpp>
#include <authjwt/testing/fake_clock.hpp>
#include <authjwt/testing/fake_http.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace authjwt {
namespace {

using testing::FakeRequest;

struct Item {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Item, (), (name))

class RulesTest : public ::testing::Test {
 protected:
  http::RenderedAnswer ask(std::string method, std::string_view path, std::string_view token = {},
                           std::string_view body = {}) {
    FakeRequest::Headers headers;
    if (!token.empty()) headers.emplace_back("Authorization", "Bearer " + std::string{token});
    return routes.answer(FakeRequest{std::move(headers), std::move(method)}, path, body);
  }
  std::string access(AccessTokenOptions const& options = {}) {
    return AuthJWT{authority}.create_access_token("test", options);
  }
  std::string refresh() { return AuthJWT{authority}.create_refresh_token("test"); }

  testing::FakeClock clock;
  std::vector<std::string> logged;
  Authority authority{{.secret_key = "a secret of at least 32 bytes, for tests"},
                      {.log = [this](LogLevel, std::string_view text) { logged.emplace_back(text); }, .clock = &clock}};
  Routes routes{authority, rules_required};
};

// --- who is let in
// ----------------------------------------------------------------------------------------------------

TEST_F(RulesTest, a_public_route_lets_everyone_in) {
  routes.get("/x", Rule::public_(), [] { return "in"; });
  EXPECT_EQ(ask("GET", "/x").status, 200);
  EXPECT_EQ(ask("GET", "/x", "garbage").status, 200);
}

TEST_F(RulesTest, an_access_rule_lets_in_who_has_an_access_token) {
  routes.get("/x", Rule::access(), [] { return "in"; });
  EXPECT_EQ(ask("GET", "/x").status, 401);
  EXPECT_EQ(ask("GET", "/x").body, R"({"detail":"Missing Authorization Header"})");
  EXPECT_EQ(ask("GET", "/x", "garbage").status, 422);
  EXPECT_EQ(ask("GET", "/x", refresh()).status, 422);
  EXPECT_EQ(ask("GET", "/x", access()).status, 200);
}

TEST_F(RulesTest, a_refresh_rule_lets_in_who_has_a_refresh_token) {
  routes.post("/x", Rule::refresh(), [] { return "in"; });
  EXPECT_EQ(ask("POST", "/x").status, 401);
  EXPECT_EQ(ask("POST", "/x", access()).status, 422);
  EXPECT_EQ(ask("POST", "/x", refresh()).status, 200);
}

TEST_F(RulesTest, an_optional_rule_lets_in_who_has_no_token_and_refuses_a_bad_one) {
  routes.get("/x", Rule::optional(), [](AuthJWT& authorize) { return authorize.get_raw_jwt() == nullptr; });
  EXPECT_EQ(ask("GET", "/x").body, "true");
  EXPECT_EQ(ask("GET", "/x", access()).body, "false");
  EXPECT_EQ(ask("GET", "/x", "garbage").status, 422);
}

TEST_F(RulesTest, a_fresh_rule_with_an_age_counts_from_the_login) {
  routes.get("/x", Rule::fresh(std::chrono::seconds{60}), [] { return "in"; });
  std::string const fresh = access({.fresh = true});
  EXPECT_EQ(ask("GET", "/x", access()).status, 401);
  EXPECT_EQ(ask("GET", "/x", fresh).status, 200);
  clock.advance(std::chrono::seconds{60});
  EXPECT_EQ(ask("GET", "/x", fresh).status, 200);
  clock.advance(std::chrono::seconds{1});
  EXPECT_EQ(ask("GET", "/x", fresh).status, 401);
}

TEST_F(RulesTest, a_scope_that_is_missing_is_403_that_names_it) {
  routes.get("/x", Rule::scopes({"read", "write"}), [] { return "in"; });
  EXPECT_EQ(ask("GET", "/x").status, 401);
  EXPECT_EQ(ask("GET", "/x", access({.user_claims = {{"scope", "read write"}}})).status, 200);
  auto const refused = ask("GET", "/x", access({.user_claims = {{"scope", "read"}}}));
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.body, R"({"detail":"Missing scope: write"})");
}

TEST_F(RulesTest, every_method_may_have_a_rule_of_its_own) {
  auto const in = [] { return "in"; };
  routes.get("/x", Rule::public_(), in).put("/x", Rule::access(), in).patch("/x", Rule::access(), in);
  routes.del("/x", Rule::access(), in).add("OPTIONS", "/x", Rule::access(), in);
  EXPECT_EQ(ask("GET", "/x").status, 200);
  for (char const* method : {"PUT", "PATCH", "DELETE", "OPTIONS"}) {
    EXPECT_EQ(ask(method, "/x").status, 401) << method;
    EXPECT_EQ(ask(method, "/x", access()).status, 200) << method;
  }
}

TEST_F(RulesTest, a_rule_may_be_given_where_none_is_required) {
  Routes free{authority};
  free.get("/x", Rule::access(), [] { return "in"; }).get("/y", [] { return "in"; });
  EXPECT_EQ(free.answer(FakeRequest{}, "/x", {}).status, 401);
  EXPECT_EQ(free.answer(FakeRequest{}, "/y", {}).status, 200);
}

TEST_F(RulesTest, strict_settings_require_rules) {
  Authority const strict{{.secret_key = "a secret of at least 32 bytes, for tests", .strict = true}};
  Routes strictly{strict};
  bool called = false;
  strictly.get("/x", Rule::public_(), [] {}).get("/forgotten", [&called] { called = true; });
  try {
    strictly.check();
    FAIL() << "it would serve";
  } catch (std::invalid_argument const& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("GET /forgotten"));
  }
  EXPECT_EQ(strictly.answer(FakeRequest{}, "/x", {}).status, 200);
  EXPECT_EQ(strictly.answer(FakeRequest{}, "/forgotten", {}).status, 500);
  EXPECT_FALSE(called);
}

TEST_F(RulesTest, strict_settings_let_no_rule_look_into_the_query) {
  Rule const rule = Rule::access().from({Location::headers, Location::query_string});
  EXPECT_NO_THROW(routes.get("/x", rule, [] {}));
  Authority const strict{{.secret_key = "a secret of at least 32 bytes, for tests", .strict = true}};
  Routes strictly{strict};
  try {
    strictly.get("/x", rule, [] {});
    FAIL() << "it was added";
  } catch (std::invalid_argument const& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("GET /x: a token in the query"));
  }
  EXPECT_TRUE(strictly.infos().empty());
  EXPECT_NO_THROW(strictly.get("/x", Rule::access().from(Location::headers), [] {}));
}

// --- what a stranger can reach
// ---------------------------------------------------------------------------------------

TEST_F(RulesTest, a_strangers_body_is_not_looked_at) {
  bool called = false;
  routes.post("/x", Rule::access(), [&called](Item const&) { called = true; });
  for (std::string_view body : {"", "{", "[]", R"({"name":1})", R"({"name":"a"})"}) {
    EXPECT_EQ(ask("POST", "/x", {}, body).status, 401) << body;
  }
  EXPECT_FALSE(called);
  EXPECT_EQ(ask("POST", "/x", access(), "{").status, 422);
  EXPECT_EQ(ask("POST", "/x", access(), R"({"name":"a"})").status, 200);
  EXPECT_TRUE(called);
}

TEST_F(RulesTest, no_spelling_of_a_guarded_route_reaches_its_handler) {
  bool called = false;
  routes.get("/x", Rule::access(), [&called] { called = true; });
  for (char const* method : {"GET", "get", "HEAD", "OPTIONS", "POST", "TRACE", "GET ", ""}) {
    for (char const* path : {"/x", "/x/", "//x", "/X", "/%78", "/x%2F", "/./x", "/x;a", "x", "http://h/x"}) {
      int const status = ask(method, path).status;
      EXPECT_TRUE(status == 401 || status == 404 || status == 405) << method << ' ' << path << ' ' << status;
    }
  }
  EXPECT_FALSE(called);
}

TEST_F(RulesTest, headers_that_name_another_method_change_nothing) {
  routes.get("/x", Rule::access(), [] {}).post("/x", Rule::public_(), [] { return "post"; });
  for (char const* name : {"X-HTTP-Method-Override", "X-Method-Override", "Access-Control-Request-Method"}) {
    EXPECT_EQ(routes.answer(FakeRequest{{{name, "POST"}, {"Origin", "http://a"}}, "GET"}, "/x", {}).status, 401);
  }
}

TEST_F(RulesTest, a_check_that_cannot_be_made_is_503_that_says_when_to_ask_again) {
  Authority const failing{
      {.secret_key = "a secret of at least 32 bytes, for tests", .denylist_enabled = true},
      {.log = [](LogLevel, std::string_view) {},
       .clock = &clock,
       .token_in_denylist_loader = [](VerifiedToken const&) -> bool { throw std::runtime_error{"no store"}; }}};
  Routes guarded{failing};
  guarded.get("/x", Rule::access(), [] { return "in"; });
  std::string const token = AuthJWT{failing}.create_access_token("test");
  auto const answer = guarded.answer(FakeRequest::with_bearer(token), "/x", {});
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.headers, (http::Headers{{"Retry-After", "1"}}));
}

// --- the verified token
// -----------------------------------------------------------------------------------------------

TEST_F(RulesTest, a_guarded_handler_gets_the_verified_token) {
  auto const subject = [](VerifiedToken const& token) { return std::string{*token.text(Claim::sub)}; };
  routes.get("/x", Rule::access(), subject);
  routes.post("/x", Rule::scopes({"write"}),
              [subject](Item const& item, VerifiedToken const& token) { return item.name + " of " + subject(token); });
  EXPECT_EQ(ask("GET", "/x", access()).body, R"("test")");
  EXPECT_EQ(ask("POST", "/x", access({.user_claims = {{"scope", "write"}}}), R"({"name":"a"})").body, R"("a of test")");
  EXPECT_EQ(ask("GET", "/x").status, 401);
}

TEST_F(RulesTest, a_handler_of_the_verified_token_needs_a_rule_that_demands_one) {
  auto const handler = [](VerifiedToken const&) {};
  auto const with_body = [](Item const&, VerifiedToken const&) {};
  EXPECT_THROW(routes.get("/x", handler), std::invalid_argument);
  EXPECT_THROW(routes.get("/x", Rule::public_(), handler), std::invalid_argument);
  EXPECT_THROW(routes.get("/x", Rule::optional(), handler), std::invalid_argument);
  EXPECT_THROW(routes.post("/x", with_body), std::invalid_argument);
  EXPECT_THROW(routes.post("/x", Rule::optional(), with_body), std::invalid_argument);
  EXPECT_EQ(ask("GET", "/x", access()).status, 404);
  EXPECT_NO_THROW(routes.get("/x", Rule::refresh(), handler));
}

TEST_F(RulesTest, an_endpoint_may_be_behind_a_rule) {
  Endpoint const endpoint = [](http::Request const& request, std::string_view body, AuthJWT&) -> http::Answer {
    return {.body = json::value(std::string{request.method()} + " " + std::string{body})};
  };
  routes.post("/x", Rule::access(), endpoint);
  EXPECT_EQ(ask("POST", "/x", {}, "b").status, 401);
  EXPECT_EQ(ask("POST", "/x", access(), "b").body, R"("POST b")");
  EXPECT_THROW(routes.post("/y", Rule::access(), Endpoint{}), std::invalid_argument);
}

// --- a route without a rule
// -------------------------------------------------------------------------------------------

TEST_F(RulesTest, check_names_every_route_without_a_rule) {
  routes.get("/good", Rule::public_(), [] {}).get("/forgotten", [] {}).post("/forgotten", [] {});
  try {
    routes.check();
    FAIL();
  } catch (std::invalid_argument const& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("GET /forgotten, POST /forgotten"));
    EXPECT_THAT(error.what(), ::testing::Not(::testing::HasSubstr("/good")));
  }
}

TEST_F(RulesTest, check_is_content_where_every_route_has_a_rule_or_none_is_required) {
  EXPECT_NO_THROW(routes.check());
  routes.get("/x", Rule::access(), [] {});
  EXPECT_NO_THROW(routes.check());
  Routes free{authority};
  free.get("/x", [] {});
  EXPECT_NO_THROW(free.check());
}

TEST_F(RulesTest, a_route_without_a_rule_answers_nobody_where_nobody_checked) {
  bool called = false;
  routes.get("/x", [&called] { called = true; });
  EXPECT_EQ(ask("GET", "/x").status, 500);
  EXPECT_EQ(ask("GET", "/x", access()).status, 500);
  EXPECT_FALSE(called);
  EXPECT_THAT(logged, ::testing::Each(::testing::HasSubstr("GET /x: std::logic_error: the route has no rule")));
}

}  // namespace
}  // namespace authjwt
