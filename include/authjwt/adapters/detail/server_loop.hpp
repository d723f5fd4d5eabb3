#pragma once

#include <authjwt/adapters/detail/tracked_socket.hpp>

#include <asio/io_context.hpp>
#include <asio/ip/address.hpp>
#include <asio/post.hpp>
#include <asio/signal_set.hpp>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

/// What a server on asio needs whatever framework reads its requests.
namespace authjwt::detail {

/// Throws `std::invalid_argument` for a host that is no address.
[[nodiscard]] inline asio::ip::address address_of(std::string const& host) {
  if (host == "localhost") return asio::ip::address_v4::loopback();
  asio::error_code error;
  asio::ip::address const address = asio::ip::make_address(host, error);
  if (!error) return address;
  throw std::invalid_argument{"host \"" + host + "\" is not an address such as 127.0.0.1, 0.0.0.0 or ::1"};
}

/// `wanted`, or what the limit of open files allows beside 64 others: RESTinio never accepts again after it has once
/// found no file left.
[[nodiscard]] inline std::size_t possible_connections(std::size_t wanted) noexcept {
  constexpr rlim_t kOthers = 64;
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return wanted;
  return std::min<std::size_t>(wanted, files.rlim_cur > kOthers ? files.rlim_cur - kOthers : 1);
}

/// The threads of a server whose sockets are `TrackedSocket`s. Used by one thread at a time.
class ServerLoop {
  struct StdThread {
    template <class Run>
    std::thread operator()(Run const& run) const {
      return std::thread{run};
    }
  };

 public:
  ServerLoop(unsigned threads, std::size_t max_connections, std::size_t max_bytes_under_way)
      : thread_count_{std::max(threads, 1U)},
        context_{static_cast<int>(thread_count_)},
        connections_{asio::use_service<OpenConnections>(context_)} {
    connections_.set_limits(possible_connections(max_connections), max_bytes_under_way);
  }

  [[nodiscard]] asio::io_context& context() noexcept { return context_; }
  [[nodiscard]] OpenConnections& connections() noexcept { return connections_; }

  /// Throws what `make_thread(run)` throws, `std::system_error` where a thread cannot be had; then none runs.
  template <class MakeThread = StdThread>
  void start(MakeThread const& make_thread = {}) {
    try {
      threads_.reserve(thread_count_);
      while (threads_.size() < thread_count_) threads_.push_back(make_thread([this] { context_.run(); }));
    } catch (...) {
      end_threads();
      throw;
    }
  }
  /// Has `task()` called soon, by any of the threads. What it throws is lost.
  template <class Task>
  void post(Task task) {
    asio::post(context_, [task = std::move(task)]() mutable noexcept {
      try {
        task();
      } catch (...) {
      }
    });
  }
  [[nodiscard]] bool running() const noexcept { return !threads_.empty(); }

  /// `close_acceptor` is called while no other thread runs: an acceptor of asio is not to be closed while another
  /// accepts. The calling thread then finishes what is under way, alone. `give_up` is called when the time for that is
  /// over.
  template <class CloseAcceptor, class GiveUp>
  // asio throws from `run_for` what handlers throw, and those of RESTinio, of `post` and of WebSockets throw nothing.
  // NOLINTNEXTLINE(bugprone-exception-escape)
  void stop(std::chrono::milliseconds finish_within, CloseAcceptor const& close_acceptor,
            GiveUp const& give_up) noexcept {
    end_threads();
    close_acceptor();
    connections_.finish();
    context_.restart();
    context_.run_for(finish_within);
    give_up();
    connections_.abandon();
    context_.run_for(std::chrono::seconds{1});
    connections_.let_go();
  }

 private:
  void end_threads() noexcept {
    context_.stop();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

  unsigned thread_count_;
  asio::io_context context_;
  OpenConnections& connections_;
  std::vector<std::thread> threads_;
};

/// Catches the first SIGINT or SIGTERM from construction on; a second one has its usual effect.
class StopSignal {
 public:
  StopSignal() {
    signals_.async_wait([this](asio::error_code const&, int) {
      asio::error_code ignored;
      signals_.clear(ignored);
    });
  }
  void wait() { context_.run(); }

 private:
  asio::io_context context_{1};
  asio::signal_set signals_{context_, SIGINT, SIGTERM};
};

}  // namespace authjwt::detail
