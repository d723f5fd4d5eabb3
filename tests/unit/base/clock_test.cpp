#include <authjwt/base/clock.hpp>
#include <authjwt/testing/fake_clock.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <type_traits>

namespace authjwt {
namespace {

using namespace std::chrono_literals;

static_assert(std::is_same_v<TimePoint::duration, std::chrono::seconds>);

TEST(SystemClock, tells_the_whole_second_of_the_machine) {
  auto whole = [] { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); };
  TimePoint const before = whole();
  TimePoint const now = system_clock().now();
  EXPECT_LE(before, now);
  EXPECT_LE(now, whole());
}

TEST(SystemClock, is_one_object) { EXPECT_EQ(&system_clock(), &system_clock()); }

TEST(FakeClock, stands_still_until_it_is_moved) {
  testing::FakeClock clock;
  EXPECT_EQ(clock.now().time_since_epoch(), 1'700'000'000s);
  clock.advance(90s);
  EXPECT_EQ(clock.now().time_since_epoch(), 1'700'000'090s);
  clock.advance(-91s);
  EXPECT_EQ(clock.now().time_since_epoch(), 1'699'999'999s);
  clock.set(TimePoint{5s});
  EXPECT_EQ(clock.now().time_since_epoch(), 5s);
}

}  // namespace
}  // namespace authjwt
