// Several processes on one file, forks of a process that has it open, and processes that are killed.
#include "unit/revocation/sqlite_support.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace authjwt::test {
namespace {

using namespace std::chrono_literals;
using Ids = std::vector<std::string>;

TEST(SqliteProcesses, of_many_that_make_the_file_at_once_all_write_to_the_same_log) {
  SqliteStore store;
  Signal start;
  std::vector<pid_t> children;
  for (int i = 0; i < 8; ++i) {
    children.push_back(in_child([&, i] {
      start.wait();
      SqliteLog log{store.options()};
      return log.append(fact(std::to_string(i))) && log.is_durable() && store.logged.empty() ? 0 : 1;
    }));
  }
  for (int i = 0; i < 8; ++i) start.give();
  for (pid_t const child : children) EXPECT_EQ(result_of(child), 0);
  SqliteLog log{store.options()};
  Ids ids = ids_of(log);
  std::ranges::sort(ids);
  EXPECT_EQ(ids, (Ids{"0", "1", "2", "3", "4", "5", "6", "7"}));
}

TEST(SqliteProcesses, a_fork_goes_on_with_its_copy_of_the_log_and_so_does_the_parent) {
  SqliteStore store;
  SqliteLog log{store.options()};
  ASSERT_TRUE(log.append(fact("before")));
  ASSERT_EQ(ids_of(log).size(), 1U);
  std::string const identity = log.tail().value().identity;
  for (int i = 0; i < 3; ++i) {
    pid_t const child = in_child([&] {
      if (log.tail().value().identity != identity || !log.is_durable()) return 1;
      return log.append(fact("child")) ? 0 : 2;
    });
    EXPECT_TRUE(log.append(fact("parent")));
    EXPECT_EQ(result_of(child), 0);
  }
  Ids ids = ids_of(log);
  std::ranges::sort(ids);
  EXPECT_EQ(ids, (Ids{"before", "child", "child", "child", "parent", "parent", "parent"}));
}

// SQLite counts its locks by file and process. A connection that is opened beside an inherited one counts the parent's
// locks as its own and takes none, and what it commits after the parent has closed the file is lost.
TEST(SqliteProcesses, what_a_fork_writes_outlives_the_parents_end) {
  SqliteStore store;
  Signal opened;
  Signal closed;
  auto log = std::make_unique<SqliteLog>(store.options());
  ASSERT_TRUE(log->append(fact("before")));
  pid_t const child = in_child([&] {
    if (!log->append(fact("first"))) return 1;
    opened.give();
    closed.wait();
    return log->append(fact("second")) ? 0 : 2;
  });
  opened.wait();
  ASSERT_EQ(ids_of(*log).size(), 2U);
  log.reset();
  closed.give();
  EXPECT_EQ(result_of(child), 0);
  log = std::make_unique<SqliteLog>(store.options());
  EXPECT_EQ(ids_of(*log), (Ids{"before", "first", "second"}));
}

TEST(SqliteProcesses, a_fork_of_a_fork_and_the_end_of_the_log_in_a_fork_are_fine) {
  SqliteStore store;
  auto log = std::make_unique<SqliteLog>(store.options());
  pid_t const child = in_child([&] {
    if (!log->append(fact("child"))) return 1;
    pid_t const grandchild = in_child([&] {
      bool const is_written = log->append(fact("grandchild")).has_value();
      log.reset();
      return is_written ? 0 : 1;
    });
    if (result_of(grandchild) != 0) return 2;
    log.reset();
    return 0;
  });
  EXPECT_EQ(result_of(child), 0);
  EXPECT_EQ(ids_of(*log), (Ids{"child", "grandchild"}));
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // a fork leaves their allocators locked
TEST(SqliteProcesses, a_fork_amidst_writing_reading_and_waiting_threads_has_a_log_that_works) {
  SqliteStore store;
  SqliteLog log{store.options()};
  std::atomic<int> written{0};
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 3; ++thread) {
    threads.emplace_back([&](std::stop_token const& stop) {
      while (!stop.stop_requested()) written += log.append(fact("thread")) ? 1 : 0;
    });
  }
  threads.emplace_back([&](std::stop_token const& stop) {
    while (!stop.stop_requested()) log.wait_after(log.tail().value().last, 1h, stop);
  });
  for (int i = 0; i < 10; ++i) {
    ASSERT_EQ(result_of(in_child([&] {
                if (!log.append(fact("child"))) return 1;
                return ids_of(log).empty() ? 2 : 0;
              })),
              0);
  }
  for (std::jthread& thread : threads) thread.request_stop();
  threads.clear();
  Ids const ids = ids_of(log);
  EXPECT_EQ(std::ranges::count(ids, "child"), 10);
  EXPECT_EQ(std::ranges::count(ids, "thread"), written);
}
#endif

TEST(SqliteProcesses, what_was_acknowledged_before_a_kill_is_there_after_it) {
  SqliteStore store;
  std::array<int, 2> acknowledged{};
  ASSERT_EQ(::pipe(acknowledged.data()), 0);
  pid_t const child = in_child([&] {
    SqliteLog log{store.options()};
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 8; ++thread) {
      threads.emplace_back([&, thread] {
        for (int id = thread; id < 1'000; id += 8) {
          if (log.append(fact(std::to_string(id)))) static_cast<void>(!::write(acknowledged[1], &id, sizeof id));
        }
      });
    }
    threads.clear();
    return 0;
  });
  ::close(acknowledged[1]);
  std::set<std::string> ids;
  int id = 0;
  while (::read(acknowledged[0], &id, sizeof id) == sizeof id) {
    ids.insert(std::to_string(id));
    if (ids.size() == 300) ::kill(child, SIGKILL);
  }
  ::close(acknowledged[0]);
  EXPECT_EQ(result_of(child), -1) << "it was killed";
  EXPECT_GE(ids.size(), 300U);
  SqliteLog log{store.options()};
  Ids found = ids_of(log);
  std::ranges::sort(found);
  EXPECT_TRUE(std::ranges::includes(found, ids));
  EXPECT_TRUE(log.append(fact("after")));
}

}  // namespace
}  // namespace authjwt::test
