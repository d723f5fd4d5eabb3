#include "remote/key_snapshot.hpp"

#include <pthread.h>

#include <mutex>
#include <new>
#include <utility>

namespace authjwt::remote {
namespace {

/// One for all snapshots, which a fork waits for: locked by a thread that a child does not have, it would stay so for
/// ever. It is held for as long as it takes to copy a pointer.
std::mutex snapshots;

void watch_forks_of_snapshots() {
  static int const watching =
      pthread_atfork([] { snapshots.lock(); }, [] { snapshots.unlock(); }, [] { snapshots.unlock(); });
  if (watching != 0) throw std::bad_alloc{};
}

}  // namespace

KeySnapshot::KeySnapshot() { watch_forks_of_snapshots(); }

void KeySnapshot::set(KeySet keys, Steady::time_point fetched) noexcept {
  std::optional<KeySet> next{std::move(keys)};
  {
    std::lock_guard const lock{snapshots};
    keys_.swap(next);
    fetched_ = fetched;
  }
  // The keys that were there end without the lock.
}

std::optional<KeySet> KeySnapshot::get(std::chrono::milliseconds max_age) const noexcept {
  Steady::time_point const now = Steady::now();
  std::lock_guard const lock{snapshots};
  if (now - fetched_ > max_age) return std::nullopt;
  return keys_;
}

}  // namespace authjwt::remote
