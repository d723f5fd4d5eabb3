#pragma once

#include <authjwt/revocation/sqlite_log.hpp>
#include <authjwt/testing/fake_clock.hpp>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

/// What the tests of the SQLite log share: a directory of their own, what was logged, forks.
namespace authjwt::test {

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = ::testing::TempDir() + "authjwt_sqlite_XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error{"no temporary directory"};
    path_ = name;
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(TemporaryDirectory const&) = delete;
  TemporaryDirectory& operator=(TemporaryDirectory const&) = delete;
  [[nodiscard]] std::filesystem::path const& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// A file in a directory of its own, for handles that go by `clock`. What they log is kept.
struct SqliteStore {
  testing::FakeClock clock;
  TemporaryDirectory directory;
  std::string path = (directory.path() / "authjwt.db").string();
  std::mutex mutex;
  std::vector<std::string> logged;

  static constexpr bool kAmongProcesses = true;
  std::shared_ptr<RevocationLog> open() { return std::make_shared<SqliteLog>(options()); }
  SqliteLog::Options options() {
    auto const keep = [this](std::string_view text) {
      std::lock_guard const lock{mutex};
      logged.emplace_back(text);
    };
    return {.path = path,
            .busy_timeout = std::chrono::seconds{20},
            .poll_interval = std::chrono::milliseconds{2},
            .log = keep,
            .clock_settles = std::chrono::seconds{0},
            .clock = &clock};
  }
};

inline Revocation fact(std::string id) { return {"issuer", std::move(id)}; }

inline std::vector<std::string> ids_of(RevocationLog& log) {
  std::vector<std::string> ids;
  for (RevocationLog::Entry const& entry : log.read_after(0, 1'000'000).value()) ids.push_back(entry.revocation.id);
  return ids;
}

/// Forks; the child does `work` and ends with what it gives.
inline pid_t in_child(std::function<int()> const& work) {
  pid_t const child = ::fork();
  if (child != 0) return child;
  int status = 99;
  try {
    status = work();
  } catch (...) {
  }
  ::_exit(status);
}

/// What the child ended with; -1 for a signal.
inline int result_of(pid_t child) {
  int status = 0;
  if (::waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
  return WEXITSTATUS(status);
}

/// One way between two processes: each byte that is written lets one `wait` go on.
class Signal {
 public:
  Signal() {
    if (::pipe(ends_) != 0) throw std::runtime_error{"no pipe"};
  }
  ~Signal() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  Signal(Signal const&) = delete;
  Signal& operator=(Signal const&) = delete;
  void give() const { static_cast<void>(!::write(ends_[1], "x", 1)); }
  void wait() const {
    char byte = 0;
    static_cast<void>(!::read(ends_[0], &byte, 1));
  }

 private:
  int ends_[2] = {-1, -1};
};

}  // namespace authjwt::test
