#include "revocation/pause.hpp"
#include "support/in_a_fork.hpp"
#include "support/soon.hpp"

#include <authjwt/revocation/denylist.hpp>
#include <authjwt/revocation/memory_log.hpp>
#include <authjwt/testing/fake_clock.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace authjwt {
namespace {

using namespace std::chrono_literals;
using Options = Denylist::Options;
using WhenStale = Denylist::WhenStale;

Options const kQuick{.max_staleness = 60'000ms, .heartbeat = 1ms, .clock_settles = 0s};

Errc code_of(Result<void> const& result) { return result.error().code(); }
bool is_revoked(Denylist const& list, std::string_view jti, std::string_view issuer = "issuer") {
  Result<void> const answer = list.check(issuer, jti);
  return !answer && code_of(answer) == Errc::token_revoked;
}
bool is_unavailable(Denylist const& list, std::string_view jti = "any") {
  Result<void> const answer = list.check("issuer", jti);
  return !answer && code_of(answer) == Errc::unavailable;
}
bool passes(Denylist const& list, std::string_view jti, std::string_view issuer = "issuer") {
  return list.check(issuer, jti).has_value();
}

/// A memory log that can be told to fail, in one way or another.
class FailingLog final : public RevocationLog {
 public:
  enum class Mode { works, gives_error, throws, goes_backwards };
  explicit FailingLog(Mode mode = Mode::works) : mode_{mode} {}
  void set(Mode mode) { mode_ = mode; }

  using RevocationLog::append;
  Result<Position> append(std::span<Revocation const> facts) override {
    if (mode_ != Mode::works) return Error{Errc::unavailable};
    ++appends_;
    return log_.append(facts);
  }
  Result<std::vector<Entry>> read_after(Position position, std::size_t at_most) override {
    switch (mode_) {
      case Mode::works: return log_.read_after(position, at_most);
      case Mode::gives_error: return Error{Errc::unavailable};
      case Mode::goes_backwards: return std::vector<Entry>(at_most, Entry{0, {"issuer", "nonsense", {}}});
      case Mode::throws: break;
    }
    throw std::runtime_error{"broken"};
  }
  Result<Tail> tail() override { return log_.tail(); }
  void wait_after(Position position, std::chrono::milliseconds at_most, std::stop_token stop) override {
    if (mode_ == Mode::throws) throw std::runtime_error{"broken"};
    log_.wait_after(position, at_most, stop);
  }
  bool is_durable() noexcept override { return false; }
  SessionStore* sessions() noexcept override { return log_.sessions(); }
  [[nodiscard]] int appends() const { return appends_; }

 private:
  MemoryLog log_;
  std::atomic<Mode> mode_;
  std::atomic<int> appends_{0};
};

using Mode = FailingLog::Mode;

/// As a log outside the process is: a fork reads on in it, and no lock is in the way.
class OutsideLog final : public RevocationLog {
 public:
  /// How often a follower has come to its end: from then on its thread does nothing. A fork in the middle of what a
  /// thread does would leave a sanitizer's allocator locked for ever.
  [[nodiscard]] int waits() const { return waits_; }
  void become_another() { is_another_ = true; }
  void end_at(Position last) { last_ = last; }

  Result<Position> append(std::span<Revocation const>) override { return Error{Errc::unavailable}; }
  Result<std::vector<Entry>> read_after(Position position, std::size_t) override {
    std::vector<Entry> entries;
    if (position < 1) entries.push_back({1, {"issuer", "revoked", {}}});
    return entries;
  }
  Result<Tail> tail() override { return Tail{is_another_ ? "another" : "the first", last_}; }
  void wait_after(Position, std::chrono::milliseconds at_most, std::stop_token stop) override {
    ++waits_;
    detail::pause(at_most, std::move(stop));
  }
  bool is_durable() noexcept override { return true; }

 private:
  std::atomic<int> waits_{0};
  std::atomic<bool> is_another_{false};
  std::atomic<Position> last_{5};  // more were appended than are left
};

/// The lines a denylist tells.
class Lines {
 public:
  [[nodiscard]] std::function<void(std::string_view)> writer() {
    return [this](std::string_view line) {
      std::lock_guard const lock{mutex_};
      lines_.emplace_back(line);
    };
  }
  [[nodiscard]] std::vector<std::string> all() const {
    std::lock_guard const lock{mutex_};
    return lines_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

// --- what is refused
// --------------------------------------------------------------------------------------------------

TEST(Denylist, revoked_is_refused_at_once) {
  Denylist list{std::make_shared<MemoryLog>()};
  EXPECT_TRUE(passes(list, "a"));
  ASSERT_TRUE(list.revoke({"issuer", "a", {}}));
  EXPECT_TRUE(is_revoked(list, "a"));
  EXPECT_TRUE(passes(list, "b"));
  EXPECT_TRUE(passes(list, "a", "another issuer"));
  EXPECT_TRUE(passes(list, "a", ""));
  EXPECT_EQ(list.size(), 1U);
}

TEST(Denylist, revoked_is_refused_soon_wherever_the_log_is_followed) {
  auto const log = std::make_shared<MemoryLog>();
  Denylist here{log};
  Denylist const there{log};
  ASSERT_TRUE(here.revoke({"issuer", "a", {}}));
  EXPECT_TRUE(soon([&] { return is_revoked(there, "a"); }));
  EXPECT_TRUE(passes(there, "b"));
}

TEST(Denylist, what_the_log_held_before_is_refused_from_the_beginning) {
  auto const log = std::make_shared<MemoryLog>();
  for (int i = 0; i < 5'000; ++i) ASSERT_TRUE(log->append({"issuer", std::to_string(i), {}}));
  Denylist const list{log};
  EXPECT_EQ(list.size(), 5'000U);
  EXPECT_TRUE(is_revoked(list, "0"));
  EXPECT_TRUE(is_revoked(list, "4999"));
  EXPECT_TRUE(passes(list, "5000"));
}

TEST(Denylist, what_the_log_did_not_take_is_an_error) {
  auto const log = std::make_shared<FailingLog>();
  Denylist list{log, system_clock(), kQuick};
  log->set(Mode::gives_error);
  EXPECT_EQ(code_of(list.revoke({"issuer", "a", {}})), Errc::unavailable);
  EXPECT_EQ(list.size(), 0U);
  EXPECT_TRUE(passes(list, "a"));
}

TEST(Denylist, several_facts_are_one_append_and_each_of_them_holds) {
  testing::FakeClock const clock;
  auto const log = std::make_shared<FailingLog>();
  Denylist list{log, clock, kQuick};
  std::vector<Revocation> const facts = {{"issuer", "token", {}},
                                         {"issuer", "session", {}},
                                         {"issuer", "\"s\"", {}, Revocation::Kind::subject, clock.now()}};
  ASSERT_TRUE(list.revoke(facts));
  EXPECT_EQ(log->appends(), 1);
  EXPECT_TRUE(is_revoked(list, "token"));
  EXPECT_EQ(list.check({"issuer", "x", "session"}).error().code(), Errc::token_revoked);
  EXPECT_EQ(list.check({"issuer", "x", "y", "\"s\"", clock.now()}).error().code(), Errc::token_revoked);
  EXPECT_TRUE(list.check({"issuer", "x", "y", "\"s\"", clock.now() + 1s}));
  EXPECT_TRUE(list.check({"issuer", "x", "y", "s", clock.now()}));
  EXPECT_TRUE(list.revoke(std::span<Revocation const>{}));
  EXPECT_EQ(log->appends(), 1) << "nothing to append";
}

TEST(Denylist, a_fact_about_a_subject_arrives_wherever_the_log_is_followed) {
  auto const log = std::make_shared<MemoryLog>();
  Denylist const list{log, system_clock(), kQuick};
  TimePoint const now{1'700'000'000s};
  ASSERT_TRUE(log->append({"issuer", "7", {}, Revocation::Kind::subject, now}));
  EXPECT_TRUE(soon([&] { return !list.check({"issuer", "x", {}, "7", now}); }));
  EXPECT_TRUE(list.check({"issuer", "x", {}, "\"7\"", now}));
}

TEST(Denylist, what_has_ended_by_a_clock_that_is_believed_is_not_written_down) {
  testing::FakeClock const clock;
  auto const log = std::make_shared<MemoryLog>(clock);
  Denylist list{log, clock, kQuick};
  ASSERT_TRUE(list.revoke({"issuer", "a", clock.now()}));
  EXPECT_EQ(list.size(), 0U);
  EXPECT_EQ(log->append({"issuer", "b", {}}).value(), 1U);
}

TEST(Denylist, entries_disappear_when_they_have_expired_without_another_call) {
  testing::FakeClock clock;
  Denylist list{std::make_shared<MemoryLog>(clock), clock, kQuick};
  for (int i = 0; i < 2'000; ++i) ASSERT_TRUE(list.revoke({"issuer", std::to_string(i), clock.now() + 10s}));
  ASSERT_TRUE(list.revoke({"issuer", "kept", clock.now() + 11s}));
  EXPECT_EQ(list.size(), 2'001U);
  EXPECT_GT(list.memory(), 16U * 2'001);
  clock.advance(10s);
  EXPECT_TRUE(soon([&] { return list.size() == 1; }));
  EXPECT_TRUE(is_revoked(list, "kept"));
}

TEST(Denylist, a_clock_that_jumps_ahead_and_back_drops_nothing) {
  testing::FakeClock const of_the_log;
  testing::FakeClock clock;
  auto const log = std::make_shared<MemoryLog>(of_the_log);
  Options options = kQuick;
  options.clock_settles = 1h;
  Denylist list{log, clock, options};
  ASSERT_TRUE(list.revoke({"issuer", "before", clock.now() + 10s}));
  TimePoint const soon_over = clock.now() + 20s;
  clock.advance(24h);
  ASSERT_TRUE(list.revoke({"issuer", "meanwhile", soon_over}));
  ASSERT_TRUE(log->append({"issuer", "elsewhere", soon_over}));
  EXPECT_TRUE(soon([&] { return is_revoked(list, "elsewhere"); }));
  clock.advance(-24h);
  EXPECT_TRUE(is_revoked(list, "before"));
  EXPECT_TRUE(is_revoked(list, "meanwhile"));
  EXPECT_EQ(list.size(), 3U);
}

TEST(Denylist, eight_threads_ask_while_one_revokes) {
  Denylist list{std::make_shared<MemoryLog>(), system_clock(), kQuick};
  std::atomic<int> revoked{0};
  std::atomic<bool> failed{false};
  std::vector<std::jthread> readers;
  for (int reader = 0; reader < 8; ++reader) {
    readers.emplace_back([&] {
      for (int i = revoked.load(); i < 3'000; i = revoked.load()) {
        if (i > 0 && !is_revoked(list, std::to_string(i - 1))) failed = true;
        if (!passes(list, "never revoked")) failed = true;
      }
    });
  }
  for (int i = 0; i < 3'000; ++i) {
    if (!list.revoke({"issuer", std::to_string(i), {}})) failed = true;
    revoked = i + 1;
  }
  readers.clear();
  EXPECT_FALSE(failed);
}

// --- what cannot be known
// ---------------------------------------------------------------------------------------------

class DenylistOverBrokenLog : public ::testing::TestWithParam<Mode> {};

TEST_P(DenylistOverBrokenLog, nothing_passes_until_it_has_been_read_once) {
  auto const log = std::make_shared<FailingLog>(GetParam());
  Denylist list{log, system_clock(), kQuick};
  EXPECT_TRUE(is_unavailable(list));
  EXPECT_FALSE(list.is_ready());
  EXPECT_EQ(list.lag(), std::chrono::milliseconds::max());
  log->set(Mode::works);
  EXPECT_TRUE(soon([&] { return passes(list, "any"); }));
  EXPECT_TRUE(list.is_ready());
  EXPECT_LT(list.lag(), 60s);
}

TEST_P(DenylistOverBrokenLog, nothing_passes_when_the_last_reading_is_too_old_and_the_revoked_stay_revoked) {
  auto const log = std::make_shared<FailingLog>();
  Denylist list{log, system_clock(), {.max_staleness = 200ms, .heartbeat = 1ms}};
  EXPECT_TRUE(soon([&] { return list.revoke({"issuer", "a", {}}).has_value(); }));
  log->set(GetParam());
  EXPECT_TRUE(soon([&] { return is_unavailable(list); }));
  EXPECT_FALSE(list.is_ready());
  EXPECT_GT(list.lag(), 200ms);
  EXPECT_TRUE(is_revoked(list, "a"));
  log->set(Mode::works);
  EXPECT_TRUE(soon([&] { return passes(list, "any"); }));
  EXPECT_TRUE(is_revoked(list, "a"));
}

INSTANTIATE_TEST_SUITE_P(All, DenylistOverBrokenLog,
                         ::testing::Values(Mode::gives_error, Mode::throws, Mode::goes_backwards));

TEST_P(DenylistOverBrokenLog, before_the_first_reading_nothing_passes_whatever_the_policy_says) {
  for (WhenStale const policy : {WhenStale::let_in, WhenStale::let_in_and_count}) {
    Options options = kQuick;
    options.when_stale = policy;
    Denylist const list{std::make_shared<FailingLog>(GetParam()), system_clock(), options};
    EXPECT_TRUE(is_unavailable(list));
    EXPECT_EQ(list.stale_answers(), 0U);
  }
}

TEST_P(DenylistOverBrokenLog, a_stale_one_lets_in_and_counts_where_it_was_told_to_and_the_revoked_stay_revoked) {
  for (WhenStale const policy : {WhenStale::let_in, WhenStale::let_in_and_count}) {
    auto const log = std::make_shared<FailingLog>();
    Denylist list{log, system_clock(), {.max_staleness = 200ms, .heartbeat = 1ms, .when_stale = policy}};
    EXPECT_TRUE(soon([&] { return list.revoke({"issuer", "a", {}}).has_value(); }));
    log->set(GetParam());
    EXPECT_TRUE(soon([&] { return !list.is_ready(); }));
    std::uint64_t const before = list.stale_answers();
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(passes(list, "any"));
    EXPECT_EQ(list.stale_answers() - before, policy == WhenStale::let_in ? 0U : 10U);
    EXPECT_TRUE(is_revoked(list, "a"));
    EXPECT_EQ(list.stale_answers() - before, policy == WhenStale::let_in ? 0U : 10U);
  }
}

TEST_P(DenylistOverBrokenLog, says_once_that_it_cannot_be_read_and_once_that_it_can_again) {
  Lines lines;
  Options options = kQuick;
  options.log = lines.writer();
  auto const log = std::make_shared<FailingLog>();
  auto list = std::make_unique<Denylist>(log, system_clock(), options);
  EXPECT_TRUE(lines.all().empty());
  for (std::size_t times = 1; times <= 2; ++times) {
    log->set(GetParam());
    EXPECT_TRUE(soon([&] { return lines.all().size() == 2 * times - 1; }));
    EXPECT_TRUE(soon([&] { return list->lag() > 20ms; })) << "it is tried many times and said once";
    log->set(Mode::works);
    EXPECT_TRUE(soon([&] { return lines.all().size() == 2 * times; }));
    EXPECT_THAT(lines.all(), ::testing::Contains(::testing::HasSubstr("cannot be read")).Times(times));
    EXPECT_THAT(lines.all().back(), ::testing::HasSubstr("can be read again after"));
  }
  list.reset();
  EXPECT_EQ(lines.all().size(), 4U) << "the end of the follower is no failure";
}

TEST(Denylist, what_the_log_callback_throws_is_passed_over) {
  Options options = kQuick;
  options.log = [](std::string_view) { throw std::runtime_error{"disk full"}; };
  auto const log = std::make_shared<FailingLog>(Mode::gives_error);
  Denylist const list{log, system_clock(), options};
  log->set(Mode::works);
  EXPECT_TRUE(soon([&] { return passes(list, "any"); }));
}

// --- a log that was lost
// ----------------------------------------------------------------------------------------------

TEST(Denylist, another_log_is_not_followed_and_what_was_read_stays_revoked) {
  for (bool const by_identity : {true, false}) {
    Lines lines;
    auto const log = std::make_shared<OutsideLog>();
    Denylist const list{log, system_clock(), {.max_staleness = 200ms, .heartbeat = 1ms, .log = lines.writer()}};
    EXPECT_TRUE(is_revoked(list, "revoked"));
    by_identity ? log->become_another() : log->end_at(4);
    EXPECT_TRUE(soon([&] { return is_unavailable(list); }));
    EXPECT_TRUE(is_revoked(list, "revoked"));
    EXPECT_FALSE(list.is_ready());
    ASSERT_EQ(lines.all().size(), 1U);
    EXPECT_THAT(lines.all().front(), ::testing::HasSubstr(by_identity ? "another one" : "ends before"));
    EXPECT_THAT(lines.all().front(), ::testing::HasSubstr("start the service again"));
  }
}

TEST(Denylist, a_lost_log_is_not_trusted_again_when_it_has_grown) {
  auto const log = std::make_shared<OutsideLog>();
  Denylist const list{log, system_clock(), {.max_staleness = 200ms, .heartbeat = 1ms}};
  log->end_at(4);
  EXPECT_TRUE(soon([&] { return is_unavailable(list); }));
  log->end_at(100);
  int const waits = log->waits();
  EXPECT_TRUE(soon([&] { return list.lag() > 300ms; }));
  EXPECT_TRUE(is_unavailable(list));
  EXPECT_EQ(log->waits(), waits);
}

// --- rotation
// ---------------------------------------------------------------------------------------------------------

Rotation rotation(std::string presented, std::string successor) {
  return {.issuer = "issuer",
          .sid = "session",
          .subject = "\"s\"",
          .login = {},
          .presented = std::move(presented),
          .successor = {.jti = std::move(successor)}};
}

TEST(Denylist, a_token_that_was_used_up_ends_its_session_here_at_once) {
  Denylist list{std::make_shared<MemoryLog>(), system_clock(), {.max_staleness = 2h, .heartbeat = 1h}};
  EXPECT_EQ(list.rotate(rotation("first", "second")).value().outcome, Rotated::Outcome::rotated);
  EXPECT_EQ(list.rotate(rotation("second", "third")).value().outcome, Rotated::Outcome::rotated);
  EXPECT_TRUE(list.check({"issuer", "third", "session", "\"s\""}));
  EXPECT_EQ(list.rotate(rotation("first", "fourth")).value().outcome, Rotated::Outcome::reused);
  EXPECT_EQ(code_of(list.check({"issuer", "third", "session", "\"s\""})), Errc::token_revoked);
  EXPECT_EQ(list.rotate(rotation("third", "fifth")).value().outcome, Rotated::Outcome::revoked);
}

TEST(Denylist, rotating_over_a_log_without_sessions_is_a_mistake_of_the_caller) {
  Denylist list{std::make_shared<OutsideLog>()};
  EXPECT_THROW(static_cast<void>(list.rotate(rotation("a", "b"))), std::logic_error);
}

// --- how it is read
// ---------------------------------------------------------------------------------------------------

TEST(Denylist, quiet_log_is_read_often_enough_to_stay_known) {
  Denylist const list{std::make_shared<MemoryLog>(), system_clock(), {.max_staleness = 20s, .heartbeat = 10ms}};
  auto const begun = std::chrono::steady_clock::now();
  EXPECT_TRUE(soon([&] { return std::chrono::steady_clock::now() - begun > 100ms && list.lag() < 50ms; }));
}

/// A log that always has something new.
class BusyLog final : public RevocationLog {
 public:
  [[nodiscard]] int readings() const { return readings_; }

  Result<Position> append(std::span<Revocation const>) override { return Error{Errc::unavailable}; }
  Result<std::vector<Entry>> read_after(Position position, std::size_t) override {
    ++readings_;
    return std::vector<Entry>{{position + 1, {"issuer", "a", {}}}};
  }
  Result<Tail> tail() override { return Tail{"busy", 1'000'000'000}; }
  void wait_after(Position, std::chrono::milliseconds, std::stop_token) override {}
  bool is_durable() noexcept override { return true; }

 private:
  std::atomic<int> readings_{0};
};

TEST(Denylist, a_busy_log_is_read_no_faster_than_its_pace) {
  auto const log = std::make_shared<BusyLog>();
  auto const begun = std::chrono::steady_clock::now();
  Denylist const list{log, system_clock(), {.max_staleness = 10s, .heartbeat = 1s, .pace = 20ms}};
  ASSERT_TRUE(soon([&log] { return log->readings() >= 6; }));
  EXPECT_GE(std::chrono::steady_clock::now() - begun, 4 * 20ms) << "one by the constructor, one at once, then paced";
}

TEST(Denylist, options_that_make_no_sense_are_refused) {
  auto const made = [](Options options) {
    Denylist const list{std::make_shared<MemoryLog>(), system_clock(), options};
  };
  EXPECT_THROW(made({.max_staleness = 5s, .heartbeat = 0ms}), std::invalid_argument);
  EXPECT_THROW(made({.max_staleness = 5s, .heartbeat = 5s}), std::invalid_argument);
  EXPECT_THROW(made({.max_staleness = 25h, .heartbeat = 1s}), std::invalid_argument);
  EXPECT_THROW(made({.max_staleness = -1s, .heartbeat = -2s}), std::invalid_argument);
  EXPECT_THROW(made({.max_staleness = 5s, .heartbeat = 1s, .pace = -1ms}), std::invalid_argument);
  EXPECT_THROW(made({.max_staleness = 5s, .heartbeat = 1s, .pace = 4s}), std::invalid_argument);
  EXPECT_NO_THROW(made({.max_staleness = 24h, .heartbeat = 1s, .pace = 1s}));
  EXPECT_THROW(made({.clock_settles = -1s}), std::invalid_argument);
  EXPECT_THROW(made({.clock_settles = std::chrono::hours{24 * 367}}), std::invalid_argument);
  EXPECT_THROW(Denylist{nullptr}, std::invalid_argument);
}

// --- forks
// ------------------------------------------------------------------------------------------------------------

TEST(Denylist, a_fork_follows_a_log_outside_the_process_by_itself) {
#ifdef __SANITIZE_THREAD__
  GTEST_SKIP() << "ThreadSanitizer ends a fork that starts threads";
#endif
  auto const log = std::make_shared<OutsideLog>();
  auto list = std::make_unique<Denylist>(log, system_clock(), Options{.max_staleness = 2h, .heartbeat = 1h});
  ASSERT_TRUE(is_revoked(*list, "revoked"));
  auto const follows = [&list, &log](int waits) {
    return soon([&] { return is_revoked(*list, "revoked") && passes(*list, "other") && log->waits() == waits; });
  };
  ASSERT_TRUE(follows(1));
  EXPECT_TRUE(in_a_fork([&] {
    bool const nothing_passed_before = is_unavailable(*list, "other") || passes(*list, "other");
    bool const child_follows = follows(2);
    bool const grandchild_follows = child_follows && in_a_fork([&] { return follows(3); });
    list.reset();  // ends its own thread, and does not wait for its parent's
    return nothing_passed_before && grandchild_follows;
  }));
  EXPECT_TRUE(passes(*list, "other"));
}

TEST(Denylist, a_fork_follows_no_other_log_than_its_parent) {
#ifdef __SANITIZE_THREAD__
  GTEST_SKIP() << "ThreadSanitizer ends a fork that starts threads";
#endif
  for (bool const by_identity : {true, false}) {
    auto const log = std::make_shared<OutsideLog>();
    Denylist const list{log, system_clock(), Options{.max_staleness = 2h, .heartbeat = 1h}};
    ASSERT_TRUE(soon([&] { return log->waits() == 1; }));
    by_identity ? log->become_another() : log->end_at(4);
    EXPECT_TRUE(in_a_fork([&] {
      bool const was_started = is_unavailable(list);
      auto const begun = std::chrono::steady_clock::now();
      while (std::chrono::steady_clock::now() - begun < 100ms && is_unavailable(list)) std::this_thread::yield();
      return was_started && is_unavailable(list);
    }));
    EXPECT_TRUE(passes(list, "other"));
  }
}

TEST(Denylist, a_fork_lets_nobody_in_over_a_memory_log) {
#ifdef __SANITIZE_THREAD__
  GTEST_SKIP() << "ThreadSanitizer ends a fork that starts threads";
#endif
  auto list = std::make_unique<Denylist>(std::make_shared<MemoryLog>(), system_clock(), kQuick);
  EXPECT_TRUE(in_a_fork([&list] {
    bool refuses = list->revoke({"issuer", "a", {}}).has_error() && list->rotate(rotation("a", "b")).has_error();
    for (int i = 0; i < 1'000; ++i) refuses = refuses && is_unavailable(*list) && !list->is_ready();
    list.reset();
    return refuses;
  }));
  EXPECT_TRUE(passes(*list, "any"));
}

}  // namespace
}  // namespace authjwt
