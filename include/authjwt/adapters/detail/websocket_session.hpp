#pragma once

#include <authjwt/adapters/detail/websocket_route.hpp>
#include <authjwt/auth/auth_jwt.hpp>
#include <authjwt/auth/authority.hpp>
#include <authjwt/base/clock.hpp>
#include <authjwt/http/answer.hpp>
#include <authjwt/http/message.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

/// A WebSocket without its connection: bytes and the time go in, bytes and callbacks come out. What a connection of any
/// framework must do is little: detail/websocket_connection.hpp does it for asio.
namespace authjwt::detail {

class WebSocketReader;
struct WebSocketIncoming;
enum class Opcode : std::uint8_t;

/// What carries the bytes of a session.
class WebSocketTransport {
 public:
  /// Has the connection call `WebSocketSession::run` soon. Called from any thread, with a lock of the session held: it
  /// must not call the session itself.
  virtual void wake() noexcept = 0;

 protected:
  ~WebSocketTransport() = default;
};

/// The request of an upgrade while it is there; afterwards one that has nothing.
class PassingRequest final : public http::Request {
 public:
  explicit PassingRequest(http::Request const& request) noexcept : request_{&request} {}
  void let_go() noexcept { request_ = nullptr; }
  [[nodiscard]] std::string_view method() const override { return request_ ? request_->method() : std::string_view{}; }
  [[nodiscard]] http::HeaderValues header(std::string_view name) const override {
    return request_ ? request_->header(name) : http::HeaderValues{};
  }
  [[nodiscard]] std::string_view query() const override { return request_ ? request_->query() : std::string_view{}; }

 private:
  http::Request const* request_;
};

/// One socket, from its upgrade on. A steady clock times the connection, the authority's clock the token.
///
/// `start` to `end` are the connection's: one call at a time. The others may be called from any thread. The authority
/// must outlive it.
class WebSocketSession final : public std::enable_shared_from_this<WebSocketSession> {
 public:
  using Time = std::chrono::steady_clock::time_point;

  WebSocketSession(Authority const& authority, std::shared_ptr<WebSocketRoute const> route,
                   http::Request const& request);
  ~WebSocketSession();
  WebSocketSession(WebSocketSession const&) = delete;
  WebSocketSession& operator=(WebSocketSession const&) = delete;

  /// Looks for the token as the route says, and throws what refuses it. Once, before `start`; then the request may go.
  void authorize_upgrade(std::string_view path_token);
  /// The subprotocol that the answer names; empty for none.
  [[nodiscard]] std::string_view protocol() const noexcept { return protocol_; }

  /// The upgrade is accepted: with `head`, the answer. `write_within` is the time for each piece of `take_output`.
  void start(WebSocketTransport& transport, std::string head, std::chrono::milliseconds write_within, Time now);
  /// Bytes have come.
  void receive(std::string_view bytes, Time now);
  /// Time has gone on, or `wake` was called. False: nothing can be saved, the connection is to be cut.
  [[nodiscard]] bool run(Time now);
  /// When to call `run` again; nothing: not before something happens.
  [[nodiscard]] std::optional<Time> deadline() const;
  /// What to write next; empty for nothing. Followed by `written` when it is out, and by no other call of it before.
  [[nodiscard]] std::string take_output(Time now);
  void written(Time now);
  /// `now`: both sides have said all, the connection is to be cut. `after_peer`: only this side has, to a peer that may
  /// still be sending, and a connection that is cut while bytes of it wait unread is reset, which may take from the
  /// peer what it has not read: the connection ends its sending, and is cut when the peer ends, or by `run`.
  enum class Ending : std::uint8_t { none, after_peer, now };
  [[nodiscard]] Ending ending() const;
  /// The connection has ended, or is about to be cut. Nothing is called after it.
  void end();

  bool send(bool binary, std::string_view payload);
  void close(std::uint16_t code, std::string_view reason);
  /// The transport is not called any more, and what it has not taken is given up.
  void detach() noexcept;
  [[nodiscard]] bool is_open() const noexcept;
  [[nodiscard]] AuthJWT const& authorize() const noexcept { return authorize_; }
  [[nodiscard]] Authority const& authority() const noexcept { return *authority_; }

 private:
  [[nodiscard]] bool try_place(WebSocketLocation place, std::string_view path_token, std::optional<Error>& missing);
  [[nodiscard]] Result<void> require_from_query();
  [[nodiscard]] Result<void> require_from_cookies();
  [[nodiscard]] Result<void> require_from_subprotocol();
  void open(Time now);
  void handle(WebSocketIncoming const& incoming, Time now);
  void authorize_message(WebSocketIncoming const& message, Time now);
  void deliver(WebSocketIncoming const& message);
  void tick(Time now);
  void settle();
  void tell_close(std::uint16_t code, std::string_view reason);
  template <class Call>
  void call(Call const& callback);
  [[nodiscard]] bool is_expired() const;
  [[nodiscard]] std::size_t message_limit() const;
  void close_now(std::uint16_t code, std::string_view reason);
  // with the lock held
  void queue(std::string bytes);
  [[nodiscard]] bool queue_message(Opcode opcode, std::string_view payload);
  void queue_close(std::uint16_t code, std::string_view reason);

  [[nodiscard]] WebSocket handle();

  Authority const* authority_;
  std::shared_ptr<WebSocketRoute const> route_;
  PassingRequest request_;
  AuthJWT authorize_;
  std::unique_ptr<WebSocketReader> reader_;
  std::string protocol_;
  std::optional<TimePoint> ends_at_;  // the token
  std::chrono::milliseconds write_within_{0};
  bool waits_for_token_ = false;
  bool is_opened_ = false;  // the callbacks know of it
  bool is_told_ = false;    // they know of its end
  bool has_peer_closed_ = false;
  bool is_broken_ = false;  // what comes is no WebSocket any more
  bool is_heard_ = false;   // since the last ping
  bool is_lost_ = false;
  std::optional<Time> token_by_, ping_at_, expiry_at_, written_by_, ended_by_;

  mutable std::mutex mutex_;  // guards all that follows
  WebSocketTransport* transport_ = nullptr;
  std::string head_;         // the answer to the upgrade, which goes before all else, until it is being written
  std::string ping_, pong_;  // the latest one that waits (RFC 6455 5.5.3): however many come, they take no more
  std::deque<std::string> output_;
  std::size_t queued_ = 0;     // what output_ costs
  std::size_t in_flight_ = 0;  // bytes that are being written
  bool is_close_queued_ = false;
  std::uint16_t close_code_ = 0;
  std::string close_reason_;
};

/// Whether a request asks for a WebSocket in `Upgrade`.
[[nodiscard]] bool names_websocket(http::Request const& request);

/// What became of a request for an upgrade: the answer that refuses it, or the session of the socket.
using WebSocketUpgrade = std::variant<http::RenderedAnswer, std::shared_ptr<WebSocketSession>>;

/// Judges a request for `match`: whether it is a good one (RFC 6455 4.2.1) and whom it brings. Logs as `answer_with`
/// does, and throws for lack of memory alone. The request may go when it returns.
[[nodiscard]] WebSocketUpgrade upgrade_websocket(Authority const& authority, WebSocketMatch const& match,
                                                 http::Request const& request);

}  // namespace authjwt::detail
