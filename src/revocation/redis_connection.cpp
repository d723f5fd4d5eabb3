#include "revocation/redis_connection.hpp"

#include "base/printable.hpp"

#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <poll.h>
#include <sys/socket.h>
#ifdef AUTHJWT_REDIS_TLS
#include "revocation/redis_tls.hpp"
#endif

#include <cerrno>
#include <csignal>
#include <ctime>
#include <limits>
#include <system_error>
#include <utility>

namespace authjwt::detail {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMostBytes = 64UL * 1024 * 1024;
constexpr std::size_t kMostParts = 1'000'000;
constexpr std::size_t kLongestRunId = 64;
constexpr int kDeepest = 7;  // of lists in lists; what is made of them is called again for each

/// What is left of one answer's limits. The reader makes its objects through these, so that a server can announce
/// whatever it likes.
struct Budget {
  redisReplyObjectFunctions const* plain = nullptr;
  std::size_t bytes = kMostBytes;
  std::size_t parts = kMostParts;

  bool take(std::size_t& left, std::size_t amount) const {
    if (amount > left) return false;
    left -= amount;
    return true;
  }
};

// Generic, for the types of these arguments are others in hiredis 1.0.
constexpr auto kBoundedString = [](auto const* task, char* text, auto size) -> void* {
  auto& budget = *static_cast<Budget*>(task->privdata);
  bool const fits = budget.take(budget.bytes, static_cast<std::size_t>(size)) && budget.take(budget.parts, 1);
  return fits ? budget.plain->createString(task, text, size) : nullptr;
};
constexpr auto kBoundedArray = [](auto const* task, auto size) -> void* {
  auto& budget = *static_cast<Budget*>(task->privdata);
  int depth = 0;
  for (auto const* above = task->parent; above != nullptr; above = above->parent) ++depth;
  bool const fits = depth < kDeepest && budget.take(budget.parts, static_cast<std::size_t>(size));
  return fits ? budget.plain->createArray(task, size) : nullptr;
};

timeval timeval_of(milliseconds time) {
  auto const seconds = std::chrono::floor<std::chrono::seconds>(time);
  return {static_cast<time_t>(seconds.count()),
          static_cast<suseconds_t>(std::chrono::microseconds{time - seconds}.count())};
}

RedisAnswer answer_of(redisReply const& reply) {
  using enum RedisAnswer::Kind;
  RedisAnswer answer;
  switch (reply.type) {
    case REDIS_REPLY_NIL: return answer;
    case REDIS_REPLY_INTEGER: answer.kind = integer; break;
    case REDIS_REPLY_ARRAY: answer.kind = list; break;
    case REDIS_REPLY_ERROR: answer.kind = error; break;
    default: answer.kind = text;
  }
  answer.integer = reply.integer;
  if (reply.str != nullptr) answer.text.assign(reply.str, static_cast<std::size_t>(reply.len));
  if (answer.kind != list) return answer;
  answer.list.reserve(reply.elements);
  for (std::size_t i = 0; i < reply.elements; ++i) answer.list.push_back(answer_of(*reply.element[i]));
  return answer;
}

/// hiredis writes without MSG_NOSIGNAL; a service must not end because its store did.
class WithoutPipeSignal {
 public:
  WithoutPipeSignal() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~WithoutPipeSignal() {
    timespec const at_once{};
    while (!was_pending_ && sigtimedwait(&pipe_, nullptr, &at_once) == -1 && errno == EINTR) {
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  WithoutPipeSignal(WithoutPipeSignal const&) = delete;
  WithoutPipeSignal& operator=(WithoutPipeSignal const&) = delete;

 private:
  sigset_t pipe_{};
  sigset_t before_{};
  bool was_pending_ = false;
};

struct FreeReply {
  void operator()(void* reply) const noexcept { freeReplyObject(reply); }
};

}  // namespace

struct RedisConnection::Impl {
  explicit Impl(redisContext* the_context) : context{the_context} {
    functions = *context->reader->fn;
    budget.plain = context->reader->fn;
    functions.createString = kBoundedString;
    functions.createArray = kBoundedArray;
    context->reader->fn = &functions;
    context->reader->privdata = &budget;
  }
  ~Impl() { redisFree(context); }
  Impl(Impl const&) = delete;
  Impl& operator=(Impl const&) = delete;

  /// From here on reads and writes return at once, so that a deadline holds for an answer that drips in.
  void unblock() const noexcept {
    ::fcntl(context->fd, F_SETFD, FD_CLOEXEC);
    ::fcntl(context->fd, F_SETFL, ::fcntl(context->fd, F_GETFL) | O_NONBLOCK);
    context->flags &= ~REDIS_BLOCK;
  }
  [[nodiscard]] RedisFailure error() const {
    if (context->err == REDIS_ERR_EOF) return RedisFailure("it closed the connection");
    if (context->err == REDIS_ERR_OOM) return RedisFailure("its answer is too large");
    return RedisFailure(printable(context->errstr, 120));
  }
  /// Errors: the time is up.
  [[nodiscard]] RedisResult<void> wait_for(short events, Steady::time_point deadline) const {
    pollfd file{context->fd, events, 0};
    for (;;) {
      auto const left = std::chrono::ceil<milliseconds>(deadline - Steady::now()).count();
      int const ready = left < 0 ? 0 : ::poll(&file, 1, static_cast<int>(left));
      if (ready > 0) return {};
      if (ready == 0) return RedisFailure("it did not answer in time");
      if (errno != EINTR) return RedisFailure(std::generic_category().message(errno));
    }
  }
  [[nodiscard]] RedisResult<void> write(Steady::time_point deadline) const {
    for (int is_done = 0;;) {
      if (redisBufferWrite(context, &is_done) != REDIS_OK) return error();
      if (is_done != 0) return {};
      if (auto const ready = wait_for(POLLOUT, deadline); !ready) return ready.error();
    }
  }
  [[nodiscard]] RedisResult<RedisAnswer> read(Steady::time_point deadline) {
    budget.bytes = kMostBytes;
    budget.parts = kMostParts;
    for (;;) {
      void* reply = nullptr;
      if (redisGetReplyFromReader(context, &reply) != REDIS_OK) return error();
      std::unique_ptr<void, FreeReply> const owner{reply};
      if (reply != nullptr) return answer_of(*static_cast<redisReply const*>(reply));
      if (context->reader->len > kMostBytes) return RedisFailure("its answer is too large");
      if (auto const ready = wait_for(POLLIN, deadline); !ready) return ready.error();
      if (redisBufferRead(context) != REDIS_OK) return error();
    }
  }

  redisContext* context;
  redisReplyObjectFunctions functions{};
  Budget budget;
};

RedisConnection::RedisConnection(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}

RedisConnection::~RedisConnection() = default;

RedisResult<std::unique_ptr<RedisConnection>> RedisConnection::open(RedisAddress const& address,
                                                                    RedisTimeouts timeouts) {
  auto const deadline = Steady::now() + timeouts.connect;
  timeval const patience = timeval_of(timeouts.connect);
  redisContext* const context = address.path.empty()
                                    ? redisConnectWithTimeout(address.host.c_str(), address.port, patience)
                                    : redisConnectUnixWithTimeout(address.path.c_str(), patience);
  if (context == nullptr) return RedisFailure("there is no memory for a connection");
  auto impl = std::make_unique<Impl>(context);
  if (context->err != 0) return RedisFailure("there is no connection: " + impl->error().text);
#ifdef AUTHJWT_REDIS_TLS
  WithoutPipeSignal const masked;
  if (address.is_tls && !start_redis_tls(context, address.host, patience)) {
    return RedisFailure("TLS cannot be agreed on, or its certificate is not for this host or of nobody who is trusted");
  }
#endif
  impl->unblock();
  std::unique_ptr<RedisConnection> connection{new RedisConnection{std::move(impl)}};
  if (auto const logged_in = connection->log_in(address, deadline); !logged_in) return logged_in.error();
  if (auto const read = connection->read_info(deadline); !read) return read.error();
  return connection;
}

RedisResult<void> RedisConnection::log_in(RedisAddress const& address, Steady::time_point deadline) {
  std::string_view const password = address.password.expose_secret();
  if (address.has_login) {
    std::vector<std::string_view> words{"AUTH"};
    if (!address.user.empty()) words.push_back(address.user);
    words.push_back(password);
    auto const answer = ask_until(words, deadline);
    if (!answer) return answer.error();
    if (answer->is_error()) {
      RedisRefusal const refusal = refusal_of(*answer);
      // The text of an unknown command repeats its arguments: the password.
      return RedisFailure(refusal.code == "ERR" ? "it takes no such login; is there a user or a password set for it?"
                                                : refusal.text);
    }
  }
  if (address.database == 0) return {};
  std::string const database = std::to_string(address.database);
  auto const answer = ask_until(std::vector<std::string_view>{"SELECT", database}, deadline);
  if (!answer) return answer.error();
  if (answer->is_error())
    return RedisFailure("database " + database + " cannot be chosen: " + refusal_of(*answer).text);
  return {};
}

RedisResult<void> RedisConnection::read_info(Steady::time_point deadline) {
  auto const answer = ask_until(std::vector<std::string_view>{"INFO"}, deadline);
  if (!answer) return answer.error();
  if (answer->is_error()) {
    RedisRefusal const refusal = refusal_of(*answer);
    if (refusal.ends_connection) return RedisFailure(refusal.text);
    return {};  // the user may not ask
  }
  if (answer->kind != RedisAnswer::Kind::text) return RedisFailure("it is no Redis");
  if (info_value(answer->text, "role") == "slave") return RedisFailure(std::string{kIsReplica});
  if (info_value(answer->text, "loading") == "1") return RedisFailure("it is still loading what it keeps");
  run_id_ = info_value(answer->text, "run_id").substr(0, kLongestRunId);
  return {};
}

RedisResult<RedisAnswer> RedisConnection::ask(std::span<std::string_view const> words, milliseconds patience) {
  return ask_until(words, Steady::now() + patience);
}

RedisResult<RedisAnswer> RedisConnection::ask_until(std::span<std::string_view const> words,
                                                    Steady::time_point deadline) {
  if (is_broken_) return RedisFailure("the connection is broken");
  if (words.size() > kMostParts) return RedisFailure("the command has too many parts");
  WithoutPipeSignal const masked;
  is_broken_ = true;  // until its answer has been read to the end
  std::vector<char const*> texts;
  std::vector<std::size_t> sizes;
  texts.reserve(words.size());
  sizes.reserve(words.size());
  for (std::string_view const word : words) {
    texts.push_back(word.data() == nullptr ? "" : word.data());
    sizes.push_back(word.size());
  }
  if (redisAppendCommandArgv(impl_->context, static_cast<int>(words.size()), texts.data(), sizes.data()) != REDIS_OK) {
    return impl_->error();
  }
  if (auto const written = impl_->write(deadline); !written) return written.error();
  auto answer = impl_->read(deadline);
  is_broken_ = answer.has_error();
  return answer;
}

bool RedisConnection::is_usable() const noexcept {
  redisReader const& reader = *impl_->context->reader;
  pollfd file{impl_->context->fd, POLLIN | POLLRDHUP, 0};
  return !is_broken_ && reader.pos == reader.len && ::poll(&file, 1, 0) == 0;
}

std::string_view info_value(std::string_view info, std::string_view name) {
  std::string const line = "\n" + std::string{name} + ":";
  std::size_t const at = info.find(line);
  if (at == std::string_view::npos) return {};
  std::string_view const value = info.substr(at + line.size());
  return value.substr(0, value.find_first_of("\r\n"));
}

void RedisConnection::interrupt() const noexcept { ::shutdown(impl_->context->fd, SHUT_RDWR); }

}  // namespace authjwt::detail
