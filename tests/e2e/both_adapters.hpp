#pragma once

#include <authjwt/adapters/httplib.hpp>
#include <authjwt/adapters/restinio.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>

/// One service on either adapter, on a free port: what one does, the other must do too.
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

/// Starts a service on one adapter; refuses what it refuses.
class Server {
 public:
  enum class Adapter : std::uint8_t { restinio, httplib };

  Server(Adapter adapter, Routes const& routes) {
    if (adapter == Adapter::restinio) {
      restinio_ = std::make_unique<RestinioServer>(routes, ServerOptions{.port = 0});
    } else {
      httplib_ = std::make_unique<HttplibThread>([&routes](httplib::Server& server) { mount(server, routes); });
    }
  }
  [[nodiscard]] std::uint16_t port() const noexcept { return restinio_ ? restinio_->port() : httplib_->port(); }

 private:
  std::unique_ptr<RestinioServer> restinio_;
  std::unique_ptr<HttplibThread> httplib_;
};

inline auto both_adapters() { return ::testing::Values(Server::Adapter::restinio, Server::Adapter::httplib); }

inline std::string name_of(::testing::TestParamInfo<Server::Adapter> const& adapter) {
  return adapter.param == Server::Adapter::restinio ? "restinio" : "httplib";
}

}  // namespace authjwt::e2e
