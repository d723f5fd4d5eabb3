#include "adapters/websocket_frames.hpp"
#include "base/printable.hpp"

#include <authjwt/adapters/detail/websocket_session.hpp>
#include <authjwt/adapters/websocket.hpp>
#include <authjwt/auth/exceptions.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace authjwt::detail {
namespace {

using Kind = WebSocketIncoming::Kind;
using Time = WebSocketSession::Time;

constexpr std::size_t kPieceSize = 64 * 1024;    // of what is written at once
constexpr std::size_t kEntryCost = 64;           // of one that waits, besides its bytes: an empty one is not free
constexpr std::size_t kFirstMessageExtra = 256;  // around the token of a first message
constexpr std::chrono::seconds kExpiryLook{60};  // the machine's clock may be set while a socket is open
constexpr std::size_t kShownReason = 120;        // `printable` may add three

/// The token of `{"type":"auth","token":"<JWT>"}`, which has these two members and no other.
std::optional<std::string> token_of(std::string_view message) {
  Result<json::value> const read = json::read(message, {.max_size = message.size(), .max_depth = 1, .max_members = 2});
  json::object const* const object = read ? read->if_object() : nullptr;
  if (object == nullptr || object->size() != 2) return std::nullopt;
  json::value const* const type = object->if_contains("type");
  json::value const* const token = object->if_contains("token");
  if (type == nullptr || token == nullptr || !token->is_string() || *type != json::value("auth")) return std::nullopt;
  return std::string{token->get_string()};
}

std::size_t cost_of(std::string const& waiting) noexcept { return waiting.size() + kEntryCost; }

/// Nothing where the token never ends, or further away than dates go.
std::optional<TimePoint> end_of(VerifiedToken const* token, std::chrono::seconds leeway) {
  std::optional<TimePoint> const exp = token == nullptr ? std::nullopt : token->expires_at();
  if (!exp || *exp > TimePoint::max() - leeway) return std::nullopt;
  return *exp + leeway;
}

}  // namespace

WebSocketSession::WebSocketSession(Authority const& authority, std::shared_ptr<WebSocketRoute const> route,
                                   http::Request const& request)
    : authority_{&authority},
      route_{std::move(route)},
      request_{request},
      authorize_{authority, request_},
      reader_{std::make_unique<WebSocketReader>()} {}

WebSocketSession::~WebSocketSession() = default;

WebSocket WebSocketSession::handle() { return WebSocket{shared_from_this()}; }

// --- the connection's calls -----------------------------------------------------------------------------------------

void WebSocketSession::start(WebSocketTransport& transport, std::string head, std::chrono::milliseconds write_within,
                             Time now) {
  write_within_ = write_within;
  {
    std::lock_guard const lock{mutex_};
    transport_ = &transport;
    head_ = std::move(head);
  }
  if (waits_for_token_) {
    token_by_ = now + route_->options.first_message_within;
  } else {
    open(now);
  }
}

void WebSocketSession::receive(std::string_view bytes, Time now) {
  is_heard_ = true;
  while (!has_peer_closed_ && !is_broken_) {
    WebSocketIncoming const incoming = reader_->next(bytes, message_limit());
    if (incoming.kind == Kind::nothing) break;
    handle(incoming, now);
  }
  settle();
}

bool WebSocketSession::run(Time now) {
  tick(now);
  settle();
  return !is_lost_;
}

std::optional<Time> WebSocketSession::deadline() const {
  std::optional<Time> first;
  for (auto const& time : {token_by_, ping_at_, expiry_at_, written_by_, ended_by_}) {
    if (time && (!first || *time < *first)) first = time;
  }
  return first;
}

std::string WebSocketSession::take_output(Time now) {
  std::lock_guard const lock{mutex_};
  std::string piece = std::exchange(head_, {});
  piece.append(std::exchange(ping_, {})).append(std::exchange(pong_, {}));
  while (!output_.empty() && (piece.empty() || piece.size() + output_.front().size() <= kPieceSize)) {
    piece.append(output_.front());
    queued_ -= cost_of(output_.front());
    output_.pop_front();
  }
  in_flight_ = piece.size();
  if (!piece.empty()) written_by_ = now + write_within_;
  return piece;
}

/// From when the close frame is out, the peer has its time to answer.
void WebSocketSession::written(Time now) {
  std::lock_guard const lock{mutex_};
  in_flight_ = 0;
  written_by_.reset();
  if (is_close_queued_ && output_.empty() && !ended_by_) ended_by_ = now + route_->options.close_within;
}

WebSocketSession::Ending WebSocketSession::ending() const {
  std::lock_guard const lock{mutex_};
  bool const is_all_out = is_close_queued_ && output_.empty() && in_flight_ == 0;
  if (!is_all_out) return Ending::none;
  return has_peer_closed_ ? Ending::now : is_broken_ ? Ending::after_peer : Ending::none;
}

void WebSocketSession::end() {
  detach();
  settle();
}

void WebSocketSession::detach() noexcept {
  std::lock_guard const lock{mutex_};
  transport_ = nullptr;
  if (!std::exchange(is_close_queued_, true)) close_code_ = close_code::kAbnormal;
  for (std::string* const bytes : {&head_, &ping_, &pong_}) bytes->clear();
  output_.clear();
  queued_ = 0;
}

// --- what comes in --------------------------------------------------------------------------------------------------

std::size_t WebSocketSession::message_limit() const {
  std::size_t const limit = route_->options.max_message_size;
  return waits_for_token_ ? std::min(limit, authority_->settings().max_token_size + kFirstMessageExtra) : limit;
}

void WebSocketSession::handle(WebSocketIncoming const& incoming, Time now) {
  switch (incoming.kind) {
    case Kind::failure:
      is_broken_ = true;
      close_now(incoming.code, incoming.payload);
      return;
    case Kind::close:
      has_peer_closed_ = true;
      close_now(incoming.code, incoming.payload);
      return;
    case Kind::ping: {
      std::lock_guard const lock{mutex_};
      if (!is_close_queued_) pong_ = frame(Opcode::pong, incoming.payload);
      return;
    }
    case Kind::text:
    case Kind::binary:
      if (!is_open()) return;
      return waits_for_token_ ? authorize_message(incoming, now) : deliver(incoming);
    case Kind::pong:
    case Kind::nothing: return;
  }
}

void WebSocketSession::authorize_message(WebSocketIncoming const& message, Time now) {
  std::optional<std::string> const token = message.kind == Kind::text ? token_of(message.payload) : std::nullopt;
  if (!token) return close_now(close_code::kPolicy, R"(expected {"type":"auth","token":"<JWT>"})");
  call([&] {
    authorize_.require(route_->rule, WebSocketToken{*token});
    waits_for_token_ = false;
    token_by_.reset();
  });
  if (!waits_for_token_) open(now);
}

void WebSocketSession::open(Time now) {
  WebSocketOptions const& options = route_->options;
  // Built before other threads can ask for it: `VerifiedToken::claims`.
  call([&] { static_cast<void>(authorize_.get_raw_jwt()); });
  if (!is_open()) return;
  if (options.close_at_expiry) ends_at_ = end_of(authorize_.get_verified_token(), authority_->settings().decode_leeway);
  if (ends_at_) expiry_at_ = now;
  ping_at_ = now + options.ping_every;
  is_opened_ = is_heard_ = true;
  call([&] {
    if (route_->handler.on_open) route_->handler.on_open(handle());
  });
  tick(now);
  settle();
}

void WebSocketSession::deliver(WebSocketIncoming const& message) {
  if (is_expired()) return close_now(close_code::kPolicy, "token expired");
  auto const& callback = message.kind == Kind::text ? route_->handler.on_message : route_->handler.on_binary;
  if (!callback) return close_now(close_code::kUnsupported, "messages of this kind are not taken");
  call([&] { callback(handle(), message.payload); });
}

/// What the user's code throws is for the log, and ends the socket.
template <class Call>
void WebSocketSession::call(Call const& callback) {
  auto const fail = [this](char const* what) {
    authority_->log(LogLevel::error, route_->name + ": a callback failed: " + printable(what, 400));
    close_now(close_code::kInternal, {});
  };
  try {
    callback();
  } catch (AuthJWTException const& e) {
    bool const is_policy = e.code() != Errc::unavailable;
    close_now(is_policy ? close_code::kPolicy : close_code::kTryAgainLater, printable(e.message(), kShownReason));
  } catch (std::exception const& e) {
    fail(e.what());
  } catch (...) {
    fail("something that is no std::exception");
  }
}

// --- time -----------------------------------------------------------------------------------------------------------

bool WebSocketSession::is_expired() const { return ends_at_ && authority_->now() >= *ends_at_; }

void WebSocketSession::tick(Time now) {
  auto const is_due = [now](std::optional<Time> const& time) { return time && *time <= now; };
  if (is_due(written_by_) || is_due(ended_by_)) is_lost_ = true;
  if (!is_open()) return;
  if (is_due(token_by_)) close_now(close_code::kPolicy, "no token in time");
  if (is_due(expiry_at_)) {
    if (is_expired()) return close_now(close_code::kPolicy, "token expired");
    expiry_at_ = now + std::clamp(*ends_at_ - authority_->now(), std::chrono::seconds{1}, kExpiryLook);
  }
  if (!is_due(ping_at_)) return;
  if (!is_heard_) is_lost_ = true;
  is_heard_ = false;
  ping_at_ = now + route_->options.ping_every;
  std::lock_guard const lock{mutex_};
  if (!is_close_queued_) ping_ = frame(Opcode::ping, {});
}

/// A close may have been queued by any thread: its consequences are this one's.
void WebSocketSession::settle() {
  std::pair<std::uint16_t, std::string> closed;
  {
    std::lock_guard const lock{mutex_};
    if (!is_close_queued_) return;
    closed = {close_code_, close_reason_};
  }
  token_by_.reset();
  ping_at_.reset();
  expiry_at_.reset();
  tell_close(closed.first, closed.second);
}

void WebSocketSession::tell_close(std::uint16_t code, std::string_view reason) {
  if (!is_opened_ || std::exchange(is_told_, true)) return;
  call([&] {
    if (route_->handler.on_close) route_->handler.on_close(handle(), code, reason);
  });
}

// --- what goes out --------------------------------------------------------------------------------------------------

bool WebSocketSession::is_open() const noexcept {
  std::lock_guard const lock{mutex_};
  return !is_close_queued_;
}

bool WebSocketSession::send(bool binary, std::string_view payload) {
  std::lock_guard const lock{mutex_};
  if (is_close_queued_) return false;
  bool const is_queued = queue_message(binary ? Opcode::binary : Opcode::text, payload);
  if (transport_ != nullptr) transport_->wake();
  return is_queued;
}

void WebSocketSession::close(std::uint16_t code, std::string_view reason) {
  std::lock_guard const lock{mutex_};
  if (is_close_queued_) return;
  queue_close(code, reason);
  if (transport_ != nullptr) transport_->wake();
}

/// The connection's own calls end in `settle` or a new look at the output: nobody is to be woken.
void WebSocketSession::close_now(std::uint16_t code, std::string_view reason) {
  std::lock_guard const lock{mutex_};
  if (!is_close_queued_) queue_close(code, reason);
}

void WebSocketSession::queue(std::string bytes) {
  output_.push_back(std::move(bytes));
  queued_ += cost_of(output_.back());
}

/// Where there is no room, what waits is given up: the peer would not read it either.
bool WebSocketSession::queue_message(Opcode opcode, std::string_view payload) {
  std::size_t const limit = route_->options.max_queued;
  std::string bytes = frame(opcode, payload);
  std::size_t const cost = cost_of(bytes);
  if (cost > limit) {  // however fast the peer reads
    queue_close(close_code::kInternal, "message too large to send");
    return false;
  }
  if (cost > limit - std::min(limit, queued_ + in_flight_)) {
    output_.clear();
    queued_ = 0;
    queue_close(close_code::kPolicy, "reads too slowly");
    return false;
  }
  queue(std::move(bytes));
  return true;
}

void WebSocketSession::queue_close(std::uint16_t code, std::string_view reason) {
  is_close_queued_ = true;
  close_code_ = code;
  close_reason_ = reason;
  queue(close_frame(code, reason));
}

}  // namespace authjwt::detail
