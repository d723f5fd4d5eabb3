#include "base/forks.hpp"
#include "revocation/pause.hpp"
#include "revocation/revoked_set.hpp"

#include <authjwt/revocation/denylist.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

namespace authjwt {
namespace {

using std::chrono::milliseconds;
using Steady = std::chrono::steady_clock;

constexpr std::size_t kBatch = 1024;
constexpr milliseconds kLongestStaleness = std::chrono::hours{24};

/// An index and the thread that keeps it up with the log.
class Follower {
 public:
  Follower(RevocationLog& log, Clock const& clock, Denylist::Options options)
      : log_{&log}, clock_{&clock}, options_{options} {}

  /// Precondition: `start` has not been called.
  void read_once() noexcept { static_cast<void>(catch_up({})); }
  /// Throws `std::system_error` where there can be no more threads.
  void start() {
    thread_ = std::jthread{[this](std::stop_token const& stop) { run(stop); }};
  }

  [[nodiscard]] detail::RevokedSet& revoked() noexcept { return revoked_; }
  /// The largest duration before the first complete reading.
  [[nodiscard]] Steady::duration lag() const noexcept {
    Steady::rep const read = last_complete_.load(std::memory_order_acquire);
    if (read == kNotYet) return Steady::duration::max();
    return Steady::now().time_since_epoch() - Steady::duration{read};
  }

 private:
  static constexpr Steady::rep kNotYet = Steady::duration::min().count();

  void run(std::stop_token const& stop) noexcept {
    while (!stop.stop_requested()) {
      if (!catch_up(stop) || !wait(stop)) detail::pause(options_.heartbeat, stop);
    }
  }

  /// Whether the log has been read to its end. An engine that throws is one that cannot be read.
  bool catch_up(std::stop_token const& stop) noexcept try {
    for (;;) {
      if (stop.stop_requested()) return false;
      Steady::duration const begun = Steady::now().time_since_epoch();
      Result<std::vector<RevocationLog::Entry>> const read = log_->read_after(position_, kBatch);
      if (!read || !apply(*read)) return false;
      if (read->size() >= kBatch) continue;
      last_complete_.store(begun.count(), std::memory_order_release);
      revoked_.sweep(clock_->now());
      return true;
    }
  } catch (...) {
    return false;
  }

  /// False for entries that are out of order: going on with them might never end.
  bool apply(std::vector<RevocationLog::Entry> const& entries) {
    TimePoint const now = clock_->now();
    for (RevocationLog::Entry const& entry : entries) {
      if (entry.position <= position_) return false;
      revoked_.insert(entry.revocation, now);
      position_ = entry.position;
    }
    return true;
  }

  bool wait(std::stop_token const& stop) noexcept try {
    log_->wait_after(position_, options_.heartbeat, stop);
    return true;
  } catch (...) {
    return false;
  }

  RevocationLog* log_;
  Clock const* clock_;
  Denylist::Options options_;
  detail::RevokedSet revoked_;
  RevocationLog::Position position_ = 0;
  std::atomic<Steady::rep> last_complete_{kNotYet};
  std::jthread thread_;  // the last member: it ends before the others do
};

}  // namespace

struct Denylist::Impl {
  Impl(std::shared_ptr<RevocationLog> the_log, Clock const& the_clock, Options the_options)
      : log{std::move(the_log)}, clock{&the_clock}, options{the_options} {}

  /// Precondition: nobody else calls it. Throws where there is no memory or no thread.
  void launch(bool read_first) {
    auto follower = std::make_unique<Follower>(*log, *clock, options);
    if (read_first) follower->read_once();
    auto generation = std::make_unique<Generation>(std::move(follower));
    generation->follower.get()->start();
    generation->previous = std::move(newest);
    newest = std::move(generation);
    published.store(newest.get(), std::memory_order_release);
  }
  /// Null in a fork of the process that made it, until its own follower is there.
  [[nodiscard]] Follower* current() noexcept {
    Follower* const follower = published.load(std::memory_order_acquire)->follower.get();
    return follower != nullptr ? follower : relaunched();
  }
  [[nodiscard]] Follower* relaunched() noexcept {
    std::uint64_t const here = detail::fork_count();
    std::uint64_t before = launched_in.load();
    if (before == here || !launched_in.compare_exchange_strong(before, here)) return nullptr;
    try {
      launch(false);
    } catch (...) {
      launched_in.store(before);
      return nullptr;
    }
    return newest->follower.get();
  }

  /// The follower of one process. Those of its parents are kept: other threads may be looking at them.
  struct Generation {
    explicit Generation(std::unique_ptr<Follower> one) : follower{std::move(one)} {}
    detail::OfOneProcess<Follower> follower;
    std::unique_ptr<Generation> previous;
  };

  std::shared_ptr<RevocationLog> log;
  Clock const* clock;
  Options options;
  std::unique_ptr<Generation> newest;
  std::atomic<Generation*> published{nullptr};
  std::atomic<std::uint64_t> launched_in{0};  // the `fork_count` of the process that makes, or has made, `newest`
};

Denylist::Denylist(std::shared_ptr<RevocationLog> log, Clock const& clock, Options options) {
  if (log == nullptr) throw std::invalid_argument{"a denylist needs a log"};
  if (options.heartbeat < milliseconds{1}) throw std::invalid_argument{"heartbeat must be at least a millisecond"};
  if (options.max_staleness <= options.heartbeat || options.max_staleness > kLongestStaleness) {
    throw std::invalid_argument{"max_staleness must be longer than heartbeat, and at most a day"};
  }
  impl_ = std::make_unique<Impl>(std::move(log), clock, options);
  impl_->launched_in = detail::fork_count();
  impl_->launch(true);
}

Denylist::Denylist(std::shared_ptr<RevocationLog> log, Clock const& clock) : Denylist{std::move(log), clock, {}} {}

Denylist::~Denylist() = default;

Result<void> Denylist::check(std::string_view issuer, std::string_view jti) const noexcept {
  Follower* const follower = impl_->current();
  if (follower == nullptr) return Error{Errc::unavailable};
  // In this order: the index is then at least as new as the lag says.
  bool const is_new_enough = follower->lag() <= impl_->options.max_staleness;
  if (follower->revoked().contains(issuer, jti)) return Error{Errc::token_revoked};
  if (!is_new_enough) return Error{Errc::unavailable};
  return {};
}

Result<void> Denylist::revoke(Revocation const& revocation) {
  if (revocation.keep_until && *revocation.keep_until <= impl_->clock->now()) return {};
  Follower* const follower = impl_->current();
  if (follower == nullptr) return Error{Errc::unavailable};
  Result<RevocationLog::Position> const appended = impl_->log->append(revocation);
  if (!appended) return appended.error();
  follower->revoked().insert(revocation, impl_->clock->now());
  return {};
}

bool Denylist::is_ready() const noexcept { return lag() <= impl_->options.max_staleness; }

milliseconds Denylist::lag() const noexcept {
  Follower* const follower = impl_->current();
  if (follower == nullptr || follower->lag() == Steady::duration::max()) return milliseconds::max();
  return std::chrono::ceil<milliseconds>(follower->lag());
}

std::size_t Denylist::size() const noexcept {
  Follower* const follower = impl_->current();
  return follower != nullptr ? follower->revoked().size() : 0;
}

RevocationLog& Denylist::log() const noexcept { return *impl_->log; }

}  // namespace authjwt
