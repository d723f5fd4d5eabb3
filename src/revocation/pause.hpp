#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <utility>

namespace authjwt::detail {

/// Returns when the time is up or `stop` is requested.
inline void pause(std::chrono::milliseconds at_most, std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any never_notified;
  std::unique_lock lock{mutex};
  never_notified.wait_for(lock, std::move(stop), at_most, [] { return false; });
}

}  // namespace authjwt::detail
