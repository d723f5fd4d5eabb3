#pragma once

#include <authjwt/adapters/httplib.hpp>

#include <cstdint>
#include <functional>
#include <thread>

namespace authjwt::e2e {

/// A cpp-httplib server on a thread and a port of its own.
class HttplibThread {
 public:
  explicit HttplibThread(std::function<void(httplib::Server&)> const& set_up) {
    set_up(server_);
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread{[this] { server_.listen_after_bind(); }};
  }
  ~HttplibThread() {
    while (!server_.is_running()) std::this_thread::yield();
    server_.stop();
    thread_.join();
  }
  [[nodiscard]] std::uint16_t port() const noexcept { return static_cast<std::uint16_t>(port_); }

 private:
  HttplibServer server_;
  int port_ = -1;
  std::thread thread_;
};

}  // namespace authjwt::e2e
