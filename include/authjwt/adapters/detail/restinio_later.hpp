#pragma once

#include <authjwt/adapters/detail/restinio_message.hpp>
#include <authjwt/adapters/detail/server_loop.hpp>
#include <authjwt/adapters/endpoint.hpp>
#include <authjwt/adapters/reply.hpp>
#include <authjwt/http/answer.hpp>

#include <asio/error.hpp>
#include <asio/steady_timer.hpp>
#include <restinio/http_server.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>

/// Requests of RESTinio whose answers come later.
namespace authjwt::detail {

/// As `respond`, for `answer(request, body)` that gives an `Answered`: one that comes later is left to
/// `keep(later)`.
template <class Answer, class Send, class Keep>
::restinio::request_handling_status_t respond_or_keep(::restinio::request_handle_t const& handle, bool close,
                                                      Answer const& answer, Send const& send,
                                                      Keep const& keep) noexcept {
  try {
    std::string_view const body = handle->body();
    http::RestinioRequest const request{handle->header(), body};
    int const refused = refusal(framing_of(handle->header()), body.size());
    Answered answered = refused == 0 ? answer(request, body) : http::rendered_error(refused);
    if (auto* const rendered = std::get_if<http::RenderedAnswer>(&answered)) {
      send(make_response(*handle, std::move(*rendered), close || refused != 0));
    } else {
      keep(std::get<LaterAnswer>(std::move(answered)));
    }
    return ::restinio::request_accepted();
  } catch (...) {
    return ::restinio::request_rejected();
  }
}

/// Sends the answer from the thread that replies. Throws `std::bad_alloc`.
inline void send_when_ready(::restinio::request_handle_t const& handle, LaterAnswer const& later) {
  later.when_ready([handle](LaterAnswer const& answer) noexcept {
    try {
      make_response(*handle, answer.render(), false).done();
    } catch (...) {  // no memory: the time limit for handlers closes the connection
    }
  });
}

/// The requests of one server that wait for their answer. Whoever replies has a part in it, so it may outlive the
/// server, and then knows nothing of it any more. Thread-safe.
class WaitingRequests : public std::enable_shared_from_this<WaitingRequests> {
 public:
  WaitingRequests(ServerLoop& loop, std::chrono::milliseconds at_most) noexcept : loop_{&loop}, at_most_{at_most} {}

  /// Has the answer sent when it is ready, rendered by a thread of the server's; where that takes too long, 503. Throws
  /// `std::bad_alloc`, and then nothing is kept.
  void keep(::restinio::request_handle_t const& handle, LaterAnswer const& later) {
    std::uint64_t id = 0;
    LaterAnswer::OnReady on_ready;
    {
      std::lock_guard const lock{mutex_};
      if (loop_ == nullptr) {
        make_response(*handle, http::rendered_error(503), true).done();
        return;
      }
      id = ++last_id_;
      on_ready = [self = shared_from_this(), id](LaterAnswer const& answer) { self->send(id, answer); };
      asio::steady_timer deadline{loop_->context(), at_most_};
      deadline.async_wait([self = shared_from_this(), id](asio::error_code const& error) {
        if (!error) self->refuse_late(id);
      });
      waiting_.emplace(id, Waiting{handle, std::move(deadline)});
    }
    later.when_ready(std::move(on_ready));
  }
  /// Answers those that wait with 503, and reaches nothing of the server from now on.
  void give_up() noexcept {
    std::lock_guard const lock{mutex_};
    for (auto& [id, waiting] : waiting_) refuse(std::move(waiting.handle));
    waiting_.clear();
    loop_ = nullptr;
  }

 private:
  struct Waiting {
    ::restinio::request_handle_t handle;
    asio::steady_timer deadline;  // while it runs, a server that stops waits
  };

  void send(std::uint64_t id, LaterAnswer const& answer) noexcept {
    std::lock_guard const lock{mutex_};
    auto waiting = waiting_.extract(id);
    if (waiting.empty()) return;
    try {
      loop_->post([loop = loop_, handle = std::move(waiting.mapped().handle), answer] {
        bool const is_finishing = loop->connections().finishing();
        make_response(*handle, answer.render(), is_finishing).done();
      });
    } catch (...) {  // no memory: RESTinio's time limit for handlers closes the connection
    }
  }
  void refuse_late(std::uint64_t id) noexcept {
    std::lock_guard const lock{mutex_};
    auto waiting = waiting_.extract(id);
    if (!waiting.empty()) refuse(std::move(waiting.mapped().handle));
  }
  /// Precondition: the lock is held.
  void refuse(::restinio::request_handle_t handle) noexcept {
    try {
      loop_->post([handle = std::move(handle)] { make_response(*handle, http::rendered_error(503), true).done(); });
    } catch (...) {  // no memory: RESTinio's time limit for handlers closes the connection
    }
  }

  std::mutex mutex_;
  ServerLoop* loop_;  // null when it has been given up
  std::chrono::milliseconds at_most_;
  std::uint64_t last_id_ = 0;
  std::unordered_map<std::uint64_t, Waiting> waiting_;
};

}  // namespace authjwt::detail
