#include "revocation/redis_client.hpp"

#include "base/uuid.hpp"

#include <algorithm>
#include <stop_token>
#include <utility>

namespace authjwt::detail {
namespace {

using std::chrono::milliseconds;
using Steady = std::chrono::steady_clock;

constexpr milliseconds kFirstPause{20};
constexpr milliseconds kLongestPause{1'000};
constexpr std::size_t kMostCalls = 32;  // a server that waits for its disk does so once for all that have asked
constexpr std::size_t kMostWaits = 16;  // one for each follower
constexpr std::string_view kConnection = "connection";
constexpr std::size_t kDigestSize = 40;  // in hexadecimal

constexpr std::array<std::string_view, kRedisScripts> kTopics{"append", "tail", "begin", "rotate", "sessions_of"};

}  // namespace

// --- reports
// ----------------------------------------------------------------------------------------------------------

void RedisReporter::report(std::string_view topic, std::string_view state, std::string_view text) noexcept try {
  {
    std::lock_guard const lock{mutex_};
    auto const known = states_.find(topic);
    if (known == states_.end() ? state.empty() : known->second == state) return;
    if (known == states_.end()) {
      states_.emplace(topic, state);
    } else {
      known->second = state;
    }
  }
  if (!log_) return;
  std::string line = "Redis at " + server_ + ": ";
  if (topic != kConnection) line.append(topic).append(": ");
  log_(line.append(state.empty() ? "works again" : text));
} catch (...) {  // there is nobody to tell
}

// --- the gate
// ---------------------------------------------------------------------------------------------------------

RedisGate::Way RedisGate::enter(milliseconds longest_attempt) noexcept {
  std::lock_guard const lock{mutex_};
  if (!is_down_) return Way::open;
  auto const now = Steady::now();
  if (now < again_at_) return Way::closed;
  again_at_ = now + longest_attempt;
  return Way::attempt;
}

void RedisGate::failed(Way way) noexcept {
  std::lock_guard const lock{mutex_};
  if (is_down_ && way == Way::open) return;  // one of many that were under way when it went down
  is_down_ = true;
  pause_ = std::clamp(2 * pause_, kFirstPause, kLongestPause);
  // Many machines lose the same server at once; the clock's last digits keep them from coming back at once.
  auto const now = Steady::now();
  auto const half = std::chrono::nanoseconds{pause_} / 2;
  again_at_ = now + half + std::chrono::nanoseconds{now.time_since_epoch().count() % half.count()};
}

void RedisGate::succeeded() noexcept {
  std::lock_guard const lock{mutex_};
  is_down_ = false;
  pause_ = milliseconds{0};
}

// --- the pool
// ---------------------------------------------------------------------------------------------------------

RedisPool::Place RedisPool::take(Steady::time_point deadline) {
  std::unique_lock lock{mutex_};
  if (!given_back_.wait_until(lock, deadline, [this] { return taken_ < most_; })) return {};
  ++taken_;
  while (!idle_.empty()) {
    Connection connection = std::move(idle_.back());
    idle_.pop_back();
    if (connection->is_usable()) return {true, std::move(connection)};
  }
  return {true};
}

void RedisPool::give_back(Connection connection) noexcept {
  {
    std::lock_guard const lock{mutex_};
    --taken_;
    try {
      if (connection) idle_.push_back(std::move(connection));
    } catch (...) {  // no memory: there is one connection less
    }
  }
  given_back_.notify_one();
}

void RedisPool::forget_idle() noexcept {
  std::vector<Connection> idle;
  std::lock_guard const lock{mutex_};
  idle.swap(idle_);
}

// --- the client
// -------------------------------------------------------------------------------------------------------

/// A place in a pool and the connection on it, for one call.
class RedisClient::Lease {
 public:
  Lease(RedisClient& client, RedisPool& pool) : pool_{&pool} {
    auto const longest_attempt = client.timeouts_.connect + client.timeouts_.command;
    RedisGate::Way way = client.gate_.enter(longest_attempt);
    if (way == RedisGate::Way::closed) return;
    place_ = pool.take(Steady::now() + client.timeouts_.command);
    if (!place_.is_there) {
      client.reporter_.report(pool.name(), "busy", "all of them are busy for longer than the timeout");
      if (way == RedisGate::Way::attempt) client.gate_.failed(way);
      return;
    }
    client.reporter_.report(pool.name(), {}, {});
    if (place_.connection && way == RedisGate::Way::open) return;
    // Waiting for the place took time: the server may have gone meanwhile.
    if (way == RedisGate::Way::open) way = client.gate_.enter(longest_attempt);
    place_.connection.reset();
    if (way != RedisGate::Way::closed) place_.connection = client.connect(way);
  }
  ~Lease() {
    if (place_.is_there) pool_->give_back(std::move(place_.connection));
  }
  Lease(Lease const&) = delete;
  Lease& operator=(Lease const&) = delete;

  explicit operator bool() const noexcept { return place_.connection != nullptr; }
  RedisConnection& operator*() const noexcept { return *place_.connection; }
  /// The connection is of no more use.
  void drop() noexcept { place_.connection.reset(); }

 private:
  RedisPool* pool_;
  RedisPool::Place place_;
};

RedisClient::RedisClient(RedisAddress address, RedisTimeouts timeouts, RedisReporter::Log log)
    : address_{std::move(address)},
      timeouts_{timeouts},
      reporter_{std::move(log), address_.shown()},
      calls_{"connections for calls", kMostCalls},
      waits_{"connections for waiting", kMostWaits} {}

RedisPool::Connection RedisClient::connect(RedisGate::Way way) noexcept try {
  auto opened = RedisConnection::open(address_, timeouts_);
  if (opened) {
    gate_.succeeded();
    reporter_.report(kConnection, {}, {});
    return std::move(*opened);
  }
  gate_.failed(way);
  reporter_.report(kConnection, "down", opened.error().text);
  return nullptr;
} catch (...) {
  gate_.failed(way);
  reporter_.report(kConnection, "down", "there is no memory for a connection");
  return nullptr;
}

void RedisClient::forget_idle() noexcept {
  calls_.forget_idle();
  waits_.forget_idle();
}

std::optional<RedisAnswer> RedisClient::checked(Lease& lease, std::string_view topic, Result answer) {
  if (!answer) {
    lease.drop();
    forget_idle();
    gate_.failed(RedisGate::Way::open);
    reporter_.report(topic, "lost", answer.error().text);
    return std::nullopt;
  }
  if (!answer->is_error()) {
    reporter_.report(topic, {}, {});
    return std::move(*answer);
  }
  RedisRefusal const refusal = refusal_of(*answer);
  reporter_.report(topic, refusal.code, refusal.text);
  if (refusal.ends_connection) {
    lease.drop();
    forget_idle();  // they lead to the same server
  }
  return std::nullopt;
}

std::optional<RedisAnswer> RedisClient::ask(std::string_view topic, std::span<std::string_view const> words) {
  Lease lease{*this, calls_};
  if (!lease) return std::nullopt;
  return checked(lease, topic, (*lease).ask(words, timeouts_.command));
}

std::optional<RedisAnswer> RedisClient::ask_whether(std::string_view topic, std::span<std::string_view const> words) {
  Lease lease{*this, calls_};
  if (!lease) return std::nullopt;
  auto answer = (*lease).ask(words, timeouts_.command);
  if (!answer) return checked(lease, topic, std::move(answer));
  reporter_.report(topic, {}, {});
  return std::move(*answer);
}

std::optional<RedisAnswer> RedisClient::ask_blocking(std::span<std::string_view const> words, milliseconds blocks,
                                                     std::stop_token const& stop) {
  Lease lease{*this, waits_};
  if (!lease) return std::nullopt;
  std::optional<Result> answer;
  {
    std::stop_callback const interrupting{stop, [&lease] { (*lease).interrupt(); }};
    answer.emplace((*lease).ask(words, blocks + timeouts_.command));
  }
  if (!answer->has_value() && stop.stop_requested()) {
    lease.drop();
    return std::nullopt;
  }
  return checked(lease, "wait_after", std::move(*answer));
}

std::optional<RedisAnswer> RedisClient::run(RedisScript script, Arguments const& arguments) {
  Lease lease{*this, calls_};
  std::string identity;
  if (!lease || !append_uuid(identity)) return std::nullopt;
  auto const& [keys, time, args, more_patience] = arguments;
  std::string const how_many = std::to_string(keys.size());
  std::vector<std::string_view> words{"EVALSHA", {}, how_many};
  words.reserve(words.size() + keys.size() + 3 + args.size());
  words.insert(words.end(), keys.begin(), keys.end());
  words.insert(words.end(), {time, (*lease).run_id(), identity});
  words.insert(words.end(), args.begin(), args.end());
  return checked(lease, kTopics.at(static_cast<std::size_t>(script)),
                 evaluate(*lease, script, std::move(words), timeouts_.command + more_patience));
}

RedisClient::Result RedisClient::evaluate(RedisConnection& connection, RedisScript script,
                                          std::vector<std::string_view> words, milliseconds patience) {
  auto const digest = digest_of(connection, script);
  if (!digest) return digest;
  if (!digest->is_error()) {
    words[1] = digest->text;
    Result answer = connection.ask(words, patience);
    if (!answer || !answer->is_error() || !answer->text.starts_with("NOSCRIPT")) return answer;
  }
  words[0] = "EVAL";
  words[1] = text_of(script);
  return connection.ask(words, patience);
}

/// A text; an error of the server: the whole script has to be sent.
RedisClient::Result RedisClient::digest_of(RedisConnection& connection, RedisScript script) {
  std::optional<RedisAnswer>& known = digests_.at(static_cast<std::size_t>(script));
  {
    std::lock_guard const lock{digests_mutex_};
    if (known) return *known;
  }
  Result loaded = connection.ask(std::vector<std::string_view>{"SCRIPT", "LOAD", text_of(script)}, timeouts_.command);
  bool const is_forbidden = loaded && loaded->is_error() && refusal_of(*loaded).code == "NOPERM";
  if (!loaded || (loaded->text.size() != kDigestSize && !is_forbidden)) return loaded;
  std::lock_guard const lock{digests_mutex_};
  known = *loaded;
  return loaded;
}

}  // namespace authjwt::detail
