// RedisLog over servers that stop, pause, refuse, break off and lie.
#include "e2e/redis_log_test.hpp"
#include "e2e/relay.hpp"

#include <algorithm>
#include <atomic>

namespace authjwt::e2e {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using Ids = std::vector<std::string>;

// --- servers that are away
// ---------------------------------------------------------------------------------------------

TEST(RedisOutage, a_stopped_server_costs_nothing_and_one_that_is_back_is_found) {
  RedisServer server{{.is_durable = true}};
  Said said;
  RedisLog log{server.url(), patient(said)};
  ASSERT_TRUE(append(log, "a"));
  server.stop();
  auto const waited = time_of([&] {
    for (int i = 0; i < 1'000; ++i) EXPECT_FALSE(append(log, "b"));
  });
  EXPECT_LT(waited, kPatience);
  std::size_t const lines = said.lines().size();
  EXPECT_GE(lines, 1U);
  EXPECT_LE(lines, 2U) << said.all();
  server.start();
  EXPECT_TRUE(soon([&] { return append(log, "c"); }));
  EXPECT_THAT(ids_after(log, 0), ElementsAre("a", "c"));
  EXPECT_THAT(said.all(), HasSubstr("works again"));
}

TEST(RedisOutage, a_server_that_was_never_there_is_found_when_it_comes) {
  RedisServer server;
  server.stop();
  Said said;
  RedisLog log{server.url(), patient(said)};
  EXPECT_FALSE(append(log, "a"));
  EXPECT_FALSE(log.tail());
  EXPECT_THAT(said.lines(), ElementsAre(HasSubstr("there is no connection: ")));
  server.start();
  EXPECT_TRUE(soon([&] { return append(log, "a"); }));
}

TEST(RedisOutage, a_restart_between_two_calls_goes_unnoticed) {
  RedisServer server{{.is_durable = true}};
  Said said;
  RedisLog log{server.url(), patient(said)};
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(append(log, "a"));
    server.stop();
    server.start();
  }
  EXPECT_TRUE(append(log, "a"));
  EXPECT_THAT(said.lines(), IsEmpty());
}

/// A server that stands still in one way or the other.
struct Standstill {
  std::string name;
  std::function<void(RedisServer&)> begin;
  std::function<void(RedisServer&)> end;
};

class RedisStandstill : public ::testing::TestWithParam<Standstill> {};

TEST_P(RedisStandstill, every_call_returns_in_time_and_it_goes_on_afterwards) {
  RedisServer server{{.is_durable = true}};
  Said said;
  RedisLog log{server.url(), {.connect_timeout = 100ms, .command_timeout = 100ms, .log = said.hook()}};
  RedisLog other{server.url(), patient()};
  std::string const before = other.tail().value().identity;
  EXPECT_TRUE(soon([&] { return append(log, "before"); }));
  GetParam().begin(server);
  std::atomic<int> failed{0};
  auto const waited = time_of([&] {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 32; ++i) {
      threads.emplace_back([&] {
        for (int call = 0; call < 5; ++call) failed += append(log, "meanwhile") ? 0 : 1;
      });
    }
  });
  EXPECT_GT(failed, 32);
  EXPECT_LT(waited, kPatience);
  GetParam().end(server);
  EXPECT_TRUE(soon([&] { return append(log, "after"); }));
  EXPECT_THAT(ids_after(other, 0), Contains("after"));
  Result<RevocationLog::Tail> tail = Error{Errc::unavailable};
  EXPECT_TRUE(soon([&] { return (tail = log.tail()).has_value(); }));
  EXPECT_EQ(tail.value().identity, before);
  EXPECT_LE(said.lines().size(), 8U) << said.all();
}

void pause_clients(RedisServer& server, std::string const& which) {
  EXPECT_EQ(server.ask({"CLIENT", "PAUSE", "1500", which}), "+OK");
}
void wait_for_the_end_of_the_pause(RedisServer& server) { EXPECT_EQ(server.ask({"SET", "x", "y"}), "+OK"); }

INSTANTIATE_TEST_SUITE_P(
    All, RedisStandstill,
    ::testing::Values(Standstill{"SIGSTOP", [](RedisServer& server) { server.pause(); },
                                 [](RedisServer& server) { server.resume(); }},
                      Standstill{"client_pause", [](RedisServer& server) { pause_clients(server, "ALL"); },
                                 wait_for_the_end_of_the_pause},
                      Standstill{"client_pause_write", [](RedisServer& server) { pause_clients(server, "WRITE"); },
                                 wait_for_the_end_of_the_pause}),
    [](auto const& one) { return one.param.name; });

// --- servers that refuse
// ----------------------------------------------------------------------------------------------

TEST(RedisRefusal, a_full_memory_is_told_once_and_reading_goes_on) {
  RedisServer const server;
  Said said;
  RedisLog log{server.url(), patient(said)};
  ASSERT_TRUE(append(log, "a"));
  ASSERT_EQ(server.ask({"CONFIG", "SET", "maxmemory", "1"}), "+OK");
  for (int i = 0; i < 10; ++i) {
    EXPECT_FALSE(append(log, "b"));
    EXPECT_THAT(ids_after(log, 0), ElementsAre("a"));
  }
  EXPECT_THAT(said.lines(), ElementsAre(HasSubstr("append: it is out of memory")));
  ASSERT_EQ(server.ask({"CONFIG", "SET", "maxmemory", "0"}), "+OK");
  EXPECT_TRUE(append(log, "c"));
  EXPECT_THAT(ids_after(log, 0), ElementsAre("a", "c"));
  EXPECT_THAT(said.lines(), SizeIs(2));
}

TEST(RedisRefusal, a_replica_is_told_and_left_when_it_is_the_primary_again) {
  RedisServer const server;
  Said said;
  RedisLog log{server.url(), patient(said)};
  ASSERT_TRUE(append(log, "a"));
  ASSERT_EQ(server.ask({"REPLICAOF", "127.0.0.1", "1"}), "+OK");
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(append(log, "b"));
  EXPECT_THAT(said.lines(), ElementsAre(HasSubstr("append: it is a replica"), HasSubstr("it is a replica")));
  ASSERT_EQ(server.ask({"REPLICAOF", "NO", "ONE"}), "+OK");
  EXPECT_TRUE(soon([&] { return append(log, "c"); }));
}

TEST(RedisRefusal, who_follows_a_server_that_becomes_a_replica_knows) {
  RedisServer const server;
  RedisLog log{server.url(), patient()};
  ASSERT_TRUE(append(log, "a"));
  ASSERT_TRUE(log.tail());
  ASSERT_EQ(server.ask({"REPLICAOF", "127.0.0.1", "1"}), "+OK");
  EXPECT_FALSE(log.tail()) << "on the connection that was there";
  EXPECT_FALSE(log.tail()) << "on a new one";
  RedisLog another{server.url(), patient()};
  EXPECT_FALSE(another.tail());
  ASSERT_EQ(server.ask({"REPLICAOF", "NO", "ONE"}), "+OK");
  EXPECT_TRUE(soon([&] { return log.tail().has_value(); }));
}

TEST(RedisRefusal, who_waits_for_a_server_that_becomes_a_replica_does_not_wait_on) {
  RedisServer const server;
  Said said;
  RedisLog log{server.url(), patient(said)};
  ASSERT_TRUE(append(log, "a"));
  RevocationLog::Position const last = log.tail().value().last;
  std::jthread const follower{[&log, last](std::stop_token const& stop) {
    while (!stop.stop_requested()) log.wait_after(last, 1h, stop);
  }};
  std::string const waits =
      "return string.find(redis.call('INFO', 'clients'), 'blocked_clients:1', 1, true) and 1 or 0";
  ASSERT_TRUE(soon([&] { return server.ask({"EVAL", waits, "0"}) == ":1"; }));
  ASSERT_EQ(server.ask({"REPLICAOF", "127.0.0.1", "1"}), "+OK");
  EXPECT_TRUE(soon([&] { return said.all().find("wait_after: it has become a replica") != std::string::npos; }))
      << said.all();
}

TEST(RedisRefusal, scripts_that_were_flushed_are_sent_again) {
  RedisServer const server;
  RedisLog log{server.url(), patient()};
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(append(log, "a"));
    ASSERT_EQ(server.ask({"SCRIPT", "FLUSH"}), "+OK");
  }
  EXPECT_TRUE(append(log, "a"));
  EXPECT_THAT(ids_after(log, 0), SizeIs(4));
}

TEST(RedisRefusal, keys_of_somebody_else_and_entries_of_another_form_are_told) {
  RedisServer const server;
  Said said;
  RedisLog log{server.url(), patient(said)};
  ASSERT_EQ(server.ask({"XADD", "{authjwt}:log", "5-0", "x", "y"}).substr(0, 1), "$");
  EXPECT_FALSE(log.read_after(0, 10));
  EXPECT_FALSE(log.read_after(0, 10));
  EXPECT_THAT(said.lines(), ElementsAre(HasSubstr("read_after itself: what is stored")));
  ASSERT_EQ(server.ask({"SET", "{authjwt}:state", "x"}), "+OK");
  EXPECT_FALSE(append(log, "a"));
  EXPECT_THAT(said.lines(), Contains(HasSubstr("holds something else")));
}

TEST(RedisRefusal, nothing_is_half_written_by_a_call_that_fails) {
  RedisServer const server;
  RedisLog log{server.url(), patient()};
  ASSERT_TRUE(append(log, "a"));
  auto const before = log.tail().value();
  ASSERT_EQ(server.ask({"SET", "{authjwt}:session:6:issuer:sid", "x"}), "+OK");
  EXPECT_FALSE(log.rotate({"issuer", "sid", "7", {}, "1", {"2"}}));
  ASSERT_EQ(server.ask({"CONFIG", "SET", "maxmemory", "1"}), "+OK");
  EXPECT_FALSE(log.append(std::vector<Revocation>(3, Revocation{"issuer", "b"})));
  ASSERT_EQ(server.ask({"CONFIG", "SET", "maxmemory", "0"}), "+OK");
  EXPECT_EQ(log.tail().value().last, before.last);
  EXPECT_THAT(ids_after(log, 0), ElementsAre("a"));
}

// --- answers that are cut, late or a lie
// ------------------------------------------------------------------------------

TEST(RedisAnswers, one_that_is_cut_anywhere_is_an_error_and_the_next_is_right) {
  RedisServer const server;
  Relay relay{server.port()};
  RedisLog direct{server.url(), patient()};
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(append(direct, "fact-" + std::to_string(i)));
  RedisLog log{server.url(relay.port()), patient()};
  Ids const all{"fact-0", "fact-1", "fact-2"};
  for (std::size_t cut = 1; cut < 150; cut += 7) {
    EXPECT_TRUE(soon([&] { return ids_after(log, 0) == all; })) << cut;
    relay.set_filter([cut](std::string& bytes) {
      bytes.resize(std::min(bytes.size(), cut));
      return false;
    });
    EXPECT_THAT(ids_after(log, 0), ElementsAre("unavailable")) << cut;
    relay.set_filter({});
  }
}

TEST(RedisAnswers, a_rotation_whose_answer_was_lost_gives_the_same_successor_when_it_is_tried_again) {
  RedisServer const server;
  Relay relay{server.port()};
  RedisLog log{server.url(relay.port()), patient()};
  Rotation const first{"issuer", "sid", "7", {}, "1", {"2"}, 60s};
  ASSERT_TRUE(log.begin({"issuer", "sid", "7"}, {"1"}, {}));
  ASSERT_EQ(log.rotate({"issuer", "other", "7", {}, "1", {"2"}}).value().outcome, Rotated::Outcome::rotated);
  relay.set_filter([](std::string& bytes) {
    bytes.resize(3);
    return false;
  });
  EXPECT_EQ(log.rotate(first).error().code(), Errc::unavailable);
  relay.set_filter({});
  Rotation again = first;
  again.successor.jti = "3";
  Result<Rotated> rotated = Error{Errc::unavailable};
  EXPECT_TRUE(soon([&] { return (rotated = log.rotate(again)).has_value(); }));
  EXPECT_EQ(rotated.value().outcome, Rotated::Outcome::replay);
  EXPECT_EQ(rotated.value().token.jti, "2");
}

TEST(RedisAnswers, lies_are_errors_and_cost_no_memory) {
  RedisServer const server;
  Relay relay{server.port()};
  RedisLog log{server.url(relay.port()), {.connect_timeout = 1s, .command_timeout = 100ms}};
  std::string deep;
  for (int i = 0; i < 7; ++i) deep += "*1000000\r\n";
  for (std::string const& lie :
       {std::string{"*1000000000\r\n"}, std::string{"*2147483647\r\n"}, std::string{"$99999999999\r\n"}, deep,
        std::string{"*-5\r\n"}, std::string{"!\r\n"}, std::string{"HTTP/1.1 200 OK\r\n\r\n"}, std::string{":7\r\n"},
        std::string{"$-1\r\n"}, std::string{"+OK\r\n"}, std::string{"*1\r\n*1\r\n$1\r\na\r\n"},
        std::string{"*1\r\n*2\r\n$3\r\n5-0\r\n*0\r\n"}, std::string{"-"} + std::string(100'000, 'x') + "\r\n",
        std::string{
            "*1\r\n*2\r\n$3\r\n0-0\r\n*6\r\n$1\r\ni\r\n$1\r\ni\r\n$1\r\nd\r\n$1\r\nd\r\n$1\r\nk\r\n$0\r\n\r\n"}}) {
    EXPECT_TRUE(soon([&] { return log.tail().has_value(); })) << lie.substr(0, 40);
    relay.set_filter([&lie](std::string& bytes) {
      bytes = lie;
      return true;
    });
    EXPECT_FALSE(log.read_after(0, 10)) << lie.substr(0, 40);
    EXPECT_FALSE(log.tail()) << lie.substr(0, 40);
    EXPECT_FALSE(log.begin({"issuer", "sid", "7"}, {"1"}, {})) << lie.substr(0, 40);
    EXPECT_FALSE(log.rotate({"issuer", "sid", "7", {}, "1", {"2"}})) << lie.substr(0, 40);
    EXPECT_FALSE(log.sessions_of("issuer", "7", 10)) << lie.substr(0, 40);
    EXPECT_FALSE(log.is_durable()) << lie.substr(0, 40);
    relay.set_filter({});
  }
}

TEST(RedisAnswers, seven_levels_and_a_million_parts_are_read_and_no_more) {
  RedisServer const server;
  auto const complaint = [&server](std::string const& answer) {
    Relay relay{server.port()};
    Said said;
    RedisLog log{server.url(relay.port()),
                 {.connect_timeout = kPatience, .command_timeout = 200ms, .log = said.hook()}};
    EXPECT_TRUE(soon([&] { return log.read_after(0, 1).has_value(); }));
    relay.set_filter([&answer](std::string& bytes) {
      bytes = answer;
      return true;
    });
    EXPECT_FALSE(log.read_after(0, 1));
    return said.all();
  };
  auto const nested = [](int levels) {
    std::string answer;
    for (int i = 0; i < levels; ++i) answer += "*1\r\n";
    return answer + ":1\r\n";
  };
  EXPECT_THAT(complaint(nested(7)), HasSubstr("not of a form that this version knows"));
  EXPECT_THAT(complaint(nested(8)), HasSubstr("too large"));
  EXPECT_THAT(complaint("*1000000\r\n"), HasSubstr("in time")) << "it waits for them";
  EXPECT_THAT(complaint("*1000001\r\n"), HasSubstr("too large"));
}

TEST(RedisAnswers, one_too_many_is_not_taken_for_the_next) {
  RedisServer const server;
  Relay relay{server.port()};
  RedisLog direct{server.url(), patient()};
  RedisLog log{server.url(relay.port()), patient()};
  ASSERT_TRUE(append(direct, "a"));
  ASSERT_THAT(ids_after(log, 0), ElementsAre("a"));
  relay.set_filter([](std::string& bytes) {
    bytes += "*0\r\n";
    return true;
  });
  EXPECT_THAT(ids_after(log, 0), ElementsAre("a"));
  relay.set_filter({});
  EXPECT_THAT(ids_after(log, 0), ElementsAre("a"));
}

TEST(RedisAnswers, one_that_drips_in_is_given_up_in_time) {
  RedisServer const server;
  Relay relay{server.port()};
  RedisLog log{server.url(relay.port()), {.command_timeout = 100ms}};
  EXPECT_TRUE(soon([&] { return log.tail().has_value(); }));
  relay.set_filter([](std::string& bytes) {
    bytes = "$1";  // and nothing else
    return true;
  });
  EXPECT_LT(time_of([&] { EXPECT_FALSE(log.tail()); }), kPatience);
}

}  // namespace
}  // namespace authjwt::e2e
