#pragma once

#include <chrono>
#include <functional>
#include <thread>

namespace authjwt {

/// How long a test waits for what must happen, on a machine that has much else to do.
inline constexpr std::chrono::seconds kPatience{20};

/// Whether it holds before long; asks again and again.
[[nodiscard]] inline bool soon(std::function<bool()> const& holds) {
  auto const deadline = std::chrono::steady_clock::now() + kPatience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace authjwt
