#include "support/in_a_fork.hpp"

#include <authjwt/revocation/memory_log.hpp>
#include <authjwt/testing/fake_clock.hpp>
#include <authjwt/testing/revocation_log_suite.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

namespace authjwt::testing {

// There is one handle: the log itself.
struct MemoryStore {
  FakeClock clock;
  std::shared_ptr<MemoryLog> log = std::make_shared<MemoryLog>(clock);
  std::shared_ptr<RevocationLog> open() { return log; }
  static constexpr bool kAmongProcesses = false;
};

AUTHJWT_REVOCATION_LOG_SUITE(Memory, MemoryStore);
AUTHJWT_SESSION_STORE_SUITE(Memory, MemoryStore);

}  // namespace authjwt::testing

namespace authjwt {
namespace {

using namespace std::chrono_literals;

TEST(MemoryLog, it_is_not_durable) {
  MemoryLog log;
  EXPECT_FALSE(log.is_durable());
}

TEST(MemoryLog, what_ends_now_is_counted_and_not_kept) {
  testing::FakeClock const clock;
  MemoryLog log{clock};
  EXPECT_EQ(log.append(Revocation{"issuer", "now", clock.now()}).value(), 1U);
  EXPECT_TRUE(log.read_after(0, 10).value().empty());
  EXPECT_EQ(log.append(Revocation{"issuer", "later", clock.now() + 1s}).value(), 2U);
  EXPECT_EQ(log.read_after(0, 10).value().size(), 1U);
}

TEST(MemoryLog, waiting_takes_its_time_where_what_came_next_was_not_kept) {
  testing::FakeClock const clock;
  MemoryLog log{clock};
  RevocationLog::Position const kept = log.append(Revocation{"issuer", "kept"}).value();
  ASSERT_TRUE(log.append(Revocation{"issuer", "now", clock.now()}));
  auto const begun = std::chrono::steady_clock::now();
  log.wait_after(kept, 20ms, {});
  EXPECT_GE(std::chrono::steady_clock::now() - begun, 20ms);
}

TEST(MemoryLog, a_fork_is_told_that_it_hears_of_nothing) {
  MemoryLog log;
  ASSERT_TRUE(log.append(Revocation{"issuer", "a"}));
  EXPECT_TRUE(in_a_fork([&log] {
    return log.read_after(0, 1).has_error() && log.append(Revocation{"issuer", "b"}).has_error() &&
           log.tail().has_error() && log.sessions()->rotate({}).has_error() &&
           log.sessions()->begin({}, {}, {}).has_error() && log.sessions()->sessions_of("", "", 1).has_error();
  }));
  EXPECT_TRUE(log.append(Revocation{"issuer", "c"}));
}

}  // namespace
}  // namespace authjwt
