#pragma once

#include "base/per_process.hpp"
#include "revocation/redis_client.hpp"

#include <authjwt/revocation/redis_log.hpp>

#include <charconv>
#include <concepts>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace authjwt {

namespace detail {

/// What this process has seen of the log's positions, so that a server that lost some of them is found out: the largest
/// of each run of the server. Thread-safe.
class RedisSeen {
 public:
  using Position = RevocationLog::Position;
  struct Look {
    std::vector<Position> positions;  ///< the last one is the largest
    unsigned losses = 0;              ///< how many were noticed before
  };

  void saw(Position position) {
    std::lock_guard const lock{mutex_};
    raise(position);
  }
  [[nodiscard]] Look look() const {
    std::lock_guard const lock{mutex_};
    return {positions_, losses_};
  }
  /// The server, whose log ends at `last`, has, or has not, all that was in `look`. How many losses there were.
  unsigned compared(Look const& look, bool has_all, Position last) {
    std::lock_guard const lock{mutex_};
    if (look.losses != losses_) return losses_;  // another thread was told of the same
    if (!has_all) {
      ++losses_;
      positions_.assign(1, last);
    } else {
      std::erase_if(positions_, [&look](Position position) { return position < look.positions.back(); });
      raise(last);
    }
    return losses_;
  }

 private:
  void raise(Position position) {
    // What is behind a gap must not hide that something before it is lost. The gap begins before what was lost.
    if (position >= positions_.back() + kRedisGap / 2) positions_.push_back(position);
    if (position > positions_.back()) positions_.back() = position;
  }

  mutable std::mutex mutex_;
  std::vector<Position> positions_{0};
  unsigned losses_ = 0;
};

/// Text of a time as the scripts take it; empty for none.
[[nodiscard]] inline std::string redis_time(std::optional<TimePoint> time) {
  return time ? std::to_string(time->time_since_epoch().count()) : std::string{};
}

/// The whole of `text` as a number; nothing for anything else.
template <std::integral Number>
[[nodiscard]] std::optional<Number> redis_number(std::string_view text) noexcept {
  Number number = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Reads what `redis_time` wrote into `time`; false for anything else.
[[nodiscard]] inline bool read_redis_time(std::string_view text, std::optional<TimePoint>& time) noexcept {
  time.reset();
  if (text.empty()) return true;
  auto const seconds = redis_number<std::int64_t>(text);
  if (seconds) time = TimePoint{std::chrono::seconds{*seconds}};
  return seconds.has_value();
}

}  // namespace detail

struct RedisLog::Impl {
  /// What each process has of its own.
  struct Process {
    Process(detail::RedisAddress const& address, detail::RedisTimeouts timeouts, Options const& options)
        : client{address, timeouts, options.log} {}
    detail::RedisClient client;
    detail::RedisSeen seen;
  };

  Impl(std::string_view url, Options the_options);

  /// A key of the log: `{prefix}:name`, or one for each `text` of an issuer. Different arguments, different keys.
  [[nodiscard]] std::string key(std::string_view name) const;
  [[nodiscard]] std::string key(std::string_view name, std::string_view issuer, std::string_view text) const;
  [[nodiscard]] std::string fact_key(Revocation const& fact) const;
  /// KEYS 1 to 3 of every script, with room for `more`.
  [[nodiscard]] std::vector<std::string> script_keys(std::size_t more) const;
  /// ARGV 1 of every script.
  [[nodiscard]] std::string script_time() const;
  /// Null in a fork that has none yet.
  [[nodiscard]] Process* process() noexcept { return processes.get(); }
  /// `run` of the client; nothing where the process has none.
  [[nodiscard]] std::optional<detail::RedisAnswer> run(detail::RedisScript script, std::span<std::string const> keys,
                                                       std::span<std::string const> args,
                                                       std::chrono::milliseconds more_patience = {});
  /// Tells the administrator, and gives the error for the caller.
  [[nodiscard]] Error told(std::string_view topic, std::string_view text);
  [[nodiscard]] Error not_understood(std::string_view topic);

  Options const options;
  std::string const beginning;  // of all keys
  detail::PerProcess<Process> processes;
};

}  // namespace authjwt
