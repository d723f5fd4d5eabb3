#pragma once

#include "e2e/raw_client.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace authjwt::e2e {

inline constexpr int kPatienceMs = static_cast<int>(std::chrono::milliseconds{kPatience}.count());

/// A running program and what it writes, both channels in one.
class Process {
 public:
  Process(std::vector<std::string> arguments, std::vector<std::string> environment) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error{"pipe2"};
    output_ = ends[0];
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
    int const error = ::posix_spawn(&id_, arguments[0].c_str(), &actions, nullptr, pointers(arguments).data(),
                                    pointers(environment).data());
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    if (error != 0) throw std::runtime_error{"posix_spawn"};
  }
  ~Process() {
    if (id_ > 0) {
      ::kill(id_, SIGKILL);
      ::waitpid(id_, nullptr, 0);
    }
    ::close(output_);
  }
  Process(Process const&) = delete;
  Process& operator=(Process const&) = delete;

  [[nodiscard]] pid_t id() const noexcept { return id_; }
  void signal(int number) const { ::kill(id_, number); }
  /// What was written until `text` came or the program closed its output.
  std::string const& read_until(std::string_view text) {
    char buffer[4096];
    pollfd file{output_, POLLIN, 0};
    while (written_.find(text) == std::string::npos && ::poll(&file, 1, kPatienceMs) == 1) {
      ssize_t const size = ::read(output_, buffer, sizeof buffer);
      if (size <= 0) break;
      written_.append(buffer, static_cast<std::size_t>(size));
    }
    return written_;
  }
  std::string const& read_all() { return read_until("\x04 never written"); }
  /// The exit status; -1 for a program that a signal ended, -2 for one that does not end.
  int wait() {
    int const handle = static_cast<int>(::syscall(SYS_pidfd_open, id_, 0));  // glibc 2.36 declares no C function
    pollfd file{handle, POLLIN, 0};
    int const ended = ::poll(&file, 1, kPatienceMs);
    ::close(handle);
    if (ended != 1) return -2;
    int status = 0;
    ::waitpid(std::exchange(id_, 0), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  static std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (std::string& text : texts) out.push_back(text.data());
    out.push_back(nullptr);
    return out;
  }

  pid_t id_ = 0;
  int output_ = -1;
  std::string written_;
};

/// `PATH=...`, for a program that looks for others.
[[nodiscard]] inline std::string path_variable() {
  char const* const path = std::getenv("PATH");
  return std::string{"PATH="} + (path != nullptr ? path : "/usr/bin:/bin");
}

}  // namespace authjwt::e2e
