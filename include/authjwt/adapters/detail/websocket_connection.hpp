#pragma once

#include <authjwt/adapters/detail/tracked_socket.hpp>
#include <authjwt/adapters/detail/websocket_session.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/bind_executor.hpp>
#include <asio/buffer.hpp>
#include <asio/error.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <asio/strand.hpp>
#include <asio/write.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace authjwt::detail {

/// The asio connection of a `WebSocketSession`: reads, writes, waits, and knows nothing. It lives as long as one of
/// these is under way; all of it runs on one strand.
class WebSocketConnection final : public std::enable_shared_from_this<WebSocketConnection>,
                                  private WebSocketTransport,
                                  private UpgradedConnection {
  using Clock = std::chrono::steady_clock;

 public:
  /// Precondition: no read or write of `socket` is under way.
  WebSocketConnection(TrackedSocket socket, std::shared_ptr<WebSocketSession> session)
      : socket_{std::move(socket)},
        strand_{asio::make_strand(socket_.get_executor())},
        timer_{strand_},
        session_{std::move(session)} {
    socket_.upgrade(this);
  }
  ~WebSocketConnection() {
    if (!is_cut_) session_->detach();  // the io_context has ended; else `end` has done it
    socket_.upgrade(nullptr);
  }
  WebSocketConnection(WebSocketConnection const&) = delete;
  WebSocketConnection& operator=(WebSocketConnection const&) = delete;

  /// `head` is the answer to the upgrade.
  void start(std::string head, std::chrono::milliseconds write_within) {
    on_strand([head = std::move(head), write_within](WebSocketConnection& self) mutable {
      self.session_->start(self, std::move(head), write_within, Clock::now());
      // What a client sends before it has the answer (RFC 6455 4.1: it must wait) the framework has read and dropped.
      if (self.socket_.has_read_past_head()) self.session_->close(kProtocolError, "data before the answer");
      self.read();
      self.go_on();
    });
  }

 private:
  static constexpr std::uint16_t kProtocolError = 1002;
  static constexpr std::uint16_t kGoingAway = 1001;

  void wake() noexcept override {
    if (is_awake_.exchange(true)) return;
    try {
      on_strand([](WebSocketConnection& self) {
        self.is_awake_ = false;
        self.go_on();
      });
    } catch (...) {  // no memory: the next byte or tick does it
      is_awake_ = false;
    }
  }
  void go_away() noexcept override {
    try {
      session_->close(kGoingAway, "the server stops");
    } catch (...) {  // no memory: it is cut when the time of the stop is over
    }
  }
  void let_go() noexcept override { session_->detach(); }

  template <class Task>
  void on_strand(Task task) {
    std::shared_ptr<WebSocketConnection> self = weak_from_this().lock();
    if (!self) return;
    asio::post(strand_, [self = std::move(self), task = std::move(task)]() mutable noexcept {
      self->guarded([&] { task(*self); });
    });
  }
  /// Without memory there is no going on: the connection is cut.
  template <class Task>
  void guarded(Task const& task) noexcept {
    try {
      task();
    } catch (...) {
      cut();
    }
  }

  void read() {
    auto done = [self = shared_from_this()](asio::error_code const& error, std::size_t size) noexcept {
      self->guarded([&] { self->on_read(error, size); });
    };
    socket_.async_read_some(asio::buffer(in_), asio::bind_executor(strand_, std::move(done)));
  }
  void on_read(asio::error_code const& error, std::size_t size) {
    if (error) return cut();
    session_->receive({in_.data(), size}, Clock::now());
    go_on();
    if (!is_cut_) read();
  }

  /// Brings the connection to what the session wants now.
  void go_on() {
    if (is_cut_) return;
    if (!session_->run(Clock::now())) return cut();
    write();
    WebSocketSession::Ending const ending = session_->ending();
    if (ending == WebSocketSession::Ending::now) return cut();
    if (ending == WebSocketSession::Ending::after_peer && !std::exchange(has_ended_sending_, true)) {
      asio::error_code ignored;
      socket_.shutdown(TrackedSocket::shutdown_send, ignored);
    }
    wait();
  }
  void write() {
    if (!out_.empty()) return;
    out_ = session_->take_output(Clock::now());
    if (out_.empty()) return;
    auto done = [self = shared_from_this()](asio::error_code const& error, std::size_t) noexcept {
      self->guarded([&] { self->on_written(error); });
    };
    asio::async_write(socket_, asio::buffer(out_), asio::bind_executor(strand_, std::move(done)));
  }
  void on_written(asio::error_code const& error) {
    if (error) return cut();
    out_.clear();
    session_->written(Clock::now());
    go_on();
  }
  void wait() {
    auto const deadline = session_->deadline();
    if (!deadline || (is_waiting_ && timer_.expiry() == *deadline)) return;
    is_waiting_ = true;
    timer_.expires_at(*deadline);
    timer_.async_wait([self = shared_from_this()](asio::error_code const& error) noexcept {
      if (error) return;  // another deadline is waited for
      self->is_waiting_ = false;
      self->guarded([&] { self->go_on(); });
    });
  }

  void cut() noexcept {
    if (std::exchange(is_cut_, true)) return;
    try {
      session_->end();
    } catch (...) {  // no memory for what a callback is told
    }
    try {
      timer_.cancel();
      socket_.close();
    } catch (...) {  // the descriptor is closed whatever close() says
    }
  }

  TrackedSocket socket_;
  asio::strand<asio::any_io_executor> strand_;
  asio::steady_timer timer_;
  std::shared_ptr<WebSocketSession> session_;
  std::array<char, 8 * 1024> in_;
  std::string out_;
  bool is_waiting_ = false;
  bool has_ended_sending_ = false;
  bool is_cut_ = false;
  std::atomic<bool> is_awake_{false};
};

}  // namespace authjwt::detail
