#pragma once

#include "revocation/expiry_time.hpp"
#include "revocation/sqlite_tables.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace authjwt::detail {

/// `SqliteLog::Options`, checked.
struct SqliteSetup {
  std::string path;  ///< absolute
  std::chrono::milliseconds busy_timeout;
  std::chrono::milliseconds poll_interval;
  std::chrono::seconds clock_settles;
  std::function<void(std::string_view)> log;
  Clock const* clock;
};

/// Whether one way of using the file works: tells when that changes, and not each time. Thread-safe.
class SqliteHealth {
 public:
  /// `setup` must outlive it; `use` is "read" or "written".
  SqliteHealth(SqliteSetup const& setup, char const* use) : setup_{&setup}, use_{use} {}
  void works() noexcept;
  void failed(std::string_view why) noexcept;

 private:
  void tell(std::string_view what) const;

  SqliteSetup const* setup_;
  char const* use_;
  std::mutex mutex_;
  std::string why_;  // empty: it works
};

/// The connections of one process to one file, and the threads that wait for them. Thread-safe. A connection that
/// failed is closed, and opened again by the next call.
class SqliteProcess {
 public:
  using Apply = std::function<void(SqliteWriter&, TimePoint)>;

  /// `setup` must outlive it. `is_known`: the file has had its tables, so that they are not made anew.
  SqliteProcess(SqliteSetup const& setup, bool is_known) : setup_{&setup}, is_known_{is_known} {}

  /// Opens the file for writing, and tells what is wrong.
  [[nodiscard]] std::optional<SqliteFailure> open_first();
  /// Calls `apply` in a transaction, with those of other threads that come at the same time, and gives whether all is
  /// on the disk. `weight`: how many rows it writes.
  [[nodiscard]] bool write(std::size_t weight, Apply const& apply);
  /// What `call` reads with a `SqliteReader&`; nothing where that fails, or the file lies not where it was.
  template <class Call>
  [[nodiscard]] auto read(Call call) {
    return try_to_read([&call](SqliteReader& reader) {
      reader.check_not_moved();
      return call(reader);
    });
  }
  void wait_after(RevocationLog::Position position, std::chrono::milliseconds at_most, std::stop_token const& stop);
  [[nodiscard]] bool is_durable() noexcept;
  void report(SqliteFailure const& failure) noexcept { writing_.failed(failure.what()); }

  [[nodiscard]] bool is_known() const noexcept { return is_known_; }
  /// Waits until no thread uses a connection, closes both, and lets none be opened before `resume`.
  void suspend() noexcept;
  void resume() noexcept;
  /// In a fork: what this one stands for now. It is kept and not used: threads that are not here may hold its locks.
  void leave_behind(SqliteProcess* parent) noexcept { parent_ = parent; }

 private:
  struct Pending {
    Apply const* apply;
    std::size_t weight;
    bool is_done = false;
    bool is_written = false;
  };
  struct Seen {  // by one call of wait_after
    std::uint64_t opened = 0;
    std::int64_t version = 0;
  };

  template <class Call>
  [[nodiscard]] auto try_to_read(Call call) -> std::optional<std::invoke_result_t<Call&, SqliteReader&>> {
    try {
      auto found = read_locked(call);
      reading_.works();
      return found;
    } catch (SqliteFailure const& failure) {
      reading_.failed(failure.what());
      return std::nullopt;
    }
  }
  template <class Call>
  std::invoke_result_t<Call&, SqliteReader&> read_locked(Call& call) {
    std::lock_guard const lock{reader_mutex_};
    try {
      return call(reader());
    } catch (SqliteFailure const& failure) {
      if (failure.trouble() != SqliteTrouble::locked) reader_.reset();
      throw;
    }
  }
  [[nodiscard]] SqliteReader& reader();
  [[nodiscard]] SqliteWriter& writer();
  [[nodiscard]] bool commit(std::vector<Pending*> const& group) noexcept;
  void commit_locked(std::vector<Pending*> const& group);
  void close_reader();
  [[nodiscard]] bool has_news(SqliteReader& reader, RevocationLog::Position position, Seen& seen) const;

  SqliteSetup const* setup_;
  SqliteHealth writing_{*setup_, "written"};
  SqliteHealth reading_{*setup_, "read"};
  std::atomic<bool> is_known_;

  std::mutex queue_mutex_;
  std::condition_variable written_;
  std::vector<Pending*> queue_;
  bool is_led_ = false;  // a thread commits for those whose turn it was

  std::mutex writer_mutex_;
  std::unique_ptr<SqliteWriter> writer_;
  ExpiryTime expiry_{setup_->clock_settles};

  std::mutex reader_mutex_;
  std::unique_ptr<SqliteReader> reader_;
  std::uint64_t readers_opened_ = 0;

  std::mutex commits_mutex_;
  std::condition_variable_any committed_;
  std::uint64_t commits_ = 0;

  SqliteProcess* parent_ = nullptr;  // reachable, for who looks for leaks
};

/// The `SqliteProcess` of the process it is asked in. SQLite forbids a connection to be carried over a fork, even to be
/// closed there, and one that is opened beside such a one takes no locks of its own (it counts those of the parent as
/// its process's): what it commits can be lost. So none is open while the process forks.
class SqliteProcesses {
 public:
  /// `setup` must outlive it. Throws `std::bad_alloc`.
  explicit SqliteProcesses(SqliteSetup const& setup);
  ~SqliteProcesses();
  SqliteProcesses(SqliteProcesses const&) = delete;
  SqliteProcesses& operator=(SqliteProcesses const&) = delete;
  [[nodiscard]] SqliteProcess& current() const noexcept { return *current_; }

 private:
  static void before_fork() noexcept;
  static void in_parent() noexcept;
  static void in_child() noexcept;

  SqliteSetup const* setup_;
  std::unique_ptr<SqliteProcess> current_;
  std::unique_ptr<SqliteProcess> of_child_;
  SqliteProcesses* next_ = nullptr;
};

}  // namespace authjwt::detail
