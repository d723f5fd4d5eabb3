#include "auth/background.hpp"

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace authjwt::detail {
namespace {

constexpr std::size_t kMostThreads = 2;

}  // namespace

class Background::Threads {
  using Steady = std::chrono::steady_clock;
  struct Waiting {
    Work work;
    Steady::time_point deadline;
  };

 public:
  Threads() = default;
  ~Threads() {
    {
      std::lock_guard const lock{mutex_};
      ending_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }
  Threads(Threads const&) = delete;
  Threads& operator=(Threads const&) = delete;

  bool post(Work work, std::size_t at_most) {
    {
      std::lock_guard const lock{mutex_};
      if (queue_.size() >= at_most || !has_thread()) return false;
      queue_.push_back({std::move(work), Steady::now() + kLongestWait});
    }
    changed_.notify_one();
    return true;
  }

 private:
  /// Whether there is a thread, or could be made one. Precondition: the lock is held.
  bool has_thread() {
    if (idle_ > queue_.size() || threads_.size() >= kMostThreads) return true;
    threads_.reserve(kMostThreads);
    try {
      threads_.emplace_back([this] { run(); });
    } catch (std::system_error const&) {
      return !threads_.empty();
    }
    return true;
  }

  void run() {
    std::unique_lock lock{mutex_};
    for (;;) {
      ++idle_;
      changed_.wait(lock, [this] { return ending_ || !queue_.empty(); });
      --idle_;
      if (queue_.empty()) return;
      Waiting next = std::move(queue_.front());
      queue_.pop_front();
      lock.unlock();
      next.work(Steady::now() <= next.deadline);
      next.work = nullptr;  // what it holds ends without the lock
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Waiting> queue_;
  std::size_t idle_ = 0;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

Background::Background() : threads_{[] { return std::make_unique<Threads>(); }} {}
Background::~Background() = default;

bool Background::post(Work work, std::size_t at_most) noexcept try {
  Threads* const threads = threads_.get();
  return threads != nullptr && threads->post(std::move(work), at_most);
} catch (...) {  // no memory
  return false;
}

}  // namespace authjwt::detail
