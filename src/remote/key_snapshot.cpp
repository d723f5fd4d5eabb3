#include "remote/key_snapshot.hpp"

#include "remote/forks.hpp"

#include <utility>

namespace authjwt::remote {

KeySnapshot::KeySnapshot() { watch_forks(); }

void KeySnapshot::set(KeySet keys, Steady::time_point fetched) noexcept {
  std::optional<KeySet> next{std::move(keys)};
  {
    auto const lock = snapshots_lock();
    keys_.swap(next);
    fetched_ = fetched;
  }
  // The keys that were there end without the lock.
}

void KeySnapshot::renew(Steady::time_point fetched) noexcept {
  auto const lock = snapshots_lock();
  fetched_ = fetched;
}

std::optional<KeySet> KeySnapshot::get(std::chrono::milliseconds max_age) const noexcept {
  Steady::time_point const now = Steady::now();
  auto const lock = snapshots_lock();
  if (now - fetched_ > max_age) return std::nullopt;
  return keys_;
}

}  // namespace authjwt::remote
