#pragma once

#include <chrono>

namespace authjwt {

/// Whole seconds since 1970-01-01T00:00:00Z: the NumericDate of RFC 7519, section 2, without its fraction.
using TimePoint = std::chrono::sys_seconds;

/// Where the time comes from. Every time-dependent function takes a `Clock` or the time itself.
/// Implementations are called from any thread at once and never throw.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual TimePoint now() const noexcept = 0;
};

/// The wall clock of the machine; lives as long as the process.
[[nodiscard]] Clock const& system_clock() noexcept;

}  // namespace authjwt
