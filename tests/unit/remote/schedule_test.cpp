#include "remote/schedule.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <limits>
#include <optional>
#include <string_view>

// When another issuer's keys are fetched again.
namespace authjwt::remote {
namespace {

using namespace std::chrono_literals;
using MaxAge = std::optional<std::chrono::seconds>;

TEST(RemoteSchedule, max_age_is_read_from_cache_control) {
  EXPECT_EQ(max_age_of("max-age=300"), 300s);
  EXPECT_EQ(max_age_of("public, Max-Age = 60 , must-revalidate"), 60s);
  EXPECT_EQ(max_age_of("max-age=\"7\""), 7s);
  EXPECT_EQ(max_age_of("max-age=60, max-age=30"), 30s);
  EXPECT_EQ(max_age_of("public"), std::nullopt);
  EXPECT_EQ(max_age_of(""), std::nullopt);
  EXPECT_EQ(max_age_of(",,"), std::nullopt);
  EXPECT_EQ(max_age_of("s-maxage=9, x-max-age=9"), std::nullopt);
}

TEST(RemoteSchedule, what_may_not_be_kept_or_cannot_be_read_is_not_kept) {
  for (std::string_view line : {"no-store", "no-cache, max-age=300", "max-age", "max-age=", "max-age=-1", "max-age=1.5",
                                "max-age=5 6", "max-age=\"", "max-age=x"}) {
    EXPECT_EQ(max_age_of(line), 0s) << line;
  }
}

TEST(RemoteSchedule, more_digits_than_a_number_has_are_very_long) {
  EXPECT_EQ(max_age_of("max-age=99999999999999999999999999"), MaxAge{std::chrono::years{10}});
  EXPECT_EQ(max_age_of("max-age=9223372036854775807"), MaxAge{std::chrono::years{10}});
}

TEST(RemoteSchedule, keys_are_fetched_again_ahead_of_their_end_within_the_bounds) {
  Options const options{.min_fresh = 10s, .max_fresh = 1000s};
  EXPECT_EQ(pause_after_success(options, 100s, 0), 70s);
  EXPECT_EQ(pause_after_success(options, 100s, 0.5), 80s);
  EXPECT_LE(pause_after_success(options, 100s, 1), 90s);
  EXPECT_EQ(pause_after_success(options, 0s, 0), 7s);
  EXPECT_EQ(pause_after_success(options, 5000s, 0), 700s);
  EXPECT_EQ(pause_after_success(options, std::nullopt, 0), 700s);
}

TEST(RemoteSchedule, pauses_after_failures_double_up_to_the_last) {
  Options const options{.first_retry = 1s, .last_retry = 10s};
  EXPECT_EQ(pause_after_failure(options, 1, 1), 1s);
  EXPECT_EQ(pause_after_failure(options, 1, 0), 500ms);
  EXPECT_EQ(pause_after_failure(options, 2, 1), 2s);
  EXPECT_EQ(pause_after_failure(options, 4, 1), 8s);
  EXPECT_EQ(pause_after_failure(options, 5, 1), 10s);
  EXPECT_EQ(pause_after_failure(options, std::numeric_limits<unsigned>::max(), 0), 5s);
}

}  // namespace
}  // namespace authjwt::remote
