#include <authjwt/adapters/detail/stop_signals.hpp>

#include <atomic>
#include <cerrno>

namespace authjwt::detail {
namespace {

enum class State : int { waiting, armed, signalled, done };

// A signal's handler reaches nothing but what is static.
std::atomic<State> state{State::waiting};
std::atomic<StopSignals::Stop> stop_function{nullptr};
std::atomic<void*> stop_argument{nullptr};
static_assert(std::atomic<State>::is_always_lock_free && std::atomic<void*>::is_always_lock_free);

void call_stop() noexcept { stop_function.load()(stop_argument.load()); }

/// A signal and `arm` meet in any order, from any threads: the later of the two, which finds `other`, stops.
void meet(State mine, State other) noexcept {
  auto const next = [=](State now) { return now == State::waiting ? mine : now == other ? State::done : now; };
  State now = state.load();
  while (!state.compare_exchange_weak(now, next(now))) {
  }
  if (now == other) call_stop();
}

void on_signal(int) noexcept {
  int const kept = errno;  // of the code that the signal has interrupted
  meet(State::signalled, State::armed);
  errno = kept;
}

}  // namespace

StopSignals::StopSignals(Stop stop, void* argument) noexcept {
  stop_function = stop;
  stop_argument = argument;
  state = State::waiting;
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = static_cast<int>(SA_RESTART | SA_RESETHAND);
  ::sigaction(SIGINT, &action, &interrupt_);
  ::sigaction(SIGTERM, &action, &terminate_);
}

StopSignals::~StopSignals() {
  ::sigaction(SIGINT, &interrupt_, nullptr);
  ::sigaction(SIGTERM, &terminate_, nullptr);
  state = State::done;
}

void StopSignals::arm() noexcept { meet(State::armed, State::signalled); }

}  // namespace authjwt::detail
