#pragma once

#include <authjwt/base/result.hpp>
#include <authjwt/revocation/revocation.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <vector>

namespace authjwt {

/// The ordered truth about what has been revoked. Thread-safe. An engine implements it; `Denylist` follows it.
class RevocationLog {
 public:
  /// Grows with each entry; 0 stands before the first.
  using Position = std::uint64_t;
  struct Entry {
    Position position;
    Revocation revocation;
  };

  virtual ~RevocationLog() = default;

  /// Adds a fact, as durably as the engine is when it returns. Errors: `Errc::unavailable`; then the fact may or may
  /// not be in the log.
  [[nodiscard]] virtual Result<Position> append(Revocation const& revocation) = 0;
  /// The entries behind `position` in order, the first `at_most` of them. Errors: `Errc::unavailable`.
  [[nodiscard]] virtual Result<std::vector<Entry>> read_after(Position position, std::size_t at_most) = 0;
  /// Returns when there may be an entry behind `position`, the time is up, or `stop` is requested.
  virtual void wait_after(Position position, std::chrono::milliseconds at_most, std::stop_token stop) = 0;
  /// Whether what has been appended outlives the process.
  [[nodiscard]] virtual bool is_durable() const noexcept = 0;
};

}  // namespace authjwt
