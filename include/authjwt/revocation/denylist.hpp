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
/// reading is older than `max_staleness`, nobody can know whether a token is revoked, and `check` says so.
class Denylist {
 public:
  struct Options {
    std::chrono::milliseconds max_staleness{5'000};  ///< by a steady clock
    std::chrono::milliseconds heartbeat{1'000};      ///< how often the log is read where nothing is new
  };

  /// Reads the log once before it returns; where that fails the thread goes on trying. `log` is not null, and `clock`
  /// must outlive the denylist. Throws `std::invalid_argument` for a null log or options that make no sense.
  Denylist(std::shared_ptr<RevocationLog> log, Clock const& clock, Options options);
  explicit Denylist(std::shared_ptr<RevocationLog> log, Clock const& clock = system_clock());
  ~Denylist();
  Denylist(Denylist const&) = delete;
  Denylist& operator=(Denylist const&) = delete;

  /// Errors: `Errc::token_revoked`; `Errc::unavailable` when it cannot be known. Touches memory only.
  [[nodiscard]] Result<void> check(std::string_view issuer, std::string_view jti) const noexcept;
  /// Appends to the log and to this index: when it returns without error, `check` refuses here, and soon wherever the
  /// log is followed. Errors: `Errc::unavailable`: the log did not take it.
  [[nodiscard]] Result<void> revoke(Revocation const& revocation);

  /// Whether `check` can give an answer now: for a readiness probe.
  [[nodiscard]] bool is_ready() const noexcept;
  /// Since the last complete reading of the log, by a steady clock; the largest duration before the first one.
  [[nodiscard]] std::chrono::milliseconds lag() const noexcept;
  /// How many revocations are held.
  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] RevocationLog& log() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace authjwt
