#pragma once

#include <asio/associated_executor.hpp>
#include <asio/bind_executor.hpp>
#include <asio/error.hpp>
#include <asio/execution_context.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/post.hpp>
#include <sys/socket.h>

#include <atomic>
#include <cstddef>
#include <limits>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

/// What RESTinio 0.6 does not do for its connections: bound their number and their memory, answer what it cannot read,
/// end them in order. Its own bound is left unused: a peer that resets its connection before it is accepted takes a
/// place for ever.
namespace authjwt::detail {

class TrackedSocket;

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
  /// Counts bytes of a request under way; false when there are more than the limit.
  [[nodiscard]] bool hold(std::size_t size) noexcept { return held_.fetch_add(size) + size <= byte_limit_; }
  void release(std::size_t size) noexcept { held_ -= size; }
  /// From now on answers close their connection; those that wait for a request are closed.
  void finish() noexcept;
  /// Closes those that `finish` left, whatever they are doing.
  void abandon() noexcept;
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

/// A TCP socket that knows whether its peer waits for an answer. Used by one strand at a time, as any socket of asio.
class TrackedSocket final : public asio::ip::tcp::socket {
  using Base = asio::ip::tcp::socket;

 public:
  explicit TrackedSocket(asio::io_context& context)
      : Base{context}, connections_{&asio::use_service<OpenConnections>(context)} {}
  /// Precondition: no read or write of `other` is under way.
  TrackedSocket(TrackedSocket&& other) : Base{leave_and_move(other)}, connections_{other.connections_} {}
  ~TrackedSocket() { leave(); }

  /// RESTinio reads only when the answer before is out, so a read after a write begins to wait for the next request.
  template <class Buffers, class Handler>
  void async_read_some(Buffers const& buffers, Handler&& handler) {
    auto const executor = asio::get_associated_executor(handler, get_executor());
    if (answering_) end_request();
    if (connections_->finishing() && !request_under_way_) ::shutdown(native_handle(), SHUT_RD);
    if (!entered_ && !enter()) {
      refuse("503 Service Unavailable", "Service Unavailable");
      auto end = [h = std::forward<Handler>(handler)]() mutable {
        h(asio::error_code{asio::error::eof}, std::size_t{0});
      };
      return asio::post(asio::bind_executor(executor, std::move(end)));
    }
    reading_ = true;
    auto done = [this, h = std::forward<Handler>(handler)](asio::error_code const& error, std::size_t size) mutable {
      reading_ = false;
      if (size > 0) request_under_way_ = true;
      if (hold(size)) return h(error, size);
      refuse("503 Service Unavailable", "Service Unavailable");
      h(asio::error_code{asio::error::eof}, std::size_t{0});
    };
    Base::async_read_some(buffers, asio::bind_executor(executor, std::move(done)));
  }

  template <class Buffers, class Handler>
  void async_write_some(Buffers const& buffers, Handler&& handler) {
    answering_ = true;
    Base::async_write_some(buffers, std::forward<Handler>(handler));
  }

  /// RESTinio's way to begin closing, also after a request that it could not read: that one gets its answer here.
  void shutdown(shutdown_type what, asio::error_code& error) {
    if (request_under_way_ && !answering_) refuse_request();
    Base::shutdown(what, error);
  }

  void close() {
    leave();
    Base::close();
  }

 private:
  friend class OpenConnections;

  static TrackedSocket&& leave_and_move(TrackedSocket& other) noexcept {
    other.leave();
    return std::move(other);
  }

  bool enter() {
    entered_ = connections_->enter(*this);
    return entered_;
  }
  void leave() noexcept {
    if (!std::exchange(entered_, false)) return;
    connections_->leave(*this);
    connections_->release(std::exchange(held_, 0));
  }
  bool hold(std::size_t size) noexcept {
    held_ += size;
    return connections_->hold(size) || held_ <= kAlwaysHeld;
  }
  void end_request() noexcept {
    request_under_way_ = answering_ = false;
    connections_->release(std::exchange(held_, 0));
  }

  void refuse_request() {
    if (connections_->finishing()) return refuse("503 Service Unavailable", "Service Unavailable");
    if (reading_) return refuse("408 Request Timeout", "Request Timeout");
    refuse("400 Bad Request", "Invalid HTTP request received.");
  }
  /// At most one try, without waiting: the peer may not read.
  void refuse(std::string_view status, std::string_view detail) {
    std::string answer{"HTTP/1.1 "};
    answer.append(status).append("\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ");
    answer.append(std::to_string(detail.size() + 13)).append("\r\n\r\n{\"detail\":\"").append(detail).append("\"}");
    answering_ = true;
    static_cast<void>(::send(native_handle(), answer.data(), answer.size(), MSG_DONTWAIT | MSG_NOSIGNAL));
  }

  static constexpr std::size_t kAlwaysHeld = 32 * 1024;

  OpenConnections* connections_;
  std::size_t held_ = 0;  // bytes of the request under way
  bool entered_ = false;
  bool reading_ = false;
  std::atomic<bool> request_under_way_{false};  // a part of a request has come, and its answer is not out
  std::atomic<bool> answering_{false};
};

inline bool OpenConnections::enter(TrackedSocket& socket) {
  std::lock_guard const lock{mutex_};
  if (open_.size() >= limit_) return false;
  open_.insert(&socket);
  return true;
}

inline void OpenConnections::leave(TrackedSocket& socket) noexcept {
  std::lock_guard const lock{mutex_};
  open_.erase(&socket);
}

// A socket leaves before it is closed, so the descriptors used below are open and theirs. RESTinio sees the end of the
// stream, and what had come before it.
inline void OpenConnections::finish() noexcept {
  finishing_ = true;
  std::lock_guard const lock{mutex_};
  for (TrackedSocket* socket : open_) {
    if (!socket->request_under_way_) ::shutdown(socket->native_handle(), SHUT_RD);
  }
}

inline void OpenConnections::abandon() noexcept {
  std::lock_guard const lock{mutex_};
  for (TrackedSocket* socket : open_) ::shutdown(socket->native_handle(), socket->answering_ ? SHUT_RDWR : SHUT_RD);
}

}  // namespace authjwt::detail
