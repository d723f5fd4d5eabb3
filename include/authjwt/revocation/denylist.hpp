#pragma once

#include <authjwt/base/clock.hpp>
#include <authjwt/base/result.hpp>
#include <authjwt/revocation/revocation_log.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string_view>

namespace authjwt {

/// The revocations in memory: an index that follows a log, so that asking costs no I/O. Thread-safe.
///
/// A thread of its own applies the log. Until the log has been read to its end once, and whenever the last complete
/// reading is older than `max_staleness`, nobody can know whether a token is revoked, and `check` says so. In a fork of
/// the process the first call starts a new thread, which reads the log from its beginning.
class Denylist {
 public:
  struct Options {
    std::chrono::milliseconds max_staleness{5'000};  ///< by a steady clock; longer than `heartbeat`, at most a day
    std::chrono::milliseconds heartbeat{1'000};      ///< how often the log is read where nothing is new, or it fails
  };

  /// Reads the log once before it returns; where that fails the thread goes on trying. `clock` must outlive the
  /// denylist. Throws `std::invalid_argument` for a null log or options that make no sense, `std::system_error` where
  /// there can be no more threads.
  Denylist(std::shared_ptr<RevocationLog> log, Clock const& clock, Options options);
  explicit Denylist(std::shared_ptr<RevocationLog> log, Clock const& clock = system_clock());
  /// Returns when a reading of the log that is under way has ended.
  ~Denylist();
  Denylist(Denylist const&) = delete;
  Denylist& operator=(Denylist const&) = delete;

  /// Errors: `Errc::token_revoked`; `Errc::unavailable` when it cannot be known. Touches memory only. Both texts may be
  /// any bytes.
  [[nodiscard]] Result<void> check(std::string_view issuer, std::string_view jti) const noexcept;
  /// Appends to the log and to this index: when it returns without error, `check` refuses here, and soon wherever the
  /// log is followed. A token that nothing can accept any more (`keep_until`) is passed over. Errors:
  /// `Errc::unavailable`: the log did not take it, or nothing follows it in this fork yet. Throws what the log throws.
  [[nodiscard]] Result<void> revoke(Revocation const& revocation);

  /// Whether `check` can give an answer now: for a readiness probe.
  [[nodiscard]] bool is_ready() const noexcept;
  /// Since the last complete reading of the log, by a steady clock; the largest duration before the first one.
  [[nodiscard]] std::chrono::milliseconds lag() const noexcept;
  /// How many revocations are held; those that have expired are dropped little by little.
  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] RevocationLog& log() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace authjwt
