#pragma once

#include <authjwt/base/result.hpp>
#include <authjwt/revocation/revocation.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace authjwt {

class SessionStore;

/// The ordered truth about what has been revoked. Thread-safe. An engine implements it; `Denylist` follows it. The
/// suite that an engine has to pass stands in `authjwt/testing/revocation_log_suite.hpp`.
///
/// An entry may be dropped when its `keep_until` has passed, and not before.
class RevocationLog {
 public:
  /// Grows with each entry; 0 stands before the first.
  using Position = std::uint64_t;
  struct Entry {
    Position position;
    Revocation revocation;
  };
  /// Which log this is, and how far it goes. A log whose `identity` changes, or whose `last` goes backwards, has lost
  /// what it had.
  struct Tail {
    std::string identity;  ///< made at random with the log, and kept with it
    Position last = 0;     ///< of the last entry that was ever appended, dropped or not
  };

  virtual ~RevocationLog() = default;

  /// Adds facts, all or none and in this order, as durably as the engine is when it returns, and gives the position of
  /// the last one; no facts: 0. Errors: `Errc::unavailable`; then the facts may or may not be in the log.
  [[nodiscard]] virtual Result<Position> append(std::span<Revocation const> facts) = 0;
  [[nodiscard]] Result<Position> append(Revocation const& fact) { return append(std::span{&fact, 1}); }
  /// The entries behind `position` in order, the first `at_most` of them. Errors: `Errc::unavailable`.
  [[nodiscard]] virtual Result<std::vector<Entry>> read_after(Position position, std::size_t at_most) = 0;
  /// Errors: `Errc::unavailable`.
  [[nodiscard]] virtual Result<Tail> tail() = 0;
  /// Returns when there may be an entry behind `position`, the time is up, `stop` is requested, or the engine cannot
  /// tell.
  virtual void wait_after(Position position, std::chrono::milliseconds at_most, std::stop_token stop) = 0;
  /// Whether what has been appended outlives the process and a crash of the store; false also where the store cannot
  /// be asked.
  [[nodiscard]] virtual bool is_durable() noexcept = 0;
  /// The sessions beside the log; null for an engine that has none.
  [[nodiscard]] virtual SessionStore* sessions() noexcept { return nullptr; }
};

}  // namespace authjwt
