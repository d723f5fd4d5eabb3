#include "revocation/expiry_time.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace authjwt::detail {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint kNow{1'700'000'000s};
constexpr ExpiryTime::Steady::time_point kStart{1000s};

TEST(ExpiryTime, is_the_clock_where_nothing_has_to_settle) {
  ExpiryTime time{0s};
  EXPECT_EQ(time.at(kNow, kStart), kNow);
  EXPECT_EQ(time.at(kNow + 10s, kStart + 10s), kNow + 10s);
}

TEST(ExpiryTime, there_is_none_until_the_clock_has_been_looked_at_for_so_long) {
  ExpiryTime time{1h};
  EXPECT_EQ(time.at(kNow, kStart), TimePoint::min());
  EXPECT_EQ(time.at(kNow + 3599s, kStart + 3599s), TimePoint::min());
  EXPECT_EQ(time.at(kNow + 1h, kStart + 1h), kNow + 1h);
}

TEST(ExpiryTime, goes_on_as_the_steady_clock_does_while_the_clock_is_ahead) {
  ExpiryTime time{1h};
  static_cast<void>(time.at(kNow, kStart));
  EXPECT_EQ(time.at(kNow + 1h, kStart + 1h), kNow + 1h);
  EXPECT_EQ(time.at(kNow + 49h, kStart + 1h + 1s), kNow + 1h + 1s);
  EXPECT_EQ(time.at(kNow + 1h + 30min, kStart + 1h + 30min), kNow + 1h + 30min) << "and back";
}

TEST(ExpiryTime, a_clock_that_stays_ahead_is_believed_after_once_or_twice_the_time) {
  ExpiryTime time{1h};
  static_cast<void>(time.at(kNow, kStart));
  static_cast<void>(time.at(kNow + 1h, kStart + 1h));
  EXPECT_EQ(time.at(kNow + 26h, kStart + 2h), kNow + 2h);
  EXPECT_EQ(time.at(kNow + 27h - 1s, kStart + 3h - 1s), kNow + 3h - 1s);
  EXPECT_EQ(time.at(kNow + 27h, kStart + 3h), kNow + 27h);
}

TEST(ExpiryTime, a_clock_that_is_set_back_is_believed_at_once) {
  ExpiryTime time{1h};
  static_cast<void>(time.at(kNow, kStart));
  EXPECT_EQ(time.at(kNow + 1h, kStart + 1h), kNow + 1h);
  EXPECT_EQ(time.at(kNow - 24h, kStart + 1h + 1s), kNow - 24h);
}

TEST(ExpiryTime, one_long_look_away_is_no_settling) {
  ExpiryTime time{1h};
  EXPECT_EQ(time.at(kNow, kStart), TimePoint::min());
  EXPECT_EQ(time.at(kNow + 5h + 24h, kStart + 5h), kNow + 5h) << "ahead when it was looked at again";
}

TEST(ExpiryTime, clocks_at_the_ends_of_time_do_no_harm) {
  for (std::int64_t const seconds :
       {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()}) {
    ExpiryTime time{0s};
    EXPECT_EQ(time.at(TimePoint{std::chrono::seconds{seconds}}, kStart) > kNow, seconds > 0);
    EXPECT_EQ(time.at(TimePoint{std::chrono::seconds{seconds}}, ExpiryTime::Steady::time_point::max()) > kNow,
              seconds > 0);
  }
}

}  // namespace
}  // namespace authjwt::detail
