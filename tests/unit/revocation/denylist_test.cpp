#include "revocation/pause.hpp"

#include <authjwt/revocation/denylist.hpp>
#include <authjwt/revocation/memory_log.hpp>
#include <authjwt/testing/fake_clock.hpp>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace authjwt {
namespace {

using namespace std::chrono_literals;
using Options = Denylist::Options;

constexpr Options kQuick{.max_staleness = 60'000ms, .heartbeat = 1ms};

bool soon(std::function<bool()> const& holds) {
  auto const deadline = std::chrono::steady_clock::now() + 20s;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

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

/// A memory log that can be told to fail, in one way or the other.
class FailingLog final : public RevocationLog {
 public:
  enum class Mode { works, gives_error, throws, goes_backwards };
  explicit FailingLog(Mode mode = Mode::works) : mode_{mode} {}
  void set(Mode mode) { mode_ = mode; }

  Result<Position> append(Revocation const& revocation) override {
    if (mode_ != Mode::works) return Error{Errc::unavailable};
    return log_.append(revocation);
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
  void wait_after(Position position, std::chrono::milliseconds at_most, std::stop_token stop) override {
    if (mode_ == Mode::throws) throw std::runtime_error{"broken"};
    log_.wait_after(position, at_most, stop);
  }
  bool is_durable() const noexcept override { return false; }

 private:
  MemoryLog log_;
  std::atomic<Mode> mode_;
};

using Mode = FailingLog::Mode;

/// As a log outside the process is: a fork reads on in it, and no lock is in the way.
class OutsideLog final : public RevocationLog {
 public:
  /// How often a follower has come to its end: from then on its thread does nothing. A fork in the middle of what a
  /// thread does would leave a sanitizer's allocator locked for ever.
  [[nodiscard]] int waits() const { return waits_; }

  Result<Position> append(Revocation const&) override { return Error{Errc::unavailable}; }
  Result<std::vector<Entry>> read_after(Position position, std::size_t) override {
    std::vector<Entry> entries;
    if (position < 1) entries.push_back({1, {"issuer", "revoked", {}}});
    return entries;
  }
  void wait_after(Position, std::chrono::milliseconds at_most, std::stop_token stop) override {
    ++waits_;
    detail::pause(at_most, std::move(stop));
  }
  bool is_durable() const noexcept override { return true; }

 private:
  std::atomic<int> waits_{0};
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
}

TEST(Denylist, token_that_has_ended_is_not_written_down) {
  testing::FakeClock const clock;
  auto const log = std::make_shared<MemoryLog>(clock);
  Denylist list{log, clock};
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
  clock.advance(10s);
  EXPECT_TRUE(soon([&] { return list.size() == 1; }));
  EXPECT_TRUE(is_revoked(list, "kept"));
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

TEST(Denylist, quiet_log_is_read_often_enough_to_stay_known) {
  Denylist const list{std::make_shared<MemoryLog>(), system_clock(), {.max_staleness = 20s, .heartbeat = 10ms}};
  auto const begun = std::chrono::steady_clock::now();
  EXPECT_TRUE(soon([&] { return std::chrono::steady_clock::now() - begun > 100ms && list.lag() < 50ms; }));
}

TEST(Denylist, options_that_make_no_sense_are_refused) {
  auto const made = [](Options options) {
    Denylist const list{std::make_shared<MemoryLog>(), system_clock(), options};
  };
  EXPECT_THROW(made({.max_staleness = 5s, .heartbeat = 0ms}), std::invalid_argument);
  EXPECT_THROW(made({.max_staleness = 5s, .heartbeat = 5s}), std::invalid_argument);
  EXPECT_THROW(made({.max_staleness = 25h, .heartbeat = 1s}), std::invalid_argument);
  EXPECT_THROW(made({.max_staleness = -1s, .heartbeat = -2s}), std::invalid_argument);
  EXPECT_NO_THROW(made({.max_staleness = 24h, .heartbeat = 1s}));
  EXPECT_THROW(Denylist{nullptr}, std::invalid_argument);
}

// --- forks
// ------------------------------------------------------------------------------------------------------------

/// What `child` gives in a fork of this process.
bool in_a_fork(std::function<bool()> const& child) {
  pid_t const id = ::fork();
  if (id == 0) ::_exit(child() ? 0 : 1);
  int status = -1;
  EXPECT_EQ(::waitpid(id, &status, 0), id);
  return status == 0;
}

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

TEST(Denylist, a_fork_lets_nobody_in_over_a_memory_log) {
#ifdef __SANITIZE_THREAD__
  GTEST_SKIP() << "ThreadSanitizer ends a fork that starts threads";
#endif
  auto list = std::make_unique<Denylist>(std::make_shared<MemoryLog>(), system_clock(), kQuick);
  EXPECT_TRUE(in_a_fork([&list] {
    bool refuses = list->revoke({"issuer", "a", {}}).has_error();
    for (int i = 0; i < 1'000; ++i) refuses = refuses && is_unavailable(*list) && !list->is_ready();
    list.reset();
    return refuses;
  }));
  EXPECT_TRUE(passes(*list, "any"));
}

}  // namespace
}  // namespace authjwt
