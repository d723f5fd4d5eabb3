#pragma once

#include "remote/http_fetch.hpp"
#include "remote/key_snapshot.hpp"
#include "remote/schedule.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <random>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

namespace authjwt::remote {

/// The thread that keeps a snapshot up to date, in one process. What is passed to the constructor must outlive it.
/// Thread-safe.
class KeyFetcher {
 public:
  using Steady = std::chrono::steady_clock;

  /// Begins to fetch. Throws `std::system_error` where there can be no more threads.
  KeyFetcher(Address const& address, Options const& options, KeySnapshot& snapshot);
  KeyFetcher(KeyFetcher const&) = delete;
  KeyFetcher& operator=(KeyFetcher const&) = delete;

  /// See `KeySource::ask_for_newer`.
  [[nodiscard]] bool ask();
  [[nodiscard]] bool wait_for_keys(std::chrono::milliseconds at_most);

 private:
  enum class State { good, failing, too_old };

  void run(std::stop_token const& stop) noexcept;
  [[nodiscard]] Fetched fetched(std::stop_token const& stop) const noexcept;
  [[nodiscard]] std::string use(Fetched const& fetched);
  [[nodiscard]] std::chrono::milliseconds settle(Fetched const& fetched) noexcept;
  void rest(std::chrono::milliseconds pause, std::stop_token const& stop);
  void tell(std::string const& failure) noexcept;

  Address const& address_;
  Options const& options_;
  KeySnapshot& snapshot_;

  // Of the thread alone.
  std::minstd_rand random_;
  unsigned failures_ = 0;
  std::optional<std::string> body_;  // of the answer in use
  State told_ = State::good;
  bool had_keys_ = false;
  Steady::time_point failing_since_{};

  std::atomic<bool> is_failing_{false};  // the last fetch
  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool fetching_ = true;        // or about to
  Steady::time_point ended_{};  // of the last fetch

  std::jthread thread_;  // the last member: it ends before the others do
};

}  // namespace authjwt::remote
