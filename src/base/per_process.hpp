#pragma once

#include "base/forks.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

namespace authjwt::detail {

/// An object with locks or threads, of which each process has its own: in a fork the first call makes another. Those of
/// the parents are kept and never touched.
template <class T>
class PerProcess {
 public:
  using Make = std::function<std::unique_ptr<T>()>;

  /// Makes that of this process, and throws what that throws.
  explicit PerProcess(Make make) : make_{std::move(make)} {
    add();
    made_in_ = fork_count();
  }
  PerProcess(PerProcess const&) = delete;
  PerProcess& operator=(PerProcess const&) = delete;

  /// Null in a fork as long as another thread is making its object, or where that has thrown. Thread-safe.
  [[nodiscard]] T* get() noexcept {
    T* const object = published_.load(std::memory_order_acquire)->object.get();
    return object != nullptr ? object : made_anew();
  }

 private:
  struct Generation {
    OfOneProcess<T> object;
    std::unique_ptr<Generation> previous;
  };

  void add() {
    newest_.reset(new Generation{OfOneProcess<T>{make_()}, std::move(newest_)});
    published_.store(newest_.get(), std::memory_order_release);
  }
  // No mutex: one that another thread held at the fork would stay locked in the child for ever.
  [[nodiscard]] T* made_anew() noexcept {
    std::uint64_t const here = fork_count();
    std::uint64_t before = made_in_.load();
    if (before == here || !made_in_.compare_exchange_strong(before, here)) return nullptr;
    try {
      add();
      return newest_->object.get();
    } catch (...) {
      made_in_.store(before);
      return nullptr;
    }
  }

  Make make_;
  std::unique_ptr<Generation> newest_;
  std::atomic<Generation*> published_{nullptr};
  std::atomic<std::uint64_t> made_in_{0};
};

}  // namespace authjwt::detail
