#pragma once

#include "base/per_process.hpp"

#include <chrono>
#include <cstddef>
#include <functional>

namespace authjwt::detail {

/// Threads for what may wait: begun with the first work, at most two, and a bounded queue before them. Thread-safe. A
/// fork has its own; what its parent had taken, the parent does.
class Background {
 public:
  static constexpr std::size_t kLongestQueue = 1024;

  /// Throws `std::bad_alloc`.
  Background();
  /// Calls all that was taken first.
  ~Background();
  Background(Background const&) = delete;
  Background& operator=(Background const&) = delete;

  /// Called with false where it has waited longer than `kLongestWait`: nobody waits for it any more, and it must do
  /// nothing but say so.
  using Work = std::function<void(bool is_in_time)>;
  static constexpr std::chrono::seconds kLongestWait{5};

  /// Takes `work`, which must not throw, to call it once on another thread. False where `at_most` are waiting or there
  /// can be no thread; `work` is not called then.
  [[nodiscard]] bool post(Work work, std::size_t at_most = kLongestQueue) noexcept;

 private:
  class Threads;
  PerProcess<Threads> threads_;
};

}  // namespace authjwt::detail
