#pragma once

#include <asio/execution_context.hpp>

#include <atomic>
#include <cstddef>
#include <limits>
#include <mutex>
#include <unordered_set>

/// What RESTinio 0.6 does not do for its connections: bound their number and their memory, answer what it cannot read,
/// end them in order. Its own bound is left unused: a peer that resets its connection before it is accepted takes a
/// place for ever.
namespace authjwt::detail {

class TrackedSocket;

/// The owner of a socket that has left HTTP. Both are called when the server stops, while nothing else runs.
class UpgradedConnection {
 public:
  /// Ends in order.
  virtual void go_away() noexcept = 0;
  /// Reaches nothing of the server from now on, whoever asks it.
  virtual void let_go() noexcept = 0;

 protected:
  ~UpgradedConnection() = default;
};

/// The open connections of one server. A service of the server's io_context, because RESTinio makes its sockets from
/// nothing else. Thread-safe.
class OpenConnections final : public asio::execution_context::service {
 public:
  using key_type = OpenConnections;
  inline static asio::execution_context::id id;

  explicit OpenConnections(asio::execution_context& context) : service{context} {}

  void set_limits(std::size_t connections, std::size_t bytes) noexcept {
    limit_ = connections;
    byte_limit_ = bytes;
  }
  /// False when the limit is reached.
  [[nodiscard]] bool enter(TrackedSocket& socket);
  void leave(TrackedSocket& socket) noexcept;
  /// The place of `from` is that of `to` now. The lock is `lock()`, held while the socket moves.
  void pass(TrackedSocket& from, TrackedSocket& to) noexcept;
  [[nodiscard]] std::unique_lock<std::mutex> lock() { return std::unique_lock{mutex_}; }
  /// Counts bytes of a request under way; false when there are more than the limit.
  [[nodiscard]] bool hold(std::size_t size) noexcept { return held_.fetch_add(size) + size <= byte_limit_; }
  void release(std::size_t size) noexcept { held_ -= size; }
  /// From now on answers close their connection; those that wait for a request are closed.
  void finish() noexcept;
  /// Closes those that `finish` left, whatever they are doing.
  void abandon() noexcept;
  /// For those that even `abandon` left.
  void let_go() noexcept;
  [[nodiscard]] bool finishing() const noexcept { return finishing_.load(std::memory_order_relaxed); }

 private:
  void shutdown() noexcept override {}

  std::mutex mutex_;
  std::unordered_set<TrackedSocket*> open_;
  std::atomic<std::size_t> limit_{std::numeric_limits<std::size_t>::max()};
  std::atomic<std::size_t> byte_limit_{std::numeric_limits<std::size_t>::max()};
  std::atomic<std::size_t> held_{0};
  std::atomic<bool> finishing_{false};
};

}  // namespace authjwt::detail
