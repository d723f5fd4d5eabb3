#include "unit/revocation/sqlite_support.hpp"
#include "unit/support.hpp"

#include <authjwt/auth/exceptions.hpp>
#include <authjwt/testing/revocation_log_suite.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <limits>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace authjwt::testing {

using test::SqliteStore;
AUTHJWT_REVOCATION_LOG_SUITE(Sqlite, SqliteStore);
AUTHJWT_SESSION_STORE_SUITE(Sqlite, SqliteStore);

}  // namespace authjwt::testing

namespace authjwt::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string refused(SqliteLog::Options options) {
  return thrown<ConfigError>([&] { return std::make_unique<SqliteLog>(std::move(options)); });
}

TEST(SqliteLog, it_is_durable_and_outlives_its_handles) {
  SqliteStore store;
  RevocationLog::Tail before;
  {
    SqliteLog log{store.options()};
    EXPECT_TRUE(log.is_durable());
    ASSERT_TRUE(log.append(fact("a")));
    ASSERT_TRUE(log.begin({"issuer", "sid", "subject"}, {"1"}, {}));
    before = log.tail().value();
  }
  SqliteLog log{store.options()};
  EXPECT_TRUE(log.is_durable());
  EXPECT_EQ(ids_of(log), std::vector<std::string>{"a"});
  EXPECT_EQ(log.sessions_of("issuer", "subject", 10).value().size(), 1U);
  EXPECT_EQ(log.tail().value().identity, before.identity);
  EXPECT_EQ(log.tail().value().last, before.last);
  EXPECT_THAT(store.logged, IsEmpty());
}

TEST(SqliteLog, its_files_are_for_their_owner_alone) {
  SqliteStore store;
  SqliteLog log{store.options()};
  ASSERT_TRUE(log.append(fact("a")));
  int files = 0;
  for (auto const& file : std::filesystem::directory_iterator{store.directory.path()}) {
    struct stat status {};
    ASSERT_EQ(::stat(file.path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U) << file.path();
    ++files;
  }
  EXPECT_EQ(files, 3) << "the file, its write-ahead log and the memory they share";
}

TEST(SqliteLog, a_relative_path_is_that_of_the_working_directory_it_was_made_in) {
  SqliteStore store;
  auto const before = std::filesystem::current_path();
  std::filesystem::current_path(store.directory.path());
  SqliteLog::Options options = store.options();
  options.path = "relative.db";
  SqliteLog log{options};
  std::filesystem::current_path(before);
  EXPECT_EQ(result_of(in_child([&] { return log.append(fact("a")) ? 0 : 1; })), 0) << "a fork opens it again";
  EXPECT_TRUE(log.append(fact("b")));
  EXPECT_TRUE(std::filesystem::exists(store.directory.path() / "relative.db"));
}

TEST(SqliteLog, without_a_clock_the_machines_is_used) {
  SqliteStore store;
  SqliteLog::Options options = store.options();
  options.clock = nullptr;
  SqliteLog log{options};
  TimePoint const before = system_clock().now();
  ASSERT_TRUE(log.begin({"issuer", "sid", "subject"}, {"1"}, {}));
  EXPECT_GE(log.sessions_of("issuer", "subject", 1).value().at(0).last_used, before);
}

TEST(SqliteLog, a_clock_that_is_set_forward_drops_nothing_before_it_has_settled) {
  SqliteStore store;
  SqliteLog::Options options = store.options();
  options.clock_settles = 1h;
  SqliteLog log{options};
  ASSERT_TRUE(log.append(Revocation{"issuer", "a", store.clock.now() + 10s}));
  store.clock.advance(24h);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(log.append(Revocation{"issuer", "b", store.clock.now() + 10s}));
  store.clock.advance(-24h);
  EXPECT_EQ(ids_of(log).size(), 6U);
}

TEST(SqliteLog, positions_and_amounts_beyond_what_sqlite_counts_are_fine) {
  SqliteStore store;
  SqliteLog log{store.options()};
  ASSERT_TRUE(log.append(fact("a")));
  EXPECT_EQ(log.read_after(0, std::numeric_limits<std::size_t>::max()).value().size(), 1U);
  EXPECT_THAT(log.read_after(std::numeric_limits<RevocationLog::Position>::max(), 10).value(), IsEmpty());
}

TEST(SqliteLog, options_that_make_no_sense_are_refused) {
  SqliteStore store;
  SqliteLog::Options options = store.options();
  options.path = "";
  EXPECT_THAT(refused(options), HasSubstr("empty"));
  options.path = std::string("a\0b", 3);
  EXPECT_THAT(refused(options), HasSubstr("zero byte"));
  options = store.options();
  options.busy_timeout = -1ms;
  EXPECT_THAT(refused(options), HasSubstr("busy_timeout"));
  options = store.options();
  options.poll_interval = 0ms;
  EXPECT_THAT(refused(options), HasSubstr("poll_interval"));
  options.poll_interval = 1001ms;
  EXPECT_THAT(refused(options), HasSubstr("poll_interval"));
  options = store.options();
  options.clock_settles = -1s;
  EXPECT_THAT(refused(options), HasSubstr("clock_settles"));
}

TEST(SqliteLog, a_path_in_no_directory_is_refused) {
  SqliteStore store;
  SqliteLog::Options options = store.options();
  options.path = (store.directory.path() / "missing" / "authjwt.db").string();
  EXPECT_THAT(refused(options), HasSubstr("cannot be opened"));
  options.path = store.directory.path().string();
  EXPECT_THAT(refused(options), HasSubstr("cannot be opened"));
}

TEST(SqliteLog, a_file_that_is_something_else_is_refused_and_left_as_it_is) {
  SqliteStore store;
  std::string const text(5'000, 'x');
  std::ofstream{store.path} << text;
  EXPECT_THAT(refused(store.options()), HasSubstr("not an SQLite database"));
  std::ifstream in{store.path};
  EXPECT_EQ((std::string{std::istreambuf_iterator<char>{in}, {}}), text);
}

TEST(SqliteLog, appends_of_many_threads_are_all_there_once) {
  SqliteStore store;
  SqliteLog log{store.options()};
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 16; ++thread) {
    threads.emplace_back([&log, thread] {
      for (int i = 0; i < 20; ++i) EXPECT_TRUE(log.append(fact(std::to_string(thread * 100 + i))));
    });
  }
  threads.clear();
  std::vector<std::string> ids = ids_of(log);
  std::ranges::sort(ids);
  EXPECT_EQ(ids.size(), 16U * 20U);
  EXPECT_EQ(std::ranges::unique(ids).size(), 0U);
}

// The clock is asked once in each transaction.
struct CountingClock final : Clock {
  std::atomic<int> mutable transactions{0};
  [[nodiscard]] TimePoint now() const noexcept override {
    ++transactions;
    return {};
  }
};

TEST(SqliteLog, calls_of_many_threads_share_transactions) {
  SqliteStore store;
  CountingClock clock;
  SqliteLog::Options options = store.options();
  options.clock = &clock;
  SqliteLog log{options};
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 16; ++thread) {
    threads.emplace_back([&log] {
      for (int i = 0; i < 20; ++i) EXPECT_TRUE(log.append(fact("a")));
    });
  }
  threads.clear();
  EXPECT_EQ(ids_of(log).size(), 16U * 20U);
  EXPECT_LT(clock.transactions, 16 * 20 / 2);
}

TEST(SqliteLog, a_reader_waits_for_no_writer) {
  SqliteStore store;
  SqliteLog log{store.options()};
  ASSERT_TRUE(log.append(fact("a")));
  Signal written;
  Signal go_on;
  // The clock is asked within the transaction.
  struct HoldingClock final : Clock {
    Signal const* written;
    Signal const* go_on;
    [[nodiscard]] TimePoint now() const noexcept override {
      written->give();
      go_on->wait();
      return {};
    }
  } clock;
  clock.written = &written;
  clock.go_on = &go_on;
  SqliteLog::Options options = store.options();
  options.clock = &clock;
  SqliteLog writing{options};
  std::jthread const writer{[&] { EXPECT_TRUE(writing.append(fact("b"))); }};
  written.wait();
  EXPECT_EQ(ids_of(log), std::vector<std::string>{"a"});
  EXPECT_EQ(ids_of(writing), std::vector<std::string>{"a"});
  go_on.give();
}

}  // namespace
}  // namespace authjwt::test
