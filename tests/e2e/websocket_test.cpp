// WebSockets on RESTinio over real sockets: every way in, every refusal, and what a peer may do to a server.
#include "e2e/websocket_client.hpp"

#include <authjwt/adapters/httplib.hpp>
#include <authjwt/adapters/restinio.hpp>
#include <authjwt/authjwt.hpp>
#include <authjwt/revocation/memory_log.hpp>
#include <authjwt/testing/fake_clock.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace authjwt::e2e {
namespace {

using namespace std::chrono_literals;
using enum WebSocketLocation;

constexpr std::string_view kOrigin = "Origin: https://app.example.com\r\n";
constexpr int kText = 1;
constexpr int kPong = 10;

/// Values from the server's threads, in their order.
template <class T>
class Channel {
 public:
  void put(T value) {
    std::lock_guard const lock{mutex_};
    values_.push_back(std::move(value));
    changed_.notify_all();
  }
  /// The next one; throws when nobody puts any.
  T take() {
    std::unique_lock lock{mutex_};
    if (!changed_.wait_for(lock, kPatience, [this] { return taken_ < values_.size(); }))
      throw std::runtime_error{"none"};
    return values_[taken_++];
  }
  bool empty() {
    std::lock_guard const lock{mutex_};
    return taken_ == values_.size();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<T> values_;
  std::size_t taken_ = 0;
};

std::string subject_of(WebSocket const& socket) {
  Maybe<Subject> const subject = socket.get_jwt_subject();
  return subject ? subject->to_string() : "nobody";
}

Settings cookie_settings() {
  return {.secret_key = "a secret of at least thirty-two bytes",
          .token_location = {"headers", "cookies"},
          .websocket_origins = {"https://app.example.com", "http://localhost:3000"}};
}

class WebSocketTest : public ::testing::Test {
 protected:
  explicit WebSocketTest(Settings settings = cookie_settings())
      : authority_{std::move(settings),
                   Hooks{.log = [this](LogLevel, std::string_view text) { logged_.put(std::string{text}); },
                         .clock = &clock_,
                         .revocation_log = std::make_shared<MemoryLog>(clock_)}} {}

  /// Says who it is, repeats what it hears, and tells of every event.
  WebSocketHandler echo() {
    return {.on_open =
                [this](WebSocket const& socket) {
                  opened_.put(socket);
                  socket.send_text("hello " + subject_of(socket));
                },
            .on_message = [](WebSocket const& socket, std::string_view text) { socket.send_text(text); },
            .on_close = [this](WebSocket const&, std::uint16_t code, std::string_view) { closed_.put(code); }};
  }
  void add(std::string_view path, Rule rule, std::vector<WebSocketLocation> from) {
    routes_.websocket(path, std::move(rule), {.from = std::move(from)}, echo());
  }
  void start(ServerOptions options = {}) {
    options.port = 0;
    server_.emplace(routes_, std::move(options));
  }
  WebSocketClient ask(std::string_view request) { return {server_->port(), request}; }
  WebSocketClient open(std::string_view target, std::string_view headers = {}) { return ask(upgrade(target, headers)); }
  std::string token(AccessTokenOptions const& options = {}) { return maker_.create_access_token("test", options); }
  std::string token_that_ends_in(std::chrono::seconds time) { return token({.expires_time = time}); }
  /// A token as the cookie line that carries it, and the CSRF value of it.
  std::pair<std::string, std::string> cookie() {
    std::string const text = token();
    json::object const claims = maker_.get_raw_jwt(text);
    std::string const csrf{claims.contains("csrf") ? claims.at("csrf").as_string() : json::string{}};
    return {"Cookie: access_token_cookie=" + text + "\r\n", csrf};
  }

  void expect_let_in(WebSocketClient client) {
    EXPECT_EQ(client.status(), 101) << client.answer().head << client.answer().body;
    EXPECT_EQ(client.read_text(), "hello test");
    EXPECT_EQ(subject_of(opened_.take()), "test");
    EXPECT_TRUE(client.send_text("again"));
    EXPECT_EQ(client.read_text(), "again");
  }
  void expect_refused(WebSocketClient client, int status, std::string_view detail) {
    EXPECT_EQ(client.status(), status) << client.answer().head;
    EXPECT_EQ(client.answer().body, R"({"detail":")" + std::string{detail} + "\"}");
    EXPECT_TRUE(client.raw().ends());
    EXPECT_TRUE(opened_.empty());
  }

  authjwt::testing::FakeClock clock_;
  Channel<std::string> logged_;
  Authority authority_;
  AuthJWT maker_{authority_};
  Routes routes_{authority_};
  Channel<WebSocket> opened_;
  Channel<std::uint16_t> closed_;
  std::optional<RestinioServer> server_;
};

// --- the ways in
// ------------------------------------------------------------------------------------------------------

TEST_F(WebSocketTest, token_in_the_query_lets_in) {
  add("/ws", Rule::access(), {query});
  start();
  expect_let_in(open("/ws?x=1&token=" + token()));
  expect_refused(open("/ws"), 401, "Missing access token from Query or Path");
  expect_refused(open("/ws?jwt=" + token()), 401, "Missing access token from Query or Path");
  expect_refused(open("/ws?token=a.b.c"), 401, "Invalid header padding");
  expect_refused(open("/ws?token=" + token() + "&token=" + token()), 401,
                 "Bad 'token' query parameter: it is there twice");
  expect_refused(open("/ws?token=%zz"), 401, "Bad 'token' query parameter: it cannot be decoded");
}

TEST_F(WebSocketTest, token_in_the_path_lets_in) {
  add("/ws/{token}", Rule::access(), {path});
  start();
  expect_let_in(open("/ws/" + token()));
  expect_refused(open("/ws/abc"), 401, "Not enough segments");
  expect_refused(open("/ws/"), 404, "Not Found");
  expect_refused(open("/ws/" + token() + "/x"), 404, "Not Found");
  expect_refused(open("/ws/{token}"), 401, "Not enough segments");
}

TEST_F(WebSocketTest, token_in_the_header_lets_in) {
  add("/ws", Rule::access(), {headers});
  start();
  expect_let_in(open("/ws", bearer(token())));
  expect_refused(open("/ws"), 401, "Missing Authorization Header");
  expect_refused(open("/ws", bearer(token()) + bearer(token())), 401,
                 "Bad Authorization header. Expected value 'Bearer <JWT>'");
}

TEST_F(WebSocketTest, token_in_the_subprotocol_lets_in_and_bearer_alone_is_answered) {
  add("/ws", Rule::access(), {subprotocol});
  start();
  std::string const line = "Sec-WebSocket-Protocol: bearer, ";
  WebSocketClient client = open("/ws", line + token() + "\r\n");
  EXPECT_NE(client.answer().head.find("\r\nSec-WebSocket-Protocol: bearer\r\n"), std::string::npos);
  expect_let_in(std::move(client));
  expect_refused(open("/ws"), 401, "Missing access token from Query or Path");
  expect_refused(open("/ws", "Sec-WebSocket-Protocol: chat\r\n"), 401, "Missing access token from Query or Path");
  constexpr std::string_view kBad = "Bad Sec-WebSocket-Protocol header. Expected value 'bearer, <JWT>'";
  expect_refused(open("/ws", "Sec-WebSocket-Protocol: bearer\r\n"), 401, kBad);
  expect_refused(open("/ws", line + token() + ", chat\r\n"), 401, kBad);
  expect_refused(open("/ws", line + token() + "\r\n" + line + token() + "\r\n"), 401, kBad);
  expect_refused(open("/ws", line + "a.b.c\r\n"), 401, "Invalid header padding");
}

TEST_F(WebSocketTest, cookies_with_their_csrf_value_and_an_allowed_origin_let_in) {
  add("/ws", Rule::access(), {cookies});
  start();
  auto const [line, csrf] = cookie();
  expect_let_in(open("/ws?csrf_token=" + csrf, line + std::string{kOrigin}));
  expect_let_in(open("/ws?csrf_token=" + csrf, line + "Origin: http://localhost:3000\r\n"));
  expect_refused(open("/ws", line + std::string{kOrigin}), 401, "Missing CSRF Token");
  expect_refused(open("/ws?csrf_token=x", line + std::string{kOrigin}), 401, "CSRF double submit tokens do not match");
  expect_refused(open("/ws?csrf_token=" + csrf, kOrigin), 401, "Missing cookie access_token_cookie");
  expect_refused(open("/ws?csrf_token=" + csrf, line + line + std::string{kOrigin}), 401,
                 "Bad cookie access_token_cookie: it is there twice");
}

TEST_F(WebSocketTest, cookies_without_an_allowed_origin_are_403) {
  add("/ws", Rule::access(), {cookies});
  start();
  auto const [line, csrf] = cookie();
  std::string const target = "/ws?csrf_token=" + csrf;
  expect_refused(open(target, line), 403, "Origin not allowed");
  for (std::string_view const origin :
       {"https://evil.example", "null", "", "*", "https://app.example.com.evil.example", "https://app.example.com:444",
        "http://app.example.com", "https://app.example.com/", "http://localhost", "http://localhost:30000"}) {
    SCOPED_TRACE(origin);
    expect_refused(open(target, line + "Origin: " + std::string{origin} + "\r\n"), 403, "Origin not allowed");
  }
  expect_refused(open(target, line + std::string{kOrigin} + std::string{kOrigin}), 403, "Origin not allowed");
  expect_refused(open(target, line + std::string{kOrigin} + "Origin: https://evil.example\r\n"), 403,
                 "Origin not allowed");
}

TEST_F(WebSocketTest, cookies_are_not_looked_at_where_they_are_not_listed) {
  add("/ws", Rule::access(), {query});
  start();
  auto const [line, csrf] = cookie();
  expect_refused(open("/ws?csrf_token=" + csrf, line + std::string{kOrigin} + bearer(token())), 401,
                 "Missing access token from Query or Path");
}

TEST_F(WebSocketTest, missing_goes_on_to_the_next_place_and_malformed_is_final) {
  add("/ws", Rule::access(), {headers, cookies, query});
  start();
  auto const [line, csrf] = cookie();
  expect_let_in(open("/ws?token=" + token()));
  expect_let_in(open("/ws?csrf_token=" + csrf, line + std::string{kOrigin}));
  expect_refused(open("/ws?token=" + token(), "Authorization: nonsense\r\n"), 401,
                 "Bad Authorization header. Expected value 'Bearer <JWT>'");
  expect_refused(open("/ws?token=" + token(), line), 403, "Origin not allowed");
}

TEST_F(WebSocketTest, header_of_64_kib_of_cookies_is_refused) {
  add("/ws", Rule::access(), {cookies});
  start();
  std::string many;
  while (many.size() < 64 * 1024) many += "a" + std::to_string(many.size()) + "=x; ";
  WebSocketClient const client = open("/ws", "Cookie: " + many + "\r\n" + std::string{kOrigin});
  EXPECT_EQ(client.status(), 401) << client.answer().body;
  expect_refused(open("/ws", kOrigin), 401, "Missing cookie access_token_cookie");
}

// --- rules
// --------------------------------------------------------------------------------------------------------

TEST_F(WebSocketTest, public_route_looks_at_no_token) {
  routes_.websocket("/ws", Rule::public_(), {}, echo());
  start();
  WebSocketClient client = open("/ws?token=nonsense", bearer("nonsense"));
  EXPECT_EQ(client.status(), 101);
  EXPECT_EQ(client.read_text(), "hello nobody");
  WebSocket const socket = opened_.take();
  EXPECT_EQ(socket.get_raw_jwt(), nullptr);
  EXPECT_FALSE(socket.expires_at());
  EXPECT_TRUE(socket.check());
}

TEST_F(WebSocketTest, optional_route_takes_nobody_and_refuses_a_bad_token) {
  add("/ws", Rule::optional(), {headers, query});
  start();
  EXPECT_EQ(open("/ws").read_text(), "hello nobody");
  EXPECT_EQ(open("/ws?token=" + token()).read_text(), "hello test");
  EXPECT_EQ(open("/ws?token=x").status(), 401);
}

TEST_F(WebSocketTest, rule_is_enforced_whole) {
  add("/refresh", Rule::refresh(), {query});
  add("/fresh", Rule::fresh(), {query});
  add("/scopes", Rule::scopes({"read", "write"}), {query});
  start();
  std::string const refresh = maker_.create_refresh_token("test");
  expect_refused(open("/refresh?token=" + token()), 401, "Only refresh tokens are allowed");
  expect_refused(open("/fresh?token=" + refresh), 401, "Only access tokens are allowed");
  expect_refused(open("/fresh?token=" + token()), 401, "Fresh token required");
  expect_refused(open("/scopes?token=" + token({.user_claims = {{"scope", "read"}}})), 403, "Missing scope: write");
  expect_let_in(open("/refresh?token=" + refresh));
  expect_let_in(open("/fresh?token=" + token({.fresh = true})));
  expect_let_in(open("/scopes?token=" + token({.user_claims = {{"scope", "write read"}}})));
}

TEST_F(WebSocketTest, expired_and_revoked_tokens_are_refused_before_the_upgrade) {
  add("/ws", Rule::access(), {query});
  start();
  std::string const old = token_that_ends_in(10s);
  std::string const revoked = token();
  ASSERT_TRUE(authority_.revoke(revoked));
  clock_.advance(10s);
  expect_refused(open("/ws?token=" + old), 401, "Signature has expired");
  expect_refused(open("/ws?token=" + revoked), 401, "Token has been revoked");
}

// --- the first message
// ------------------------------------------------------------------------------------------------

std::string auth_message(std::string_view token) { return R"({"type":"auth","token":")" + std::string{token} + "\"}"; }

TEST_F(WebSocketTest, first_message_lets_in) {
  add("/ws", Rule::access(), {first_message});
  start();
  WebSocketClient client = open("/ws");
  EXPECT_EQ(client.status(), 101);
  EXPECT_TRUE(client.send_text(auth_message(token())));
  expect_let_in(std::move(client));
}

TEST_F(WebSocketTest, first_message_may_be_fragmented_between_pings) {
  add("/ws", Rule::access(), {first_message});
  start();
  WebSocketClient client = open("/ws");
  std::string const message = auth_message(token());
  client.send(0x01, message.substr(0, 10));
  client.send(0x89, "ping");
  client.send(0x00, message.substr(10, 5));
  client.send(0x80, message.substr(15));
  WebSocketFrame const pong = client.read_frame();
  EXPECT_EQ(pong.opcode, kPong);
  EXPECT_EQ(pong.payload, "ping");
  EXPECT_EQ(client.read_text(), "hello test");
}

TEST_F(WebSocketTest, first_message_that_is_no_good_is_1008_and_never_delivered) {
  add("/ws", Rule::access(), {first_message});
  start();
  std::string const good = token();
  for (std::string const& message :
       {std::string{"hello"}, std::string{"{}"}, R"({"token":")" + good + R"("})", R"({"type":"auth"})" + std::string{},
        R"({"type":"auth","token":")" + good + R"(","x":1})",
        R"({"type":"auth","type":"auth","token":")" + good + R"("})", R"({"type":"Auth","token":")" + good + R"("})",
        std::string{R"({"type":"auth","token":7})"}, std::string{R"({"type":"auth","token":""})"},
        "[" + auth_message(good) + "]", auth_message(good) + "x", auth_message("a.b.c"),
        auth_message(maker_.create_refresh_token("test"))}) {
    SCOPED_TRACE(message);
    WebSocketClient client = open("/ws");
    client.send_text(message);
    client.send_text(auth_message(good));
    EXPECT_EQ(client.read_close(), 1008);
    client.send_close(1008);
    EXPECT_TRUE(client.raw().ends());
  }
  WebSocketClient binary = open("/ws");
  binary.send(0x82, auth_message(good));
  EXPECT_EQ(binary.read_close(), 1008);
  EXPECT_TRUE(opened_.empty());
  EXPECT_TRUE(closed_.empty());
}

TEST_F(WebSocketTest, first_message_that_is_too_big_is_1009) {
  add("/ws", Rule::access(), {first_message});
  start();
  WebSocketClient client = open("/ws");
  client.send_text(std::string(authority_.settings().max_token_size + 257, ' '));
  EXPECT_EQ(client.read_close(), 1009);
}

TEST_F(WebSocketTest, refused_first_message_says_why) {
  add("/ws", Rule::access(), {first_message});
  start();
  std::string const revoked = token();
  ASSERT_TRUE(authority_.revoke(revoked));
  WebSocketClient client = open("/ws");
  client.send_text(auth_message(revoked));
  WebSocketFrame const close = client.read_frame();
  EXPECT_EQ(close.close_code(), 1008);
  EXPECT_EQ(close.reason(), "Token has been revoked");
}

TEST_F(WebSocketTest, first_message_that_never_comes_is_1008_and_holds_no_thread) {
  routes_.websocket("/ws", Rule::access(), {.from = {first_message}, .first_message_within = 100ms}, echo());
  routes_.get("/alive", [] { return json::value("yes"); });
  start({.threads = 1});
  std::vector<WebSocketClient> silent;
  for (int i = 0; i < 20; ++i) silent.push_back(open("/ws"));
  EXPECT_EQ(RawClient{server_->port()}.ask(get("/alive")).status, 200);
  for (WebSocketClient& client : silent) EXPECT_EQ(client.read_close(), 1008);
  EXPECT_TRUE(opened_.empty());
}

TEST_F(WebSocketTest, first_message_that_comes_by_drops_is_1008_at_the_same_time) {
  routes_.websocket("/ws", Rule::access(), {.from = {first_message}, .first_message_within = 200ms}, echo());
  start();
  WebSocketClient client = open("/ws");
  client.send(0x01, "{");
  while (client.send(0x00, "") && client.send(0x89, "")) {
    WebSocketFrame const frame = client.read_frame();
    if (frame.opcode == kPong) continue;
    EXPECT_EQ(frame.close_code(), 1008);
    return;
  }
  FAIL() << "no close came";
}

// --- the handshake
// ----------------------------------------------------------------------------------------------------

TEST_F(WebSocketTest, accepting_answer_is_that_of_the_rfc) {
  routes_.websocket("/ws", Rule::public_(), {}, echo());
  start();
  std::string const head = open("/ws").answer().head;
  EXPECT_TRUE(head.starts_with("HTTP/1.1 101 Switching Protocols\r\n")) << head;
  for (std::string const line : {"Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Accept: "}) {
    EXPECT_NE(head.find("\r\n" + line), std::string::npos) << line;
  }
  EXPECT_NE(head.find(kAccept), std::string::npos);
  EXPECT_EQ(head.find("Sec-WebSocket-Protocol"), std::string::npos);
  EXPECT_EQ(head.find("Sec-WebSocket-Extensions"), std::string::npos);
}

class WebSocketHandshakeTest : public WebSocketTest {
 protected:
  WebSocketHandshakeTest() {
    routes_.websocket("/ws", Rule::public_(), {}, echo());
    routes_.get("/page", [] { return json::value("page"); });
    start();
  }
};

TEST_F(WebSocketHandshakeTest, wrong_version_is_426_with_the_right_one) {
  for (std::string const& line :
       {std::string{}, std::string{"Sec-WebSocket-Version: 8\r\n"}, std::string{"Sec-WebSocket-Version: 13, 8\r\n"},
        std::string{"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Version: 13\r\n"}}) {
    WebSocketClient client =
        ask(get("/ws", "Upgrade: websocket\r\nConnection: Upgrade\r\n" + std::string{kKeyLine} + line));
    EXPECT_NE(client.answer().head.find("\r\nSec-WebSocket-Version: 13\r\n"), std::string::npos);
    expect_refused(std::move(client), 426, "Expected Sec-WebSocket-Version: 13");
  }
}

TEST_F(WebSocketHandshakeTest, bad_keys_are_400) {
  std::string const head = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n";
  for (std::string const& keys :
       {std::string{}, std::string{kKeyLine} + std::string{kKeyLine}, std::string{"Sec-WebSocket-Key: \r\n"},
        std::string{"Sec-WebSocket-Key: abc\r\n"}, std::string{"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZR==\r\n"},
        std::string{"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZSE=\r\n"},
        std::string{"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j*Q==\r\n"}}) {
    SCOPED_TRACE(keys);
    expect_refused(ask(get("/ws", head + keys)), 400, "Bad Sec-WebSocket-Key header");
  }
}

TEST_F(WebSocketHandshakeTest, what_asks_for_no_websocket_is_told_so) {
  for (std::string const& headers :
       {std::string{}, std::string{"Upgrade: h2c\r\nConnection: Upgrade\r\n"}, std::string{"Upgrade: websocket\r\n"},
        std::string{"Connection: Upgrade\r\n"}, std::string{"Upgrade: websocket\r\nConnection: close\r\n"}}) {
    SCOPED_TRACE(headers);
    WebSocketClient client = ask(get("/ws", headers + std::string{kKeyLine} + "Sec-WebSocket-Version: 13\r\n"));
    EXPECT_NE(client.answer().head.find("\r\nUpgrade: websocket\r\n"), std::string::npos);
    expect_refused(std::move(client), 426, "This is a WebSocket");
  }
  WebSocketClient post_client = ask("POST" + upgrade("/ws").substr(3));
  EXPECT_NE(post_client.answer().head.find("\r\nAllow: GET\r\n"), std::string::npos);
  expect_refused(std::move(post_client), 405, "Method Not Allowed");
}

TEST_F(WebSocketHandshakeTest, request_with_a_body_or_without_a_host_is_400) {
  std::string const good = upgrade("/ws");
  EXPECT_EQ(ask(upgrade("/ws", "Content-Length: 2\r\n") + "{}").status(), 400);
  EXPECT_EQ(ask(upgrade("/ws", "Transfer-Encoding: chunked\r\n") + "0\r\n\r\n").status(), 400);
  EXPECT_EQ(ask(upgrade("/ws", "Content-Length : 2\r\n") + "{}").status(), 400);
  expect_refused(ask("GET /ws HTTP/1.1\r\n" + good.substr(good.find("Upgrade"))), 400, "Bad Host header");
  EXPECT_EQ(ask("GET /ws HTTP/1.0\r\n" + good.substr(good.find("Host"))).status(), 400);
}

TEST_F(WebSocketHandshakeTest, names_and_lists_are_read_as_http_has_them) {
  WebSocketClient client = ask(get("/ws",
                                   "uPGRADE: h2c, WebSocket\r\nconnection: keep-alive, UPGRADE\r\n"
                                   "sec-websocket-version: 13\r\n" +
                                       std::string{kKeyLine}));
  EXPECT_EQ(client.status(), 101);
}

TEST_F(WebSocketHandshakeTest, websocket_where_there_is_none_is_404) {
  expect_refused(open("/none"), 404, "Not Found");
  expect_refused(open("/page"), 404, "Not Found");
}

TEST_F(WebSocketHandshakeTest, upgrade_to_something_else_is_an_ordinary_request) {
  RawClient client{server_->port()};
  std::string const request =
      get("/page", "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AA\r\n");
  EXPECT_EQ(client.ask(request).body, "\"page\"");
  EXPECT_EQ(client.ask(request).body, "\"page\"");
}

TEST_F(WebSocketHandshakeTest, upgrade_behind_another_request_of_the_connection) {
  WebSocketClient client = ask(get("/page"));
  EXPECT_EQ(client.status(), 200);
  EXPECT_EQ(client.raw().ask(upgrade("/ws")).status, 101);
  EXPECT_EQ(client.read_text(), "hello nobody");
  RawClient both{server_->port()};
  EXPECT_EQ(both.ask(get("/page") + upgrade("/ws")).status, 200);
  EXPECT_EQ(both.read_answer().status, 101);
}

TEST_F(WebSocketHandshakeTest, data_before_the_answer_ends_the_socket) {
  WebSocketClient client = ask(upgrade("/ws") + client_frame(0x81, "too early"));
  EXPECT_EQ(client.status(), 101);
  EXPECT_EQ(client.read_text(), "hello nobody");
  EXPECT_EQ(client.read_close(), 1002);
}

// --- messages
// ---------------------------------------------------------------------------------------------------------

class OpenWebSocketTest : public WebSocketTest {
 protected:
  OpenWebSocketTest() {
    routes_.websocket("/ws", Rule::access(), {.from = {query}, .close_within = 500ms}, echo());
    start({.threads = 2});
  }
  WebSocketClient opened() {
    WebSocketClient client = open("/ws?token=" + token());
    EXPECT_EQ(client.read_text(), "hello test");
    return client;
  }
};

TEST_F(OpenWebSocketTest, messages_of_every_length_form_come_back_unmasked) {
  WebSocketClient client = opened();
  for (std::size_t const size : {0UL, 1UL, 125UL, 126UL, 127UL, 4096UL, 65535UL, 65536UL}) {
    std::string const text(size, 'x');
    client.send_text(text);
    WebSocketFrame const frame = client.read_frame();
    EXPECT_EQ(frame.opcode, kText);
    EXPECT_TRUE(frame.is_final);
    EXPECT_FALSE(frame.is_masked);
    EXPECT_EQ(frame.payload, text);
  }
}

TEST_F(OpenWebSocketTest, message_over_the_limit_is_1009_whole_or_in_parts) {
  WebSocketClient whole = opened();
  whole.send_text(std::string(64 * 1024 + 1, 'x'));
  EXPECT_EQ(whole.read_close(), 1009);
  WebSocketClient parts = opened();
  parts.send(0x01, std::string(64 * 1024, 'x'));
  parts.send(0x80, "x");
  EXPECT_EQ(parts.read_close(), 1009);
  WebSocketClient announced = opened();  // a length that nobody has
  announced.raw().send(
      "\x81\xFF\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF"
      "abcd");
  EXPECT_EQ(announced.read_close(), 1009);
}

TEST_F(OpenWebSocketTest, what_breaks_the_protocol_is_closed_with_its_code) {
  struct Case {
    char const* name;
    std::string bytes;
    int code;
  };
  for (Case const& c : {
           Case{"no mask", client_frame(0x81, "x", false), 1002},
           Case{"reserved bit", client_frame(0xC1, "x"), 1002},
           Case{"unknown data opcode", client_frame(0x83, "x"), 1002},
           Case{"unknown control opcode", client_frame(0x8B, "x"), 1002},
           Case{"fragmented ping", client_frame(0x09, "x"), 1002},
           Case{"long ping", client_frame(0x89, std::string(126, 'x')), 1002},
           Case{"continuation of nothing", client_frame(0x80, "x"), 1002},
           Case{"text inside a text", client_frame(0x01, "x") + client_frame(0x81, "x"), 1002},
           Case{"length not shortest",
                std::string("\x81\xFE\0\x01"
                            "abcdX",
                            9),
                1002},
           Case{"half a close code", client_frame(0x88, "x"), 1002},
           Case{"close code 1005", client_frame(0x88, close_payload(1005)), 1002},
           Case{"close code 999", client_frame(0x88, close_payload(999)), 1002},
           Case{"close reason that is not UTF-8", client_frame(0x88, close_payload(1000, "\xFF")), 1007},
           Case{"text that is not UTF-8", client_frame(0x81, "\xC0\x80"), 1007},
           Case{"text that ends in a character", client_frame(0x01, "\xE2\x82") + client_frame(0x80, ""), 1007},
           Case{"binary, that nobody takes", client_frame(0x82, "x"), 1003},
           Case{"an HTTP request", get("/ws"), 1002},
       }) {
    SCOPED_TRACE(c.name);
    WebSocketClient client = opened();
    client.raw().send(c.bytes);
    EXPECT_EQ(client.read_close(), c.code);
    EXPECT_EQ(closed_.take(), c.code);
    client.send_close();
    EXPECT_TRUE(client.raw().ends());
  }
}

TEST_F(OpenWebSocketTest, character_cut_between_fragments_is_whole) {
  WebSocketClient client = opened();
  client.send(0x01, "\xE2\x82");
  client.send(0x80, "\xAC");
  EXPECT_EQ(client.read_text(), "\xE2\x82\xAC");
}

TEST_F(OpenWebSocketTest, bytes_may_come_one_by_one) {
  WebSocketClient client = opened();
  for (char const c : client_frame(0x81, "slow")) client.raw().send(std::string_view{&c, 1});
  EXPECT_EQ(client.read_text(), "slow");
}

TEST_F(OpenWebSocketTest, ping_is_answered_with_its_payload) {
  WebSocketClient client = opened();
  client.send(0x89, "are you there");
  WebSocketFrame const frame = client.read_frame();
  EXPECT_EQ(frame.opcode, kPong);
  EXPECT_EQ(frame.payload, "are you there");
  client.send(0x8A, "unasked");
  client.send_text("x");
  EXPECT_EQ(client.read_text(), "x");
}

TEST_F(OpenWebSocketTest, close_of_the_peer_is_answered_and_told) {
  WebSocketClient client = opened();
  client.send_close(3001);
  EXPECT_EQ(client.read_close(), 3001);
  EXPECT_TRUE(client.raw().ends());
  EXPECT_EQ(closed_.take(), 3001);
  WebSocketClient bare = opened();
  bare.send(0x88, "");
  EXPECT_EQ(bare.read_close(), 1005);
  EXPECT_EQ(closed_.take(), 1005);
}

TEST_F(OpenWebSocketTest, connection_that_just_ends_is_1006) {
  { WebSocketClient const client = opened(); }
  EXPECT_EQ(closed_.take(), 1006);
  opened().raw().reset();
  EXPECT_EQ(closed_.take(), 1006);
}

TEST_F(OpenWebSocketTest, handle_sends_from_any_thread_and_outlives_the_socket) {
  WebSocketClient client = opened();
  WebSocket const socket = opened_.take();
  EXPECT_TRUE(socket.send_text("from outside"));
  EXPECT_EQ(client.read_text(), "from outside");
  EXPECT_THROW(static_cast<void>(socket.send_text("\xFF")), std::invalid_argument);
  EXPECT_THROW(socket.close(1006), std::invalid_argument);
  EXPECT_THROW(socket.close(1000, std::string(124, 'x')), std::invalid_argument);
  socket.close(4000, "enough");
  socket.close(4001, "again");
  EXPECT_FALSE(socket.send_text("too late"));
  WebSocketFrame const close = client.read_frame();
  EXPECT_EQ(close.close_code(), 4000);
  EXPECT_EQ(close.reason(), "enough");
  client.send_close(4000);
  EXPECT_TRUE(client.raw().ends());
  EXPECT_EQ(closed_.take(), 4000);
  server_.reset();
  EXPECT_FALSE(socket.is_open());
  EXPECT_FALSE(socket.send_text("after the server"));
  EXPECT_EQ(subject_of(socket), "test");
}

TEST_F(WebSocketTest, many_threads_may_send_while_the_server_stops) {
  routes_.websocket("/ws", Rule::public_(), {.max_queued = 64 * 1024 * 1024, .close_within = 500ms}, echo());
  start({.threads = 2});
  WebSocketClient client = open("/ws");
  EXPECT_EQ(client.read_text(), "hello nobody");
  WebSocket const socket = opened_.take();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([socket] {
      while (socket.send_text("x")) {
      }
    });
  }
  EXPECT_EQ(client.read_text(), "x");
  server_.reset();
  for (std::thread& thread : threads) thread.join();
  EXPECT_FALSE(socket.is_open());
}

// --- what the token says, later
// ---------------------------------------------------------------------------------------

TEST_F(OpenWebSocketTest, socket_knows_its_token_and_asks_again) {
  std::string const text = token({.expires_time = 1h, .user_claims = {{"foo", "bar"}}});
  WebSocketClient client = open("/ws?token=" + text);
  WebSocket const socket = opened_.take();
  EXPECT_EQ(socket.get_raw_jwt()->at("foo"), json::value("bar"));
  EXPECT_EQ(socket.expires_at(), clock_.now() + 1h);
  EXPECT_TRUE(socket.check());
  ASSERT_TRUE(authority_.revoke(text));
  ASSERT_FALSE(socket.check());
  EXPECT_EQ(socket.check().error().code(), Errc::token_revoked);
  EXPECT_TRUE(socket.is_open());
  clock_.advance(1h);
  EXPECT_EQ(socket.check().error().code(), Errc::expired);
}

TEST_F(WebSocketTest, checking_in_a_callback_closes_a_revoked_token_with_1008) {
  routes_.websocket("/ws", Rule::access(), {.from = {query}},
                    {.on_message = [](WebSocket const& socket, std::string_view) {
                      socket.check().value();
                      socket.send_text("still good");
                    }});
  start();
  std::string const text = token();
  WebSocketClient client = open("/ws?token=" + text);
  client.send_text("?");
  EXPECT_EQ(client.read_text(), "still good");
  ASSERT_TRUE(authority_.revoke(text));
  client.send_text("?");
  WebSocketFrame const close = client.read_frame();
  EXPECT_EQ(close.close_code(), 1008);
  EXPECT_EQ(close.reason(), "Token has been revoked");
}

TEST_F(OpenWebSocketTest, message_after_the_token_has_ended_is_1008_and_not_handled) {
  WebSocketClient client = open("/ws?token=" + token_that_ends_in(60s));
  EXPECT_EQ(client.read_text(), "hello test");
  clock_.advance(59s);
  client.send_text("in time");
  EXPECT_EQ(client.read_text(), "in time");
  clock_.advance(1s);
  client.send_text("too late");
  WebSocketFrame const close = client.read_frame();
  EXPECT_EQ(close.close_code(), 1008);
  EXPECT_EQ(close.reason(), "token expired");
}

TEST_F(OpenWebSocketTest, silent_socket_is_closed_when_its_token_ends) {
  WebSocketClient client = open("/ws?token=" + token_that_ends_in(1s));
  EXPECT_EQ(client.read_text(), "hello test");
  clock_.advance(1s);
  EXPECT_EQ(client.read_close(), 1008);
  EXPECT_EQ(closed_.take(), 1008);
}

TEST_F(WebSocketTest, service_may_let_sockets_outlive_their_token) {
  routes_.websocket("/ws", Rule::access(), {.from = {query}, .close_at_expiry = false}, echo());
  start();
  WebSocketClient client = open("/ws?token=" + token_that_ends_in(1s));
  EXPECT_EQ(client.read_text(), "hello test");
  clock_.advance(1h);
  client.send_text("still here");
  EXPECT_EQ(client.read_text(), "still here");
  EXPECT_FALSE(opened_.take().check());
}

// --- callbacks that fail
// ----------------------------------------------------------------------------------------------

TEST_F(WebSocketTest, callback_that_throws_is_logged_and_1011) {
  routes_.websocket(
      "/ws", Rule::public_(), {},
      {.on_message = [](WebSocket const&, std::string_view) { throw std::runtime_error{"broken\nthing"}; },
       .on_binary = [](WebSocket const&, std::string_view) { throw 7; },
       .on_close = [this](WebSocket const&, std::uint16_t code, std::string_view) { closed_.put(code); }});
  start();
  WebSocketClient text = open("/ws");
  text.send_text("x");
  EXPECT_EQ(text.read_close(), 1011);
  EXPECT_EQ(logged_.take(), "WebSocket /ws: a callback failed: broken?thing");
  EXPECT_EQ(closed_.take(), 1011);
  WebSocketClient binary = open("/ws");
  binary.send(0x82, "x");
  EXPECT_EQ(binary.read_close(), 1011);
}

TEST_F(WebSocketTest, callbacks_of_one_socket_never_run_at_the_same_time) {
  std::atomic<int> running{0};
  std::atomic<int> most{0};
  routes_.websocket("/ws", Rule::public_(), {}, {.on_message = [&](WebSocket const& socket, std::string_view text) {
                      int const now = ++running;
                      if (now > most) most = now;
                      socket.send_text(text);
                      --running;
                    }});
  start({.threads = 4});
  WebSocketClient client = open("/ws");
  for (int i = 0; i < 500; ++i) client.send_text(std::to_string(i));
  for (int i = 0; i < 500; ++i) ASSERT_EQ(client.read_text(), std::to_string(i));
  EXPECT_EQ(most, 1);
}

// --- what peers may cost
// ----------------------------------------------------------------------------------------------

TEST_F(WebSocketTest, peer_that_does_not_read_is_closed_when_too_much_waits) {
  routes_.websocket(
      "/ws", Rule::public_(), {.max_queued = 256 * 1024},
      {.on_open =
           [this](WebSocket const& socket) {
             while (socket.send_text(std::string(16 * 1024, 'x'))) {
             }
             opened_.put(socket);
           },
       .on_close = [this](WebSocket const&, std::uint16_t code, std::string_view) { closed_.put(code); }});
  start({.write_timeout = 300ms});
  WebSocketClient client = open("/ws");
  EXPECT_FALSE(opened_.take().is_open());
  EXPECT_EQ(closed_.take(), 1008);
  WebSocketFrame frame = client.read_frame();
  while (frame.opcode == kText) frame = client.read_frame();
  EXPECT_EQ(frame.close_code(), 1008);
}

TEST_F(WebSocketTest, peer_that_never_takes_a_piece_is_cut) {
  routes_.websocket(
      "/ws", Rule::public_(), {.max_queued = 64 * 1024 * 1024},
      {.on_open = [](WebSocket const& socket) { socket.send_text(std::string(32 * 1024 * 1024, 'x')); },
       .on_close = [this](WebSocket const&, std::uint16_t code, std::string_view) { closed_.put(code); }});
  start({.write_timeout = 200ms});
  WebSocketClient client = open("/ws");
  EXPECT_EQ(closed_.take(), 1006);
}

TEST_F(WebSocketTest, peer_that_never_answers_a_close_is_cut) {
  routes_.websocket("/ws", Rule::public_(), {.close_within = 100ms}, echo());
  start();
  WebSocketClient client = open("/ws");
  EXPECT_EQ(client.read_text(), "hello nobody");
  opened_.take().close();
  EXPECT_EQ(client.read_close(), 1000);
  EXPECT_TRUE(client.raw().ends());
}

TEST_F(WebSocketTest, peer_that_is_silent_is_pinged_and_then_cut) {
  routes_.websocket("/ws", Rule::public_(), {.ping_every = 100ms}, echo());
  start();
  WebSocketClient client = open("/ws");
  EXPECT_EQ(client.read_text(), "hello nobody");
  EXPECT_EQ(client.read_frame().opcode, 9);
  client.send(0x8A, "");
  EXPECT_EQ(client.read_frame().opcode, 9);
  EXPECT_EQ(client.read_frame().opcode, -1);
  EXPECT_EQ(closed_.take(), 1006);
}

TEST_F(WebSocketTest, sockets_take_places_among_the_connections) {
  add("/ws", Rule::access(), {query});
  start({.max_connections = 2});
  WebSocketClient first = open("/ws?token=" + token());
  WebSocketClient second = open("/ws?token=" + token());
  EXPECT_EQ(first.read_text(), "hello test");
  EXPECT_EQ(second.read_text(), "hello test");
  EXPECT_EQ(open("/ws?token=" + token()).status(), 503);
  first.send_close();
  EXPECT_EQ(first.read_close(), 1000);
  EXPECT_TRUE(first.raw().ends());
  EXPECT_EQ(ask_until_let_in(server_->port(), upgrade("/ws?token=" + token())).status, 101);
}

TEST_F(WebSocketTest, refused_upgrades_leave_no_place_taken) {
  add("/ws", Rule::access(), {query});
  start({.max_connections = 2});
  for (int i = 0; i < 20; ++i) EXPECT_EQ(ask_until_let_in(server_->port(), upgrade("/ws")).status, 401);
}

// --- the end of the server
// --------------------------------------------------------------------------------------------

TEST_F(OpenWebSocketTest, stopping_server_says_1001) {
  WebSocketClient client = opened();
  std::thread answering{[&client] {
    EXPECT_EQ(client.read_close(), 1001);
    client.send_close(1001);
    EXPECT_TRUE(client.raw().ends());
  }};
  server_->stop();
  answering.join();
  EXPECT_EQ(closed_.take(), 1001);
  EXPECT_FALSE(opened_.take().send_text("x"));
}

TEST_F(WebSocketTest, peer_that_never_closes_does_not_hold_up_a_stop) {
  routes_.websocket("/ws", Rule::public_(), {.close_within = 24h}, echo());
  start({.finish_within = 100ms});
  WebSocketClient client = open("/ws");
  EXPECT_EQ(client.read_text(), "hello nobody");
  auto const began = std::chrono::steady_clock::now();
  server_->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - began, 5s);
  EXPECT_EQ(client.read_close(), 1001);
  EXPECT_TRUE(client.raw().ends());
  EXPECT_EQ(closed_.take(), 1001);
}

TEST_F(WebSocketTest, socket_without_its_first_message_does_not_hold_up_a_stop) {
  add("/ws", Rule::access(), {first_message});
  start({.finish_within = 100ms});
  WebSocketClient client = open("/ws");
  auto const began = std::chrono::steady_clock::now();
  server_->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - began, 5s);
  EXPECT_EQ(client.read_close(), 1001);
}

// --- settings
// ---------------------------------------------------------------------------------------------------------

class WithoutOriginTest : public WebSocketTest {
 protected:
  WithoutOriginTest()
      : WebSocketTest{{.secret_key = "a secret of at least thirty-two bytes",
                       .token_location = {"cookies"},
                       .cookie_csrf_protect = false,
                       .websocket_without_origin = true}} {
    add("/ws", Rule::access(), {cookies});
    start();
  }
};

TEST_F(WithoutOriginTest, cookies_count_without_an_origin_but_not_with_an_unknown_one) {
  std::string const line = cookie().first;
  expect_let_in(open("/ws", line));
  expect_refused(open("/ws", line + std::string{kOrigin}), 403, "Origin not allowed");
}

class NoOriginsTest : public WebSocketTest {
 protected:
  NoOriginsTest()
      : WebSocketTest{{.secret_key = "a secret of at least thirty-two bytes", .token_location = {"cookies"}}} {
    add("/ws", Rule::access(), {cookies});
    start();
  }
};

TEST_F(NoOriginsTest, own_host_is_not_guessed_to_be_an_allowed_origin) {
  EXPECT_EQ(logged_.take(), "WebSocket /ws: authjwt_websocket_origins is empty, so cookies let nobody in");
  auto const [line, csrf] = cookie();
  expect_refused(open("/ws?csrf_token=" + csrf, line + "Origin: http://test\r\n"), 403, "Origin not allowed");
}

class ChallengeTest : public WebSocketTest {
 protected:
  ChallengeTest() : WebSocketTest{{.secret_key = "a secret of at least thirty-two bytes", .www_authenticate = true}} {
    add("/ws", Rule::access(), {query, subprotocol});
    start();
  }
};

TEST_F(ChallengeTest, refusals_are_401_with_a_challenge) {
  for (std::string const& request : {upgrade("/ws"), upgrade("/ws?token=x"), upgrade("/ws?token=x&token=x"),
                                     upgrade("/ws", "Sec-WebSocket-Protocol: bearer\r\n")}) {
    WebSocketClient const client = ask(request);
    EXPECT_EQ(client.status(), 401) << client.answer().body;
    EXPECT_NE(client.answer().head.find("\r\nWWW-Authenticate: Bearer"), std::string::npos) << client.answer().head;
  }
}

TEST_F(WebSocketTest, cpp_httplib_refuses_routes_with_websockets) {
  add("/ws", Rule::access(), {headers});
  httplib::Server server;
  try {
    mount(server, routes_);
    FAIL() << "mounted";
  } catch (std::invalid_argument const& e) {
    EXPECT_STREQ(e.what(), "cpp-httplib has no WebSockets: WebSocket /ws");
  }
}

}  // namespace
}  // namespace authjwt::e2e
