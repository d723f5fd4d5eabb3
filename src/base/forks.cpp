#include "base/forks.hpp"

#include <pthread.h>

#include <atomic>

namespace authjwt::detail {
namespace {

std::atomic<std::uint64_t> forks{0};

}  // namespace

bool watch_forks() noexcept {
  static int const watching = pthread_atfork(nullptr, nullptr, [] { forks.fetch_add(1); });
  return watching == 0;
}

std::uint64_t fork_count() noexcept { return forks.load(std::memory_order_relaxed); }

}  // namespace authjwt::detail
