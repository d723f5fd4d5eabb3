#pragma once

#include "e2e/httplib_thread.hpp"

#include <authjwt/adapters/httplib.hpp>
#include <authjwt/adapters/restinio.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>

/// One service on either adapter, on a free port: what one does, the other must do too.
namespace authjwt::e2e {

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
