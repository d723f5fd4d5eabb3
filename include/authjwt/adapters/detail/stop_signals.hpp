#pragma once

#include <csignal>

namespace authjwt::detail {

/// Calls `stop(argument)` at the first SIGINT or SIGTERM of its life; the same signal again has its usual effect.
/// `stop` is called in the signal's handler (signal-safety(7)) or by `arm`, once at most. One at a time in a process.
class StopSignals {
 public:
  using Stop = void (*)(void* argument);

  StopSignals(Stop stop, void* argument) noexcept;
  /// Puts back the handlers that were there.
  ~StopSignals();
  StopSignals(StopSignals const&) = delete;
  StopSignals& operator=(StopSignals const&) = delete;

  /// From now on `stop` can be called; where a signal has come before, it is called at once.
  void arm() noexcept;

 private:
  struct sigaction interrupt_ {};
  struct sigaction terminate_ {};
};

}  // namespace authjwt::detail
