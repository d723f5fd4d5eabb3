// Rules, CORS and what answers carry, over real sockets: what one adapter does, the other does too.
#include "e2e/both_adapters.hpp"
#include "e2e/raw_client.hpp"

#include <authjwt/adapters/httplib.hpp>
#include <authjwt/adapters/restinio.hpp>
#include <authjwt/testing/fake_clock.hpp>

#include <boost/describe/class.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <restinio/http_server_run.hpp>
#include <restinio/router/express.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace authjwt::e2e {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kPage[] = "https://app.example.com";

struct Item {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Item, (), (name))

Settings test_settings() { return {.secret_key = "a secret of at least 32 bytes, for tests"}; }

/// Whatever of a request could have been decoded on its way.
http::Answer echo(http::Request const& request, std::string_view body, AuthJWT&) {
  std::string seen{body};
  for (std::string_view name : {"X-A", "X-%41", "Cookie", "Authorization"}) {
    http::HeaderValues const values = request.header(name);
    for (std::size_t i = 0; i < values.size(); ++i) (seen += '|') += values[i];
  }
  return {.body = json::value(seen + '?' + std::string{request.query()})};
}

class RulesTest : public ::testing::TestWithParam<Server::Adapter> {
 protected:
  /// The service of `settings`; its handlers count who reached them.
  void start(Settings settings = test_settings()) {
    authority_ = std::make_unique<Authority>(std::move(settings),
                                             Hooks{.log = [](LogLevel, std::string_view) {}, .clock = &clock_});
    routes_ = std::make_unique<Routes>(*authority_, rules_required);
    routes_->get("/public", Rule::public_(), [] { return "everyone"; });
    routes_->get("/guarded", Rule::access(), [this](VerifiedToken const& token) {
      ++reached_;
      return std::string{*token.text(Claim::sub)};
    });
    routes_->post("/guarded", Rule::access(), [this](Item const& item, VerifiedToken const&) {
      ++reached_;
      return item.name;
    });
    routes_->post("/refresh", Rule::refresh(), [this] { ++reached_; });
    routes_->get("/write", Rule::scopes({"write"}), [this] { ++reached_; });
    routes_->get("/page", Rule::public_(),
                 [] { return http::Answer{.content = "<p>hello</p>", .content_type = "text/html; charset=utf-8"}; });
    routes_->post("/echo", Rule::public_(), Endpoint{echo});
    routes_->allow_origins({kPage});
    server_ = std::make_unique<Server>(GetParam(), *routes_);
  }
  RawAnswer ask(std::string_view request, bool has_body = true) {
    return RawClient{server_->port()}.ask(request, has_body);
  }
  std::string access(AccessTokenOptions const& options = {}) const {
    return AuthJWT{*authority_}.create_access_token("test", options);
  }

  authjwt::testing::FakeClock clock_;
  std::atomic<int> reached_ = 0;
  std::unique_ptr<Authority> authority_;
  std::unique_ptr<Routes> routes_;
  std::unique_ptr<Server> server_;
};

INSTANTIATE_TEST_SUITE_P(Adapters, RulesTest, both_adapters(), name_of);

std::string request(std::string_view method, std::string_view target, std::string_view headers = {}) {
  return std::string{method} + " " + std::string{target} + " HTTP/1.1\r\nHost: test\r\n" + std::string{headers} +
         "\r\n";
}

// --- who is let in
// ----------------------------------------------------------------------------------------------------

TEST_P(RulesTest, who_has_the_token_is_let_in_and_nobody_else) {
  start();
  EXPECT_EQ(ask(get("/public")).body, R"("everyone")");
  RawAnswer const stranger = ask(get("/guarded"));
  EXPECT_EQ(stranger.status, 401);
  EXPECT_EQ(stranger.body, R"({"detail":"Missing Authorization Header"})");
  EXPECT_EQ(ask(get("/guarded", bearer("garbage"))).status, 422);
  EXPECT_EQ(reached_, 0);
  EXPECT_EQ(ask(get("/guarded", bearer(access()))).body, R"("test")");
  EXPECT_EQ(ask(post("/guarded", R"({"name":"a"})", bearer(access()))).body, R"("a")");
}

TEST_P(RulesTest, a_rule_of_refresh_or_scopes_is_enforced) {
  start();
  std::string const refresh = AuthJWT{*authority_}.create_refresh_token("test");
  EXPECT_EQ(ask(post("/refresh", "", bearer(access()))).status, 422);
  EXPECT_EQ(ask(get("/guarded", bearer(refresh))).status, 422);
  EXPECT_EQ(ask(get("/write", bearer(access()))).status, 403);
  EXPECT_EQ(reached_, 0);
  EXPECT_EQ(ask(post("/refresh", "", bearer(refresh))).status, 200);
  EXPECT_EQ(ask(get("/write", bearer(access({.user_claims = {{"scope", "write"}}})))).status, 200);
}

TEST_P(RulesTest, a_strangers_body_is_not_looked_at) {
  start();
  for (std::string_view body : {"", "{", R"({"name":1})", R"({"name":"a"})"}) {
    EXPECT_EQ(ask(post("/guarded", body)).status, 401) << body;
  }
  EXPECT_EQ(ask(post("/guarded", "{", bearer(access()))).status, 422);
  EXPECT_EQ(reached_, 0);
}

TEST_P(RulesTest, no_spelling_of_a_target_reaches_a_guarded_handler) {
  start();
  struct Row {
    char const* target;
    int status;
  };
  for (auto const& [target, status] :
       {Row{"/guarded", 401}, Row{"/guarded?", 401}, Row{"/guarded?a=/public", 401}, Row{"/guarded#a", 401},
        Row{"http://test/guarded", 401}, Row{"/guarded/", 404}, Row{"//guarded", 404}, Row{"/Guarded", 404},
        Row{"/%67uarded", 404}, Row{"/guarded%00", 404}, Row{"/guarded%2F", 404}, Row{"/guarded%3Fa", 404},
        Row{"/public/../guarded", 404}, Row{"/./guarded", 404}, Row{"/guarded;a=b", 404}, Row{"/?/guarded", 404}}) {
    EXPECT_EQ(ask(request("GET", target)).status, status) << target;
  }
  EXPECT_EQ(reached_, 0);
}

TEST_P(RulesTest, percent_signs_arrive_as_they_were_sent) {
  start();
  RawClient client{server_->port()};
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(client
                  .ask(post("/echo?a=%41%3B%", "{%7B%}%",
                            "X-A: %\r\nX-A:%25%2525%u0041:%41%\r\nX-%41: %0d%0a\r\nCookie: a=%3B%20b=c\r\n"
                            "Authorization: Bearer %41\r\n"))
                  .body,
              R"("{%7B%}%|%|%25%2525%u0041:%41%|%0d%0a|a=%3B%20b=c|Bearer %41?a=%41%3B%")");
    EXPECT_EQ(client.ask(get("/%67uarded")).status, 404);
  }
  EXPECT_EQ(ask(get("/guarded", "Authorization: Bearer%20" + access() + "\r\n")).status, 422);
}

TEST_P(RulesTest, no_method_gets_around_the_rule) {
  start();
  for (char const* method : {"HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"}) {
    RawAnswer const answer =
        ask(request(method, "/guarded", "Content-Length: 0\r\n"), std::string_view{method} != "HEAD");
    EXPECT_EQ(answer.status, 405) << method;
    EXPECT_THAT(answer.head, HasSubstr("Allow: GET, POST\r\n")) << method;
  }
  for (char const* method : {"get", "Get", "GETT", "OPTIONs"}) {
    EXPECT_EQ(ask(request(method, "/guarded")).status, 400) << method;
  }
  for (char const* header : {"X-HTTP-Method-Override: HEAD\r\n", "X-Original-URL: /public\r\n"}) {
    EXPECT_EQ(ask(get("/guarded", header)).status, 401) << header;
  }
  EXPECT_EQ(reached_, 0);
}

TEST_P(RulesTest, a_token_may_come_in_the_query_and_in_the_body) {
  Settings settings = test_settings();
  settings.token_location = {"json", "query_string"};
  start(std::move(settings));
  EXPECT_EQ(ask(get("/guarded?a=b&jwt=" + access())).body, R"("test")");
  EXPECT_EQ(ask(get("/guarded?jwt=" + access() + "&jwt=" + access())).status, 422);
  std::string const body = R"({"name":"a","access_token":")" + access() + R"("})";
  EXPECT_EQ(ask(post("/guarded", body)).body, R"("a")");
  EXPECT_EQ(ask(post("/guarded", R"({"name":"a"})")).status, 401);
}

// --- a route without a rule
// -------------------------------------------------------------------------------------------

TEST_P(RulesTest, a_route_without_a_rule_stops_the_start) {
  Authority const authority{test_settings()};
  Routes routes{authority, rules_required};
  routes.get("/public", Rule::public_(), [] {}).get("/forgotten", [] {});
  try {
    Server const server{GetParam(), routes};
    FAIL();
  } catch (std::invalid_argument const& error) {
    EXPECT_THAT(error.what(), HasSubstr("GET /forgotten"));
  }
}

void nothing() {}
template <class A>
constexpr bool kFitsHttplib = requires(A&& authority, Rule const rule) {
  httplib_handler(std::forward<A>(authority), nothing);
  httplib_handler(std::forward<A>(authority), rule, nothing);
};
template <class A>
constexpr bool kFitsRestinio = requires(A&& authority, Rule const rule) {
  restinio_handler(std::forward<A>(authority), nothing);
  restinio_handler(std::forward<A>(authority), rule, nothing);
};

TEST(RulesStart, a_service_that_would_be_gone_does_not_compile) {
  static_assert(!std::is_constructible_v<Routes, Authority>);
  static_assert(!std::is_constructible_v<Routes, Authority, RulesRequired>);
  static_assert(!kFitsHttplib<Authority> && kFitsHttplib<Authority&> && kFitsHttplib<Authority const&>);
  static_assert(!kFitsRestinio<Authority> && kFitsRestinio<Authority&> && kFitsRestinio<Authority const&>);
}

TEST(RulesStart, run_refuses_a_route_without_a_rule) {
  Authority const authority{test_settings()};
  Routes routes{authority, rules_required};
  routes.get("/forgotten", [] {});
  auto const never = [](auto) { FAIL(); };
  EXPECT_THROW(run_httplib(routes, "127.0.0.1", 0, never), std::invalid_argument);
  EXPECT_THROW(run_restinio(routes, {.port = 0}, never), std::invalid_argument);
}

// --- answers
// ----------------------------------------------------------------------------------------------------------

TEST_P(RulesTest, a_page_has_its_own_type) {
  start();
  RawAnswer const page = ask(get("/page"));
  EXPECT_EQ(page.body, "<p>hello</p>");
  EXPECT_THAT(page.head, HasSubstr("Content-Type: text/html; charset=utf-8\r\n"));
  EXPECT_THAT(page.head, Not(HasSubstr("application/json")));
}

TEST_P(RulesTest, a_page_behind_which_the_connection_ends_has_its_own_type) {
  start();
  RawAnswer const page = ask(request("GET", "/page", "Content-Length: 1\r\n") + "x");
  EXPECT_EQ(page.body, "<p>hello</p>");
  EXPECT_THAT(page.head, HasSubstr("Content-Type: text/html; charset=utf-8\r\n"));
}

TEST_P(RulesTest, a_refusal_challenges_where_the_setting_says_so) {
  Settings settings = test_settings();
  settings.www_authenticate = true;
  start(std::move(settings));
  EXPECT_THAT(ask(get("/guarded")).head, HasSubstr("WWW-Authenticate: Bearer\r\n"));
  RawAnswer const bad = ask(get("/guarded", bearer("garbage")));
  EXPECT_EQ(bad.status, 401);
  EXPECT_THAT(bad.head, HasSubstr("WWW-Authenticate: Bearer error=\"invalid_token\", "
                                  "error_description=\"Not enough segments\"\r\n"));
  EXPECT_THAT(ask(get("/write", bearer(access()))).head, HasSubstr("error=\"insufficient_scope\""));
  EXPECT_THAT(ask(get("/guarded", bearer(access()))).head, Not(HasSubstr("WWW-Authenticate")));
}

TEST_P(RulesTest, a_refusal_does_not_challenge_where_it_does_not) {
  start();
  EXPECT_THAT(ask(get("/guarded")).head, Not(HasSubstr("WWW-Authenticate")));
}

TEST_P(RulesTest, a_cookie_close_to_its_end_is_renewed_when_the_handler_has_returned) {
  Settings settings = test_settings();
  settings.token_location = {"cookies"};
  settings.implicit_refresh_within = std::chrono::minutes{5};
  start(std::move(settings));
  std::string const cookie = "Cookie: access_token_cookie=" + access() + "\r\n";
  EXPECT_THAT(ask(get("/guarded", cookie)).head, Not(HasSubstr("Set-Cookie")));
  clock_.advance(std::chrono::minutes{11});
  EXPECT_THAT(ask(get("/guarded", cookie)).head, HasSubstr("Set-Cookie: access_token_cookie="));
  RawAnswer const refused = ask(get("/write", cookie));
  EXPECT_EQ(refused.status, 403);
  EXPECT_THAT(refused.head, Not(HasSubstr("Set-Cookie")));
}

// --- pages of other origins
// ---------------------------------------------------------------------------------------------

std::string preflight(std::string_view origin, std::string_view target = "/guarded") {
  return request("OPTIONS", target,
                 "Origin: " + std::string{origin} + "\r\nAccess-Control-Request-Method: POST\r\n" +
                     "Access-Control-Request-Headers: authorization\r\n");
}

TEST_P(RulesTest, a_preflight_is_answered_without_a_token) {
  start();
  RawAnswer const listed = ask(preflight(kPage));
  EXPECT_EQ(listed.status, 204);
  EXPECT_EQ(listed.body, "");
  EXPECT_THAT(listed.head, HasSubstr("Allow: GET, POST\r\n"));
  EXPECT_THAT(listed.head, HasSubstr("Access-Control-Allow-Origin: https://app.example.com\r\n"));
  EXPECT_THAT(listed.head, HasSubstr("Access-Control-Allow-Methods: GET, POST\r\n"));
  EXPECT_THAT(listed.head, HasSubstr("Access-Control-Allow-Headers: Content-Type, Authorization, X-CSRF-Token\r\n"));
  EXPECT_THAT(listed.head, HasSubstr("Vary: Origin\r\n"));
  RawAnswer const other = ask(preflight("https://evil.test"));
  EXPECT_EQ(other.status, 204);
  EXPECT_THAT(other.head, Not(HasSubstr("Access-Control")));
  EXPECT_EQ(ask(preflight(kPage, "/nowhere")).status, 404);
  EXPECT_EQ(reached_, 0);
}

TEST_P(RulesTest, a_listed_origin_reads_answers_and_refusals) {
  start();
  std::string const from_page = "Origin: " + std::string{kPage} + "\r\n";
  for (auto const& wanted :
       {get("/guarded", from_page + bearer(access())), get("/guarded", from_page), get("/nowhere", from_page),
        request("PUT", "/guarded", from_page + "Content-Length: 0\r\n")}) {
    EXPECT_THAT(ask(wanted).head, HasSubstr("Access-Control-Allow-Origin: https://app.example.com\r\n")) << wanted;
  }
  EXPECT_THAT(ask(get("/public", "Origin: https://evil.test\r\n")).head, Not(HasSubstr("Access-Control")));
}

// --- the frameworks' own routing
// ----------------------------------------------------------------------------------------

TEST(RulesInOwnRouting, a_rule_guards_a_handler_of_cpp_httplib) {
  Authority const authority{test_settings()};
  HttplibThread const server{[&authority](httplib::Server& own) {
    prepare(own, authority);
    own.Get("/x", httplib_handler(authority, Rule::access(), [](VerifiedToken const&) { return "in"; }));
    own.Post("/x", httplib_handler(authority, Rule::access(),
                                   [](Item const& item, VerifiedToken const&) { return item.name; }));
    own.Post("/raw", httplib_handler(authority, Rule::access(),
                                     Endpoint{[](auto const&, std::string_view body, AuthJWT&) -> http::Answer {
                                       return {.body = json::value(body)};
                                     }}));
  }};
  std::string const token = AuthJWT{authority}.create_access_token("test");
  auto const ask = [&server](std::string_view wanted) { return RawClient{server.port()}.ask(wanted); };
  EXPECT_EQ(ask(get("/x")).status, 401);
  EXPECT_EQ(ask(get("/x", bearer(token))).body, R"("in")");
  EXPECT_EQ(ask(post("/x", "{")).status, 401);
  EXPECT_EQ(ask(post("/x", R"({"name":"a"})", bearer(token))).body, R"("a")");
  EXPECT_EQ(ask(post("/raw", "b")).status, 401);
  EXPECT_EQ(ask(post("/raw", "b", bearer(token))).body, R"("b")");
  EXPECT_EQ(ask(post("/raw", std::string(http::kMaxBodySize + 1, 'b'), bearer(token))).status, 413);
}

TEST(RulesInOwnRouting, a_rule_guards_a_handler_of_restinio) {
  using Router = restinio::router::express_router_t<>;
  struct Traits : restinio::default_traits_t {
    using request_handler_t = Router;
  };
  Authority const authority{test_settings()};
  auto router = std::make_unique<Router>();
  router->http_get("/x", restinio_handler(authority, Rule::access(), [](VerifiedToken const&) { return "in"; }));
  router->http_post("/x", restinio_handler(authority, Rule::access(),
                                           [](Item const& item, VerifiedToken const&) { return item.name; }));
  std::uint16_t port = 0;
  restinio::server_settings_t<Traits> settings;
  settings.address("127.0.0.1").port(0).request_handler(std::move(router));
  settings.acceptor_post_bind_hook(
      [&port](asio::ip::tcp::acceptor& acceptor) { port = acceptor.local_endpoint().port(); });
  auto const server = restinio::run_async(restinio::own_io_context(), std::move(settings), 1);

  std::string const token = AuthJWT{authority}.create_access_token("test");
  auto const ask = [&port](std::string_view wanted) { return RawClient{port}.ask(wanted); };
  EXPECT_EQ(ask(get("/x")).status, 401);
  EXPECT_EQ(ask(get("/x", bearer(token))).body, R"("in")");
  EXPECT_EQ(ask(post("/x", "{")).status, 401);
  EXPECT_EQ(ask(post("/x", R"({"name":"a"})", bearer(token))).body, R"("a")");
}

}  // namespace
}  // namespace authjwt::e2e
