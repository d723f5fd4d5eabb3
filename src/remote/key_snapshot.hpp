#pragma once

#include <authjwt/jose/key_set.hpp>

#include <chrono>
#include <optional>

namespace authjwt::remote {

/// The last good set of keys and its age. A fork has what its parent had: it waits until no thread is changing or
/// copying a snapshot. Thread-safe.
class KeySnapshot {
 public:
  using Steady = std::chrono::steady_clock;

  /// Throws `std::bad_alloc` where forks cannot be watched.
  KeySnapshot();
  KeySnapshot(KeySnapshot const&) = delete;
  KeySnapshot& operator=(KeySnapshot const&) = delete;

  void set(KeySet keys, Steady::time_point fetched) noexcept;
  /// The same keys were fetched once more.
  void renew(Steady::time_point fetched) noexcept;
  /// Nothing where there are none, or they were fetched longer ago than `max_age`.
  [[nodiscard]] std::optional<KeySet> get(std::chrono::milliseconds max_age) const noexcept;

 private:
  // Guarded by `snapshots_lock`.
  std::optional<KeySet> keys_;
  Steady::time_point fetched_{};
};

}  // namespace authjwt::remote
