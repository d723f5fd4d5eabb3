#pragma once

#include "revocation/expiry_time.hpp"
#include "revocation/known_log.hpp"
#include "revocation/revoked_set.hpp"

#include <authjwt/base/clock.hpp>
#include <authjwt/revocation/denylist.hpp>
#include <authjwt/revocation/revocation_log.hpp>

#include <atomic>
#include <chrono>
#include <stop_token>
#include <string_view>
#include <thread>
#include <vector>

namespace authjwt::detail {

/// An index of revocations and the thread that keeps it up with the log, in one process. What is passed to the
/// constructor must outlive it. Thread-safe but for what says otherwise.
class Follower {
 public:
  using Steady = std::chrono::steady_clock;

  Follower(RevocationLog& log, Clock const& clock, Denylist::Options const& options, KnownLog& known);

  /// Precondition: `start` has not been called.
  void read_once() noexcept { tell(catch_up({})); }
  /// Precondition: it has not been called. Throws `std::system_error` where there can be no more threads.
  void start();

  [[nodiscard]] RevokedSet& revoked() noexcept { return revoked_; }
  /// What was to be kept until then, or shorter, may be dropped.
  [[nodiscard]] TimePoint expiry() const noexcept { return TimePoint{std::chrono::seconds{expiry_.load()}}; }
  /// The largest duration before the first complete reading.
  [[nodiscard]] Steady::duration lag() const noexcept;

 private:
  enum class Reading { complete, failed, lost, stopped };

  void run(std::stop_token const& stop) noexcept;
  [[nodiscard]] Reading catch_up(std::stop_token const& stop) noexcept;
  [[nodiscard]] Reading read_to_the_end(std::stop_token const& stop);
  [[nodiscard]] bool apply(std::vector<RevocationLog::Entry> const& entries);
  [[nodiscard]] bool wait(std::stop_token const& stop) noexcept;
  static void rest(Steady::time_point until, std::stop_token const& stop) noexcept;
  void look_at_the_clock() noexcept;
  void tell(Reading reading) noexcept;
  void tell(std::string_view line) noexcept;

  RevocationLog* log_;
  Clock const* clock_;
  Denylist::Options const* options_;
  KnownLog* known_;
  RevokedSet revoked_;
  ExpiryTime expiry_time_;
  std::atomic<TimePoint::rep> expiry_{TimePoint::min().time_since_epoch().count()};
  RevocationLog::Position position_ = 0;
  std::atomic<Steady::rep> last_complete_;
  Steady::time_point swept_{};
  Reading told_ = Reading::complete;  // by the last line for the service's log
  Steady::time_point failing_since_{};
  std::jthread thread_;  // the last member: it ends before the others do
};

}  // namespace authjwt::detail
