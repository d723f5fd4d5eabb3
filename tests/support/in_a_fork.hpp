#pragma once

#include <gtest/gtest.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>

namespace authjwt {

// Before LLVM 17 and GCC 14, AddressSanitizer does not wait for its allocator at a fork: where another thread is inside
// it, the child hangs at its first allocation, whatever it runs. Nothing but another child helps.
#ifdef __SANITIZE_ADDRESS__
inline constexpr int kMostForks = 8;
inline constexpr unsigned kForkSeconds = 10;
#else
inline constexpr int kMostForks = 1;
inline constexpr unsigned kForkSeconds = 60;
#endif

/// What `child` gives in a fork of this process; false where it hangs.
[[nodiscard]] inline bool in_a_fork(std::function<bool()> const& child) {
  for (int forks = 1;; ++forks) {
    pid_t const id = ::fork();
    if (id == 0) {
      ::alarm(kForkSeconds);
      ::_exit(child() ? 0 : 1);
    }
    int status = -1;
    EXPECT_EQ(::waitpid(id, &status, 0), id);
    bool const hung = WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM;
    if (!hung || forks == kMostForks) return status == 0;
  }
}

}  // namespace authjwt
