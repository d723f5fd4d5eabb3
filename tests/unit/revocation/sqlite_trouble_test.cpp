// What can happen to the file, and that nothing is lost by it: each trouble is an error, told once, and over with its
// cause.
#include "revocation/sqlite_database.hpp"
#include "unit/revocation/sqlite_support.hpp"
#include "unit/support.hpp"

#include <authjwt/auth/exceptions.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

namespace authjwt::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string contents(fs::path const& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

// Writes over the file, which stays the same one.
void overwrite(fs::path const& path, std::string const& bytes) {
  std::fstream out{path, std::ios::in | std::ios::out | std::ios::binary};
  out << bytes;
}

auto told(std::string_view use, std::string_view why) {
  return AllOf(HasSubstr("can be " + std::string{use} + " no more"), HasSubstr(std::string{why}));
}
auto told_again(std::string_view use) { return HasSubstr("can be " + std::string{use} + " again"); }

TEST(SqliteTrouble, a_file_that_is_locked_for_too_long_is_an_error_until_it_is_free) {
  SqliteStore store;
  SqliteLog::Options options = store.options();
  options.busy_timeout = 10ms;
  SqliteLog log{options};
  {
    detail::SqliteConnection other{store.path, 10s};
    other.execute("BEGIN IMMEDIATE");
    EXPECT_EQ(outcome(log.append(fact("a"))), "unavailable");
    EXPECT_EQ(outcome(log.begin({}, {}, {})), "unavailable");
    EXPECT_EQ(outcome(log.rotate({})), "unavailable");
    EXPECT_TRUE(ids_of(log).empty()) << "reading waits for no lock";
  }
  EXPECT_TRUE(log.append(fact("b")));
  EXPECT_EQ(ids_of(log), std::vector<std::string>{"b"});
  EXPECT_THAT(store.logged, ElementsAre(told("written", "locked"), told_again("written")));
}

TEST(SqliteTrouble, a_file_that_is_locked_at_the_start_is_made_by_a_later_call) {
  SqliteStore store;
  detail::create_private_file(store.path);
  SqliteLog::Options options = store.options();
  options.busy_timeout = 10ms;
  std::unique_ptr<SqliteLog> log;
  {
    detail::SqliteConnection other{store.path, 10s};
    other.execute("BEGIN EXCLUSIVE");
    log = std::make_unique<SqliteLog>(options);
    EXPECT_EQ(outcome(log->read_after(0, 1)), "unavailable");
    EXPECT_FALSE(log->is_durable());
  }
  EXPECT_TRUE(log->append(fact("a")));
  EXPECT_EQ(ids_of(*log), std::vector<std::string>{"a"});
  EXPECT_TRUE(log->is_durable());
  EXPECT_THAT(store.logged, ElementsAre(told("written", "locked"), told("read", "locked"), told_again("written"),
                                        told_again("read")));
}

TEST(SqliteTrouble, a_deleted_file_is_missed_and_not_begun_anew) {
  SqliteStore store;
  SqliteLog log{store.options()};
  ASSERT_TRUE(log.append(fact("a")));
  ASSERT_EQ(ids_of(log).size(), 1U);
  std::string const elsewhere = store.path + ".elsewhere";
  fs::rename(store.path, elsewhere);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(outcome(log.read_after(0, 1)), "unavailable");
    EXPECT_EQ(outcome(log.append(fact("b"))), "unavailable");
    EXPECT_EQ(outcome(log.tail()), "unavailable");
    EXPECT_EQ(outcome(log.sessions_of("", "", 1)), "unavailable");
    EXPECT_FALSE(log.is_durable());
  }
  EXPECT_FALSE(fs::exists(store.path));
  EXPECT_THAT(store.logged, ElementsAre(told("read", "deleted"), told("written", "deleted"), told("read", "opened"),
                                        told("written", "opened")));
  store.logged.clear();
  fs::rename(elsewhere, store.path);
  EXPECT_TRUE(log.append(fact("c")));
  EXPECT_EQ(ids_of(log), (std::vector<std::string>{"a", "c"}));
  EXPECT_THAT(store.logged, ElementsAre(told_again("written"), told_again("read")));
}

TEST(SqliteTrouble, an_empty_file_in_its_place_is_not_begun_anew) {
  SqliteStore store;
  SqliteLog log{store.options()};
  ASSERT_TRUE(log.append(fact("a")));
  fs::rename(store.path, store.path + ".elsewhere");
  detail::create_private_file(store.path);
  EXPECT_EQ(outcome(log.append(fact("b"))), "unavailable");
  EXPECT_EQ(outcome(log.append(fact("b"))), "unavailable");
  EXPECT_EQ(outcome(log.read_after(0, 1)), "unavailable");
  EXPECT_THAT(store.logged, ElementsAre(told("written", "deleted or replaced"), told("written", "tables are gone"),
                                        told("read", "")));
}

TEST(SqliteTrouble, waiting_on_a_file_that_cannot_be_read_ends_at_once) {
  SqliteStore store;
  SqliteLog log{store.options()};
  fs::remove(store.path);
  auto const begun = std::chrono::steady_clock::now();
  EXPECT_EQ(outcome(log.read_after(0, 1)), "unavailable");
  log.wait_after(0, 1h, {});
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 1min);
}

TEST(SqliteTrouble, a_corrupt_file_is_an_error_until_it_is_restored) {
  SqliteStore store;
  {
    SqliteLog log{store.options()};
    for (int i = 0; i < 50; ++i) ASSERT_TRUE(log.append(fact(std::to_string(i))));
  }
  std::string const good = contents(store.path);
  std::string bad = good;
  std::fill(bad.begin() + 4096, bad.end(), '\x5a');
  overwrite(store.path, bad);
  SqliteLog log{store.options()};
  EXPECT_EQ(outcome(log.append(fact("a"))), "unavailable");
  EXPECT_EQ(outcome(log.read_after(0, 100)), "unavailable");
  EXPECT_FALSE(log.is_durable());
  overwrite(store.path, good);
  EXPECT_TRUE(log.append(fact("b")));
  EXPECT_EQ(ids_of(log).size(), 51U);
  EXPECT_THAT(store.logged, ElementsAre(told("written", "corrupt"), told("read", "corrupt"), told_again("written"),
                                        told_again("read")));
}

TEST(SqliteTrouble, tables_of_a_later_version_are_refused_and_not_touched) {
  SqliteStore store;
  SqliteLog{store.options()};
  detail::SqliteConnection{store.path, 10s}.execute("UPDATE authjwt_store SET value = 2 WHERE name = 'version'");
  EXPECT_THAT(thrown<ConfigError>([&] { return std::make_unique<SqliteLog>(store.options()); }),
              AllOf(HasSubstr("version 2"), HasSubstr("newer authjwt")));
}

TEST(SqliteTrouble, what_the_callback_throws_is_passed_over) {
  SqliteStore store;
  SqliteLog::Options options = store.options();
  options.log = [](std::string_view) { throw 7; };
  SqliteLog log{options};
  fs::rename(store.path, store.path + ".elsewhere");
  EXPECT_EQ(outcome(log.append(fact("a"))), "unavailable");
  EXPECT_EQ(outcome(log.read_after(0, 1)), "unavailable");
  fs::rename(store.path + ".elsewhere", store.path);
  EXPECT_TRUE(log.append(fact("a")));
}

// --- in a process of its own, whose limits and user are others -------------------------------------------------------

// What was acknowledged before `is_over` is there after it, and writing goes on. Gives the number of the check that
// failed.
int fill_up(SqliteStore& store, std::function<void()> const& make_room) {
  SqliteLog log{store.options()};
  std::vector<std::string> acknowledged;
  std::string const text(10'000, 'x');
  int failed = 0;  // in a row: a connection that is closed may make room once more
  while (acknowledged.size() < 1'000 && failed < 3) {
    std::string const id = std::to_string(acknowledged.size()) + text;
    failed = log.append(fact(id)) ? 0 : failed + 1;
    if (failed == 0) acknowledged.push_back(id);
  }
  if (acknowledged.empty() || failed == 0) return 1;
  if (ids_of(log) != acknowledged) return 2;
  if (store.logged.empty() || store.logged.back().find("written no more") == std::string::npos) return 3;
  std::size_t const told = store.logged.size();
  if (log.append(fact(text)) || store.logged.size() != told) return 4;
  make_room();
  if (!log.append(fact("room"))) return 5;
  acknowledged.emplace_back("room");
  if (ids_of(log) != acknowledged) return 6;
  if (store.logged.size() != told + 1 || store.logged.back().find("written again") == std::string::npos) return 7;
  SqliteLog another{store.options()};
  return ids_of(another) == acknowledged ? 0 : 8;
}

TEST(SqliteTrouble, a_limit_on_the_size_of_files_loses_nothing) {
  SqliteStore store;
  pid_t const child = in_child([&store] {
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit limit{};
    if (::getrlimit(RLIMIT_FSIZE, &limit) != 0) return 20;
    rlim_t const before = std::exchange(limit.rlim_cur, 300'000);
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 21;
    return fill_up(store, [&] {
      limit.rlim_cur = before;
      static_cast<void>(::setrlimit(RLIMIT_FSIZE, &limit));
    });
  });
  EXPECT_EQ(result_of(child), 0);
}

TEST(SqliteTrouble, a_full_disk_loses_nothing) {
  SqliteStore store;
  constexpr int kNoMounts = 50;
  pid_t const child = in_child([&store] {
    char const* const directory = store.directory.path().c_str();
    // In a namespace of its own, so that nobody else sees the mount, and it ends with the child.
    if (::unshare(CLONE_NEWNS) != 0 || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("tmpfs", directory, "tmpfs", 0, "size=400k") != 0) {
      return kNoMounts;
    }
    int const failed =
        fill_up(store, [directory] { static_cast<void>(::mount("tmpfs", directory, "tmpfs", MS_REMOUNT, "size=4m")); });
    bool const is_told = store.logged.at(0).find("disk is full") != std::string::npos;
    return failed != 0 || is_told ? failed : 30;
  });
  int const result = result_of(child);
  if (result == kNoMounts) GTEST_SKIP() << "nothing may be mounted here";
  EXPECT_EQ(result, 0);
}

TEST(SqliteTrouble, a_read_only_file_can_be_read_and_is_written_when_it_can_be) {
  SqliteStore store;
  constexpr uid_t kNobody = 65'534;
  ASSERT_TRUE(::geteuid() != 0 || ::chown(store.directory.path().c_str(), kNobody, kNobody) == 0);
  pid_t const child = in_child([&store] {
    // Root may write everything.
    if (::geteuid() == 0 && (::setgid(kNobody) != 0 || ::setuid(kNobody) != 0)) return 20;
    if (!SqliteLog{store.options()}.append(fact("a"))) return 1;
    if (::chmod(store.path.c_str(), 0400) != 0) return 21;
    SqliteLog log{store.options()};
    if (log.append(fact("b")) || log.append(fact("b"))) return 2;
    if (ids_of(log) != std::vector<std::string>{"a"}) return 3;
    if (store.logged.size() != 1 || store.logged[0].find("read-only") == std::string::npos) return 4;
    if (::chmod(store.path.c_str(), 0600) != 0) return 22;
    if (!log.append(fact("c"))) return 5;
    return ids_of(log) == std::vector<std::string>{"a", "c"} ? 0 : 6;
  });
  EXPECT_EQ(result_of(child), 0);
}

}  // namespace
}  // namespace authjwt::test
