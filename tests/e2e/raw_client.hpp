#pragma once

#include "support/soon.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace authjwt::e2e {

/// An answer as it came; `status` is 0 where the connection ended before there was one.
struct RawAnswer {
  int status = 0;
  std::string head;
  std::string body;
};

/// A TCP connection that sends exactly the bytes it is given. Waits at most `kPatience`, then gives what there is.
class RawClient {
 public:
  /// Throws `std::system_error` when nobody accepts.
  explicit RawClient(std::uint16_t port, char const* address = "127.0.0.1") {
    addrinfo hints{};
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(address, std::to_string(port).c_str(), &hints, &found) != 0) throw std::runtime_error{"address"};
    std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> const owner{found, &::freeaddrinfo};
    file_ = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    timeval const patience{kPatience.count(), 0};
    ::setsockopt(file_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(file_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (::connect(file_, found->ai_addr, found->ai_addrlen) == 0) return;
    int const error = errno;
    ::close(file_);
    throw std::system_error{error, std::generic_category(), "connect"};
  }
  ~RawClient() {
    if (file_ >= 0) ::close(file_);
  }
  RawClient(RawClient&& other) noexcept
      : file_{std::exchange(other.file_, -1)}, received_{std::move(other.received_)} {}
  RawClient& operator=(RawClient&&) = delete;

  /// False when the peer has closed before it took everything.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      ssize_t const sent = ::send(file_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  void end_sending() { ::shutdown(file_, SHUT_WR); }
  /// Ends the connection with a reset.
  void reset() {
    linger const now{1, 0};
    ::setsockopt(file_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    ::close(std::exchange(file_, -1));
  }

  /// The next answer; `has_body` is false for the answer to a HEAD.
  RawAnswer read_answer(bool has_body = true) {
    std::size_t end = 0;
    while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
      if (!receive()) return {};
    }
    RawAnswer answer{0, received_.substr(0, end + 4), {}};
    received_.erase(0, end + 4);
    std::from_chars(answer.head.data() + 9, answer.head.data() + 12, answer.status);
    std::size_t const length = has_body ? content_length(answer.head) : 0;
    while (received_.size() < length && receive()) {
    }
    answer.body = received_.substr(0, length);
    received_.erase(0, answer.body.size());
    return answer;
  }
  RawAnswer ask(std::string_view request, bool has_body = true) {
    send(request);
    return read_answer(has_body);
  }
  /// The next bytes; fewer when the connection has ended.
  std::string read_bytes(std::size_t size) {
    while (received_.size() < size && receive()) {
    }
    std::string bytes = received_.substr(0, size);
    received_.erase(0, bytes.size());
    return bytes;
  }
  /// True when the peer closes, or has closed, without sending more.
  bool ends() { return received_.empty() && !receive() && ended_; }
  /// Everything until the peer closes.
  std::string read_rest() {
    while (receive()) {
    }
    return std::exchange(received_, {});
  }

 private:
  static std::size_t content_length(std::string_view head) {
    std::size_t const start = head.find("Content-Length: ");
    std::size_t length = 0;
    if (start != std::string_view::npos) std::from_chars(head.data() + start + 16, head.data() + head.size(), length);
    return length;
  }
  bool receive() {
    char buffer[65536];
    ssize_t const size = ::recv(file_, buffer, sizeof buffer, 0);
    if (size > 0) received_.append(buffer, static_cast<std::size_t>(size));
    if (size == 0 || (size < 0 && (errno == ECONNRESET || errno == EPIPE))) ended_ = true;
    return size > 0;
  }

  int file_ = -1;
  bool ended_ = false;
  std::string received_;
};

/// The answer of a server whose places are free only when it has seen the ends of other connections.
inline RawAnswer ask_until_let_in(std::uint16_t port, std::string_view request) {
  auto const deadline = std::chrono::steady_clock::now() + kPatience;
  RawAnswer answer = RawClient{port}.ask(request);
  while ((answer.status == 0 || answer.status == 503) && std::chrono::steady_clock::now() < deadline) {
    answer = RawClient{port}.ask(request);
  }
  return answer;
}

[[nodiscard]] inline std::string get(std::string_view path, std::string_view headers = {}) {
  return "GET " + std::string{path} + " HTTP/1.1\r\nHost: test\r\n" + std::string{headers} + "\r\n";
}

[[nodiscard]] inline std::string post(std::string_view path, std::string_view body,
                                      std::string_view headers = "Content-Type: application/json\r\n") {
  return "POST " + std::string{path} + " HTTP/1.1\r\nHost: test\r\n" + std::string{headers} +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string{body};
}

[[nodiscard]] inline std::string bearer(std::string_view token) {
  return "Authorization: Bearer " + std::string{token} + "\r\n";
}

/// The token in an answer of POST /login.
[[nodiscard]] inline std::string token_of(RawAnswer const& answer) {
  constexpr std::string_view kBefore = R"({"access_token":")";
  if (!answer.body.starts_with(kBefore)) return {};
  return answer.body.substr(kBefore.size(), answer.body.find('"', kBefore.size()) - kBefore.size());
}

}  // namespace authjwt::e2e
