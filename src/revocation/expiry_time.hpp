#pragma once

#include <authjwt/base/clock.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>

namespace authjwt::detail {

/// The time by which revocations may be dropped: a wall clock that is not believed at once when it is ahead. A clock
/// that jumps a day ahead, and back when somebody has noticed, would else make living tokens of revoked ones.
///
/// It goes as the steady clock does, by the least that the wall clock was ahead of that one for between `settles` and
/// twice as long. One thread at a time.
class ExpiryTime {
 public:
  using Steady = std::chrono::steady_clock;
  /// Precondition: `settles` is not negative.
  explicit ExpiryTime(std::chrono::seconds settles) noexcept : settles_{settles} {}

  /// The least time there is until the clock has been looked at for `settles`.
  [[nodiscard]] TimePoint at(TimePoint wall, Steady::time_point now) noexcept {
    std::int64_t const steady = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
    std::int64_t const ahead = std::clamp(wall.time_since_epoch().count(), -kFarthest, kFarthest) - steady;
    if (least_ == kNotLooked) period_began_ = now;
    if (now - period_began_ >= settles_) {
      period_began_ = now;
      before_ = least_;
      least_ = ahead;
    }
    least_ = std::min(least_, ahead);
    if (before_ == kUnknown) return TimePoint::min();
    return TimePoint{std::chrono::seconds{steady + std::min(before_, least_)}};
  }

 private:
  static constexpr std::int64_t kFarthest = std::numeric_limits<std::int64_t>::max() / 4;  // sums do not overflow
  static constexpr std::int64_t kNotLooked = std::numeric_limits<std::int64_t>::max();
  static constexpr std::int64_t kUnknown = std::numeric_limits<std::int64_t>::min();

  std::chrono::seconds settles_;
  Steady::time_point period_began_;
  std::int64_t before_ = kUnknown;   // in the period before
  std::int64_t least_ = kNotLooked;  // in this one
};

}  // namespace authjwt::detail
