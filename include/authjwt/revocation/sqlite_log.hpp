#pragma once

#include <authjwt/base/clock.hpp>
#include <authjwt/revocation/revocation_log.hpp>
#include <authjwt/revocation/session_store.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace authjwt {

/// A log and its sessions in an SQLite file, for any number of processes of one machine; the CMake target is
/// `authjwt::sqlite`. Write-ahead log with `synchronous=FULL`: what was acknowledged outlives a crash of the process
/// and of the machine. Thread-safe.
///
/// Calls that write at the same time share one transaction and one wait for the disk, so many threads write more than
/// one does. Reading waits for no writer. An entry of this process ends `wait_after` at once, one of another process
/// within `poll_interval`. What has expired is dropped a little with each write.
///
/// A full disk, a file that is read-only, corrupt, locked for too long, deleted or replaced: every call that needs it
/// is `Errc::unavailable`, and works again when the cause is gone. The file is only made by the constructor: one that
/// was deleted later is missed, and not begun anew.
///
/// `fork()` waits for the calls that are under way, for SQLite can carry no connection over it; parent and child open
/// the file again with their next calls.
class SqliteLog final : public RevocationLog, public SessionStore {
 public:
  struct Options {
    std::string path;  ///< on a local disk. Relative: to the working directory of now. A new file gets mode 0600
    std::chrono::milliseconds busy_timeout{5'000};  ///< how long to wait for another process that writes
    std::chrono::milliseconds poll_interval{10};    ///< how often `wait_after` looks for what other processes wrote
    /// Told, once for each change, why the file cannot be used, and that it can again. Called by any thread; holds no
    /// secret.
    std::function<void(std::string_view)> log = {};
    /// A clock that is set forward drops what it makes expire when it has stayed there for so long (at most twice as
    /// long) by a steady clock. Nothing is dropped before. At least 0, at most a year.
    std::chrono::seconds clock_settles{3'600};
    Clock const* clock = nullptr;  ///< must outlive the log; null: that of the machine
  };

  /// Makes the file and its tables where they are missing. Throws `ConfigError` for options that make no sense and for
  /// a file that cannot be opened, is no SQLite database, or was made by a later version; `std::bad_alloc`. Any other
  /// trouble goes to `log`, and is tried again by each call.
  explicit SqliteLog(Options options);
  ~SqliteLog() override;
  SqliteLog(SqliteLog const&) = delete;
  SqliteLog& operator=(SqliteLog const&) = delete;

  using RevocationLog::append;
  [[nodiscard]] Result<Position> append(std::span<Revocation const> facts) override;
  [[nodiscard]] Result<std::vector<Entry>> read_after(Position position, std::size_t at_most) override;
  [[nodiscard]] Result<Tail> tail() override;
  void wait_after(Position position, std::chrono::milliseconds at_most, std::stop_token stop) override;
  /// What the open connection says of its settings.
  [[nodiscard]] bool is_durable() noexcept override;
  [[nodiscard]] SessionStore* sessions() noexcept override { return this; }

  [[nodiscard]] Result<void> begin(Session const& session, SessionToken const& token,
                                   std::optional<TimePoint> keep_until) override;
  [[nodiscard]] Result<Rotated> rotate(Rotation const& rotation) override;
  [[nodiscard]] Result<std::vector<Session>> sessions_of(std::string_view issuer, std::string_view subject,
                                                         std::size_t at_most) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace authjwt
