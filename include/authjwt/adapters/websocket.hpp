#pragma once

#include <authjwt/auth/auth_jwt.hpp>
#include <authjwt/base/clock.hpp>
#include <authjwt/base/described.hpp>
#include <authjwt/base/json.hpp>
#include <authjwt/base/maybe.hpp>
#include <authjwt/base/result.hpp>
#include <authjwt/token/claims.hpp>
#include <authjwt/token/verified_token.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// WebSockets (RFC 6455) that nobody opens without a token, without any framework: `Routes::websocket` adds one, an
/// adapter serves it.
namespace authjwt {

namespace detail {
class WebSocketSession;
}

/// A place where a WebSocket's token may be. docs/websocket.md says which one fits what client.
enum class WebSocketLocation : std::uint8_t {
  query,         ///< `/ws?token=<JWT>`: it ends up in the logs of servers and proxies
  path,          ///< `/ws/{token}`: so does this
  headers,       ///< `Authorization: Bearer <JWT>`, as for any request; no browser can send it
  cookies,       ///< with the CSRF value in the query; only for pages of `Settings::websocket_origins`
  subprotocol,   ///< `Sec-WebSocket-Protocol: bearer, <JWT>`; the answer says `bearer`
  first_message  ///< `{"type":"auth","token":"<JWT>"}` in a text message
};

/// How one route's sockets behave, and what they let strangers cost. The order of the fields is API; new ones are
/// appended.
struct WebSocketOptions {
  /// Where the token is looked for, in this order: what is missing goes on to the next place, what is there and wrong
  /// is final. No other place is looked at. `first_message` stands last. Empty for a public route.
  std::vector<WebSocketLocation> from = {};
  std::string query_name = "token";
  std::string csrf_query_name = "csrf_token";
  /// The socket is closed with 1008 when its first message has not come by then.
  std::chrono::milliseconds first_message_within{5'000};
  /// Close with 1008 when the token ends (`exp` and leeway), at most a second late; no message is handled after it.
  bool close_at_expiry = true;
  std::size_t max_message_size = 64 * 1024;  ///< bytes of a whole message; larger ones close the socket with 1009
  /// Bytes that wait to be sent, each message with its frame and 64 bytes more; where there are more, the peer reads
  /// too slowly, and the socket is closed with 1008. No single message may be larger.
  std::size_t max_queued = 1024 * 1024;
  /// A peer that is silent is asked whether it is still there; one that says nothing until the next time is gone.
  std::chrono::milliseconds ping_every{30'000};
  std::chrono::milliseconds close_within{2'000};  ///< for the peer's answer to a close
};

/// A socket that has passed its route's rule. A small handle; copies are the same socket, and may be kept and used by
/// any thread, also when the socket has been closed. The authority must outlive them.
class WebSocket {
 public:
  /// Sends a message; false when the socket is closed, or closes now because `max_queued` is reached: with 1008 where
  /// too much waits, with 1011 where this message alone is larger. Returns at once: true says that it will be sent, not
  /// that it has arrived. Throws `std::invalid_argument` for text that is not UTF-8.
  bool send_text(std::string_view text) const;
  bool send_binary(std::string_view bytes) const;
  /// Closes the socket when what has been sent before is out. Does nothing where it is closed. Throws
  /// `std::invalid_argument` for a code that no endpoint may send (RFC 6455 7.4), and for a reason that is not UTF-8 or
  /// over 123 bytes.
  void close(std::uint16_t code = 1000, std::string_view reason = {}) const;
  /// Whether messages can still be sent.
  [[nodiscard]] bool is_open() const noexcept;

  /// What the token says, as `AuthJWT` gives it; nothing on a public route, and on an optional one without a token.
  /// Valid as long as a handle of this socket.
  [[nodiscard]] MaybePointer<json::object const> get_raw_jwt() const;
  template <Described T>
  [[nodiscard]] Maybe<T> get_raw_jwt() const {
    return authorize().template get_raw_jwt<T>();
  }
  [[nodiscard]] Maybe<Subject> get_jwt_subject() const;
  [[nodiscard]] MaybePointer<VerifiedToken const> get_verified_token() const noexcept;
  template <class User>
  [[nodiscard]] MaybePointer<User const> current_user() const {
    return authorize().template current_user<User>();
  }
  /// `exp` of the token; nothing where there is no token, or one that never ends.
  [[nodiscard]] std::optional<TimePoint> expires_at() const noexcept;
  /// Whether the token is still good now: its time, and the denylist. Errors: those of a guard (`Errc::expired`,
  /// `Errc::token_revoked`, `Errc::unavailable`). Without a token there is nothing to check.
  [[nodiscard]] Result<void> check() const;

  [[nodiscard]] bool operator==(WebSocket const&) const noexcept = default;

 private:
  friend class detail::WebSocketSession;
  friend struct std::hash<WebSocket>;
  explicit WebSocket(std::shared_ptr<detail::WebSocketSession> session) noexcept : session_{std::move(session)} {}
  [[nodiscard]] AuthJWT const& authorize() const noexcept;

  std::shared_ptr<detail::WebSocketSession> session_;
};

/// What is called for the sockets of a route; those that are empty are not called. Of one socket never two at the same
/// time, of several sockets from several threads at once. Nothing is called before the token has been let in.
///
/// What a callback throws closes its socket: an `AuthJWTException` with 1008 and its message
/// (`socket.check().value()`), anything else with 1011, and it is logged. A callback that waits holds a thread of the
/// server.
struct WebSocketHandler {
  std::function<void(WebSocket const& socket)> on_open = {};
  /// A whole text message, which is UTF-8. Empty: such messages close the socket with 1003.
  std::function<void(WebSocket const& socket, std::string_view text)> on_message = {};
  /// A whole binary message. Empty: such messages close the socket with 1003.
  std::function<void(WebSocket const& socket, std::string_view bytes)> on_binary = {};
  /// Once for every socket that was opened, when it ends. `code` is that of who closed first; 1005: none was given,
  /// 1006: the connection ended without a close.
  std::function<void(WebSocket const& socket, std::uint16_t code, std::string_view reason)> on_close = {};
};

}  // namespace authjwt

/// For sets of sockets: a chat keeps those that are open.
template <>
struct std::hash<authjwt::WebSocket> {
  [[nodiscard]] std::size_t operator()(authjwt::WebSocket const& socket) const noexcept {
    return std::hash<std::shared_ptr<authjwt::detail::WebSocketSession>>{}(socket.session_);
  }
};
