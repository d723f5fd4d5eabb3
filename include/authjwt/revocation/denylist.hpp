#pragma once

#include <authjwt/base/clock.hpp>
#include <authjwt/base/result.hpp>
#include <authjwt/revocation/revocation_log.hpp>
#include <authjwt/revocation/session_store.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

namespace authjwt {

/// The revocations in memory: an index that follows a log, so that asking costs no I/O. Thread-safe.
///
/// A thread of its own applies the log. Until the log has been read to its end once, and whenever the last complete
/// reading is older than `max_staleness`, nobody can know whether a token is revoked. A log that was lost (another
/// identity than at first, or an end before what had been there) is never followed again: what was read stays revoked.
/// In a fork of the process the first call starts a new thread, which reads the log from its beginning; it must be the
/// log of the parent.
class Denylist {
 public:
  /// What `check` says of a token that the index does not hold when the last complete reading is too old.
  enum class WhenStale : std::uint8_t {
    refuse,            ///< `Errc::unavailable`
    let_in,            ///< as if it were not revoked. Before the first complete reading it is `Errc::unavailable`
    let_in_and_count,  ///< the same, and `stale_answers` counts it
  };
  struct Options {
    std::chrono::milliseconds max_staleness{5'000};  ///< by a steady clock; longer than `heartbeat`, at most a day
    std::chrono::milliseconds heartbeat{1'000};      ///< how often the log is read where nothing is new, or it fails
    WhenStale when_stale = WhenStale::refuse;
    /// Told in one line that the log cannot be read, can be read again, or was lost; once each time that changes, by
    /// the thread that follows the log (the first time perhaps by the constructor). What it throws is passed over.
    std::function<void(std::string_view)> log = {};
    /// A clock that is set forward is believed when it has stayed there for so long (at most twice as long) by a steady
    /// clock: one that jumps ahead and back drops nothing. Nothing is dropped before. At least 0, at most a year.
    std::chrono::seconds clock_settles{3'600};
    /// The least time from one reading of the log to the next: thousands of nodes that follow one busy log would wake
    /// for each fact else. With `heartbeat` shorter than `max_staleness`.
    std::chrono::milliseconds pace{0};
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

  /// Errors: `Errc::token_revoked`, where the token, its session or its subject's logins are revoked;
  /// `Errc::unavailable` when it cannot be known, see `WhenStale`. Touches memory only and waits for nobody.
  [[nodiscard]] Result<void> check(TokenIdentity const& token) const noexcept;
  [[nodiscard]] Result<void> check(std::string_view issuer, std::string_view jti) const noexcept {
    return check(TokenIdentity{.issuer = issuer, .jti = jti});
  }
  /// Appends to the log, all or none, and to this index: when it returns without error, `check` refuses here, and soon
  /// wherever the log is followed. Facts that nothing can need any more (`keep_until`) are passed over. Errors:
  /// `Errc::unavailable`: the log did not take them (or did, and could not say so), or nothing follows it in this fork
  /// yet. Throws what the log throws.
  [[nodiscard]] Result<void> revoke(std::span<Revocation const> facts);
  [[nodiscard]] Result<void> revoke(Revocation const& fact) { return revoke(std::span{&fact, 1}); }
  /// `SessionStore::rotate`. A session that it revokes (`Rotated::Outcome::reused`) is refused here when it returns.
  /// Errors: `Errc::unavailable`, also where nothing follows the log in this fork yet. Throws `std::logic_error` for a
  /// log without sessions, and what the store throws.
  [[nodiscard]] Result<Rotated> rotate(Rotation const& rotation);

  /// Whether all has been read and the last reading is not too old: for a readiness probe.
  [[nodiscard]] bool is_ready() const noexcept;
  /// Since the last complete reading of the log, by a steady clock; the largest duration before the first one.
  [[nodiscard]] std::chrono::milliseconds lag() const noexcept;
  /// How many revocations are held; those that have expired are dropped little by little.
  [[nodiscard]] std::size_t size() const noexcept;
  /// What the revocations take in this process, in bytes. Tables that were outgrown are given back, and their address
  /// space is kept: where that is limited (`RLIMIT_AS`, no overcommit), allow for five times as much.
  [[nodiscard]] std::size_t memory() const noexcept;
  /// How many calls of `check` were let in by `WhenStale::let_in_and_count`.
  [[nodiscard]] std::uint64_t stale_answers() const noexcept;
  [[nodiscard]] RevocationLog& log() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace authjwt
