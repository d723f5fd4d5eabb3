// Tokens in cookies, bodies and queries over real sockets, on both adapters.
#include "e2e/both_adapters.hpp"
#include "e2e/raw_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace authjwt::e2e {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;

class CookiesTest : public ::testing::TestWithParam<Server::Adapter> {
 protected:
  void start(std::vector<std::string> locations) {
    Hooks hooks;
    hooks.log = [](LogLevel, std::string_view) {};
    authority_ = std::make_unique<Authority>(
        Settings{.secret_key = "a secret of at least 32 bytes, for tests", .token_location = std::move(locations)},
        std::move(hooks));
    routes_ = std::make_unique<Routes>(*authority_);
    routes_->post("/login", [](AuthJWT& authorize) {
      authorize.set_access_cookies(authorize.create_access_token("test"));
      authorize.set_refresh_cookies(authorize.create_refresh_token("test"));
    });
    routes_->del("/logout", [](AuthJWT& authorize) { authorize.unset_jwt_cookies(); });
    auto const whoami = [](AuthJWT& authorize) {
      authorize.jwt_required();
      return authorize.get_jwt_subject()->to_string();
    };
    routes_->get("/whoami", whoami);
    routes_->post("/whoami", whoami);
    server_ = std::make_unique<Server>(GetParam(), *routes_);
  }
  RawAnswer ask(std::string_view request) { return RawClient{server_->port()}.ask(request); }
  std::string access() const { return AuthJWT{*authority_}.create_access_token("test"); }
  std::string csrf_of(std::string_view token) const {
    return std::string{AuthJWT{*authority_}.get_raw_jwt(token).at("csrf").as_string()};
  }
  static std::string cookie(std::string_view pairs) { return "Cookie: " + std::string{pairs} + "\r\n"; }

  std::unique_ptr<Authority> authority_;
  std::unique_ptr<Routes> routes_;
  std::unique_ptr<Server> server_;
};

std::vector<std::string> set_cookies(std::string_view head) {
  constexpr std::string_view kName = "\r\nSet-Cookie: ";
  std::vector<std::string> lines;
  for (std::size_t at = head.find(kName); at != head.npos; at = head.find(kName, at + 1)) {
    std::size_t const begin = at + kName.size();
    lines.emplace_back(head.substr(begin, head.find("\r\n", begin) - begin));
  }
  return lines;
}

std::string value_of(std::string_view line) {
  std::size_t const begin = line.find('=') + 1;
  return std::string{line.substr(begin, line.find(';') - begin)};
}

TEST_P(CookiesTest, four_cookies_arrive_as_four_lines_and_let_their_bearer_in) {
  start({"cookies"});
  RawAnswer const login = ask(post("/login", "", ""));
  std::vector<std::string> const lines = set_cookies(login.head);
  ASSERT_EQ(lines.size(), 4U) << login.head;
  std::string const token = value_of(lines[0]);
  EXPECT_EQ(ask(get("/whoami", cookie("access_token_cookie=" + token))).body, "\"test\"");
  std::string const csrf = "X-CSRF-Token: " + value_of(lines[1]) + "\r\n";
  EXPECT_EQ(ask(post("/whoami", "", cookie("access_token_cookie=" + token) + csrf)).body, "\"test\"");
  EXPECT_EQ(ask(post("/whoami", "", cookie("access_token_cookie=" + token))).body,
            R"({"detail":"Missing CSRF Token"})");
  EXPECT_EQ(set_cookies(ask("DELETE /logout HTTP/1.1\r\nHost: t\r\nContent-Length: 0\r\n\r\n").head).size(), 4U);
}

TEST_P(CookiesTest, hostile_cookies_are_refused_cleanly_and_the_next_request_is_served) {
  start({"cookies"});
  std::string const token = access();
  std::string many;
  for (int i = 0; i < 10'000; ++i) many += "a=b; ";
  for (std::string const& hostile :
       {"access_token_cookie=" + token + "; x=" + std::string(64 * 1024, 'x'), many + "access_token_cookie=" + token,
        std::string{"\xC3\xBC\xFF=x; access_token_cookie"}, "access_token_cookie=\"" + token,
        "access_token_cookie=" + token + "\"", "access_token_cookie=" + token + "\\",
        "access_token_cookie=" + token + "; access_token_cookie=" + token, std::string(30'000, ';'),
        std::string(30'000, '='), std::string{"access_token_cookie="}}) {
    RawAnswer const answer = ask(get("/whoami", cookie(hostile)));
    // 0: a closed connection, where the framework's own limit of headers is passed.
    EXPECT_THAT(answer.status, AnyOf(0, 400, 401, 422)) << hostile.substr(0, 60);
    EXPECT_THAT(answer.body, Not(HasSubstr(token))) << "nothing of what was sent is told back";
  }
  EXPECT_EQ(ask(get("/whoami", cookie("a=b; access_token_cookie=" + token))).body, "\"test\"");
}

// httplib decodes %xx in values of fields: a text in a cookie that somebody else has chosen became a cookie of its own.
TEST_P(CookiesTest, an_escaped_text_in_a_cookie_is_no_second_cookie) {
  start({"cookies"});
  std::string const token = access();
  std::string const foreign = "access_token_cookie%3D" + token;
  for (std::string_view before : {"lastsearch=shoes%3B%20", "lastsearch=%3b%20", "a=%253B%2520", "%3B%20", "a=%3B"}) {
    EXPECT_EQ(ask(get("/whoami", cookie(std::string{before} + foreign))).status, 401) << before;
    std::string const both = "access_token_cookie=" + token + "; " + std::string{before} + foreign;
    EXPECT_EQ(ask(get("/whoami", cookie(both))).body, "\"test\"") << before << ": nobody is locked out";
  }
  EXPECT_EQ(ask(get("/whoami", cookie("a%3Daccess_token_cookie=" + token))).status, 401);
  EXPECT_EQ(ask(get("/whoami", "X: a%0D%0ACookie:%20access_token_cookie=" + token + "\r\n")).status, 401);
  EXPECT_EQ(ask(get("/whoami", cookie("%61ccess_token_cookie=" + token))).status, 401);
}

TEST_P(CookiesTest, a_csrf_value_of_any_other_length_is_a_401) {
  start({"cookies"});
  std::string const token = access();
  for (std::string const& wrong : {csrf_of(token).substr(1), csrf_of(token) + "0", std::string(4000, 'x')}) {
    RawAnswer const answer =
        ask(post("/whoami", "", cookie("access_token_cookie=" + token) + "X-CSRF-Token: " + wrong + "\r\n"));
    EXPECT_EQ(answer.status, 401);
    EXPECT_EQ(answer.body, R"({"detail":"CSRF double submit tokens do not match"})");
  }
}

TEST_P(CookiesTest, a_token_in_the_query_or_the_body_counts_where_that_is_set) {
  start({"json", "query_string"});
  std::string const token = access();
  EXPECT_EQ(ask(get("/whoami?a=b&jwt=" + token)).body, "\"test\"");
  EXPECT_EQ(ask(get("/whoami?jwt=" + token + "&jwt=" + token)).status, 422);
  EXPECT_EQ(ask(get("/whoami")).body, R"({"detail":"Missing 'jwt' query parameter"})");
  std::string const body = R"({"access_token":")" + token + "\"}";
  EXPECT_EQ(ask(post("/whoami", body)).body, "\"test\"");
  EXPECT_EQ(ask(post("/whoami", body, "Content-Type: text/plain\r\n")).status, 401);
  EXPECT_EQ(ask(post("/whoami", "{")).status, 422);
  start({"headers"});
  EXPECT_EQ(ask(get("/whoami?jwt=" + token)).status, 401);
  EXPECT_EQ(ask(post("/whoami", body)).status, 401);
}

// --- servers that decode cookies
// -----------------------------------------------------------------------------------------

TEST(CookiesOfHttplib, its_own_server_is_refused_where_tokens_may_be_in_cookies) {
  Authority const in_cookies{
      {.secret_key = "a secret of at least 32 bytes, for tests", .token_location = {"headers", "cookies"}}};
  Authority const in_headers{{.secret_key = "a secret of at least 32 bytes, for tests"}};
  Routes const routes{in_cookies};
  Routes one_rule{in_headers};
  one_rule.get("/x", Rule::access().from({Location::headers, Location::cookies}), [] {});
  Routes const headers_alone{in_headers};
  auto const refusal = [](auto const& set_up) -> std::string {
    httplib::Server plain;
    HttplibServer ours;
    EXPECT_NO_THROW(set_up(ours));
    try {
      set_up(plain);
      return {};
    } catch (std::invalid_argument const& error) {
      return error.what();
    }
  };
  EXPECT_THAT(refusal([&](auto& server) { mount(server, routes); }), HasSubstr("use authjwt::HttplibServer"));
  EXPECT_THAT(refusal([&](auto& server) { mount(server, one_rule); }), HasSubstr("use authjwt::HttplibServer"));
  EXPECT_THAT(refusal([&](auto& server) { prepare(server, in_cookies); }), HasSubstr("use authjwt::HttplibServer"));
  EXPECT_EQ(refusal([&](auto& server) { mount(server, headers_alone); }), "");
}

INSTANTIATE_TEST_SUITE_P(Adapters, CookiesTest, both_adapters(), name_of);

}  // namespace
}  // namespace authjwt::e2e
