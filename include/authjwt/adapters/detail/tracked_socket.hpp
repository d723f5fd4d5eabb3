#pragma once

#include <authjwt/adapters/detail/open_connections.hpp>

#include <asio/associated_executor.hpp>
#include <asio/bind_executor.hpp>
#include <asio/error.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/post.hpp>
#include <sys/socket.h>

#include <atomic>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace authjwt::detail {

/// A TCP socket that knows whether its peer waits for an answer. Used by one strand at a time, as any socket of asio.
class TrackedSocket final : public asio::ip::tcp::socket {
  using Base = asio::ip::tcp::socket;

 public:
  explicit TrackedSocket(asio::io_context& context)
      : Base{context}, connections_{&asio::use_service<OpenConnections>(context)} {}
  /// Takes the place of `other` among the open connections. Precondition: no read or write of `other` is under way.
  // NOLINTNEXTLINE(bugprone-exception-escape): a mutex that is there can be locked
  TrackedSocket(TrackedSocket&& other) noexcept : TrackedSocket{std::move(other), other.connections_->lock()} {}
  ~TrackedSocket() { leave(); }

  /// The request under way was the last one: what follows is another protocol's, and `owner` answers for it. Null: the
  /// owner has gone.
  void upgrade(UpgradedConnection* owner) {
    std::unique_lock const lock = connections_->lock();
    if (upgraded_ == nullptr) end_request();
    upgraded_ = owner;
  }
  /// Whether bytes came behind the head of the last request, in the same piece.
  [[nodiscard]] bool has_read_past_head() const noexcept { return has_read_past_head_; }

  /// RESTinio reads only when the answer before is out, so a read after a write begins to wait for the next request.
  template <class Buffers, class Handler>
  void async_read_some(Buffers const& buffers, Handler&& handler) {
    if (upgraded_ != nullptr) return Base::async_read_some(buffers, std::forward<Handler>(handler));
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
    auto done = [this, start = static_cast<char const*>(asio::mutable_buffer{buffers}.data()),
                 h = std::forward<Handler>(handler)](asio::error_code const& error, std::size_t size) mutable {
      reading_ = false;
      has_read_past_head_ = !ends_head({start, size});
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

  TrackedSocket(TrackedSocket&& other, std::unique_lock<std::mutex> const&)
      : Base{std::move(other)},
        connections_{other.connections_},
        held_{std::exchange(other.held_, 0)},
        entered_{std::exchange(other.entered_, false)},
        has_read_past_head_{other.has_read_past_head_} {
    if (entered_) connections_->pass(other, *this);
  }

  /// An empty line ends a head (RFC 9112 2.1); some end their lines with LF alone.
  static bool ends_head(std::string_view bytes) noexcept {
    return bytes.ends_with("\n\r\n") || bytes.ends_with("\n\n") || bytes == "\n" || bytes == "\r\n";
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
  bool has_read_past_head_ = false;
  UpgradedConnection* upgraded_ = nullptr;
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

// No allocation, and none that could fail: as many are in the set as before.
inline void OpenConnections::pass(TrackedSocket& from, TrackedSocket& to) noexcept {
  auto node = open_.extract(&from);
  node.value() = &to;
  open_.insert(std::move(node));
}

// A socket leaves before it is closed, so the descriptors used below are open and theirs. RESTinio sees the end of the
// stream, and what had come before it.
inline void OpenConnections::finish() noexcept {
  finishing_ = true;
  std::lock_guard const lock{mutex_};
  for (TrackedSocket* socket : open_) {
    if (socket->upgraded_ != nullptr) {
      socket->upgraded_->go_away();
    } else if (!socket->request_under_way_) {
      ::shutdown(socket->native_handle(), SHUT_RD);
    }
  }
}

inline void OpenConnections::abandon() noexcept {
  std::lock_guard const lock{mutex_};
  for (TrackedSocket* socket : open_) {
    bool const is_whole = socket->answering_ || socket->upgraded_ != nullptr;
    ::shutdown(socket->native_handle(), is_whole ? SHUT_RDWR : SHUT_RD);
  }
}

inline void OpenConnections::let_go() noexcept {
  std::lock_guard const lock{mutex_};
  for (TrackedSocket* socket : open_) {
    if (socket->upgraded_ != nullptr) socket->upgraded_->let_go();
  }
}

}  // namespace authjwt::detail
