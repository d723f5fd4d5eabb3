// The examples as programs: each is started and taken through the story of its page, over real HTTP.

#include "base/base64url.hpp"
#include "e2e/example_program.hpp"
#include "e2e/process.hpp"
#include "e2e/raw_client.hpp"
#include "e2e/redis_server.hpp"
#include "e2e/websocket_client.hpp"
#include "unit/jose/test_keys.hpp"

#include <authjwt/base/json.hpp>

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <thread>

namespace authjwt::e2e {
namespace {

constexpr std::string_view kGoodLogin = R"({"username":"test","password":"test"})";
constexpr std::string_view kBadLogin = R"({"username":"test","password":"wrong"})";

/// The member of a JSON answer; a text without its quotes.
std::string member(RawAnswer const& answer, std::string_view name) {
  Result<json::value> const body = json::read(answer.body);
  json::object const* const object = body ? body->if_object() : nullptr;
  json::value const* const found = object != nullptr ? object->if_contains(name) : nullptr;
  if (found == nullptr) return "no " + std::string{name} + " in " + answer.body;
  return found->is_string() ? std::string{found->as_string()} : json::write(*found);
}

std::string bearer_of(RawAnswer const& answer, std::string_view name = "access_token") {
  return bearer(member(answer, name));
}

/// What a browser keeps of the answers it sees.
class CookieJar {
 public:
  void keep(RawAnswer const& answer) {
    constexpr std::string_view kField = "\r\nSet-Cookie: ";
    for (std::size_t at = answer.head.find(kField); at != std::string::npos; at = answer.head.find(kField, at + 1)) {
      std::size_t const start = at + kField.size();
      std::string const line = answer.head.substr(start, answer.head.find("\r\n", start) - start);
      std::size_t const equals = line.find('=');
      std::string const name = line.substr(0, equals);
      attributes_[name] = line.substr(line.find(';'));
      values_[name] = line.substr(equals + 1, line.find(';') - equals - 1);
      if (line.find("Max-Age=0") != std::string::npos) values_.erase(name);
    }
  }
  [[nodiscard]] bool empty() const { return values_.empty(); }
  [[nodiscard]] std::string value(std::string const& name) const { return values_.at(name); }
  [[nodiscard]] std::string attributes(std::string const& name) const { return attributes_.at(name); }
  /// The field to send them with.
  [[nodiscard]] std::string field() const {
    std::string pairs;
    for (auto const& [name, value] : values_) pairs += (pairs.empty() ? "" : "; ") + name + "=" + value;
    return pairs.empty() ? "" : "Cookie: " + pairs + "\r\n";
  }

 private:
  std::map<std::string, std::string> values_;
  std::map<std::string, std::string> attributes_;
};

constexpr std::string_view kUser = R"(200 {"user":"test"})";
constexpr std::string_view kNoHeader = R"(401 {"detail":"Missing Authorization Header"})";
constexpr std::string_view kBadPassword = R"(401 {"detail":"Bad username or password"})";
constexpr std::string_view kAccessOnly = R"(422 {"detail":"Only access tokens are allowed"})";
constexpr std::string_view kRefreshOnly = R"(422 {"detail":"Only refresh tokens are allowed"})";
constexpr std::string_view kRevoked = R"(401 {"detail":"Token has been revoked"})";

// --- tokens in the header
// ---------------------------------------------------------------------------------------------

TEST_F(Examples, basic) {
  Example example{"basic"};
  EXPECT_EQ(Example::told(example.log_in("/login", kBadLogin)), kBadPassword);
  EXPECT_EQ(example.told("GET", "/user"), kNoHeader);
  EXPECT_EQ(example.told("GET", "/user", bearer_of(example.log_in())), kUser);
  EXPECT_EQ(example.told("GET", "/user", bearer("garbage")), R"(422 {"detail":"Not enough segments"})");
}

TEST_F(Examples, optional) {
  Example example{"optional"};
  EXPECT_EQ(example.told("GET", "/partially-protected"), R"(200 {"user":"anonymous"})");
  EXPECT_EQ(example.told("GET", "/partially-protected", bearer_of(example.log_in())), kUser);
  EXPECT_EQ(example.told("GET", "/partially-protected", bearer("garbage")), R"(422 {"detail":"Not enough segments"})");
}

TEST_F(Examples, refresh) {
  Example example{"refresh"};
  RawAnswer const tokens = example.log_in();
  EXPECT_EQ(example.told("GET", "/protected", bearer_of(tokens)), kUser);
  EXPECT_EQ(example.told("GET", "/protected", bearer_of(tokens, "refresh_token")), kAccessOnly);
  EXPECT_EQ(example.told("POST", "/refresh", bearer_of(tokens)), kRefreshOnly);
  RawAnswer const renewed = example.ask("POST", "/refresh", bearer_of(tokens, "refresh_token"));
  EXPECT_NE(bearer_of(renewed), bearer_of(tokens));
  EXPECT_EQ(example.told("GET", "/protected", bearer_of(renewed)), kUser);
}

TEST_F(Examples, freshness) {
  constexpr std::string_view kFreshOnly = R"(401 {"detail":"Fresh token required"})";
  Example example{"freshness"};
  RawAnswer const tokens = example.log_in();
  EXPECT_EQ(example.told("GET", "/protected-fresh", bearer_of(tokens)), kUser);
  RawAnswer const renewed = example.ask("POST", "/refresh", bearer_of(tokens, "refresh_token"));
  EXPECT_EQ(example.told("GET", "/protected", bearer_of(renewed)), kUser);
  EXPECT_EQ(example.told("GET", "/protected-fresh", bearer_of(renewed)), kFreshOnly);
  EXPECT_EQ(example.told("DELETE", "/account", bearer_of(renewed)), kFreshOnly);
  RawAnswer const again = example.log_in("/fresh-login");
  EXPECT_EQ(example.told("GET", "/protected-fresh", bearer_of(again)), kUser);
  EXPECT_EQ(example.told("DELETE", "/account", bearer_of(again)), R"(200 {"msg":"Account deleted"})");
}

class RevokingExample : public Examples, public ::testing::WithParamInterface<char const*> {};

TEST_P(RevokingExample, revokes_the_one_token_that_was_shown) {
  Example example{GetParam()};
  RawAnswer const tokens = example.log_in();
  RawAnswer const others = example.log_in();
  std::string const access = bearer_of(tokens);
  std::string const refresh = bearer_of(tokens, "refresh_token");
  EXPECT_EQ(example.told("GET", "/protected", access), kUser);
  EXPECT_EQ(example.told("DELETE", "/access-revoke", access), R"(200 {"detail":"Access token has been revoked"})");
  EXPECT_EQ(example.told("GET", "/protected", access), kRevoked);
  EXPECT_EQ(example.told("DELETE", "/access-revoke", access), kRevoked);
  RawAnswer const renewed = example.ask("POST", "/refresh", refresh);
  EXPECT_EQ(example.told("GET", "/protected", bearer_of(renewed)), kUser);
  EXPECT_EQ(example.told("DELETE", "/refresh-revoke", refresh), R"(200 {"detail":"Refresh token has been revoked"})");
  EXPECT_EQ(example.told("POST", "/refresh", refresh), kRevoked);
  EXPECT_EQ(example.told("GET", "/protected", bearer_of(others)), kUser);
  EXPECT_EQ(example.ask("POST", "/refresh", bearer_of(others, "refresh_token")).status, 200);
}

INSTANTIATE_TEST_SUITE_P(Both, RevokingExample, ::testing::Values("revoking", "revoking_log"));

/// The story of one session, on either example that has some.
void expect_rotation_and_logout(Example& example) {
  RawAnswer const first = example.log_in();
  RawAnswer const second = example.ask("POST", "/refresh", bearer_of(first, "refresh_token"));
  EXPECT_EQ(example.told("GET", "/protected", bearer_of(second)), kUser);
  RawAnswer const third = example.ask("POST", "/refresh", bearer_of(second, "refresh_token"));
  EXPECT_EQ(example.told("POST", "/refresh", bearer_of(first, "refresh_token")), kRevoked);
  EXPECT_EQ(example.told("GET", "/protected", bearer_of(third)), kRevoked);
  RawAnswer const again = example.log_in();
  EXPECT_EQ(example.told("POST", "/logout", bearer_of(again)), R"(200 {"msg":"Logged out"})");
  EXPECT_EQ(example.told("POST", "/refresh", bearer_of(again, "refresh_token")), kRevoked);
}

TEST_F(Examples, revoking_event_loop) {
  Example example{"revoking_event_loop"};
  expect_rotation_and_logout(example);
}

TEST_F(Examples, revoking_sessions_in_memory) {
  Example example{"revoking_sessions", {"memory"}};
  expect_rotation_and_logout(example);
  RawAnswer const one = example.log_in();
  RawAnswer const other = example.log_in();
  json::value const list = json::read(example.ask("GET", "/sessions", bearer_of(one)).body).value();
  std::string const sid{list.at(0).at("sid").as_string()};
  std::string const json_headers = "Content-Type: application/json\r\n" + bearer_of(one);
  EXPECT_EQ(example.ask("POST", "/sessions/end", json_headers, R"({"sid":"another's"})").status, 404);
  EXPECT_EQ(example.ask("POST", "/sessions/end", json_headers, R"({"sid":")" + sid + R"("})").status, 200);
  EXPECT_EQ(example.told("POST", "/logout-everywhere", bearer_of(example.log_in())),
            R"(200 {"msg":"Logged out everywhere"})");
  for (RawAnswer const& tokens : {one, other}) {
    EXPECT_EQ(example.told("GET", "/protected", bearer_of(tokens)), kRevoked);
    EXPECT_EQ(example.told("POST", "/refresh", bearer_of(tokens, "refresh_token")), kRevoked);
  }
}

/// A second run knows what the first one revoked.
void expect_to_last(std::string const& where) {
  RawAnswer tokens;
  {
    Example example{"revoking_sessions", {where}};
    expect_rotation_and_logout(example);
    tokens = example.log_in();
    ASSERT_EQ(example.told("POST", "/logout", bearer_of(tokens)), R"(200 {"msg":"Logged out"})");
  }
  Example example{"revoking_sessions", {where}};
  EXPECT_EQ(example.told("GET", "/protected", bearer_of(tokens)), kRevoked);
  EXPECT_EQ(example.told("POST", "/refresh", bearer_of(tokens, "refresh_token")), kRevoked);
}

TEST_F(Examples, revoking_sessions_in_sqlite) {
  std::filesystem::path const folder =
      std::filesystem::path{::testing::TempDir()} / ("authjwt_example_" + std::to_string(::getpid()));
  std::filesystem::create_directory(folder);
  expect_to_last(folder / "revoked.db");
  std::filesystem::remove_all(folder);
}

TEST_F(Examples, revoking_sessions_in_redis) {
  if (!RedisServer::find_program()) GTEST_SKIP() << "no Redis here";
  RedisServer const redis;
  expect_to_last(redis.url());
}

// --- cookies
// ----------------------------------------------------------------------------------------------------------

TEST_F(Examples, cookies) {
  Example example{"cookies"};
  CookieJar jar;
  EXPECT_EQ(example.told("GET", "/protected"), R"(401 {"detail":"Missing cookie access_token_cookie"})");
  RawAnswer const answer = example.log_in();
  EXPECT_EQ(Example::told(answer), R"(200 {"msg":"Logged in"})");
  jar.keep(answer);
  EXPECT_NE(jar.attributes("access_token_cookie").find("HttpOnly"), std::string::npos);
  EXPECT_EQ(example.told("GET", "/protected", jar.field()), kUser);
  std::string const before = jar.value("access_token_cookie");
  RawAnswer const renewed = example.ask("POST", "/refresh", jar.field());
  EXPECT_EQ(Example::told(renewed), R"(200 {"msg":"The token has been refreshed"})");
  jar.keep(renewed);
  EXPECT_NE(jar.value("access_token_cookie"), before);
  EXPECT_EQ(example.told("GET", "/protected", jar.field()), kUser);
  RawAnswer const gone = example.ask("DELETE", "/logout", jar.field());
  EXPECT_EQ(Example::told(gone), R"(200 {"msg":"Logged out"})");
  jar.keep(gone);
  EXPECT_TRUE(jar.empty());
  EXPECT_EQ(example.told("GET", "/protected", bearer(before)),
            R"(401 {"detail":"Missing cookie access_token_cookie"})");
}

TEST_F(Examples, cookies_with_csrf) {
  constexpr std::string_view kMissing = R"(401 {"detail":"Missing CSRF Token"})";
  constexpr std::string_view kOther = R"(401 {"detail":"CSRF double submit tokens do not match"})";
  Example example{"cookies_with_csrf"};
  CookieJar jar;
  jar.keep(example.log_in());
  EXPECT_NE(jar.attributes("access_token_cookie").find("HttpOnly"), std::string::npos);
  EXPECT_EQ(jar.attributes("csrf_access_token").find("HttpOnly"), std::string::npos);
  auto const with_csrf = [&jar](std::string const& value) { return jar.field() + "X-CSRF-Token: " + value + "\r\n"; };
  EXPECT_EQ(example.told("POST", "/protected", jar.field()), kMissing);
  EXPECT_EQ(example.told("POST", "/protected", with_csrf(jar.value("csrf_refresh_token"))), kOther);
  EXPECT_EQ(example.told("POST", "/protected", with_csrf(jar.value("csrf_access_token"))), kUser);
  EXPECT_EQ(example.told("POST", "/refresh", with_csrf(jar.value("csrf_access_token"))), kOther);
  std::string const before = jar.value("csrf_access_token");
  jar.keep(example.ask("POST", "/refresh", with_csrf(jar.value("csrf_refresh_token"))));
  EXPECT_EQ(example.told("POST", "/protected", with_csrf(before)), kOther);
  EXPECT_EQ(example.told("POST", "/protected", with_csrf(jar.value("csrf_access_token"))), kUser);
  EXPECT_EQ(example.told("DELETE", "/logout", jar.field()), kMissing);
  jar.keep(example.ask("DELETE", "/logout", with_csrf(jar.value("csrf_access_token"))));
  EXPECT_TRUE(jar.empty());
}

// --- how tokens are made
// ----------------------------------------------------------------------------------------------

std::string header_of(std::string const& token) {
  std::string const text = token.substr(0, token.find('.'));
  std::string bytes(base64url::decoded_size(text.size()), '\0');
  return base64url::decode(text, bytes.data()) ? bytes : "no header";
}

TEST_F(Examples, asymmetric) {
  std::filesystem::path const folder =
      std::filesystem::path{::testing::TempDir()} / ("authjwt_keys_" + std::to_string(::getpid()));
  std::filesystem::create_directory(folder);
  std::string const private_file = folder / "private.pem";
  std::string const public_file = folder / "public.pem";
  std::ofstream{private_file} << test::private_pem(test::shared_rsa());
  std::ofstream{public_file} << test::public_pem(test::shared_rsa());
  {
    Example example{"asymmetric", {private_file, public_file}};
    RawAnswer const tokens = example.log_in();
    EXPECT_EQ(header_of(member(tokens, "access_token")), R"({"alg":"RS512","typ":"JWT"})");
    EXPECT_EQ(example.told("GET", "/protected", bearer_of(tokens)), kUser);
    RawAnswer const renewed = example.ask("POST", "/refresh", bearer_of(tokens, "refresh_token"));
    EXPECT_EQ(example.told("GET", "/protected", bearer_of(renewed)), kUser);
  }
  std::ofstream{public_file} << test::public_pem(test::other_rsa());
  Process mismatched{{std::string{kExamples} + "/asymmetric", private_file, public_file, "0"}, {}};
  EXPECT_NE(mismatched.read_all().find("authjwt_public_key"), std::string::npos) << mismatched.read_all();
  EXPECT_EQ(mismatched.wait(), 1);
  std::filesystem::remove_all(folder);
}

TEST_F(Examples, dynamic_expiry) {
  Example example{"dynamic_expiry"};
  auto const ends_in = [&example](std::string const& authorization) {
    long const end = std::stol(member(example.ask("GET", "/ends", authorization), "exp"));
    return end - std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  };
  constexpr long kPassed = 60;  // what may have gone by in between
  long const by_setting = ends_in(bearer_of(example.ask("POST", "/create-token")));
  EXPECT_LE(by_setting, 300);
  EXPECT_GT(by_setting, 300 - kPassed);
  long const by_call = ends_in(bearer_of(example.ask("POST", "/create-dynamic-access-token"), "token"));
  EXPECT_LE(by_call, 86'400);
  EXPECT_GT(by_call, 86'400 - kPassed);
  EXPECT_EQ(example.ask("POST", "/create-dynamic-refresh-token").status, 200);
  RawAnswer const endless = example.ask("POST", "/create-token-disable");
  EXPECT_EQ(example.told("GET", "/ends", bearer_of(endless)), R"(200 {"exp":null})");
  EXPECT_EQ(example.told("GET", "/ends", bearer_of(endless, "refresh_token")), kAccessOnly);
}

TEST_F(Examples, dynamic_algorithm) {
  Example example{"dynamic_algorithm"};
  RawAnswer const tokens = example.log_in();
  EXPECT_EQ(header_of(member(tokens, "access_token")), R"({"alg":"HS384","typ":"JWT"})");
  EXPECT_EQ(header_of(member(tokens, "refresh_token")), R"({"alg":"HS512","typ":"JWT"})");
  EXPECT_EQ(example.told("GET", "/protected", bearer_of(tokens)), R"(200 {"user":"test","alg":"HS384"})");
  RawAnswer const renewed = example.ask("POST", "/refresh", bearer_of(tokens, "refresh_token"));
  EXPECT_EQ(example.told("GET", "/protected", bearer_of(renewed)), R"(200 {"user":"test","alg":"HS384"})");
}

// --- larger services
// --------------------------------------------------------------------------------------------------

TEST_F(Examples, several_routers) {
  Example example{"several_routers"};
  std::string const access = bearer_of(example.log_in("/users/login"));
  EXPECT_EQ(example.told("GET", "/users/me"), kNoHeader);
  EXPECT_EQ(example.told("GET", "/users/me", access), kUser);
  EXPECT_EQ(example.told("GET", "/items"), R"(200 {"items":["foo","bar"],"for":"anonymous"})");
  EXPECT_EQ(example.told("GET", "/items", access), R"(200 {"items":["foo","bar"],"for":"test"})");
  std::string const typed = access + "Content-Type: application/json\r\n";
  EXPECT_EQ(Example::told(example.ask("POST", "/items", typed, R"({"name":"baz","price":1.5})")),
            R"(200 {"added":"baz","by":"test"})");
  EXPECT_EQ(example.told("POST", "/items"), kNoHeader);
}

TEST_F(Examples, generated_docs) {
  Example example{"generated_docs"};
  RawAnswer const document = example.ask("GET", "/openapi.json");
  EXPECT_EQ(document.status, 200);
  EXPECT_EQ(member(document, "openapi").substr(0, 4), "3.1.");
  json::value const read = json::read(document.body).value();
  json::object const& paths = read.at("paths").as_object();
  EXPECT_EQ(json::write(paths.at("/user").at("get").at("security")), R"([{"AccessToken":[]}])");
  EXPECT_EQ(json::write(paths.at("/refresh").at("post").at("security")), R"([{"RefreshToken":[]}])");
  EXPECT_EQ(paths.at("/login").at("post").at("summary"), "Log in with name and password");
  EXPECT_FALSE(paths.contains("/openapi.json"));
  RawAnswer const tokens = example.log_in();
  EXPECT_EQ(example.told("GET", "/user", bearer_of(tokens)), kUser);
  EXPECT_EQ(example.told("GET", "/user"), kNoHeader);
  EXPECT_EQ(example.ask("POST", "/refresh", bearer_of(tokens, "refresh_token")).status, 200);
}

// --- WebSockets
// -------------------------------------------------------------------------------------------------------

void expect_greeting_and_echo(WebSocketClient client) {
  ASSERT_EQ(client.status(), 101);
  EXPECT_EQ(client.read_text(), "Successfully Login!");
  EXPECT_EQ(client.read_text(), "Your subject is test");
  client.send_text("hello");
  EXPECT_EQ(client.read_text(), "hello");
}

TEST_F(Examples, websocket_by_query) {
  Example example{"websocket_by_query"};
  std::string const token = member(example.log_in(), "access_token");
  expect_greeting_and_echo(WebSocketClient{example.port(), upgrade("/ws?token=" + token)});
  EXPECT_EQ(WebSocketClient(example.port(), upgrade("/ws")).status(), 401);
  EXPECT_EQ(WebSocketClient(example.port(), upgrade("/ws?token=garbage")).status(), 401);
}

TEST_F(Examples, websocket_by_cookie) {
  Example example{"websocket_by_cookie"};
  CookieJar jar;
  jar.keep(example.log_in());
  std::string const target = "/ws?csrf_token=" + jar.value("csrf_access_token");
  std::string const own = "Origin: http://localhost:8000\r\n" + jar.field();
  expect_greeting_and_echo(WebSocketClient{example.port(), upgrade(target, own)});
  EXPECT_EQ(WebSocketClient(example.port(), upgrade(target, "Origin: http://localhost:8000\r\n")).status(), 401);
  EXPECT_EQ(WebSocketClient(example.port(), upgrade("/ws?csrf_token=guessed", own)).status(), 401);
  std::string const foreign = "Origin: http://other.example\r\n" + jar.field();
  EXPECT_EQ(WebSocketClient(example.port(), upgrade(target, foreign)).status(), 403);
}

// --- the README's first program, whose port is fixed
// ------------------------------------------------------------------

constexpr std::uint16_t kFixedPort = 8000;

bool somebody_serves(std::uint16_t port) try {
  RawClient const client{port};
  return true;
} catch (std::system_error const&) {
  return false;
}

TEST_F(Examples, additional_claims) {
  if (somebody_serves(kFixedPort)) GTEST_SKIP() << "port 8000 is taken";
  Process process{{std::string{kExamples} + "/additional_claims"}, {}};
  auto const deadline = std::chrono::steady_clock::now() + kPatience;
  while (!somebody_serves(kFixedPort) && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  RawAnswer const answer = RawClient{kFixedPort}.ask(post("/login", kGoodLogin));
  EXPECT_EQ(RawClient{kFixedPort}.ask(get("/claims", bearer(token_of(answer)))).body, R"({"foo":["fiz","baz"]})");
  EXPECT_EQ(RawClient{kFixedPort}.ask(get("/claims")).status, 401);
  process.signal(SIGTERM);
  EXPECT_EQ(process.wait(), 0);
}

TEST_F(Examples, port_that_is_none_is_told) {
  for (std::string const port : {"", "http", "-1", "80a", "65536"}) {
    Process process{{std::string{kExamples} + "/basic", port}, {}};
    EXPECT_NE(process.read_all().find("the port is a number"), std::string::npos);
    EXPECT_EQ(process.wait(), 1);
  }
}

}  // namespace
}  // namespace authjwt::e2e
