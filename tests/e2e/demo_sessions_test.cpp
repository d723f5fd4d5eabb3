// Sessions, rotation and revocation of the demo, over real sockets and restarts.

#include "e2e/demo_program.hpp"
#include "e2e/process.hpp"
#include "e2e/raw_client.hpp"

#include <authjwt/base/json.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

namespace authjwt::e2e {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kRevoked = R"({"detail":"Token has been revoked"})";
constexpr std::string_view kJson = "Content-Type: application/json\r\n";

/// The tokens of a session in headers.
struct Tokens {
  std::string access;
  std::string refresh;

  explicit Tokens(RawAnswer const& answer) {
    json::value const body = json::read(answer.body).value();
    access = body.at("access_token").as_string();
    refresh = body.at("refresh_token").as_string();
  }
};

Tokens log_in(Demo& demo, std::string_view device = "a test") {
  std::string const headers = std::string{kJson} + "User-Agent: " + std::string{device} + "\r\n";
  return Tokens{demo.ask(post("/login", kLogin, headers))};
}

std::string post_with(std::string_view path, std::string_view token) { return post(path, "", bearer(token)); }

json::array sessions_of(Demo& demo, Tokens const& tokens) {
  return json::read(demo.ask(get("/sessions", bearer(tokens.access))).body).value().as_array();
}

std::string end_of(std::string_view sid) { return json::write(json::object{{"sid", sid}}); }

RawAnswer end_session(Demo& demo, Tokens const& tokens, std::string_view sid) {
  return demo.ask(post("/sessions/end", end_of(sid), std::string{kJson} + bearer(tokens.access)));
}

// --- tokens in headers
// ------------------------------------------------------------------------------------------------

TEST(DemoSessionsTest, refresh_gives_new_tokens_and_uses_the_old_one_up) {
  Demo demo;
  Tokens const first = log_in(demo);
  Tokens const second{demo.ask(post_with("/refresh", first.refresh))};
  EXPECT_EQ(demo.ask(get("/claims", bearer(second.access))).body, kFoo);
  Tokens const third{demo.ask(post_with("/refresh", second.refresh))};
  // A copy of the first one: the whole session ends, its owner's tokens too.
  EXPECT_EQ(demo.ask(post_with("/refresh", first.refresh)).body, kRevoked);
  EXPECT_EQ(demo.ask(get("/claims", bearer(third.access))).body, kRevoked);
  EXPECT_EQ(demo.ask(post_with("/refresh", third.refresh)).body, kRevoked);
}

TEST(DemoSessionsTest, a_refresh_that_is_sent_twice_logs_nobody_out) {
  Demo demo;
  Tokens const first = log_in(demo);
  Tokens const second{demo.ask(post_with("/refresh", first.refresh))};
  Tokens const again{demo.ask(post_with("/refresh", first.refresh))};
  EXPECT_EQ(again.refresh, second.refresh);
  EXPECT_EQ(demo.ask(post_with("/refresh", again.refresh)).status, 200);
}

TEST(DemoSessionsTest, refresh_wants_a_refresh_token) {
  Demo demo;
  EXPECT_EQ(demo.ask(post_with("/refresh", log_in(demo).access)).body,
            R"({"detail":"Only refresh tokens are allowed"})");
}

TEST(DemoSessionsTest, logout_ends_the_session_of_the_token_alone) {
  Demo demo;
  Tokens const one = log_in(demo);
  Tokens const other = log_in(demo);
  EXPECT_EQ(demo.ask(post_with("/logout", one.access)).body, R"({"msg":"Logged out"})");
  EXPECT_EQ(demo.ask(get("/claims", bearer(one.access))).body, kRevoked);
  EXPECT_EQ(demo.ask(post_with("/refresh", one.refresh)).body, kRevoked);
  EXPECT_EQ(demo.ask(get("/claims", bearer(other.access))).body, kFoo);
}

TEST(DemoSessionsTest, logout_everywhere_ends_them_all) {
  Demo demo;
  Tokens const one = log_in(demo);
  Tokens const other = log_in(demo);
  EXPECT_EQ(demo.ask(post_with("/logout-everywhere", one.access)).body, R"({"msg":"Logged out everywhere"})");
  for (Tokens const& tokens : {one, other}) {
    EXPECT_EQ(demo.ask(get("/claims", bearer(tokens.access))).body, kRevoked);
    EXPECT_EQ(demo.ask(post_with("/refresh", tokens.refresh)).body, kRevoked);
  }
}

TEST(DemoSessionsTest, the_list_names_devices_and_each_can_be_ended) {
  Demo demo;
  Tokens const desk = log_in(demo, "a desk");
  Tokens const telephone = log_in(demo, "a tele\xffphone");
  json::array const list = sessions_of(demo, desk);
  ASSERT_EQ(list.size(), 2U);
  std::string other;
  for (json::value const& session : list) {
    bool const is_desk = session.at("device") == "a desk";
    EXPECT_EQ(session.at("this_one"), is_desk);
    if (!is_desk) {
      EXPECT_EQ(session.at("device"), "a tele?phone");
      other = session.at("sid").as_string();
    }
  }
  EXPECT_EQ(end_session(demo, desk, other).body, R"({"msg":"The session has ended"})");
  EXPECT_EQ(demo.ask(get("/claims", bearer(telephone.access))).body, kRevoked);
  EXPECT_EQ(sessions_of(demo, desk).size(), 1U);
  EXPECT_EQ(end_session(demo, desk, other).status, 404);
}

TEST(DemoSessionsTest, a_session_that_is_not_ones_own_cannot_be_ended) {
  Demo demo;
  Tokens const tokens = log_in(demo);
  RawAnswer const answer = end_session(demo, tokens, "another's");
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.body, R"({"detail":"You have no such session"})");
  EXPECT_EQ(demo.ask(post("/sessions/end", end_of("x"))).status, 401);
}

TEST(DemoSessionsTest, health_is_for_a_readiness_probe) {
  Demo demo;
  RawAnswer const answer = demo.ask(get("/health"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, HasSubstr(R"({"ready":true,"lag_ms":)"));
}

// --- tokens in cookies
// ------------------------------------------------------------------------------------------------

TEST(DemoSessionsTest, cookies_are_rotated_with_both_tokens) {
  Demo demo;
  Cookies const first{demo.ask(post("/cookie/login", kLogin))};
  RawAnswer const answer = demo.ask(request("POST", "/cookie/refresh", first.header_with("csrf_refresh_token")));
  Cookies const second{answer};
  EXPECT_EQ(second.values.size(), 4U) << answer.head;
  EXPECT_EQ(demo.ask(get("/cookie/claims", second.header())).body, kFoo);
  EXPECT_EQ(demo.ask(request("POST", "/cookie/refresh", second.header_with("csrf_refresh_token"))).status, 200);
  EXPECT_EQ(demo.ask(request("POST", "/cookie/refresh", first.header_with("csrf_refresh_token"))).body, kRevoked);
  EXPECT_EQ(demo.ask(get("/cookie/claims", second.header())).body, kRevoked);
}

TEST(DemoSessionsTest, logout_by_cookie_needs_csrf_drops_the_cookies_and_ends_the_session_wherever_it_is) {
  Demo demo;
  Cookies const cookies{demo.ask(post("/cookie/login", kLogin))};
  std::string const as_header = bearer(cookies.values.at("access_token_cookie"));
  EXPECT_EQ(demo.ask(get("/claims", as_header)).status, 200);
  EXPECT_EQ(demo.ask(request("POST", "/cookie/logout", cookies.header())).status, 401);
  EXPECT_EQ(demo.ask(get("/cookie/claims", cookies.header())).status, 200);
  RawAnswer const logout = demo.ask(request("POST", "/cookie/logout", cookies.header_with("csrf_access_token")));
  EXPECT_EQ(logout.status, 200);
  for (std::string_view const name : {"access_token_cookie", "csrf_access_token", "refresh_token_cookie"}) {
    EXPECT_THAT(logout.head, HasSubstr("Set-Cookie: " + std::string{name} + "=; "));
  }
  EXPECT_EQ(demo.ask(get("/cookie/claims", cookies.header())).body, kRevoked);
  EXPECT_EQ(demo.ask(get("/claims", as_header)).body, kRevoked);
  EXPECT_EQ(demo.ask(request("POST", "/cookie/refresh", cookies.header_with("csrf_refresh_token"))).body, kRevoked);
}

TEST(DemoSessionsTest, sessions_by_cookie_are_those_by_header) {
  Demo demo;
  Cookies const cookies{demo.ask(post("/cookie/login", kLogin))};
  Tokens const tokens = log_in(demo);
  EXPECT_EQ(json::read(demo.ask(get("/cookie/sessions", cookies.header())).body).value().as_array().size(), 2U);
  std::string const everywhere = request("POST", "/cookie/logout-everywhere", cookies.header_with("csrf_access_token"));
  EXPECT_EQ(demo.ask(everywhere).status, 200);
  EXPECT_EQ(demo.ask(get("/claims", bearer(tokens.access))).body, kRevoked);
}

// --- logs
// ------------------------------------------------------------------------------------------------------------------

class DemoLogTest : public ::testing::Test {
 protected:
  DemoLogTest() { std::filesystem::create_directory(folder_); }
  ~DemoLogTest() override { std::filesystem::remove_all(folder_); }
  [[nodiscard]] std::string log() const { return "sqlite:" + (folder_ / "authjwt.db").string(); }

 private:
  std::filesystem::path folder_ =
      std::filesystem::path{::testing::TempDir()} / ("authjwt_demo_" + std::to_string(::getpid()));
};

TEST_F(DemoLogTest, what_was_revoked_is_refused_after_a_restart) {
  Demo first{{}, "127.0.0.1", log()};
  Tokens const revoked = log_in(first);
  Tokens const good = log_in(first);
  ASSERT_EQ(first.ask(post_with("/logout", revoked.access)).status, 200);
  Tokens const rotated{first.ask(post_with("/refresh", good.refresh))};
  first.process().signal(SIGTERM);
  EXPECT_EQ(first.process().wait(), EXIT_SUCCESS);

  Demo second{{}, "127.0.0.1", log()};
  EXPECT_EQ(second.ask(get("/claims", bearer(revoked.access))).body, kRevoked);
  EXPECT_EQ(second.ask(post_with("/refresh", revoked.refresh)).body, kRevoked);
  EXPECT_EQ(second.ask(get("/claims", bearer(good.access))).body, kFoo);
  EXPECT_EQ(second.ask(post_with("/refresh", rotated.refresh)).status, 200);
  EXPECT_EQ(sessions_of(second, good).size(), 1U);
}

TEST_F(DemoLogTest, two_demos_on_one_file_know_of_each_other) {
  Demo one{{}, "127.0.0.1", log()};
  Demo other{{}, "127.0.0.1", log()};
  Tokens const tokens = log_in(one);
  EXPECT_EQ(other.ask(get("/claims", bearer(tokens.access))).body, kFoo);
  ASSERT_EQ(one.ask(post_with("/logout", tokens.access)).status, 200);
  // The store itself says no to the refresh token; the access token is refused as soon as the other has read the log.
  EXPECT_EQ(other.ask(post_with("/refresh", tokens.refresh)).body, kRevoked);
  auto const deadline = std::chrono::steady_clock::now() + kPatience;
  std::string answer;
  while (answer != kRevoked && std::chrono::steady_clock::now() < deadline) {
    answer = other.ask(get("/claims", bearer(tokens.access))).body;
  }
  EXPECT_EQ(answer, kRevoked);
}

TEST(DemoSessionsTest, without_redis_it_starts_refuses_everyone_and_says_so) {
  Demo demo{{}, "127.0.0.1", "redis://127.0.0.1:1"};
  EXPECT_THAT(demo.process().read_until("measure against"), HasSubstr("Redis at 127.0.0.1:1: there is no connection"));
  EXPECT_EQ(demo.ask(get("/health")).status, 503);
  EXPECT_EQ(demo.ask(post("/login", kLogin)).status, 503);
  EXPECT_EQ(demo.ask(get("/public-claims")).status, 200);
}

}  // namespace
}  // namespace authjwt::e2e
