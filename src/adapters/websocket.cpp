#include "adapters/websocket_frames.hpp"
#include "base/utf8.hpp"

#include <authjwt/adapters/detail/websocket_session.hpp>
#include <authjwt/adapters/websocket.hpp>

#include <stdexcept>

namespace authjwt {

bool WebSocket::send_text(std::string_view text) const {
  if (!is_utf8(text)) throw std::invalid_argument{"send_text: the text is not UTF-8"};
  return session_->send(false, text);
}

bool WebSocket::send_binary(std::string_view bytes) const { return session_->send(true, bytes); }

void WebSocket::close(std::uint16_t code, std::string_view reason) const {
  if (!detail::is_sendable(code))
    throw std::invalid_argument{"close: no endpoint may send the code " + std::to_string(code)};
  if (reason.size() > detail::kMaxReasonSize || !is_utf8(reason)) {
    throw std::invalid_argument{"close: the reason is over 123 bytes, or not UTF-8"};
  }
  session_->close(code, reason);
}

bool WebSocket::is_open() const noexcept { return session_->is_open(); }

AuthJWT const& WebSocket::authorize() const noexcept { return session_->authorize(); }

MaybePointer<json::object const> WebSocket::get_raw_jwt() const { return authorize().get_raw_jwt(); }

Maybe<Subject> WebSocket::get_jwt_subject() const { return authorize().get_jwt_subject(); }

MaybePointer<VerifiedToken const> WebSocket::get_verified_token() const noexcept {
  return authorize().get_verified_token();
}

std::optional<TimePoint> WebSocket::expires_at() const noexcept {
  VerifiedToken const* const token = get_verified_token();
  return token == nullptr ? std::nullopt : token->expires_at();
}

Result<void> WebSocket::check() const {
  VerifiedToken const* const token = get_verified_token();
  if (token == nullptr) return {};
  Authority const& authority = session_->authority();
  if (Result<void> timely = authority.check_claims(*token); !timely) return timely;
  return authority.check_revoked(*token);
}

}  // namespace authjwt
