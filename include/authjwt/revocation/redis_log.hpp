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

/// A log in Redis (6.2 or newer) or Valkey: for any number of machines. A stream of facts beside what `rotate` looks
/// up; each call that writes is one script, and so one atomic step. Thread-safe; a fork of the process uses
/// connections of its own. In the target `authjwt::redis`.
///
/// Every call of the server is bounded by the timeouts of `Options`, looking up the name of the host apart. A server
/// that does not answer is asked again after a pause that grows from 20 ms to one second; until then every call fails
/// at once. It needs nobody to recover.
///
/// What the server has acknowledged it keeps only where `is_durable()` says so, and with replicas only where the one
/// that takes over had it: replication is asynchronous. A log that has lost its end is told from the one it was by
/// `tail().identity`, for all that this object has seen of it: that needs the server's permission for `INFO`, without
/// which the loss is seen as long as the log is still shorter than it was.
class RedisLog final : public RevocationLog, public SessionStore {
 public:
  struct Options {
    /// What all keys begin with, in braces: `{authjwt}:log`. In a Redis Cluster they lie on one node thereby. Without
    /// braces and control characters itself.
    std::string prefix = "authjwt";
    std::chrono::milliseconds connect_timeout{1'000};  ///< of one attempt; a millisecond to a minute
    std::chrono::milliseconds command_timeout{1'000};  ///< of one answer; a millisecond to a minute
    /// Told, from any thread, when the server can no longer be used as it should and why, and when it can be again:
    /// once for each change, never with a password, a key or a token. May be empty; what it throws is dropped.
    std::function<void(std::string_view)> log = {};
    Clock const* clock = nullptr;  ///< for tests; must outlive the log. Null: the server's clock, the same for all
  };

  /// `redis://[user[:password]@]host[:port][/database]` or `unix://[user[:password]@]/path/of/socket[?db=database]`;
  /// user and password percent-encoded. `rediss://`, the same over TLS, where the hiredis it was built with has that.
  /// Does not connect. Throws `ConfigError`, naming the part, for an address or options that cannot work.
  explicit RedisLog(std::string_view url, Options options);
  explicit RedisLog(std::string_view url);
  ~RedisLog() override;
  RedisLog(RedisLog const&) = delete;
  RedisLog& operator=(RedisLog const&) = delete;

  /// Beside the error of the contract: more than 10,000 facts at once are `Errc::unavailable` too.
  using RevocationLog::append;
  [[nodiscard]] Result<Position> append(std::span<Revocation const> facts) override;
  /// No more than 1,000 at a time. Errors: also for entries that this version cannot read.
  [[nodiscard]] Result<std::vector<Entry>> read_after(Position position, std::size_t at_most) override;
  [[nodiscard]] Result<Tail> tail() override;
  void wait_after(Position position, std::chrono::milliseconds at_most, std::stop_token stop) override;
  /// Asks the server, which must say `appendonly yes`, `appendfsync always` (`everysec`, its default, loses the last
  /// second), `no-appendfsync-on-rewrite no`, and that it evicts nothing. False where the user may not ask
  /// (`+config|get`). `Options::log` is told the reason.
  [[nodiscard]] bool is_durable() noexcept override;
  [[nodiscard]] SessionStore* sessions() noexcept override { return this; }

  [[nodiscard]] Result<void> begin(Session const& session, SessionToken const& token,
                                   std::optional<TimePoint> keep_until) override;
  [[nodiscard]] Result<Rotated> rotate(Rotation const& rotation) override;
  /// No more than 1,000 at a time.
  [[nodiscard]] Result<std::vector<Session>> sessions_of(std::string_view issuer, std::string_view subject,
                                                         std::size_t at_most) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace authjwt
