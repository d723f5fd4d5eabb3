#include <authjwt/revocation/memory_log.hpp>
#include <authjwt/testing/fake_clock.hpp>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace authjwt {
namespace {

using namespace std::chrono_literals;
using Position = RevocationLog::Position;

Revocation revocation(std::string jti, std::optional<TimePoint> keep_until = {}) {
  return {"issuer", std::move(jti), keep_until};
}

std::vector<std::string> jtis_after(MemoryLog& log, Position position, std::size_t at_most = 1000) {
  std::vector<std::string> jtis;
  for (auto const& entry : log.read_after(position, at_most).value()) jtis.push_back(entry.revocation.jti);
  return jtis;
}

using Jtis = std::vector<std::string>;

TEST(MemoryLog, entries_come_in_order_and_from_any_position) {
  MemoryLog log;
  Position const a = log.append(revocation("a")).value();
  Position const b = log.append(revocation("b")).value();
  Position const c = log.append(revocation("c")).value();
  EXPECT_LT(a, b);
  EXPECT_LT(b, c);
  EXPECT_EQ(jtis_after(log, 0), (Jtis{"a", "b", "c"}));
  EXPECT_EQ(jtis_after(log, a), (Jtis{"b", "c"}));
  EXPECT_EQ(jtis_after(log, c), Jtis{});
  EXPECT_EQ(jtis_after(log, 0, 2), (Jtis{"a", "b"}));
  EXPECT_EQ(jtis_after(log, 0, 0), Jtis{});
}

TEST(MemoryLog, entry_is_read_as_it_was_appended) {
  MemoryLog log;
  TimePoint const end = system_clock().now() + 1h;
  Position const position = log.append({"https://issuer", std::string("a\0b", 3), end}).value();
  auto const read = log.read_after(0, 10).value();
  ASSERT_EQ(read.size(), 1U);
  EXPECT_EQ(read[0].position, position);
  EXPECT_EQ(read[0].revocation.issuer, "https://issuer");
  EXPECT_EQ(read[0].revocation.jti, std::string("a\0b", 3));
  EXPECT_EQ(read[0].revocation.keep_until, end);
}

TEST(MemoryLog, what_ends_now_is_counted_and_not_kept) {
  testing::FakeClock const clock;
  MemoryLog log{clock};
  Position const first = log.append(revocation("now", clock.now())).value();
  EXPECT_EQ(jtis_after(log, 0), Jtis{});
  EXPECT_LT(first, log.append(revocation("later", clock.now() + 1s)).value());
  EXPECT_EQ(jtis_after(log, 0), Jtis{"later"});
}

TEST(MemoryLog, expired_entries_are_dropped_wherever_they_stand) {
  testing::FakeClock clock;
  MemoryLog log{clock};
  for (int i = 0; i < 100; ++i) {
    bool const is_kept = i % 10 == 0;
    ASSERT_TRUE(log.append(revocation(std::to_string(i), is_kept ? std::nullopt : std::optional{clock.now() + 10s})));
  }
  clock.advance(10s);
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(log.append(revocation("new")));
  EXPECT_EQ(jtis_after(log, 0).size(), 10U + 50U);
}

TEST(MemoryLog, waiting_ends_at_once_where_there_is_an_entry) {
  MemoryLog log;
  ASSERT_TRUE(log.append(revocation("a")));
  auto const begun = std::chrono::steady_clock::now();
  log.wait_after(0, 1h, {});
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 10min);
}

TEST(MemoryLog, waiting_ends_with_the_next_entry) {
  MemoryLog log;
  std::jthread const writer{[&log] { static_cast<void>(log.append(revocation("a"))); }};
  log.wait_after(0, std::chrono::milliseconds::max(), {});
  EXPECT_EQ(jtis_after(log, 0), Jtis{"a"});
}

TEST(MemoryLog, waiting_ends_when_it_is_told_to_stop) {
  MemoryLog log;
  std::jthread waiter{
      [&log](std::stop_token const& stop) { log.wait_after(0, std::chrono::milliseconds::max(), stop); }};
  waiter.request_stop();
  waiter.join();
}

TEST(MemoryLog, waiting_takes_its_time_where_what_came_next_was_not_kept) {
  testing::FakeClock const clock;
  MemoryLog log{clock};
  Position const kept = log.append(revocation("kept")).value();
  ASSERT_TRUE(log.append(revocation("now", clock.now())));
  auto const begun = std::chrono::steady_clock::now();
  log.wait_after(kept, 20ms, {});
  EXPECT_GE(std::chrono::steady_clock::now() - begun, 20ms);
}

TEST(MemoryLog, a_fork_is_told_that_it_hears_of_nothing) {
  MemoryLog log;
  ASSERT_TRUE(log.append(revocation("a")));
  pid_t const child = ::fork();
  if (child == 0) {
    bool const refuses = log.read_after(0, 1).has_error() && log.append(revocation("b")).has_error();
    ::_exit(refuses ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(log.append(revocation("c")));
}

}  // namespace
}  // namespace authjwt
