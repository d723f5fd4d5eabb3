#include "base/forks.hpp"
#include "revocation/pause.hpp"

#include <authjwt/revocation/memory_log.hpp>

#include <algorithm>
#include <condition_variable>
#include <iterator>
#include <map>
#include <mutex>
#include <utility>

namespace authjwt {
namespace {

constexpr int kSweptByAppend = 4;  // more than one, or expired entries would outnumber the others
constexpr std::chrono::milliseconds kLongestWait =
    std::chrono::hours{1};  // the sum with the time of day must not overflow

struct State {
  std::mutex mutex;
  std::condition_variable_any grown;
  std::map<RevocationLog::Position, Revocation> entries;
  RevocationLog::Position last = 0;
  RevocationLog::Position swept = 0;

  void sweep(TimePoint now) {
    for (int i = 0; i < kSweptByAppend && !entries.empty(); ++i) {
      auto entry = entries.upper_bound(swept);
      if (entry == entries.end()) entry = entries.begin();
      swept = entry->first;
      if (entry->second.keep_until && *entry->second.keep_until <= now) entries.erase(entry);
    }
  }
};

}  // namespace

struct MemoryLog::Impl {
  Clock const* clock;
  detail::OfOneProcess<State> state;
};

MemoryLog::MemoryLog(Clock const& clock)
    : impl_{new Impl{&clock, detail::OfOneProcess<State>{std::make_unique<State>()}}} {}

MemoryLog::~MemoryLog() = default;

Result<RevocationLog::Position> MemoryLog::append(Revocation const& revocation) {
  State* const state = impl_->state.get();
  if (state == nullptr) return Error{Errc::unavailable};
  TimePoint const now = impl_->clock->now();
  Position position = 0;
  {
    std::lock_guard const lock{state->mutex};
    state->sweep(now);
    position = state->last + 1;
    if (!revocation.keep_until || *revocation.keep_until > now) {
      state->entries.emplace_hint(state->entries.end(), position, revocation);
    }
    state->last = position;
  }
  state->grown.notify_all();
  return position;
}

Result<std::vector<RevocationLog::Entry>> MemoryLog::read_after(Position position, std::size_t at_most) {
  State* const state = impl_->state.get();
  if (state == nullptr) return Error{Errc::unavailable};
  std::vector<Entry> read;
  std::lock_guard const lock{state->mutex};
  for (auto entry = state->entries.upper_bound(position); entry != state->entries.end() && read.size() < at_most;
       ++entry) {
    read.push_back({entry->first, entry->second});
  }
  return read;
}

void MemoryLog::wait_after(Position position, std::chrono::milliseconds at_most, std::stop_token stop) {
  std::chrono::milliseconds const bounded = std::min(at_most, kLongestWait);
  State* const state = impl_->state.get();
  if (state == nullptr) return detail::pause(bounded, std::move(stop));
  std::unique_lock lock{state->mutex};
  // Not `last`: the entry it numbered may have been dropped, and who waits for it would read nothing, for ever.
  state->grown.wait_for(lock, stop, bounded, [state, position] {
    return !state->entries.empty() && state->entries.rbegin()->first > position;
  });
}

}  // namespace authjwt
