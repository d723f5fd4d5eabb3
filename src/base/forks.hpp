#pragma once

#include <cstdint>
#include <memory>
#include <new>
#include <utility>

namespace authjwt::detail {

/// Makes `fork_count` count. False where there is no memory for it. Thread-safe.
[[nodiscard]] bool watch_forks() noexcept;
/// How many forks lie between this process and the one that first called `watch_forks`. Never goes down. Thread-safe.
[[nodiscard]] std::uint64_t fork_count() noexcept;

/// An object with locks or threads, for the process that made it alone. In a fork of that process the threads are gone
/// and the locks may be held for ever: there `get` gives null, and the object is never touched again, not even to
/// destroy it.
template <class T>
class OfOneProcess {
 public:
  /// Throws `std::bad_alloc` where forks cannot be counted.
  explicit OfOneProcess(std::unique_ptr<T> object) : object_{std::move(object)} {
    if (!watch_forks()) throw std::bad_alloc{};
    forks_ = fork_count();
  }
  OfOneProcess(OfOneProcess const&) = delete;
  OfOneProcess& operator=(OfOneProcess const&) = delete;
  ~OfOneProcess() {
    if (forks_ != fork_count()) static_cast<void>(object_.release());
  }

  [[nodiscard]] T* get() const noexcept { return forks_ == fork_count() ? object_.get() : nullptr; }

 private:
  std::uint64_t forks_ = 0;
  std::unique_ptr<T> object_;
};

}  // namespace authjwt::detail
