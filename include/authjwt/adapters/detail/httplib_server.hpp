#pragma once

#include <authjwt/adapters/detail/httplib_head.hpp>

#include <httplib.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <ctime>
#include <string>
#include <string_view>

/// `HttplibServer`, and the stream that it gives httplib to read. All of it belongs to adapters/httplib.hpp.
namespace authjwt {

namespace detail {

/// Milliseconds for `poll`.
[[nodiscard]] inline int patience(std::time_t seconds, std::time_t microseconds) noexcept {
  constexpr std::time_t kLongest = 1'000'000;
  return static_cast<int>(std::clamp<std::time_t>(seconds, 0, kLongest) * 1000 + microseconds / 1000);
}

[[nodiscard]] inline bool is_ready(socket_t socket, short events, int milliseconds) noexcept {
  pollfd watched{socket, events, 0};
  int ready = 0;
  do ready = ::poll(&watched, 1, milliseconds);
  while (ready < 0 && errno == EINTR);
  return ready > 0;
}

/// How long a connection waits, in milliseconds.
struct HttplibPatience {
  int read = 5'000;   ///< for the next bytes
  int write = 5'000;  ///< until some can be sent
  int head = 30'000;  ///< for the whole head of a request, from its first byte
};

/// A connection, request by request. What came in one piece with a request stays for the next one. A malformed head
/// ends for httplib where it is malformed, as if the client had gone: httplib answers 400. httplib decodes `%xx` in
/// field values, so each `%` there is written as `%25` to it: its handlers see the values as they came. The request
/// line, the names of fields and the body pass as they are.
class HttplibStream final : public httplib::Stream {
 public:
  HttplibStream(socket_t socket, HttplibPatience patience) noexcept : socket_{socket}, patience_{patience} {}

  /// Begins the next request; false when nothing of it comes within `idle` milliseconds.
  [[nodiscard]] bool next_request(int idle) {
    if (received_.empty() && !is_ready(socket_, POLLIN, idle)) return false;
    head_ = {};
    head_deadline_ = std::chrono::steady_clock::now() + std::chrono::milliseconds{patience_.head};
    return true;
  }
  /// Whether httplib has been given the whole head of the request: else what follows is no request.
  [[nodiscard]] bool is_head_read() const noexcept { return head_.is_over(); }

  [[nodiscard]] bool is_readable() const override {
    return !escape_.empty() || !received_.empty() || is_ready(socket_, POLLIN, patience_.read);
  }
  [[nodiscard]] bool is_writable() const override { return is_ready(socket_, POLLOUT, patience_.write); }

  ssize_t read(char* to, std::size_t size) override {
    if (size == 0) return 0;
    if (!escape_.empty()) return take(escape_, to, size);
    if (received_.empty()) {
      if (head_.is_over() && size >= buffer_.size()) return receive(to, size);
      ssize_t const count = receive(buffer_.data(), buffer_.size());
      if (count <= 0) return count;
      received_ = {buffer_.data(), static_cast<std::size_t>(count)};
    }
    if (head_.is_over()) return take(received_, to, size);
    bool const is_of_value = head_.take(received_.front());
    if (head_.is_malformed()) return 0;
    if (is_of_value && received_.front() == '%') escape_ = "25";
    return take(received_, to, 1);
  }
  ssize_t write(char const* from, std::size_t size) override {
    if (!is_writable()) return -1;
    ssize_t count = 0;
    do count = ::send(socket_, from, size, MSG_NOSIGNAL);
    while (count < 0 && errno == EINTR);
    return count;
  }

  void get_remote_ip_and_port(std::string& ip, int& port) const override { tell(::getpeername, ip, port); }
  void get_local_ip_and_port(std::string& ip, int& port) const override { tell(::getsockname, ip, port); }
  [[nodiscard]] socket_t socket() const override { return socket_; }

 private:
  static ssize_t take(std::string_view& from, char* to, std::size_t size) {
    std::size_t const count = from.copy(to, size);
    from.remove_prefix(count);
    return static_cast<ssize_t>(count);
  }
  ssize_t receive(char* to, std::size_t size) const {
    std::chrono::milliseconds wait{patience_.read};
    if (!head_.is_over()) {
      auto const left = head_deadline_ - std::chrono::steady_clock::now();
      if (left <= left.zero()) return -1;
      wait = std::min(wait, std::chrono::ceil<std::chrono::milliseconds>(left));
    }
    if (!is_ready(socket_, POLLIN, static_cast<int>(wait.count()))) return -1;
    ssize_t count = 0;
    do count = ::recv(socket_, to, size, 0);
    while (count < 0 && errno == EINTR);
    return count;
  }
  template <class Ask>
  void tell(Ask ask, std::string& ip, int& port) const {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    auto* const plain = reinterpret_cast<sockaddr*>(&address);
    std::array<char, NI_MAXHOST> host{};
    std::array<char, NI_MAXSERV> service{};
    if (ask(socket_, plain, &size) != 0) return;
    if (::getnameinfo(plain, size, host.data(), host.size(), service.data(), service.size(),
                      NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
      return;
    }
    ip = host.data();
    port = std::stoi(service.data());
  }

  socket_t socket_;
  HttplibPatience patience_;
  HttplibHead head_;
  std::chrono::steady_clock::time_point head_deadline_;
  std::string_view escape_;    // what follows a `%` that was given
  std::string_view received_;  // of `buffer_`, what was not given yet
  std::array<char, CPPHTTPLIB_RECV_BUFSIZ> buffer_;
};

}  // namespace detail

/// An `httplib::Server` whose handlers see the values of header fields as they came. httplib's own decodes `%xx` in
/// them, so that `Cookie: q=%3B%20access_token_cookie%3D<token>`, which a browser sends for text that somebody else has
/// chosen, would hold another cookie. `mount` and `prepare` take no other server where tokens may be in cookies.
/// httplib's limit of a header line, 8,192 bytes, counts each `%` as three. And a head that is malformed
/// (`detail::HttplibHead`), has over 80 KiB or 128 fields, or takes over 30 seconds to come, ends the connection before
/// a handler is called, mostly with a 400; requests that were sent at once are answered in order. No TLS: that is a
/// proxy's.
class HttplibServer : public httplib::Server {
 private:
  bool process_and_close_socket(socket_t socket) override {
    bool is_good = false;
    try {
      is_good = serve(socket);
    } catch (...) {  // httplib's thread would end the process
    }
    ::shutdown(socket, SHUT_RDWR);
    ::close(socket);
    return is_good;
  }
  /// The requests of a connection, until it or the server ends.
  bool serve(socket_t socket) {
    detail::HttplibStream stream{socket,
                                 {.read = detail::patience(read_timeout_sec_, read_timeout_usec_),
                                  .write = detail::patience(write_timeout_sec_, write_timeout_usec_)}};
    int const idle = detail::patience(keep_alive_timeout_sec_, 0);
    for (std::size_t left = keep_alive_max_count_; left > 0 && svr_sock_ != INVALID_SOCKET; --left) {
      if (!stream.next_request(idle)) return true;
      bool is_closed = false;
      if (!process_request(stream, left == 1, is_closed, nullptr)) return false;
      if (is_closed || !stream.is_head_read()) return true;
    }
    return true;
  }
};

}  // namespace authjwt
