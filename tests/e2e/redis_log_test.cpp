// RedisLog over servers that stop, pause, forget, refuse and lie. The suites of all engines are in
// redis_suite_test.cpp.
#include "e2e/redis_log_test.hpp"

#include "support/in_a_fork.hpp"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <set>

namespace authjwt::e2e {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

using Ids = std::vector<std::string>;

// --- who may come in
// --------------------------------------------------------------------------------------------------

TEST(RedisLogin, password_and_database_come_from_the_address) {
  RedisServer const server{{.password = "p@ss:w/rd%"}};
  std::string const host = "@127.0.0.1:" + std::to_string(server.port());
  RedisLog first{"redis://:p%40ss%3Aw%2Frd%25" + host + "/3", patient()};
  RedisLog second{"redis://default:p%40ss%3Aw%2Frd%25" + host + "/4", patient()};
  EXPECT_TRUE(append(first, "three"));
  EXPECT_THAT(ids_after(first, 0), ElementsAre("three"));
  EXPECT_THAT(ids_after(second, 0), IsEmpty());
}

TEST(RedisLogin, a_socket_of_unix_is_as_good) {
  RedisServer const server{{.password = "secret"}};
  RedisLog log{"unix://:secret@" + server.socket_path() + "?db=2", patient()};
  RedisLog same{"redis://:secret@127.0.0.1:" + std::to_string(server.port()) + "/2", patient()};
  EXPECT_TRUE(append(log, "a"));
  EXPECT_THAT(ids_after(same, 0), ElementsAre("a"));
}

TEST(RedisLogin, a_wrong_password_is_told_once_and_never_shown) {
  RedisServer const server{{.password = "right"}};
  Said said;
  RedisLog log{"redis://:hunter2@127.0.0.1:" + std::to_string(server.port()), patient(said)};
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(append(log, "a"));
  EXPECT_THAT(said.lines(), ElementsAre(HasSubstr("the user or the password is wrong")));
  EXPECT_THAT(said.all(), Not(HasSubstr("hunter2")));
}

TEST(RedisLogin, a_missing_password_and_one_too_many_are_told) {
  RedisServer const guarded{{.password = "right"}};
  RedisServer const open;
  Said said;
  RedisLog without{"redis://127.0.0.1:" + std::to_string(guarded.port()), patient(said)};
  RedisLog with{"redis://:hunter2@127.0.0.1:" + std::to_string(open.port()), patient(said)};
  EXPECT_FALSE(append(without, "a"));
  EXPECT_FALSE(append(with, "a"));
  EXPECT_THAT(said.lines(), ElementsAre(HasSubstr("it wants a password"), HasSubstr("it takes no such login")));
  EXPECT_THAT(said.all(), Not(HasSubstr("hunter2")));
}

TEST(RedisLogin, a_database_that_is_not_there_is_told) {
  RedisServer const server;
  Said said;
  RedisLog log{server.url() + "/99", patient(said)};
  EXPECT_FALSE(append(log, "a"));
  EXPECT_THAT(said.lines(), ElementsAre(HasSubstr("database 99 cannot be chosen")));
}

/// A user who may do what the log needs and no more.
std::string with_user(RedisServer const& server, std::vector<std::string> rules) {
  std::vector<std::string> words{"ACL", "SETUSER", "log", "reset", "on", ">secret", "~{authjwt}:*"};
  words.insert(words.end(), rules.begin(), rules.end());
  EXPECT_EQ(server.ask(words), "+OK");
  return "redis://log:secret@127.0.0.1:" + std::to_string(server.port());
}

Ids const kLeast{"+@read", "+@write", "+evalsha", "+eval", "+time"};

TEST(RedisLogin, a_user_with_the_least_permissions_will_do_and_durability_is_unsure) {
  RedisServer const server{{.is_durable = true}};
  Said said;
  RedisLog log{with_user(server, kLeast), patient(said)};
  EXPECT_TRUE(append(log, "a"));
  EXPECT_THAT(ids_after(log, 0), ElementsAre("a"));
  EXPECT_EQ(log.tail().value().last, 1U);
  EXPECT_TRUE(log.begin({"issuer", "sid", "7"}, {"1"}, {}));
  EXPECT_EQ(log.rotate({"issuer", "sid", "7", {}, "1", {"2"}}).value().outcome, Rotated::Outcome::rotated);
  EXPECT_THAT(log.sessions_of("issuer", "7", 10).value(), SizeIs(1));
  log.wait_after(0, 1min, {});
  EXPECT_THAT(said.lines(), IsEmpty());
  EXPECT_FALSE(log.is_durable());
  EXPECT_THAT(said.lines(), ElementsAre(HasSubstr("cannot be known: the user may not ask (+config|get)")));
}

TEST(RedisLogin, a_missing_permission_is_told) {
  RedisServer const server;
  Said said;
  RedisLog log{with_user(server, {"+@read", "+info"}), patient(said)};
  EXPECT_FALSE(append(log, "a"));
  EXPECT_THAT(ids_after(log, 0), IsEmpty());
  EXPECT_THAT(said.lines(), ElementsAre(HasSubstr("append: the user may not do what the log needs")));
}

// --- what the server keeps
// --------------------------------------------------------------------------------------------

struct Keeping {
  Ids options;
  bool is_durable;
  std::string says;
};

class RedisDurability : public ::testing::TestWithParam<Keeping> {};

TEST_P(RedisDurability, is_what_the_server_says) {
  RedisServer const server{{.more = GetParam().options}};
  Said said;
  RedisLog log{server.url(), patient(said)};
  for (int i = 0; i < 2; ++i) EXPECT_EQ(log.is_durable(), GetParam().is_durable);
  EXPECT_EQ(said.lines().size(), GetParam().is_durable ? 0U : 1U) << "each change is told once";
  EXPECT_THAT(said.all(), HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    All, RedisDurability,
    ::testing::Values(Keeping{{}, false, "not durable: what it has acknowledged is lost when it crashes"},
                      Keeping{{"--appendonly", "yes"}, false, "set appendfsync always"},
                      Keeping{{"--appendonly", "yes", "--appendfsync", "no"}, false, "set appendfsync always"},
                      Keeping{{"--appendonly", "yes", "--appendfsync", "always"}, true, ""},
                      Keeping{{"--appendonly", "yes", "--appendfsync", "always", "--no-appendfsync-on-rewrite", "yes"},
                              false,
                              "set no-appendfsync-on-rewrite no"},
                      Keeping{{"--appendonly", "yes", "--appendfsync", "always", "--maxmemory", "100mb",
                               "--maxmemory-policy", "volatile-ttl"},
                              false,
                              "set maxmemory-policy noeviction"},
                      Keeping{{"--appendonly", "yes", "--appendfsync", "always", "--maxmemory", "100mb"}, true, ""}));

TEST(RedisDurability, is_denied_where_nobody_answers_or_may_be_asked) {
  RedisServer server;
  Said said;
  RedisLog user{with_user(server, {"+info"}), patient(said)};
  EXPECT_FALSE(user.is_durable());
  EXPECT_THAT(said.all(), HasSubstr("what it has acknowledged is lost")) << "INFO says that there is no file";
  RedisLog log{server.url(), patient()};
  server.stop();
  EXPECT_FALSE(log.is_durable());
}

TEST(RedisDurability, everything_that_was_acknowledged_is_there_after_a_kill_in_the_middle) {
  RedisServer server{{.is_durable = true}};
  RedisLog log{server.url(), patient()};
  constexpr std::size_t kThreads = 4;
  constexpr int kEach = 250;
  std::vector<Ids> acknowledged(kThreads);
  std::atomic<int> count{0};
  std::vector<std::jthread> writers;
  for (std::size_t thread = 0; thread < kThreads; ++thread) {
    writers.emplace_back([&, thread] {
      for (int i = 0; i < kEach; ++i) {
        std::string const id = std::to_string(thread) + "-" + std::to_string(i);
        if (append(log, id)) acknowledged[thread].push_back(id);
        if (++count == 300) server.kill();
      }
    });
  }
  writers.clear();
  server.start();
  Ids const kept_in_order = [&] {
    Ids ids;
    EXPECT_TRUE(soon([&] { return (ids = ids_after(log, 0)) != Ids{"unavailable"}; }));
    return ids;
  }();
  std::set<std::string> const kept{kept_in_order.begin(), kept_in_order.end()};
  std::size_t all = 0;
  for (Ids const& ids : acknowledged) {
    for (std::string const& id : ids) EXPECT_TRUE(kept.contains(id)) << id;
    all += ids.size();
  }
  EXPECT_GE(all, 300U - kThreads);
  EXPECT_LT(all, kThreads * kEach) << "the kill came too late to try anything";
}

TEST(RedisDurability, the_identity_and_the_positions_outlive_a_restart_of_a_durable_server) {
  RedisServer server{{.is_durable = true}};
  RedisLog log{server.url(), patient()};
  ASSERT_TRUE(append(log, "a"));
  auto const before = log.tail().value();
  server.kill();
  server.start();
  EXPECT_TRUE(soon([&] { return log.tail().has_value(); }));
  EXPECT_EQ(log.tail().value().identity, before.identity);
  EXPECT_EQ(log.tail().value().last, before.last);
  ASSERT_TRUE(append(log, "b"));
  EXPECT_EQ(log.tail().value().identity, before.identity);
  EXPECT_GT(log.tail().value().last, before.last);
  EXPECT_THAT(ids_after(log, 0), ElementsAre("a", "b"));
  EXPECT_THAT(ids_after(log, before.last), ElementsAre("b"));
}

// --- a log that was lost
// ----------------------------------------------------------------------------------------------

TEST(RedisLoss, is_told_when_everything_is_flushed_and_grows_again) {
  RedisServer const server;
  RedisLog log{server.url(), patient()};
  ASSERT_TRUE(append(log, "a"));
  auto const before = log.tail().value();
  ASSERT_EQ(server.ask({"FLUSHALL"}), "+OK");
  ASSERT_TRUE(append(log, "b"));
  ASSERT_TRUE(append(log, "c"));
  EXPECT_NE(log.tail().value().identity, before.identity);
}

TEST(RedisLoss, is_told_when_the_server_restarts_and_kept_nothing) {
  RedisServer server;
  RedisLog log{server.url(), patient()};
  ASSERT_TRUE(append(log, "a"));
  auto const before = log.tail().value();
  server.kill();
  server.start();
  EXPECT_TRUE(soon([&] { return log.tail().has_value(); }));
  EXPECT_NE(log.tail().value().identity, before.identity);
}

/// A server that forgot all facts after "kept", as a replica does that takes over too early, and has others since.
class RedisLostEnd : public ::testing::Test {
 protected:
  RedisLostEnd() {
    EXPECT_TRUE(append(log, "kept"));
    EXPECT_EQ(server.ask({"SAVE"}), "+OK");
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(append(log, "lost"));
    before = log.tail().value();
    server.kill();
    server.start();
  }

  RedisServer server;
  RedisLog log{server.url(), patient()};
  RevocationLog::Tail before;
};

TEST_F(RedisLostEnd, is_told_before_it_grows_again) {
  EXPECT_TRUE(soon([&] { return log.tail().has_value(); }));
  auto const after = log.tail().value();
  EXPECT_TRUE(after.identity != before.identity || after.last < before.last);
}

TEST_F(RedisLostEnd, is_told_after_it_has_grown_again_and_no_position_means_two_facts) {
  RedisLog other{server.url(), patient()};
  for (int i = 0; i < 9; ++i) ASSERT_TRUE(append(other, "new"));
  EXPECT_TRUE(soon([&] { return log.tail().has_value(); }));
  auto const after = log.tail().value();
  EXPECT_NE(after.identity, before.identity);
  EXPECT_GT(after.last, before.last);
  EXPECT_THAT(ids_after(log, before.last), SizeIs(9)) << "a follower misses nothing of what came later";
  EXPECT_EQ(log.tail().value().identity, after.identity) << "it is another log from then on, and stays that";
  RedisLog newcomer{server.url(), patient()};
  EXPECT_EQ(newcomer.tail().value().identity, before.identity) << "to a newcomer nothing is lost";
}

TEST_F(RedisLostEnd, is_noticed_by_whoever_only_appends_too) {
  EXPECT_TRUE(soon([&] { return append(log, "new"); }));
  EXPECT_NE(log.tail().value().identity, before.identity);
}

TEST(RedisLoss, a_stream_whose_state_was_evicted_goes_on) {
  RedisServer const server;
  RedisLog log{server.url(), patient()};
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(append(log, "a"));
  auto const before = log.tail().value();
  ASSERT_EQ(server.ask({"DEL", "{authjwt}:state"}), ":1");
  ASSERT_TRUE(append(log, "b"));
  EXPECT_NE(log.tail().value().identity, before.identity);
  EXPECT_THAT(ids_after(log, before.last), ElementsAre("b"));
}

// --- followers
// --------------------------------------------------------------------------------------------------------

TEST(RedisFollower, is_woken_at_once) {
  RedisServer const server;
  RedisLog writing{server.url(), patient()};
  RedisLog reading{server.url(), patient()};
  constexpr std::size_t kRounds = 200;
  std::vector<std::chrono::nanoseconds> times;
  RevocationLog::Position position = 0;
  for (std::size_t i = 0; i < kRounds; ++i) {
    std::atomic<std::chrono::steady_clock::time_point> woken{};
    std::jthread waiter{[&] {
      while (reading.read_after(position, 1).value().empty()) reading.wait_after(position, 1min, {});
      woken = std::chrono::steady_clock::now();
    }};
    if (i % 2 == 0) std::this_thread::yield();
    auto const begun = std::chrono::steady_clock::now();
    auto const appended = writing.append(Revocation{"issuer", "a"}).value();
    waiter.join();
    times.push_back(woken.load() - begun);
    position = appended;
  }
  std::ranges::sort(times);
  auto const ms = [&](std::size_t at) { return std::chrono::duration<double, std::milli>{times[at]}.count(); };
  std::printf("from append to wait_after on another machine's log: median %.2f ms, 99th percentile %.2f ms\n",
              ms(kRounds / 2), ms(kRounds * 99 / 100));
}

TEST(RedisFollower, survives_a_restart_while_it_waits) {
  RedisServer server{{.is_durable = true}};
  RedisLog log{server.url(), patient()};
  ASSERT_TRUE(append(log, "a"));
  auto const position = log.tail().value().last;
  std::jthread waiter{[&] {
    EXPECT_TRUE(soon([&] {
      log.wait_after(position, 1min, {});
      return ids_after(log, position) == Ids{"b"};
    }));
  }};
  server.kill();
  server.start();
  EXPECT_TRUE(soon([&] { return append(log, "b"); }));
}

TEST(RedisFollower, is_stopped_at_once_while_the_server_stands_still) {
  RedisServer const server;
  RedisLog log{server.url(), patient()};
  ASSERT_TRUE(log.tail());
  Said said;
  std::jthread waiter{[&](std::stop_token const& stop) { log.wait_after(0, 1h, stop); }};
  std::string const blocked = "return tonumber(string.match(redis.call('INFO', 'clients'), 'blocked_clients:(%d+)'))";
  EXPECT_TRUE(soon([&] { return server.ask({"EVAL", blocked, "0"}) == ":1"; }));
  server.pause();
  EXPECT_LT(time_of([&] {
              waiter.request_stop();
              waiter.join();
            }),
            kPatience);
}

// --- what expires
// -----------------------------------------------------------------------------------------------------

TEST(RedisExpiry, the_server_drops_by_itself_what_nothing_keeps_any_more) {
  RedisServer const server;
  RedisLog log{server.url(), patient()};
  TimePoint const now = system_clock().now();
  auto const ms = [](TimePoint time) { return ":" + std::to_string(time.time_since_epoch().count() * 1'000); };
  auto const ends = [&](std::string const& key) { return server.ask({"PEXPIRETIME", "{authjwt}:" + key}); };
  ASSERT_TRUE(log.append(Revocation{"issuer", "a", now + 1h}));
  ASSERT_TRUE(log.append(Revocation{"issuer", "a", now + 2h}));
  ASSERT_TRUE(log.append(Revocation{"issuer", "a", now + 1h}));
  EXPECT_EQ(ends("id:6:issuer:a"), ms(now + 2h));
  ASSERT_TRUE(log.append(Revocation{"issuer", "a"}));
  EXPECT_EQ(ends("id:6:issuer:a"), ":-1");
  ASSERT_TRUE(log.begin({"issuer", "sid", "7"}, {"1"}, now + 1h));
  EXPECT_EQ(ends("session:6:issuer:sid"), ms(now + 1h));
  EXPECT_EQ(ends("logins:6:issuer:7"), ms(now + 1h));
  ASSERT_TRUE(log.rotate({"issuer", "sid", "7", {}, "1", {"2"}, 0s, now + 3h}));
  EXPECT_EQ(ends("session:6:issuer:sid"), ms(now + 3h));
  EXPECT_EQ(ends("logins:6:issuer:7"), ms(now + 3h));
  EXPECT_EQ(ends("ends:6:issuer:7"), ms(now + 3h));
  ASSERT_TRUE(log.append(Revocation{"issuer", "past", now - 1h}));
  EXPECT_EQ(ends("id:6:issuer:past"), ":-2");
  EXPECT_EQ(server.ask({"XLEN", "{authjwt}:log"}), ":5");
}

// --- forks
// ------------------------------------------------------------------------------------------------------------

TEST(RedisFork, a_child_has_connections_of_its_own) {
#ifdef __SANITIZE_THREAD__
  GTEST_SKIP() << "ThreadSanitizer ends a fork that starts threads";
#endif
  RedisServer const server;
  auto log = std::make_unique<RedisLog>(server.url(), patient());
  ASSERT_TRUE(append(*log, "parent"));
  EXPECT_TRUE(in_a_fork([&log] {
    bool const works = append(*log, "child") && ids_after(*log, 0) == Ids{"parent", "child"};
    log.reset();
    return works;
  }));
  ASSERT_TRUE(append(*log, "parent again"));
  EXPECT_THAT(ids_after(*log, 0), ElementsAre("parent", "child", "parent again"));
}

}  // namespace
}  // namespace authjwt::e2e
