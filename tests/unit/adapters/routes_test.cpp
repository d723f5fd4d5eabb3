#include <authjwt/adapters/routes.hpp>
#include <authjwt/testing/fake_clock.hpp>
#include <authjwt/testing/fake_http.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace authjwt {

struct Credentials {
  std::string username;
  std::string password;
};
BOOST_DESCRIBE_STRUCT(Credentials, (), (username, password))

namespace {

using testing::FakeRequest;

class RoutesTest : public ::testing::Test {
 protected:
  http::RenderedAnswer ask(std::string method, std::string_view path, std::string_view body = {}) {
    return routes.answer(FakeRequest{{}, std::move(method)}, path, body);
  }
  /// The status of a handler that throws `thrown`.
  template <class Thrown>
  int status_of(Thrown thrown) {
    Routes throwing{authority};
    throwing.get("/x", [thrown] { throw Thrown{thrown}; });
    return throwing.answer(FakeRequest{}, "/x", {}).status;
  }

  testing::FakeClock clock;
  std::vector<std::string> logged;
  Authority authority{{.secret_key = "a secret of at least 32 bytes, for tests"},
                      {.log = [this](LogLevel, std::string_view text) { logged.emplace_back(text); }, .clock = &clock}};
  Routes routes{authority};
};

TEST_F(RoutesTest, a_handler_gets_the_authjwt_of_its_request) {
  routes.get("/claims", [](AuthJWT& authorize) -> json::object {
    authorize.jwt_required();
    return {{"foo", authorize.get_raw_jwt()->at("foo")}};
  });
  std::string const token = AuthJWT{authority}.create_access_token("test", {.user_claims = {{"foo", {"fiz", "baz"}}}});

  auto const let_in = routes.answer(FakeRequest::with_bearer(token), "/claims", {});
  EXPECT_EQ(let_in.status, 200);
  EXPECT_EQ(let_in.body, R"({"foo":["fiz","baz"]})");

  auto const refused = ask("GET", "/claims");
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(refused.body, R"({"detail":"Missing Authorization Header"})");
}

TEST_F(RoutesTest, a_handler_may_see_its_request_beside_the_body) {
  routes.post("/x", [](Credentials const& body, AuthJWT&, http::Request const& request) {
    return body.username + " with " + std::string{request.method()};
  });
  EXPECT_EQ(ask("POST", "/x", R"({"username":"a","password":"b"})").body, R"("a with POST")");
}

TEST_F(RoutesTest, an_answer_that_comes_later_is_waited_for) {
  routes.get("/later", [] {
    Reply reply;
    std::thread{[reply] { reply("later"); }}.detach();
    return reply;
  });
  EXPECT_EQ(ask("GET", "/later").body, R"("later")");
}

TEST_F(RoutesTest, every_form_of_handler_is_called) {
  struct Functor {
    int operator()(Credentials body) const noexcept { return static_cast<int>(body.username.size()); }
  };
  routes.get("/nothing", [] {});
  routes.get("/number", [] { return 3; });
  routes.get("/text", [] { return std::string{"x"}; });
  routes.get("/generic", [](auto& authorize) { return authorize.get_raw_jwt() == nullptr; });
  routes.get("/struct", [] { return Credentials{"a", "b"}; });
  routes.post("/functor", Functor{});
  routes.post("/both", [](Credentials const& body, AuthJWT&) { return body.password; });
  routes.post("/function", std::function<json::value(Credentials const&)>{[](auto const&) { return nullptr; }});
  routes.get("/answer", [] { return http::Answer{201, "made", {{"Location", "/x"}}}; });
  std::string_view const body = R"({"username":"abc","password":"d"})";

  EXPECT_EQ(ask("GET", "/nothing").body, "null");
  EXPECT_EQ(ask("GET", "/number").body, "3");
  EXPECT_EQ(ask("GET", "/text").body, R"("x")");
  EXPECT_EQ(ask("GET", "/generic").body, "true");
  EXPECT_EQ(ask("GET", "/struct").body, R"({"username":"a","password":"b"})");
  EXPECT_EQ(ask("POST", "/functor", body).body, "3");
  EXPECT_EQ(ask("POST", "/both", body).body, R"("d")");
  EXPECT_EQ(ask("POST", "/function", body).body, "null");
  EXPECT_EQ(ask("GET", "/answer").status, 201);
  EXPECT_EQ(ask("GET", "/answer").headers, (http::Headers{{"Location", "/x"}}));
}

TEST_F(RoutesTest, every_method_has_its_own_handler) {
  routes.get("/x", [] { return "get"; }).post("/x", [] { return "post"; }).put("/x", [] { return "put"; });
  routes.patch("/x", [] { return "patch"; }).del("/x", [] { return "del"; }).add("OPTIONS", "/x", [] { return "o"; });
  EXPECT_EQ(ask("GET", "/x").body, R"("get")");
  EXPECT_EQ(ask("POST", "/x").body, R"("post")");
  EXPECT_EQ(ask("PUT", "/x").body, R"("put")");
  EXPECT_EQ(ask("PATCH", "/x").body, R"("patch")");
  EXPECT_EQ(ask("DELETE", "/x").body, R"("del")");
  EXPECT_EQ(ask("OPTIONS", "/x").body, R"("o")");
}

TEST_F(RoutesTest, an_unknown_path_is_404) {
  routes.get("/claims", [] {});
  for (std::string_view path : {"/claim", "/claims/", "/Claims", "claims", "", "/claims?x", "//claims"}) {
    EXPECT_EQ(ask("GET", path).status, 404) << path;
  }
  EXPECT_EQ(ask("GET", std::string_view("/claims\0", 8)).status, 404);
  EXPECT_EQ(ask("GET", "/").body, R"({"detail":"Not Found"})");
}

TEST_F(RoutesTest, a_wrong_method_is_405_with_allow) {
  routes.get("/x", [] {}).post("/x", [] {});
  for (char const* method : {"HEAD", "PUT", "OPTIONS", "get", "", "G", "GETT"}) {
    auto const answer = ask(method, "/x");
    EXPECT_EQ(answer.status, 405) << method;
    EXPECT_EQ(answer.headers, (http::Headers{{"Allow", "GET, POST"}}));
    EXPECT_EQ(answer.body, R"({"detail":"Method Not Allowed"})");
  }
}

TEST_F(RoutesTest, a_body_that_does_not_fit_never_reaches_the_handler) {
  bool called = false;
  routes.post("/login", [&called](Credentials const&) { called = true; });
  EXPECT_EQ(ask("POST", "/login", R"({"username":"a"})").status, 422);
  EXPECT_EQ(ask("POST", "/login", "{").status, 422);
  EXPECT_EQ(ask("POST", "/login").status, 422);
  EXPECT_FALSE(called);
}

TEST_F(RoutesTest, what_a_handler_throws_is_answered) {
  routes.get("/http", []() -> json::value { throw http::HTTPException{401, "Bad", {{"X-Why", "because"}}}; });
  auto const answer = ask("GET", "/http");
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.body, R"({"detail":"Bad"})");
  EXPECT_EQ(answer.headers, (http::Headers{{"X-Why", "because"}}));
  EXPECT_EQ(status_of(FreshTokenRequired{Error{Errc::fresh_token_required}}), 401);
  EXPECT_EQ(status_of(AuthUnavailable{Error{Errc::unavailable}}), 503);
  EXPECT_TRUE(logged.empty());
}

TEST_F(RoutesTest, anything_else_thrown_is_a_logged_500_that_says_nothing) {
  routes.get("/std", []() -> json::value { throw std::runtime_error{"the cause"}; });
  auto const answer = ask("GET", "/std");
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.body, R"({"detail":"Internal Server Error"})");
  EXPECT_EQ(logged, std::vector<std::string>{"GET /std: std::runtime_error: the cause"});
  EXPECT_EQ(status_of(7), 500);
  EXPECT_EQ(status_of(ConfigError{"x"}), 500);
  EXPECT_EQ(logged.size(), 3U);
}

TEST_F(RoutesTest, what_a_stranger_put_into_an_exception_forges_no_line_of_the_log) {
  routes.get("/std",
             []() -> json::value { throw std::runtime_error{"nobody is \x1b[31m\nauthjwt error: all is well"}; });
  EXPECT_EQ(ask("GET", "/std").status, 500);
  EXPECT_EQ(logged,
            std::vector<std::string>{"GET /std: std::runtime_error: nobody is ?[31m?authjwt error: all is well"});
}

TEST_F(RoutesTest, an_answer_that_must_not_be_sent_is_a_logged_500) {
  routes.get("/infinite", [] { return std::numeric_limits<double>::infinity(); });
  routes.get("/status", [] { return http::Answer{99, nullptr, {}}; });
  routes.get("/split", [] { return http::Answer{200, nullptr, {{"X", "a\r\nY: b"}}}; });
  routes.get("/thrown", []() -> json::value { throw http::HTTPException{42, "x"}; });
  for (std::string_view path : {"/infinite", "/status", "/split", "/thrown"}) {
    EXPECT_EQ(ask("GET", path).status, 500) << path;
  }
  EXPECT_EQ(logged.size(), 4U);
}

TEST_F(RoutesTest, misuse_is_told_when_the_route_is_added) {
  auto const handler = [] {};
  routes.get("/x", handler);
  EXPECT_THROW(routes.get("/x", handler), std::invalid_argument);
  EXPECT_THROW(routes.get("x", handler), std::invalid_argument);
  EXPECT_THROW(routes.get("", handler), std::invalid_argument);
  EXPECT_THROW(routes.get("/x?y", handler), std::invalid_argument);
  EXPECT_THROW(routes.add("", "/y", handler), std::invalid_argument);
  EXPECT_THROW(routes.add("get", "/y", handler), std::invalid_argument);
  EXPECT_THROW(routes.get("/y", std::function<json::value(AuthJWT&)>{}), std::invalid_argument);
  EXPECT_THROW(routes.get("/y", static_cast<int (*)()>(nullptr)), std::invalid_argument);
  EXPECT_EQ(ask("GET", "/y").status, 404);
}

// What AuthJWT will add (cookies) goes through the response it is given.
TEST_F(RoutesTest, headers_of_a_handler_are_sent_only_where_it_did_not_throw) {
  bool fail = false;
  Endpoint const endpoint = [&fail](http::Request const&, std::string_view, AuthJWT&) -> http::Answer {
    http::Answer answer{200, nullptr, {{"Set-Cookie", "a=1"}, {"Set-Cookie", "b=2"}}};
    if (fail) throw http::HTTPException{401, "x"};
    return answer;
  };
  EXPECT_EQ(answer_with(authority, endpoint, "r", FakeRequest{}, {}).headers,
            (http::Headers{{"Set-Cookie", "a=1"}, {"Set-Cookie", "b=2"}}));
  fail = true;
  EXPECT_TRUE(answer_with(authority, endpoint, "r", FakeRequest{}, {}).headers.empty());
}

}  // namespace
}  // namespace authjwt
