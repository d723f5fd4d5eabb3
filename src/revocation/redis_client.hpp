#pragma once

#include "revocation/redis_connection.hpp"
#include "revocation/redis_scripts.hpp"

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace authjwt::detail {

/// Tells an administrator how a server is, once for each change. Thread-safe.
class RedisReporter {
 public:
  using Log = std::function<void(std::string_view)>;
  RedisReporter(Log log, std::string server) : log_{std::move(log)}, server_{std::move(server)} {}

  /// `topic` has come into `state`; an empty one is as it should be, and needs no `text`.
  void report(std::string_view topic, std::string_view state, std::string_view text) noexcept;

 private:
  Log log_;
  std::string server_;
  std::mutex mutex_;
  std::map<std::string, std::string, std::less<>> states_;
};

/// When a server that failed may be asked again: after a pause that grows, by one caller at a time. Thread-safe.
class RedisGate {
 public:
  using Steady = std::chrono::steady_clock;
  enum class Way : std::uint8_t { open, attempt, closed };

  /// `attempt`: this caller may try, and tells how it went; the others are not let in for `longest_attempt`.
  [[nodiscard]] Way enter(std::chrono::milliseconds longest_attempt) noexcept;
  /// A connection has broken or cannot be made. `way` is what its caller was given.
  void failed(Way way) noexcept;
  void succeeded() noexcept;

 private:
  std::mutex mutex_;
  bool is_down_ = false;
  std::chrono::milliseconds pause_{0};
  Steady::time_point again_at_;
};

/// Connections that are made when they are needed and kept. Thread-safe.
class RedisPool {
 public:
  using Connection = std::unique_ptr<RedisConnection>;
  /// `name` is for reports and must live as long.
  RedisPool(std::string_view name, std::size_t most) : name_{name}, most_{most} {}

  struct Place {
    bool is_there = false;
    Connection connection = {};  ///< null: the place is there, and its connection has to be made
  };
  /// Waits for a place until `deadline`. Each place that was given must be given back.
  [[nodiscard]] Place take(std::chrono::steady_clock::time_point deadline);
  /// Null: the connection is of no more use.
  void give_back(Connection connection) noexcept;
  /// Closes the connections that nobody uses.
  void forget_idle() noexcept;
  [[nodiscard]] std::string_view name() const noexcept { return name_; }

 private:
  std::string_view const name_;
  std::size_t const most_;
  std::size_t taken_ = 0;
  std::mutex mutex_;
  std::condition_variable given_back_;
  std::vector<Connection> idle_;
};

/// Asks one server. What cannot be answered is nothing, and has been reported. Thread-safe.
class RedisClient {
 public:
  using Texts = std::span<std::string const>;
  RedisClient(RedisAddress address, RedisTimeouts timeouts, RedisReporter::Log log);

  /// `topic` names the call in reports, so that one that works does not hide another that does not.
  [[nodiscard]] std::optional<RedisAnswer> ask(std::string_view topic, std::span<std::string_view const> words);
  struct Arguments {
    Texts keys;
    std::string time;  ///< ARGV 1
    Texts args;        ///< from ARGV 4 on
    std::chrono::milliseconds more_patience{0};
  };
  [[nodiscard]] std::optional<RedisAnswer> run(RedisScript script, Arguments const& arguments);
  /// A command that blocks in the server for `blocks`, at most. Returns at once when `stop` is requested.
  [[nodiscard]] std::optional<RedisAnswer> ask_blocking(std::span<std::string_view const> words,
                                                        std::chrono::milliseconds blocks, std::stop_token const& stop);
  /// As `ask`; an error of the server is given, and not reported.
  [[nodiscard]] std::optional<RedisAnswer> ask_whether(std::string_view topic, std::span<std::string_view const> words);
  [[nodiscard]] RedisReporter& reporter() noexcept { return reporter_; }

 private:
  class Lease;
  using Result = RedisResult<RedisAnswer>;

  [[nodiscard]] RedisPool::Connection connect(RedisGate::Way way) noexcept;
  void forget_idle() noexcept;
  [[nodiscard]] std::optional<RedisAnswer> checked(Lease& lease, std::string_view topic, Result answer);
  [[nodiscard]] Result evaluate(RedisConnection& connection, RedisScript script, std::vector<std::string_view> words,
                                std::chrono::milliseconds patience);
  [[nodiscard]] Result digest_of(RedisConnection& connection, RedisScript script);

  RedisAddress const address_;
  RedisTimeouts const timeouts_;
  RedisReporter reporter_;
  RedisGate gate_;
  RedisPool calls_;
  RedisPool waits_;
  std::mutex digests_mutex_;
  std::array<std::optional<RedisAnswer>, kRedisScripts> digests_;
};

}  // namespace authjwt::detail
