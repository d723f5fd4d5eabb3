#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace authjwt::e2e {

/// Stands between clients and a server on the loopback, and can spoil what the server says.
class Relay {
 public:
  /// May change the bytes that go to a client; false: both connections end when these bytes have been sent.
  using Filter = std::function<bool(std::string& bytes)>;

  explicit Relay(std::uint16_t server) : server_{server}, listener_{listening()}, wake_{::eventfd(0, EFD_CLOEXEC)} {
    thread_ = std::jthread{[this](std::stop_token const& stop) { run(stop); }};
  }
  ~Relay() {
    thread_.request_stop();
    std::uint64_t const one = 1;
    static_cast<void>(::write(wake_, &one, sizeof one) == 0);
    thread_.join();
    for (Pair& pair : pairs_) pair.close();
    ::close(listener_);
    ::close(wake_);
  }
  Relay(Relay const&) = delete;
  Relay& operator=(Relay const&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  /// For each client from the next bytes on, whichever they come from.
  void set_filter(Filter filter) {
    std::lock_guard const lock{mutex_};
    filter_ = std::move(filter);
  }

 private:
  struct Pair {
    int client;
    int server;
    void close() const {
      ::close(client);
      ::close(server);
    }
  };

  int listening() {
    int const file = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    auto* const general = reinterpret_cast<sockaddr*>(&address);
    if (::bind(file, general, size) != 0 || ::listen(file, 64) != 0 || ::getsockname(file, general, &size) != 0) {
      throw std::runtime_error{"the relay cannot listen"};
    }
    port_ = ntohs(address.sin_port);
    return file;
  }
  static sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
  }

  void run(std::stop_token const& stop) {
    while (!stop.stop_requested()) {
      std::vector<pollfd> files{{wake_, POLLIN, 0}, {listener_, POLLIN, 0}};
      for (Pair const& pair : pairs_) {
        files.push_back({pair.client, POLLIN, 0});
        files.push_back({pair.server, POLLIN, 0});
      }
      if (::poll(files.data(), files.size(), -1) < 1) continue;
      std::size_t at = 2;
      for (auto pair = pairs_.begin(); pair != pairs_.end(); at += 2) {
        bool const goes_on = (files[at].revents == 0 || pass(pair->client, pair->server, false)) &&
                             (files[at + 1].revents == 0 || pass(pair->server, pair->client, true));
        if (!goes_on) pair->close();
        pair = goes_on ? std::next(pair) : pairs_.erase(pair);
      }
      if (files[1].revents != 0) accept_one();
    }
  }
  void accept_one() {
    Pair const pair{::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC),
                    ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    sockaddr_in const address = loopback(server_);
    if (pair.client >= 0 && ::connect(pair.server, reinterpret_cast<sockaddr const*>(&address), sizeof address) == 0) {
      pairs_.push_back(pair);
    } else {
      pair.close();
    }
  }
  bool pass(int from, int to, bool is_answer) {
    std::string bytes(65536, '\0');
    ssize_t const size = ::recv(from, bytes.data(), bytes.size(), 0);
    if (size <= 0) return false;
    bytes.resize(static_cast<std::size_t>(size));
    bool goes_on = true;
    if (is_answer) {
      std::lock_guard const lock{mutex_};
      if (filter_) goes_on = filter_(bytes);
    }
    return ::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size()) && goes_on;
  }

  std::uint16_t server_;
  std::uint16_t port_ = 0;
  int listener_;
  int wake_;
  std::mutex mutex_;
  Filter filter_;
  std::list<Pair> pairs_;
  std::jthread thread_;
};

}  // namespace authjwt::e2e
