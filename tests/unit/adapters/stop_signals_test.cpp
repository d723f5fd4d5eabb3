#include <authjwt/adapters/detail/stop_signals.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <csignal>

namespace authjwt::detail {
namespace {

using Counter = std::atomic<int>;

void count(void* counter) { ++*static_cast<Counter*>(counter); }

TEST(StopSignals, either_signal_stops_once) {
  for (int signal : {SIGINT, SIGTERM}) {
    Counter calls = 0;
    StopSignals signals{count, &calls};
    signals.arm();
    EXPECT_EQ(calls, 0);
    ::raise(signal);
    EXPECT_EQ(calls, 1);
    signals.arm();
    ::raise(signal == SIGINT ? SIGTERM : SIGINT);
    EXPECT_EQ(calls, 1);
  }
}

TEST(StopSignals, a_signal_before_arming_is_not_lost) {
  Counter calls = 0;
  StopSignals signals{count, &calls};
  ::raise(SIGTERM);
  EXPECT_EQ(calls, 0);
  signals.arm();
  EXPECT_EQ(calls, 1);
}

TEST(StopSignals, the_handlers_that_were_there_are_put_back) {
  Counter calls = 0;
  auto const before = std::signal(SIGTERM, SIG_IGN);
  { StopSignals const signals{count, &calls}; }
  EXPECT_EQ(std::signal(SIGTERM, before), SIG_IGN);
}

void signal_twice() {
  Counter calls = 0;
  StopSignals signals{count, &calls};
  signals.arm();
  ::raise(SIGTERM);
  ::raise(SIGTERM);
}

TEST(StopSignalsDeathTest, the_same_signal_again_has_its_usual_effect) {
  EXPECT_EXIT(signal_twice(), ::testing::KilledBySignal(SIGTERM), "");
}

}  // namespace
}  // namespace authjwt::detail
