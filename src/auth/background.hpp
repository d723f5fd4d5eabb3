#pragma once

#include "base/per_process.hpp"

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
  /// Does all that was taken first.
  ~Background();
  Background(Background const&) = delete;
  Background& operator=(Background const&) = delete;

  /// Takes `work`, which must not throw, to call it once on another thread. False where too much is waiting or there
  /// can be no thread; `work` is not called then.
  [[nodiscard]] bool post(std::function<void()> work) noexcept;

 private:
  class Threads;
  PerProcess<Threads> threads_;
};

}  // namespace authjwt::detail
