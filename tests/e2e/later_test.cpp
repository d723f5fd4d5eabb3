// Answers that come later than their handler returns, on both adapters.

#include "e2e/both_adapters.hpp"
#include "e2e/raw_client.hpp"

#include <authjwt/authjwt.hpp>
#include <authjwt/revocation/memory_log.hpp>
#include <authjwt/testing/fake_clock.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <exception>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace authjwt::e2e {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// The replies that handlers have left, for a test to take them in its own time.
class Replies {
 public:
  void put(Reply reply) {
    std::lock_guard const lock{mutex_};
    replies_.push_back(std::move(reply));
    changed_.notify_all();
  }
  /// The oldest one, waited for.
  Reply take() {
    std::unique_lock lock{mutex_};
    if (!changed_.wait_for(lock, kPatience, [this] { return !replies_.empty(); })) throw std::runtime_error{"no reply"};
    Reply reply = std::move(replies_.front());
    replies_.erase(replies_.begin());
    return reply;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Reply> replies_;
};

/// What was logged, by any thread.
class Log {
 public:
  void add(std::string_view text) {
    std::lock_guard const lock{mutex_};
    lines_.emplace_back(text);
  }
  [[nodiscard]] std::vector<std::string> lines() const {
    std::lock_guard const lock{mutex_};
    return lines_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

/// A service whose answers to /later a test gives.
struct Service {
  auto leave() {
    return [this](AuthJWT&) {
      Reply reply;
      replies.put(reply);
      return reply;
    };
  }
  Service() {
    routes.get("/now", [] { return "now"; });
    routes.get("/later", leave());
    routes.get("/guarded", Rule::access(), leave());
    routes.get("/drops", [](AuthJWT&) { return Reply{}; });
    routes.get("/at-once", [] {
      Reply reply;
      reply("at once");
      return reply;
    });
    routes.get("/with-cookie", Rule::access(), [this](AuthJWT& authorize) {
      authorize.unset_refresh_cookies();
      Reply reply;
      replies.put(reply);
      return reply;
    });
    routes.allow_origins({"https://app.example.com"});
  }
  [[nodiscard]] std::string cookies() const {
    return "Cookie: access_token_cookie=" + AuthJWT{authority}.create_access_token("test") + "\r\n";
  }

  testing::FakeClock clock;
  Log log;
  Replies replies;
  Authority authority{Settings{.secret_key = "a secret of at least thirty-two bytes",
                               .token_location = {"headers", "cookies"},
                               .implicit_refresh_within = 10min,
                               .www_authenticate = true},
                      Hooks{.log = [this](LogLevel, std::string_view text) { log.add(text); }, .clock = &clock}};
  Routes routes{authority};
};

class LaterTest : public ::testing::TestWithParam<Server::Adapter> {
 protected:
  RawClient connect() { return RawClient{server_->port()}; }
  /// A client that waits for the answer to `request`, and the reply that will be its answer.
  std::pair<RawClient, Reply> ask_for_reply(std::string_view request) {
    RawClient client = connect();
    client.send(request);
    return {std::move(client), service_.replies.take()};
  }

  Service service_;
  std::optional<Server> server_{std::in_place, GetParam(), service_.routes};
};

INSTANTIATE_TEST_SUITE_P(Adapters, LaterTest, both_adapters(), name_of);

TEST_P(LaterTest, others_are_answered_while_one_waits) {
  auto [client, reply] = ask_for_reply(get("/later"));
  EXPECT_EQ(connect().ask(get("/now")).body, R"("now")");
  std::thread{[reply = reply] { reply(json::object{{"msg", "later"}}); }}.join();
  RawAnswer const answer = client.read_answer();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"msg":"later"})");
  EXPECT_EQ(client.ask(get("/now")).body, R"("now")");
}

TEST_P(LaterTest, a_reply_before_the_handler_returns_is_the_answer) {
  EXPECT_EQ(connect().ask(get("/at-once")).body, R"("at once")");
}

TEST_P(LaterTest, pipelined_requests_are_answered_in_order) {
  RawClient client = connect();
  client.send(get("/later") + get("/at-once") + get("/later") + get("/now"));
  service_.replies.take()("first");
  EXPECT_EQ(client.read_answer().body, R"("first")");
  EXPECT_EQ(client.read_answer().body, R"("at once")");
  service_.replies.take()("third");
  EXPECT_EQ(client.read_answer().body, R"("third")");
  EXPECT_EQ(client.read_answer().body, R"("now")");
}

TEST_P(LaterTest, the_first_call_is_the_answer) {
  auto [client, reply] = ask_for_reply(get("/later"));
  reply("first");
  reply("second");
  reply(Error{Errc::token_revoked});
  EXPECT_EQ(client.read_answer().body, R"("first")");
  EXPECT_EQ(client.ask(get("/now")).body, R"("now")");
}

TEST_P(LaterTest, a_reply_that_is_dropped_is_500_and_logged) {
  EXPECT_EQ(connect().ask(get("/drops")).status, 500);
  EXPECT_THAT(service_.log.lines(), Contains(HasSubstr("GET /drops: std::logic_error: the Reply was dropped")));
}

TEST_P(LaterTest, an_error_is_what_the_handler_would_have_thrown) {
  auto [client, reply] = ask_for_reply(get("/later"));
  reply(Error{Errc::expired, "exp"});
  RawAnswer const answer = client.read_answer();
  EXPECT_EQ(answer.status, 401);  // not 422: www_authenticate
  EXPECT_EQ(answer.body, R"({"detail":"Signature has expired"})");
  EXPECT_THAT(answer.head, HasSubstr("WWW-Authenticate: Bearer"));
}

TEST_P(LaterTest, an_exception_is_what_the_handler_would_have_thrown) {
  auto [client, reply] = ask_for_reply(get("/later"));
  reply(std::make_exception_ptr(http::HTTPException{404, "No such thing"}));
  EXPECT_EQ(client.read_answer().status, 404);
  auto [other, second] = ask_for_reply(get("/later"));
  second(std::make_exception_ptr(std::runtime_error{"the cause"}));
  RawAnswer const answer = other.read_answer();
  EXPECT_EQ(answer.body, R"({"detail":"Internal Server Error"})");
  EXPECT_THAT(service_.log.lines(), Contains("GET /later: std::runtime_error: the cause"));
}

TEST_P(LaterTest, a_result_is_its_answer_or_its_error) {
  auto const greet = [](std::string const& name) { return "hello " + name; };
  auto [client, reply] = ask_for_reply(get("/later"));
  Completion<std::string> const done = reply.with(greet);
  done(std::string{"test"});
  EXPECT_EQ(client.read_answer().body, R"("hello test")");
  auto [other, second] = ask_for_reply(get("/later"));
  Completion<std::string> const failed = second.with(greet);
  failed(Error{Errc::unavailable});
  RawAnswer const answer = other.read_answer();
  EXPECT_EQ(answer.status, 503);
  EXPECT_THAT(answer.head, HasSubstr("Retry-After: 1\r\n"));
}

TEST_P(LaterTest, the_handle_of_the_request_has_its_token_but_no_guards) {
  std::string const token = AuthJWT{service_.authority}.create_access_token("test");
  auto [client, reply] = ask_for_reply(get("/guarded", bearer(token)));
  Completion<void> const done = reply.with([](AuthJWT& authorize) { return authorize.get_jwt_subject()->to_string(); });
  done({});
  EXPECT_EQ(client.read_answer().body, R"("test")");
  auto [other, second] = ask_for_reply(get("/guarded", bearer(token)));
  Completion<void> const guarded = second.with([](AuthJWT& authorize) { authorize.jwt_required(); });
  guarded({});
  EXPECT_EQ(other.read_answer().status, 500);
  EXPECT_THAT(service_.log.lines(), Contains(HasSubstr("made without a request")));
}

TEST_P(LaterTest, cookies_of_the_handler_and_of_the_reply_are_in_the_answer) {
  auto [client, reply] = ask_for_reply(get("/with-cookie", service_.cookies()));
  Completion<std::string> const done =
      reply.with([](std::string const& token, AuthJWT& authorize) { authorize.set_access_cookies(token); });
  done(AuthJWT{service_.authority}.create_access_token("other"));
  RawAnswer const answer = client.read_answer();
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.head, HasSubstr("Set-Cookie: refresh_token_cookie=; "));
  EXPECT_THAT(answer.head, HasSubstr("Set-Cookie: access_token_cookie=ey"));
}

TEST_P(LaterTest, cookies_of_an_error_are_dropped) {
  auto [client, reply] = ask_for_reply(get("/with-cookie", service_.cookies()));
  reply(Error{Errc::token_revoked});
  EXPECT_THAT(client.read_answer().head, Not(HasSubstr("Set-Cookie")));
}

TEST_P(LaterTest, a_cookie_that_ends_soon_is_renewed_by_a_success) {
  std::string const cookies = service_.cookies();
  service_.clock.advance(14min);
  auto [client, reply] = ask_for_reply(get("/guarded", cookies));
  reply("good");
  EXPECT_THAT(client.read_answer().head, HasSubstr("Set-Cookie: access_token_cookie=ey"));
  auto [other, second] = ask_for_reply(get("/guarded", cookies));
  second(http::Answer{.status = 404});
  EXPECT_THAT(other.read_answer().head, Not(HasSubstr("Set-Cookie")));
}

TEST_P(LaterTest, pages_of_other_origins_may_read_it) {
  auto [client, reply] = ask_for_reply(get("/later", "Origin: https://app.example.com\r\n"));
  reply("good");
  EXPECT_THAT(client.read_answer().head, HasSubstr("Access-Control-Allow-Origin: https://app.example.com\r\n"));
}

TEST_P(LaterTest, an_answer_that_must_not_be_sent_is_500) {
  auto [client, reply] = ask_for_reply(get("/later"));
  reply(http::Answer{.headers = {{"X", "a\r\nb"}}});
  EXPECT_EQ(client.read_answer().status, 500);
}

TEST_P(LaterTest, a_client_that_has_gone_harms_nobody) {
  auto [client, reply] = ask_for_reply(get("/later"));
  client.reset();
  reply("nobody reads this");
  EXPECT_EQ(connect().ask(get("/now")).status, 200);
}

TEST_P(LaterTest, a_server_that_ends_answers_first) {
  auto [client, reply] = ask_for_reply(get("/later"));
  std::thread ending{[this] { server_.reset(); }};
  reply("in time");
  ending.join();
  EXPECT_EQ(client.read_answer().body, R"("in time")");
}

// --- what only RESTinio does: its threads do not wait
// -------------------------------------------------------------------------------------------------

class RestinioLaterTest : public ::testing::Test {
 protected:
  void start(ServerOptions options = {}) {
    options.port = 0;
    server_.emplace(service_->routes, std::move(options));
  }
  std::pair<RawClient, Reply> ask_for_reply() {
    RawClient client{server_->port()};
    client.send(get("/later"));
    return {std::move(client), service_->replies.take()};
  }

  std::optional<Service> service_{std::in_place};
  std::optional<RestinioServer> server_;
};

TEST_F(RestinioLaterTest, one_thread_serves_while_hundreds_wait) {
  start();
  std::vector<std::pair<RawClient, Reply>> waiting;
  while (waiting.size() < 200) waiting.push_back(ask_for_reply());
  EXPECT_EQ(RawClient{server_->port()}.ask(get("/now")).status, 200);
  for (auto& [client, reply] : waiting) {
    reply("later");
    EXPECT_EQ(client.read_answer().status, 200);
  }
}

TEST_F(RestinioLaterTest, a_server_that_stops_waits_for_the_reply) {
  start();
  auto [client, reply] = ask_for_reply();
  RawClient idle{server_->port()};
  EXPECT_EQ(idle.ask(get("/now")).status, 200);
  std::thread stopping{[this] { server_->stop(); }};
  EXPECT_TRUE(idle.ends());
  reply("in time");
  stopping.join();
  RawAnswer const answer = client.read_answer();
  EXPECT_EQ(answer.body, R"("in time")");
  EXPECT_THAT(answer.head, HasSubstr("Connection: close\r\n"));
}

TEST_F(RestinioLaterTest, a_reply_after_the_end_of_everything_is_heard_by_nobody) {
  start({.finish_within = 50ms});
  auto [client, reply] = ask_for_reply();
  auto [other, dropped] = ask_for_reply();
  server_->stop();
  EXPECT_EQ(client.read_answer().status, 503);
  EXPECT_TRUE(client.ends());
  server_.reset();
  service_.reset();
  reply("too late");
  { Reply const last = std::move(dropped); }
}

TEST_F(RestinioLaterTest, an_answer_that_does_not_come_in_time_is_503) {
  start({.answer_timeout = 50ms});
  auto [client, reply] = ask_for_reply();
  EXPECT_EQ(client.read_answer().status, 503);
  reply("too late");
  EXPECT_EQ(RawClient{server_->port()}.ask(get("/now")).status, 200);
}

// --- a store that is slow
// -------------------------------------------------------------------------------------------------

/// A log whose sessions begin when a test lets them.
class SlowLog final : public RevocationLog, public SessionStore {
 public:
  using RevocationLog::append;
  Result<Position> append(std::span<Revocation const> facts) override { return log_.append(facts); }
  Result<std::vector<Entry>> read_after(Position position, std::size_t at_most) override {
    return log_.read_after(position, at_most);
  }
  Result<Tail> tail() override { return log_.tail(); }
  void wait_after(Position position, std::chrono::milliseconds at_most, std::stop_token stop) override {
    log_.wait_after(position, at_most, std::move(stop));
  }
  bool is_durable() noexcept override { return false; }
  SessionStore* sessions() noexcept override { return this; }

  Result<void> begin(Session const& session, SessionToken const& token, std::optional<TimePoint> keep_until) override {
    began_.set_value();
    go_on_.get_future().wait();
    return log_.begin(session, token, keep_until);
  }
  Result<Rotated> rotate(Rotation const& rotation) override { return log_.rotate(rotation); }
  Result<std::vector<Session>> sessions_of(std::string_view issuer, std::string_view subject,
                                           std::size_t at_most) override {
    return log_.sessions_of(issuer, subject, at_most);
  }

  void wait_until_it_begins() { began_.get_future().wait(); }
  void go_on() { go_on_.set_value(); }

 private:
  MemoryLog log_;
  std::promise<void> began_;
  std::promise<void> go_on_;
};

TEST(SlowStoreTest, the_thread_that_serves_does_not_wait_for_it) {
  auto const log = std::make_shared<SlowLog>();
  Authority const authority{{.secret_key = "a secret of at least thirty-two bytes", .sessions_enabled = true},
                            {.log = [](LogLevel, std::string_view) {}, .revocation_log = log}};
  Routes routes{authority};
  routes.get("/now", [] { return "now"; });
  routes.post("/login", [](AuthJWT& authorize) {
    Reply reply;
    authorize.authority().async_begin_session("test", {}, reply.with([](TokenPair const& pair) {
      return json::object{{"access_token", pair.access_token}};
    }));
    return reply;
  });
  RestinioServer server{routes, {.port = 0}};
  RawClient client{server.port()};
  client.send(post("/login", ""));
  log->wait_until_it_begins();
  EXPECT_EQ(RawClient{server.port()}.ask(get("/now")).status, 200);
  log->go_on();
  EXPECT_NE(token_of(client.read_answer()), "");
}

}  // namespace
}  // namespace authjwt::e2e
