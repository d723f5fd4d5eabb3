#include "revocation/follower.hpp"

#include "revocation/pause.hpp"

#include <new>
#include <string>
#include <thread>

namespace authjwt::detail {
namespace {

constexpr std::size_t kBatch = 4096;  // of which an engine makes that many texts at once
constexpr Follower::Steady::rep kNotYet = Follower::Steady::duration::min().count();

std::string seconds_between(Follower::Steady::time_point from, Follower::Steady::time_point to) {
  return std::to_string(std::chrono::round<std::chrono::seconds>(to - from).count()) + " s";
}

}  // namespace

Follower::Follower(RevocationLog& log, Clock const& clock, Denylist::Options const& options, KnownLog& known)
    : log_{&log},
      clock_{&clock},
      options_{&options},
      known_{&known},
      expiry_time_{options.clock_settles},
      last_complete_{kNotYet} {}

void Follower::start() {
  thread_ = std::jthread{[this](std::stop_token const& stop) { run(stop); }};
}

Follower::Steady::duration Follower::lag() const noexcept {
  Steady::rep const read = last_complete_.load(std::memory_order_acquire);
  if (read == kNotYet) return Steady::duration::max();
  return Steady::now().time_since_epoch() - Steady::duration{read};
}

void Follower::run(std::stop_token const& stop) noexcept {
  while (!stop.stop_requested()) {
    Steady::time_point const begun = Steady::now();
    Reading const reading = catch_up(stop);
    tell(reading);
    bool const goes_on = reading == Reading::complete && wait(stop);
    rest(begun + (goes_on ? options_->pace : options_->heartbeat), stop);
  }
}

void Follower::rest(Steady::time_point until, std::stop_token const& stop) noexcept try {
  auto const left = std::chrono::ceil<std::chrono::milliseconds>(until - Steady::now());
  if (left.count() > 0) pause(left, stop);
} catch (...) {
  std::this_thread::sleep_until(until);  // no memory for a pause that `stop` could end
}

/// An engine that throws is one that cannot be read.
Follower::Reading Follower::catch_up(std::stop_token const& stop) noexcept try {
  look_at_the_clock();
  return known_->complaint() != nullptr ? Reading::lost : read_to_the_end(stop);
} catch (...) {
  return Reading::failed;
}

/// To the end that the log had when this began: one that grows faster than it is read would have no other.
Follower::Reading Follower::read_to_the_end(std::stop_token const& stop) {
  Steady::time_point const begun = Steady::now();
  Result<RevocationLog::Tail> const tail = log_->tail();
  if (!tail) return Reading::failed;
  if (known_->look(*tail, position_) != nullptr) return Reading::lost;
  for (bool is_more = true; is_more;) {
    if (stop.stop_requested()) return Reading::stopped;
    Result<std::vector<RevocationLog::Entry>> const read = log_->read_after(position_, kBatch);
    if (!read || !apply(*read)) return Reading::failed;
    is_more = read->size() >= kBatch && position_ < tail->last;
  }
  last_complete_.store(begun.time_since_epoch().count(), std::memory_order_release);
  return Reading::complete;
}

/// False for entries that are out of order: going on with them might never end.
bool Follower::apply(std::vector<RevocationLog::Entry> const& entries) {
  TimePoint const now = expiry();
  for (RevocationLog::Entry const& entry : entries) {
    if (entry.position <= position_) return false;
    revoked_.insert(entry.revocation, now);
    position_ = entry.position;
  }
  return true;
}

bool Follower::wait(std::stop_token const& stop) noexcept try {
  log_->wait_after(position_, options_->heartbeat, stop);
  return true;
} catch (...) {
  return false;
}

void Follower::look_at_the_clock() noexcept {
  Steady::time_point const now = Steady::now();
  TimePoint const expiry = expiry_time_.at(clock_->now(), now);
  expiry_ = expiry.time_since_epoch().count();
  // Not each time: a busy log is read thousands of times a second.
  if (now - swept_ < options_->heartbeat) return;
  swept_ = now;
  try {
    revoked_.sweep(expiry);
  } catch (std::bad_alloc const&) {
    return;  // what has expired has been dropped, and its table has not been made smaller
  }
}

void Follower::tell(Reading reading) noexcept try {
  if (reading == Reading::stopped || reading == told_) return;
  Steady::time_point const now = Steady::now();
  if (reading == Reading::failed) {
    failing_since_ = now;
    tell("the revocation log cannot be read; it is tried again every " + std::to_string(options_->heartbeat.count()) +
         " ms");
  } else if (reading == Reading::lost) {
    tell(std::string{"the revocation log is lost: "} + known_->complaint() +
         ". What was read of it stays revoked, and nothing more is read: start the service again when the log can be "
         "trusted");
  } else {
    tell("the revocation log can be read again after " + seconds_between(failing_since_, now));
  }
  told_ = reading;
} catch (...) {
  return;  // no memory for the line: it is tried again
}

void Follower::tell(std::string_view line) noexcept try {
  if (options_->log) options_->log(line);
} catch (...) {
  return;  // a service that cannot write its log is served on
}

}  // namespace authjwt::detail
