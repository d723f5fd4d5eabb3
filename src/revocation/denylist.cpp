#include "base/per_process.hpp"
#include "revocation/follower.hpp"

#include <authjwt/revocation/denylist.hpp>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

namespace authjwt {

using detail::Follower;
using std::chrono::milliseconds;

struct Denylist::Impl {
  Impl(std::shared_ptr<RevocationLog> the_log, Clock const& the_clock, Options the_options)
      : log{std::move(the_log)}, clock{&the_clock}, options{std::move(the_options)}, followers{[this] {
          return launched();
        }} {}

  /// That of the process which makes the denylist has read the log when it is there; a fork may not wait for that.
  [[nodiscard]] std::unique_ptr<Follower> launched() {
    auto follower = std::make_unique<Follower>(*log, *clock, options, known);
    if (!std::exchange(was_launched, true)) follower->read_once();
    follower->start();
    return follower;
  }
  /// Null in a fork of the process that made it, until its own follower is there.
  [[nodiscard]] Follower* current() noexcept { return followers.get(); }

  std::shared_ptr<RevocationLog> log;
  Clock const* clock;
  Options options;
  detail::KnownLog known;  // of this process's followers and of its parents'
  std::atomic<std::uint64_t> stale_answers{0};
  bool was_launched = false;
  detail::PerProcess<Follower> followers;  // the last member: their threads end before what they use
};

namespace {

constexpr milliseconds kLongestStaleness = std::chrono::hours{24};
constexpr std::chrono::seconds kLongestSettling = std::chrono::hours{24 * 366};

void check_options(Denylist::Options const& options) {
  if (options.heartbeat < milliseconds{1}) throw std::invalid_argument{"heartbeat must be at least a millisecond"};
  if (options.max_staleness <= options.heartbeat || options.max_staleness > kLongestStaleness) {
    throw std::invalid_argument{"max_staleness must be longer than heartbeat, and at most a day"};
  }
  if (options.pace < milliseconds{0} || options.pace >= options.max_staleness - options.heartbeat) {
    throw std::invalid_argument{"pace must be at least 0 milliseconds, and with heartbeat shorter than max_staleness"};
  }
  if (options.clock_settles < std::chrono::seconds{0} || options.clock_settles > kLongestSettling) {
    throw std::invalid_argument{"clock_settles must be at least 0 seconds and at most a year"};
  }
}

}  // namespace

Denylist::Denylist(std::shared_ptr<RevocationLog> log, Clock const& clock, Options options) {
  if (log == nullptr) throw std::invalid_argument{"a denylist needs a log"};
  check_options(options);
  impl_ = std::make_unique<Impl>(std::move(log), clock, std::move(options));
}

Denylist::Denylist(std::shared_ptr<RevocationLog> log, Clock const& clock) : Denylist{std::move(log), clock, {}} {}

Denylist::~Denylist() = default;

Result<void> Denylist::check(TokenIdentity const& token) const noexcept {
  Follower* const follower = impl_->current();
  if (follower == nullptr) return Error{Errc::unavailable};
  // In this order: the index is then at least as new as the lag says.
  Follower::Steady::duration const lag = follower->lag();
  if (follower->revoked().contains(token)) return Error{Errc::token_revoked};
  if (lag <= impl_->options.max_staleness) return {};
  bool const was_never_read = lag == Follower::Steady::duration::max();
  if (was_never_read || impl_->options.when_stale == WhenStale::refuse) return Error{Errc::unavailable};
  if (impl_->options.when_stale == WhenStale::let_in_and_count) ++impl_->stale_answers;
  return {};
}

Result<void> Denylist::revoke(std::span<Revocation const> facts) {
  Follower* const follower = impl_->current();
  if (follower == nullptr) return Error{Errc::unavailable};
  TimePoint const now = follower->expiry();
  std::vector<Revocation> needed;
  std::ranges::copy_if(facts, std::back_inserter(needed),
                       [now](Revocation const& fact) { return !fact.keep_until || *fact.keep_until > now; });
  if (needed.empty()) return {};
  Result<RevocationLog::Position> const appended = impl_->log->append(needed);
  if (!appended) return appended.error();
  for (Revocation const& fact : needed) follower->revoked().insert(fact, now);
  return {};
}

Result<Rotated> Denylist::rotate(Rotation const& rotation) {
  SessionStore* const sessions = impl_->log->sessions();
  if (sessions == nullptr) throw std::logic_error{"rotate() called over a log without sessions"};
  Follower* const follower = impl_->current();
  if (follower == nullptr) return Error{Errc::unavailable};
  Result<Rotated> rotated = sessions->rotate(rotation);
  if (rotated && rotated->outcome == Rotated::Outcome::reused) {
    Revocation const session{.issuer = rotation.issuer, .id = rotation.sid, .keep_until = rotation.keep_until};
    follower->revoked().insert(session, follower->expiry());
  }
  return rotated;
}

bool Denylist::is_ready() const noexcept { return lag() <= impl_->options.max_staleness; }

milliseconds Denylist::lag() const noexcept {
  Follower* const follower = impl_->current();
  if (follower == nullptr) return milliseconds::max();
  Follower::Steady::duration const lag = follower->lag();
  return lag == Follower::Steady::duration::max() ? milliseconds::max() : std::chrono::ceil<milliseconds>(lag);
}

std::size_t Denylist::size() const noexcept {
  Follower* const follower = impl_->current();
  return follower != nullptr ? follower->revoked().size() : 0;
}

std::size_t Denylist::memory() const noexcept {
  Follower* const follower = impl_->current();
  return follower != nullptr ? follower->revoked().memory() : 0;
}

std::uint64_t Denylist::stale_answers() const noexcept { return impl_->stale_answers.load(); }

RevocationLog& Denylist::log() const noexcept { return *impl_->log; }

}  // namespace authjwt
