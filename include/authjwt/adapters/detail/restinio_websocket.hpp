#pragma once

#include <authjwt/adapters/detail/restinio_message.hpp>
#include <authjwt/adapters/detail/websocket_connection.hpp>
#include <authjwt/adapters/detail/websocket_session.hpp>
#include <authjwt/adapters/routes.hpp>
#include <authjwt/http/answer.hpp>
#include <authjwt/http/body_framing.hpp>

#include <restinio/http_server.hpp>
#include <restinio/utils/base64.hpp>
#include <restinio/utils/sha1.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

/// The upgrade of a RESTinio connection. From then on it is not RESTinio's, whose own WebSockets allocate whatever size
/// a stranger's frame announces.
namespace authjwt::detail {

/// Whether RESTinio's parser takes the request for an upgrade, after which it reads nothing more.
inline bool is_upgrade(::restinio::http_request_header_t const& header) {
  return header.connection() == ::restinio::http_connection_header_t::upgrade;
}

/// The head of the answer that accepts (RFC 6455 4.2.2).
inline std::string switching_protocols(std::string_view key, std::string_view protocol) {
  namespace utils = ::restinio::utils;
  std::string const text = std::string{key} + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::string const accept = utils::base64::encode(utils::sha1::to_string(utils::sha1::make_digest(text)));
  std::string head =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: " +
      accept;
  if (!protocol.empty()) head.append("\r\nSec-WebSocket-Protocol: ").append(protocol);
  return head.append("\r\nDate: ").append(date_now()).append("\r\n\r\n");
}

/// Takes the socket out of RESTinio.
inline void take_over(::restinio::request_t& request, std::shared_ptr<WebSocketSession> session,
                      std::chrono::milliseconds write_within) {
  using Connection = ::restinio::impl::connection_t<RestinioTraits>;
  std::string const key = request.header().get_field(::restinio::http_field::sec_websocket_key);
  std::string head = switching_protocols(trimmed(key), session->protocol());
  auto const connection = std::move(::restinio::impl::access_req_connection(request));
  auto internals = dynamic_cast<Connection&>(*connection).move_upgrade_internals();
  std::make_shared<WebSocketConnection>(std::move(internals.m_socket), std::move(session))
      ->start(std::move(head), write_within);
}

/// What `upgrade_websocket` says, and RESTinio's parser, which reads on where it has seen no upgrade.
inline WebSocketUpgrade judge_upgrade(Authority const& authority, std::optional<WebSocketMatch> const& match,
                                      ::restinio::http_request_header_t const& header) {
  if (!match) return http::rendered_error(404);
  WebSocketUpgrade judged = upgrade_websocket(authority, *match, http::RestinioRequest{header});
  if (std::holds_alternative<http::RenderedAnswer>(judged)) return judged;
  bool const has_body = framing_of(header).kind != http::BodyFraming::Kind::none;
  if (has_body || !is_upgrade(header)) return http::rendered_error(400);
  return judged;
}

/// Whether a request is about a WebSocket, be it that its path is one's, or that it wants one where there is none.
inline bool is_for_websocket(Routes const& routes, ::restinio::http_request_header_t const& header) {
  return is_upgrade(header) || routes.websockets().find(http::RestinioRequest{header}.path());
}

/// Opens the WebSocket that is asked for, or has the answer that refuses it sent by `send(response)`; then the
/// connection ends. Nothing is thrown into RESTinio.
template <class Send>
::restinio::request_handling_status_t open_websocket(Routes const& routes, ::restinio::request_handle_t const& handle,
                                                     std::chrono::milliseconds write_within,
                                                     Send const& send) noexcept {
  try {
    auto const match = routes.websockets().find(http::RestinioRequest{handle->header()}.path());
    WebSocketUpgrade judged = judge_upgrade(routes.authority(), match, handle->header());
    if (auto* session = std::get_if<std::shared_ptr<WebSocketSession>>(&judged)) {
      take_over(*handle, std::move(*session), write_within);
      return ::restinio::request_accepted();
    }
    auto const answer = [&](auto const&, auto) { return std::get<http::RenderedAnswer>(std::move(judged)); };
    return respond(handle, true, answer, send);
  } catch (...) {
    return ::restinio::request_rejected();
  }
}

}  // namespace authjwt::detail
