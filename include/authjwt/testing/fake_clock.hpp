#pragma once

#include <authjwt/base/clock.hpp>

#include <atomic>
#include <chrono>

namespace authjwt::testing {

/// A clock that stands still until it is told to move. Thread-safe.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(TimePoint now = TimePoint{std::chrono::seconds{1'700'000'000}}) noexcept
      : seconds_{now.time_since_epoch().count()} {}

  [[nodiscard]] TimePoint now() const noexcept override { return TimePoint{std::chrono::seconds{seconds_.load()}}; }
  void set(TimePoint now) noexcept { seconds_ = now.time_since_epoch().count(); }
  void advance(std::chrono::seconds by) noexcept { seconds_ += by.count(); }

 private:
  std::atomic<std::chrono::seconds::rep> seconds_;
};

}  // namespace authjwt::testing
