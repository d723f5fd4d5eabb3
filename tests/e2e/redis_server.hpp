#pragma once

#include "e2e/raw_client.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace authjwt::e2e {

/// A Redis (or Valkey) of the test's own: on a free port of the loopback and a socket, in a directory of its own. It
/// ends with this object, or with the thread that started it.
class RedisServer {
 public:
  struct Options {
    bool is_durable = false;  ///< `appendonly yes` and `appendfsync always`; else as Redis comes, without snapshots
    std::string password = {};
    std::vector<std::string> more = {};  ///< of the command line
  };

  /// The program and the name it is called by: Debian's redis-tools has the server too, which looks at that name.
  struct Program {
    std::string path;
    std::string name;
  };
  [[nodiscard]] static std::optional<Program> find_program() {
    char const* const path = std::getenv("PATH");
    for (auto const& [file, name] :
         std::array<std::pair<char const*, char const*>, 3>{{{"redis-server", "redis-server"},
                                                             {"valkey-server", "valkey-server"},
                                                             {"redis-check-rdb", "redis-server"}}}) {
      std::istringstream directories{path != nullptr ? path : "/usr/bin:/bin"};
      for (std::string directory; std::getline(directories, directory, ':');) {
        std::string const candidate = directory + "/" + file;
        if (::access(candidate.c_str(), X_OK) == 0) return Program{candidate, name};
      }
    }
    return std::nullopt;
  }

  RedisServer() : RedisServer{Options{}} {}
  /// Returns when it answers. Throws `std::runtime_error` with its own words where it does not start.
  explicit RedisServer(Options options) : options_{std::move(options)}, owner_{::getpid()} {
    std::string pattern = (std::filesystem::temp_directory_path() / "authjwt-redis-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error{"mkdtemp"};
    directory_ = pattern;
    try {
      // Somebody else may take the port that was free.
      for (int attempts = 5;; --attempts) {
        port_ = free_port();
        if (try_to_start()) return;
        if (attempts == 1) throw std::runtime_error{"redis-server does not start: " + own_words()};
      }
    } catch (...) {
      end();
      throw;
    }
  }
  ~RedisServer() {
    if (::getpid() == owner_) end();
  }
  RedisServer(RedisServer const&) = delete;
  RedisServer& operator=(RedisServer const&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] std::string url() const { return url(port_); }
  /// Of somebody who passes on what goes to `port`.
  [[nodiscard]] std::string url(std::uint16_t port) const {
    std::string const login = options_.password.empty() ? "" : ":" + options_.password + "@";
    return "redis://" + login + "127.0.0.1:" + std::to_string(port);
  }
  [[nodiscard]] std::string socket_path() const { return directory_ + "/socket"; }

  /// As an administrator does.
  void stop() { end_process(SIGTERM); }
  /// As a power cut does, as far as a process can tell.
  void kill() { end_process(SIGKILL); }
  void pause() const { ::kill(id_, SIGSTOP); }
  void resume() const { ::kill(id_, SIGCONT); }
  /// Again, with what it kept.
  void start() {
    for (int attempts = 5; attempts > 0; --attempts) {
      if (try_to_start()) return;
    }
    throw std::runtime_error{"redis-server does not start again: " + own_words()};
  }

  /// One command as the administrator; the first line of the answer without its end.
  std::string ask(std::vector<std::string> const& words) const {
    RawClient client{port_};
    if (!options_.password.empty()) {
      client.send(encoded({"AUTH", options_.password}));
      read_line(client);
    }
    client.send(encoded(words));
    return read_line(client);
  }

 private:
  static std::string encoded(std::vector<std::string> const& words) {
    std::string out = "*" + std::to_string(words.size()) + "\r\n";
    for (std::string const& word : words) out += "$" + std::to_string(word.size()) + "\r\n" + word + "\r\n";
    return out;
  }
  static std::string read_line(RawClient& client) {
    std::string line;
    while (!line.ends_with("\r\n")) {
      std::string const byte = client.read_bytes(1);
      if (byte.empty()) return line;
      line += byte;
    }
    return line.substr(0, line.size() - 2);
  }
  // Below the ports that the system gives to clients: one that tries to connect while the server is away must not come
  // to sit on its port.
  static std::uint16_t free_port() {
    static int next = ::getpid() * 7;
    for (int attempts = 0; attempts < 1'000; ++attempts) {
      auto const port = static_cast<std::uint16_t>(20'000 + next++ % 12'000);
      int const file = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      sockaddr_in address{};
      address.sin_family = AF_INET;
      address.sin_port = htons(port);
      address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      bool const is_free = ::bind(file, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
      ::close(file);
      if (is_free) return port;
    }
    throw std::runtime_error{"no free port"};
  }

  [[nodiscard]] std::vector<std::string> arguments(std::string const& name) const {
    std::vector<std::string> all{name,        "--port",       std::to_string(port_),
                                 "--bind",    "127.0.0.1",    "--dir",
                                 directory_,  "--unixsocket", socket_path(),
                                 "--logfile", "log",          "--daemonize",
                                 "no",        "--save",       ""};
    if (options_.is_durable) all.insert(all.end(), {"--appendonly", "yes", "--appendfsync", "always"});
    if (!options_.password.empty()) all.insert(all.end(), {"--requirepass", options_.password});
    all.insert(all.end(), options_.more.begin(), options_.more.end());
    return all;
  }
  void spawn() {
    std::optional<Program> const program = find_program();
    if (!program) throw std::runtime_error{"there is no redis-server; install redis-tools or redis-server"};
    std::vector<std::string> texts = arguments(program->name);
    std::vector<char*> pointers;
    for (std::string& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    pid_t const parent = ::getpid();
    id_ = ::fork();
    if (id_ < 0) throw std::runtime_error{"fork"};
    if (id_ > 0) return;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    int const nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int file : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nothing, file);
    if (::getppid() == parent) ::execv(program->path.c_str(), pointers.data());
    ::_exit(127);
  }
  /// False where it has ended by itself before it answered.
  bool try_to_start() {
    spawn();
    int const handle = static_cast<int>(::syscall(SYS_pidfd_open, id_, 0));  // glibc 2.36 declares no C function
    auto const deadline = std::chrono::steady_clock::now() + kPatience;
    pollfd file{handle, POLLIN, 0};
    bool answers = false;
    bool has_ended = false;
    while (!(answers = is_answering()) && !has_ended && std::chrono::steady_clock::now() < deadline) {
      has_ended = ::poll(&file, 1, 5) == 1;
    }
    ::close(handle);
    if (has_ended) ::waitpid(std::exchange(id_, 0), nullptr, 0);
    return answers && !has_ended;
  }
  // On its socket: another server may have the port.
  [[nodiscard]] bool is_answering() const {
    int const file = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socket_path().copy(address.sun_path, sizeof address.sun_path - 1);
    std::string answer(7, '\0');
    if (::connect(file, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
        ::send(file, "PING\r\n", 6, MSG_NOSIGNAL) == 6) {
      ssize_t const size = ::recv(file, answer.data(), answer.size(), MSG_WAITALL);
      answer.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    }
    ::close(file);
    return answer.starts_with("+PONG") || answer.starts_with("-NOAUTH");
  }
  void end_process(int signal) {
    if (id_ == 0) return;
    ::kill(id_, signal);
    ::kill(id_, SIGCONT);
    ::waitpid(std::exchange(id_, 0), nullptr, 0);
  }
  void end() {
    end_process(SIGKILL);
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }
  [[nodiscard]] std::string own_words() const {
    std::ifstream log{directory_ + "/log"};
    return {std::istreambuf_iterator<char>{log}, std::istreambuf_iterator<char>{}};
  }

  Options options_;
  pid_t owner_;
  std::string directory_;
  std::uint16_t port_ = 0;
  pid_t id_ = 0;
};

}  // namespace authjwt::e2e
