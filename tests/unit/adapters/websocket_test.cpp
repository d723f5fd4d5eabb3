// A WebSocket without a connection: what may be registered, what it answers to every byte, and when.
#include "adapters/websocket_frames.hpp"

#include <authjwt/adapters/detail/websocket_session.hpp>
#include <authjwt/adapters/routes.hpp>
#include <authjwt/adapters/websocket.hpp>
#include <authjwt/authjwt.hpp>
#include <authjwt/testing/fake_clock.hpp>
#include <authjwt/testing/fake_http.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

namespace authjwt {
namespace {

using namespace std::chrono_literals;
using enum WebSocketLocation;
using detail::frame;
using detail::Opcode;
using detail::WebSocketIncoming;
using detail::WebSocketReader;
using detail::WebSocketSession;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Kind = WebSocketIncoming::Kind;

Settings settings() { return {.secret_key = "a secret of at least thirty-two bytes"}; }

/// A frame as a client sends it, masked with zeros.
std::string client_frame(unsigned first, std::string_view payload) {
  std::string bytes = frame(Opcode::text, payload);
  bytes[0] = static_cast<char>(first);
  bytes[1] = static_cast<char>(static_cast<unsigned char>(bytes[1]) | 0x80U);
  return bytes.insert(bytes.size() - payload.size(), 4, '\0');
}

// --- frames
// -----------------------------------------------------------------------------------------------------------

struct Read {
  Kind kind;
  std::string payload;
  std::uint16_t code;
  bool operator==(Read const&) const = default;
};

/// Everything that is found in `bytes` when they come in pieces of `piece`.
std::vector<Read> read_all(std::string_view bytes, std::size_t piece, std::size_t limit = 1000) {
  WebSocketReader reader;
  std::vector<Read> found;
  while (!bytes.empty()) {
    std::string_view part = bytes.substr(0, piece);
    bytes.remove_prefix(part.size());
    while (true) {
      WebSocketIncoming const incoming = reader.next(part, limit);
      if (incoming.kind == Kind::nothing) break;
      found.push_back({incoming.kind, std::string{incoming.payload}, incoming.code});
      if (incoming.kind == Kind::failure) return found;
    }
    EXPECT_TRUE(part.empty());
  }
  return found;
}

TEST(WebSocketFrames, lengths_are_written_in_their_shortest_form) {
  EXPECT_EQ(frame(Opcode::text, "Hello"), "\x81\x05Hello");  // RFC 6455 5.7
  EXPECT_EQ(frame(Opcode::binary, std::string(126, 'x')).substr(0, 4), std::string_view("\x82\x7E\x00\x7E", 4));
  EXPECT_EQ(frame(Opcode::binary, std::string(65535, 'x')).substr(0, 4), "\x82\x7E\xFF\xFF");
  EXPECT_EQ(frame(Opcode::binary, std::string(65536, 'x')).substr(0, 10),
            std::string_view("\x82\x7F\0\0\0\0\0\x01\0\0", 10));
  EXPECT_EQ(detail::close_frame(1000, "bye"),
            "\x88\x05\x03\xE8"
            "bye");
  EXPECT_EQ(detail::close_frame(1005, ""), std::string_view("\x88\x00", 2));
}

TEST(WebSocketFrames, example_of_the_rfc_is_unmasked) {
  std::string const hello = "\x81\x85\x37\xFA\x21\x3D\x7F\x9F\x4D\x51\x58";  // RFC 6455 5.7
  EXPECT_THAT(read_all(hello, 100), ElementsAre(Read{Kind::text, "Hello", 0}));
}

TEST(WebSocketFrames, pieces_of_any_size_are_read_alike) {
  std::string const bytes = client_frame(0x01, "Hel") + client_frame(0x89, "?") + client_frame(0x00, "") +
                            client_frame(0x80, "lo") + client_frame(0x82, std::string(200, 'b')) +
                            client_frame(0x8A, "") +
                            client_frame(0x88,
                                         "\x03\xE8"
                                         "bye");
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    SCOPED_TRACE(piece);
    EXPECT_THAT(read_all(bytes, piece), ElementsAre(Read{Kind::ping, "?", 0}, Read{Kind::text, "Hello", 0},
                                                    Read{Kind::binary, std::string(200, 'b'), 0},
                                                    Read{Kind::pong, "", 0}, Read{Kind::close, "bye", 1000}));
  }
}

TEST(WebSocketFrames, limit_is_of_the_whole_message) {
  EXPECT_EQ(read_all(client_frame(0x81, "1234"), 100, 4).at(0).kind, Kind::text);
  EXPECT_EQ(read_all(client_frame(0x81, "12345"), 100, 4).at(0).code, 1009);
  EXPECT_EQ(read_all(client_frame(0x01, "123") + client_frame(0x80, "45"), 100, 4).at(0).code, 1009);
  EXPECT_EQ(read_all(client_frame(0x01, "1") + client_frame(0x89, "12345") + client_frame(0x80, "234"), 100, 4).size(),
            2);
}

TEST(WebSocketFrames, announced_length_costs_no_memory) {
  // More than any machine has, allowed by the limit: it is taken as it comes.
  std::string const huge("\x82\xFF\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0\0\0\0abc", 17);
  EXPECT_THAT(read_all(huge, 100, std::numeric_limits<std::size_t>::max()), ElementsAre());
}

TEST(WebSocketFrames, codes_that_may_be_sent) {
  for (int code : {1000, 1003, 1007, 1014, 3000, 4999})
    EXPECT_TRUE(detail::is_sendable(static_cast<std::uint16_t>(code)));
  for (int code : {0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65535}) {
    EXPECT_FALSE(detail::is_sendable(static_cast<std::uint16_t>(code))) << code;
  }
}

// --- what may be registered
// -------------------------------------------------------------------------------------------

class WebSocketRoutesTest : public ::testing::Test {
 protected:
  static WebSocketHandler handler() {
    return {.on_message = [](WebSocket const&, std::string_view) {}};
  }
  std::string refusal(std::string_view at, Rule rule, WebSocketOptions options) {
    return refusal_of(routes_, at, std::move(rule), std::move(options));
  }
  static std::string refusal_of(Routes& routes, std::string_view at, Rule rule, WebSocketOptions options) {
    try {
      routes.websocket(at, std::move(rule), std::move(options), handler());
    } catch (std::invalid_argument const& e) {
      return e.what();
    }
    return "taken";
  }

  std::vector<std::string> logged_;
  Authority authority_{settings(),
                       Hooks{.log = [this](LogLevel, std::string_view text) { logged_.emplace_back(text); }}};
  Routes routes_{authority_};
};

TEST_F(WebSocketRoutesTest, every_refusal_names_the_route) {
  Rule const access = Rule::access();
  EXPECT_THAT(refusal("ws", access, {.from = {headers}}), HasSubstr("WebSocket ws: a path begins with /"));
  EXPECT_THAT(refusal("/ws?x", access, {.from = {headers}}), HasSubstr("no query"));
  EXPECT_THAT(refusal("/ws", access, {.from = {path}}), HasSubstr("{token} need each other"));
  EXPECT_THAT(refusal("/ws/{token}", access, {.from = {query}}), HasSubstr("{token} need each other"));
  for (char const* at : {"/ws/{id}", "/ws/x{token}", "/ws/{token}x", "/{token}/{token}", "/ws/}"}) {
    EXPECT_THAT(refusal(at, access, {.from = {path}}), HasSubstr("one whole segment")) << at;
  }
  EXPECT_THAT(refusal("/ws", access, {}), HasSubstr("names no place"));
  EXPECT_THAT(refusal("/ws", Rule::public_(), {.from = {query}}), HasSubstr("public"));
  EXPECT_THAT(refusal("/ws", access.from(Location::headers), {.from = {headers}}), HasSubstr("WebSocketOptions::from"));
  EXPECT_THAT(refusal("/ws", access, {.from = {first_message, headers}}), HasSubstr("stands last"));
  EXPECT_THAT(refusal("/ws", access, {.from = {first_message, first_message}}), HasSubstr("stands last"));
  EXPECT_THAT(refusal("/ws", Rule::optional(), {.from = {headers, first_message}}), HasSubstr("first message"));
  EXPECT_THAT(refusal("/ws", access, {.from = {query}, .query_name = ""}), HasSubstr("empty"));
  EXPECT_THAT(refusal("/ws", access, {.from = {headers}, .first_message_within = 0ms}),
              HasSubstr("first_message_within"));
  EXPECT_THAT(refusal("/ws", access, {.from = {headers}, .ping_every = 25h}), HasSubstr("ping_every"));
  EXPECT_THAT(refusal("/ws", access, {.from = {headers}, .max_message_size = 0}), HasSubstr("max_message_size"));
  EXPECT_THROW(routes_.websocket("/ws", access, {.from = {headers}}, {}), std::invalid_argument);
  EXPECT_EQ(routes_.websockets().names(), "");
}

TEST_F(WebSocketRoutesTest, one_path_is_one_route) {
  routes_.get("/page", [] {});
  EXPECT_EQ(refusal("/ws", Rule::access(), {.from = {headers}}), "taken");
  EXPECT_THAT(refusal("/ws", Rule::access(), {.from = {headers}}), HasSubstr("there already"));
  EXPECT_THAT(refusal("/page", Rule::access(), {.from = {headers}}), HasSubstr("there already"));
  EXPECT_THROW(routes_.get("/ws", [] {}), std::invalid_argument);
  EXPECT_EQ(routes_.websockets().names(), "WebSocket /ws");
}

TEST_F(WebSocketRoutesTest, token_in_the_path_takes_no_other_routes_path_whichever_is_added_first) {
  routes_.get("/ws/status", [] {});
  EXPECT_THAT(refusal("/ws/{token}", Rule::access(), {.from = {path}}),
              ::testing::StrEq("WebSocket /ws/{token}: there already, as GET /ws/status"));
  EXPECT_EQ(refusal("/a/{token}", Rule::access(), {.from = {path}}), "taken");
  try {
    routes_.post("/a/b", [] {});
    ADD_FAILURE() << "it is the WebSocket's";
  } catch (std::invalid_argument const& e) {
    EXPECT_STREQ(e.what(), "POST /a/b: there already, as WebSocket /a/{token}");
  }
  routes_.post("/a/b/c", [] {});
}

TEST_F(WebSocketRoutesTest, path_without_token_goes_before_one_with_it) {
  EXPECT_EQ(refusal("/a/{token}", Rule::access(), {.from = {path}}), "taken");
  EXPECT_EQ(refusal("/a/b", Rule::access(), {.from = {headers}}), "taken");
  EXPECT_EQ(routes_.websockets().find("/a/b")->route->path, "/a/b");
  EXPECT_EQ(routes_.websockets().find("/a/b")->token, "");
  EXPECT_EQ(routes_.websockets().find("/a/c")->route->path, "/a/{token}");
}

TEST_F(WebSocketRoutesTest, token_in_the_path_is_one_segment) {
  EXPECT_EQ(refusal("/a/{token}/b", Rule::access(), {.from = {path}}), "taken");
  auto const token_of = [this](std::string_view at) -> std::optional<std::string> {
    auto const match = routes_.websockets().find(at);
    return match ? std::optional{std::string{match->token}} : std::nullopt;
  };
  EXPECT_EQ(token_of("/a/x.y.z/b"), "x.y.z");
  EXPECT_EQ(token_of("/a/%7Btoken%7D/b"), "%7Btoken%7D");
  for (char const* at : {"/a//b", "/a/b", "/a/x/y/b", "/a/x/bc", "/ba/x/b", "/a/", "/a/x"}) {
    EXPECT_EQ(token_of(at), std::nullopt) << at;
  }
}

TEST_F(WebSocketRoutesTest, what_should_not_be_is_told_and_refused_where_strict) {
  EXPECT_EQ(refusal("/ws", Rule::access(), {.from = {query}}), "taken");
  EXPECT_EQ(refusal("/cookies", Rule::access(), {.from = {cookies}}), "taken");
  EXPECT_EQ(refusal("/headers", Rule::access(), {.from = {headers, subprotocol, first_message}}), "taken");
  EXPECT_THAT(logged_,
              ElementsAre(HasSubstr("/ws: a token in the query"), HasSubstr("/cookies: authjwt_websocket_origins")));

  Settings strict = settings();
  strict.strict = true;
  Authority const strict_authority{strict};
  Routes routes{strict_authority};
  EXPECT_THAT(refusal_of(routes, "/ws", Rule::access(), {.from = {headers, query}}),
              HasSubstr("WebSocket /ws: a token in"));
  EXPECT_THAT(refusal_of(routes, "/{token}", Rule::access(), {.from = {path}}), HasSubstr("logs"));
  EXPECT_THAT(refusal_of(routes, "/ws", Rule::access(), {.from = {cookies}}), HasSubstr("websocket_origins"));
  EXPECT_EQ(refusal_of(routes, "/ws", Rule::access(), {.from = {headers, subprotocol, first_message}}), "taken");
}

// --- a session, byte by byte and second by second
// ---------------------------------------------------------------------

class WebSocketSessionTest : public ::testing::Test, private detail::WebSocketTransport {
 protected:
  static constexpr auto kWriteWithin = 10s;

  std::shared_ptr<WebSocketSession> upgrade(Rule rule, WebSocketOptions options, std::string const& token = {}) {
    auto session = judged(std::move(rule), std::move(options), token);
    start(*session);
    return session;
  }
  void start(WebSocketSession& session) { session.start(*this, "HEAD", kWriteWithin, now_); }
  /// A session before its start.
  std::shared_ptr<WebSocketSession> judged(Rule rule, WebSocketOptions options, std::string const& token = {}) {
    routes_.websocket("/ws", std::move(rule), std::move(options),
                      {.on_open = [this](WebSocket const& socket) { socket_.emplace(socket); },
                       .on_message =
                           [this](WebSocket const& socket, std::string_view text) {
                             heard_.emplace_back(text);
                             socket.send_text(text);
                           },
                       .on_close =
                           [this](WebSocket const&, std::uint16_t code, std::string_view reason) {
                             closes_.push_back(std::to_string(code) + " " + std::string{reason});
                           }});
    testing::FakeRequest const request{{{"Host", "x"},
                                        {"Upgrade", "websocket"},
                                        {"Connection", "Upgrade"},
                                        {"Sec-WebSocket-Version", "13"},
                                        {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
                                        {"Authorization", "Bearer " + token}}};
    auto upgraded = detail::upgrade_websocket(authority_, *routes_.websockets().find("/ws"), request);
    return std::get<std::shared_ptr<WebSocketSession>>(std::move(upgraded));
  }
  /// All that is to be sent now, taken by a peer that reads at once.
  std::string output(WebSocketSession& session) {
    std::string all;
    while (true) {
      std::string const piece = session.take_output(now_);
      if (piece.empty()) return all;
      session.written(now_);
      all += piece;
    }
  }
  bool run_after(WebSocketSession& session, std::chrono::milliseconds time) {
    now_ += time;
    return session.run(now_);
  }
  std::chrono::milliseconds until_deadline(WebSocketSession const& session) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(session.deadline().value() - now_);
  }
  static std::string auth(std::string const& token) {
    return client_frame(0x81, R"({"type":"auth","token":")" + token + "\"}");
  }

  void wake() noexcept override { ++wakes_; }

  testing::FakeClock clock_;
  Authority authority_{settings(), Hooks{.log = [](LogLevel, std::string_view) {}, .clock = &clock_}};
  AuthJWT maker_{authority_};
  Routes routes_{authority_};
  WebSocketSession::Time now_{1000h};
  std::optional<WebSocket> socket_;
  std::vector<std::string> heard_;
  std::vector<std::string> closes_;
  int wakes_ = 0;
};

TEST_F(WebSocketSessionTest, answer_to_the_upgrade_comes_before_all_else) {
  auto const session = upgrade(Rule::public_(), {.max_queued = 100});
  EXPECT_TRUE(socket_->send_text("x"));
  session->receive(client_frame(0x89, "?"), now_);
  EXPECT_FALSE(socket_->send_text("y"));
  EXPECT_EQ(output(*session), "HEAD" + frame(Opcode::pong, "?") + detail::close_frame(1008, "reads too slowly"));
}

TEST_F(WebSocketSessionTest, close_before_the_start_comes_after_the_answer) {
  auto const session = judged(Rule::public_(), {});
  session->close(1001, "the server stops");
  start(*session);
  EXPECT_FALSE(socket_);
  EXPECT_EQ(output(*session), "HEAD" + detail::close_frame(1001, "the server stops"));
}

TEST_F(WebSocketSessionTest, first_message_has_until_its_deadline_and_no_longer) {
  auto const session = upgrade(Rule::access(), {.from = {first_message}, .first_message_within = 3s});
  EXPECT_EQ(output(*session), "HEAD");
  EXPECT_EQ(until_deadline(*session), 3s);
  EXPECT_TRUE(run_after(*session, 2'999ms));
  EXPECT_EQ(output(*session), "");
  EXPECT_TRUE(run_after(*session, 1ms));
  EXPECT_EQ(output(*session), detail::close_frame(1008, "no token in time"));
  session->receive(auth(maker_.create_access_token("test")), now_);
  EXPECT_FALSE(socket_);
  session->end();
  EXPECT_THAT(closes_, ElementsAre());
}

TEST_F(WebSocketSessionTest, message_behind_the_first_one_is_delivered_in_the_same_piece) {
  auto const session = upgrade(Rule::access(), {.from = {first_message}});
  session->receive(auth(maker_.create_access_token("test")) + client_frame(0x81, "now"), now_);
  EXPECT_THAT(heard_, ElementsAre("now"));
  EXPECT_EQ(output(*session), "HEAD" + frame(Opcode::text, "now"));
  EXPECT_EQ(until_deadline(*session), 30s);  // no deadline of a first message any more
}

TEST_F(WebSocketSessionTest, token_that_ends_closes_at_exp_and_leeway) {
  std::string const token = maker_.create_access_token("test", {.expires_time = 10s});
  auto const session = upgrade(Rule::access(), {.from = {headers}}, token);
  output(*session);
  EXPECT_EQ(until_deadline(*session), 10s);
  EXPECT_TRUE(run_after(*session, 10s));  // the clock of tokens is behind
  EXPECT_EQ(output(*session), "");
  clock_.advance(10s);
  EXPECT_TRUE(run_after(*session, 10s));
  EXPECT_EQ(output(*session), detail::close_frame(1008, "token expired"));
  EXPECT_THAT(closes_, ElementsAre("1008 token expired"));
}

TEST_F(WebSocketSessionTest, token_far_away_is_looked_at_every_minute) {
  std::string const token = maker_.create_access_token("test", {.expires_time = std::chrono::years{900}});
  auto const session = upgrade(Rule::access(), {.from = {headers}, .ping_every = 24h}, token);
  output(*session);
  EXPECT_EQ(until_deadline(*session), 60s);
  clock_.advance(std::chrono::years{900});
  EXPECT_TRUE(run_after(*session, 60s));
  EXPECT_EQ(output(*session), detail::close_frame(1008, "token expired"));
}

TEST_F(WebSocketSessionTest, token_without_end_sets_no_deadline) {
  std::string const token = maker_.create_access_token("test", {.expires_time = never});
  auto const session = upgrade(Rule::access(), {.from = {headers}, .ping_every = 24h}, token);
  output(*session);
  EXPECT_EQ(until_deadline(*session), 24h);
}

TEST_F(WebSocketSessionTest, silent_peer_is_asked_once_and_then_lost) {
  auto const session = upgrade(Rule::public_(), {.ping_every = 5s});
  output(*session);
  EXPECT_TRUE(run_after(*session, 5s));
  EXPECT_EQ(output(*session), frame(Opcode::ping, ""));
  session->receive(client_frame(0x8A, ""), now_);
  EXPECT_TRUE(run_after(*session, 5s));
  EXPECT_EQ(output(*session), frame(Opcode::ping, ""));
  EXPECT_FALSE(run_after(*session, 5s));
  session->end();
  EXPECT_THAT(closes_, ElementsAre("1006 "));
}

TEST_F(WebSocketSessionTest, piece_that_is_not_taken_in_time_ends_it) {
  auto const session = upgrade(Rule::public_(), {});
  EXPECT_EQ(session->take_output(now_), "HEAD");
  EXPECT_EQ(until_deadline(*session), 10s);
  EXPECT_TRUE(run_after(*session, 9'999ms));
  EXPECT_FALSE(run_after(*session, 1ms));
}

TEST_F(WebSocketSessionTest, peer_has_its_time_to_answer_a_close_from_when_it_is_out) {
  auto const session = upgrade(Rule::public_(), {.close_within = 2s});
  output(*session);
  socket_->close(4000, "done");
  EXPECT_EQ(wakes_, 1);
  EXPECT_TRUE(session->run(now_));
  EXPECT_EQ(session->take_output(now_), detail::close_frame(4000, "done"));
  now_ += 5s;
  session->written(now_);
  EXPECT_EQ(session->ending(), WebSocketSession::Ending::none);
  EXPECT_EQ(until_deadline(*session), 2s);
  session->receive(client_frame(0x81, "not heard"), now_);
  EXPECT_TRUE(run_after(*session, 1'999ms));
  EXPECT_FALSE(run_after(*session, 1ms));
  EXPECT_THAT(heard_, ElementsAre());
  EXPECT_THAT(closes_, ElementsAre("4000 done"));
}

TEST_F(WebSocketSessionTest, both_closes_end_it_at_once_and_a_violation_after_the_peer) {
  auto const session = upgrade(Rule::public_(), {});
  output(*session);
  session->receive(client_frame(0x88,
                                "\x03\xE8"
                                "bye") +
                       client_frame(0x81, "not heard"),
                   now_);
  EXPECT_EQ(session->ending(), WebSocketSession::Ending::none);
  EXPECT_EQ(output(*session), detail::close_frame(1000, "bye"));
  EXPECT_EQ(session->ending(), WebSocketSession::Ending::now);
  EXPECT_THAT(closes_, ElementsAre("1000 bye"));
  EXPECT_THAT(heard_, ElementsAre());
}

TEST_F(WebSocketSessionTest, violation_ends_it_after_the_peer) {
  auto const session = upgrade(Rule::public_(), {});
  output(*session);
  session->receive("GET / HTTP/1.1\r\n", now_);
  EXPECT_EQ(output(*session), detail::close_frame(1002, "reserved bits"));
  EXPECT_EQ(session->ending(), WebSocketSession::Ending::after_peer);
}

TEST_F(WebSocketSessionTest, pings_while_nothing_is_written_are_one_answer_to_the_last) {
  std::string pings;
  for (int i = 0; i < 100'000; ++i) pings += client_frame(0x89, "");
  pings += client_frame(0x89, "last");
  auto const session = upgrade(Rule::public_(), {.max_queued = 1000});
  session->receive(pings, now_);
  EXPECT_TRUE(session->is_open());
  EXPECT_EQ(output(*session), "HEAD" + frame(Opcode::pong, "last"));
  session->receive(client_frame(0x89, "next"), now_);
  EXPECT_EQ(output(*session), frame(Opcode::pong, "next"));
}

TEST_F(WebSocketSessionTest, pings_before_the_token_are_one_answer_too) {
  std::string pings;
  for (std::size_t i = 0; i < 100'000; ++i) pings += client_frame(0x89, std::string(i % 2, 'x'));
  auto const session = upgrade(Rule::access(), {.from = {first_message}});
  EXPECT_EQ(session->take_output(now_), "HEAD");
  session->receive(pings, now_);  // while the head is being written
  session->written(now_);
  EXPECT_EQ(output(*session), frame(Opcode::pong, "x"));
}

TEST_F(WebSocketSessionTest, own_pings_while_nothing_is_written_are_one) {
  auto const session = upgrade(Rule::public_(), {.ping_every = 1ms});
  EXPECT_EQ(session->take_output(now_), "HEAD");
  for (int i = 0; i < 1000; ++i) {
    session->receive(client_frame(0x8A, ""), now_);
    ASSERT_TRUE(run_after(*session, 1ms));
  }
  session->written(now_);
  EXPECT_EQ(output(*session), frame(Opcode::ping, ""));
}

TEST_F(WebSocketSessionTest, ping_goes_before_a_close_and_none_comes_after_it) {
  auto const session = upgrade(Rule::public_(), {.ping_every = 5s});
  output(*session);
  EXPECT_TRUE(run_after(*session, 5s));
  socket_->close(4000, "done");
  session->receive(client_frame(0x89, "late"), now_);
  EXPECT_EQ(output(*session), frame(Opcode::ping, "") + detail::close_frame(4000, "done"));
}

TEST_F(WebSocketSessionTest, empty_messages_are_not_free) {
  auto const session = upgrade(Rule::public_(), {.max_queued = 66'000});
  int sent = 0;
  while (sent < 100'000 && socket_->send_text("")) ++sent;
  EXPECT_EQ(sent, 1000);  // two bytes of a frame, and 64
  EXPECT_EQ(output(*session), "HEAD" + detail::close_frame(1008, "reads too slowly"));
}

TEST_F(WebSocketSessionTest, empty_messages_that_are_taken_make_room_again) {
  auto const session = upgrade(Rule::public_(), {.max_queued = 660});
  output(*session);
  for (int i = 0; i < 1000; ++i) {
    for (int j = 0; j < 10; ++j) ASSERT_TRUE(socket_->send_text("")) << i;
    ASSERT_EQ(output(*session).size(), 20u);
  }
}

TEST_F(WebSocketSessionTest, echo_of_empty_texts_to_a_peer_that_does_not_read_closes_it) {
  std::string texts;
  for (int i = 0; i < 100'000; ++i) texts += client_frame(0x81, "");
  auto const session = upgrade(Rule::public_(), {});
  output(*session);
  session->receive(texts, now_);
  EXPECT_THAT(closes_, ElementsAre("1008 reads too slowly"));
  EXPECT_LE(heard_.size() * 64, 1024u * 1024u);
}

TEST_F(WebSocketSessionTest, message_that_never_fits_is_the_services_fault_and_what_came_before_is_sent) {
  auto const session = upgrade(Rule::public_(), {.max_queued = 1000});
  EXPECT_TRUE(socket_->send_text("before"));
  EXPECT_FALSE(socket_->send_text(std::string(1001, 'x')));
  EXPECT_FALSE(socket_->is_open());
  EXPECT_EQ(output(*session),
            "HEAD" + frame(Opcode::text, "before") + detail::close_frame(1011, "message too large to send"));
}

TEST_F(WebSocketSessionTest, bytes_being_written_count_as_waiting) {
  auto const session = upgrade(Rule::public_(), {.max_queued = 1000});
  EXPECT_TRUE(socket_->send_text(std::string(900, 'x')));
  EXPECT_GT(session->take_output(now_).size(), 900u);
  EXPECT_FALSE(socket_->send_text(std::string(200, 'x')));
  session->written(now_);
  EXPECT_EQ(output(*session), detail::close_frame(1008, "reads too slowly"));
}

TEST_F(WebSocketSessionTest, detached_session_wakes_nobody) {
  auto const session = upgrade(Rule::public_(), {});
  session->detach();
  EXPECT_FALSE(socket_->send_text("x"));
  socket_->close();
  EXPECT_EQ(wakes_, 0);
  EXPECT_EQ(output(*session), "");
}

}  // namespace
}  // namespace authjwt
