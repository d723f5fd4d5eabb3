#pragma once

#include "revocation/redis_address.hpp"

#include <boost/system/result.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace authjwt::detail {

/// What a server said.
struct RedisAnswer {
  enum class Kind : std::uint8_t { nil, integer, text, list, error };
  Kind kind = Kind::nil;
  std::int64_t integer = 0;
  std::string text = {};  ///< of `text` and `error`, any bytes
  std::vector<RedisAnswer> list = {};

  [[nodiscard]] bool is_error() const noexcept { return kind == Kind::error; }
};

/// Why there is no answer, in words for an administrator.
struct RedisFailure {
  RedisFailure() = default;
  explicit RedisFailure(std::string the_text) : text{std::move(the_text)} {}
  std::string text = {};
};
template <class T>
using RedisResult = boost::system::result<T, RedisFailure>;

struct RedisTimeouts {
  std::chrono::milliseconds connect{1'000};
  std::chrono::milliseconds command{1'000};
};

/// A connection to a server, one thread at a time. After an error it is of no more use. Its socket is closed by an
/// `exec`, and a write to a server that has gone raises no signal.
class RedisConnection {
 public:
  /// Connects, logs in and chooses the database within `timeouts.connect`. Errors: what to do about it.
  [[nodiscard]] static RedisResult<std::unique_ptr<RedisConnection>> open(RedisAddress const& address,
                                                                          RedisTimeouts timeouts);
  ~RedisConnection();
  RedisConnection(RedisConnection const&) = delete;
  RedisConnection& operator=(RedisConnection const&) = delete;

  /// One command of any bytes and its answer, which must have come after `patience`. An answer of more than 64 MiB or a
  /// million parts is an error.
  [[nodiscard]] RedisResult<RedisAnswer> ask(std::span<std::string_view const> words,
                                             std::chrono::milliseconds patience);
  /// Whether the connection stands and nothing has come that was not asked for.
  [[nodiscard]] bool is_usable() const noexcept;
  /// Ends an `ask` of another thread, and with it the connection.
  void interrupt() const noexcept;
  /// Another one for each start of a server, which keeps it as long as it runs; empty where the user may not ask.
  [[nodiscard]] std::string const& run_id() const noexcept { return run_id_; }

 private:
  using Steady = std::chrono::steady_clock;
  struct Impl;

  explicit RedisConnection(std::unique_ptr<Impl> impl);
  [[nodiscard]] RedisResult<void> log_in(RedisAddress const& address, Steady::time_point deadline);
  [[nodiscard]] RedisResult<void> read_info(Steady::time_point deadline);
  [[nodiscard]] RedisResult<RedisAnswer> ask_until(std::span<std::string_view const> words,
                                                   Steady::time_point deadline);

  std::unique_ptr<Impl> impl_;
  std::string run_id_;
  bool is_broken_ = false;
};

/// The value of `name` in the answer of `INFO`; empty where it is not there.
[[nodiscard]] std::string_view info_value(std::string_view info, std::string_view name);

/// Of a server that knows what its primary tells it and no more, which may be long ago.
inline constexpr std::string_view kIsReplica =
    "it is a replica, which may not be written; name the primary in the address";

/// What an error of a server means.
struct RedisRefusal {
  std::string code;  ///< its first word, as `READONLY`
  std::string text;  ///< for an administrator; nothing of the command's arguments stands in it
  /// Another connection may lead to a server that does not say so.
  bool ends_connection = false;
};
/// Precondition: `answer.is_error()`.
[[nodiscard]] RedisRefusal refusal_of(RedisAnswer const& answer);

}  // namespace authjwt::detail
