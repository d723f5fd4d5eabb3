// What is decided before the upgrade: whether the request is a good one, and whom it brings.
#include "auth/token_names.hpp"
#include "base/printable.hpp"
#include "http/ascii.hpp"
#include "http/cookie.hpp"
#include "http/form_value.hpp"

#include <authjwt/adapters/detail/websocket_session.hpp>
#include <authjwt/adapters/endpoint.hpp>
#include <authjwt/http/body_framing.hpp>

#include <algorithm>
#include <utility>

namespace authjwt::detail {
namespace {

using http::HTTPException;

constexpr std::string_view kBearer = "bearer";

/// Takes the next element off a list with commas (RFC 9110 5.6.1), without the blanks around it.
std::string_view next_element(std::string_view& list) {
  std::size_t const end = std::min(list.find(','), list.size());
  std::string_view element = list.substr(0, end);
  list.remove_prefix(std::min(end + 1, list.size()));
  element.remove_prefix(std::min(element.find_first_not_of(" \t"), element.size()));
  return element.substr(0, element.find_last_not_of(" \t") + 1);
}

/// Whether a list field names `word`, whose case does not matter.
bool names(http::HeaderValues const& values, std::string_view word) {
  for (std::size_t i = 0; i < std::min(values.size(), http::HeaderValues::kKept); ++i) {
    for (std::string_view list = values[i]; !list.empty();) {
      if (http::equal_ignoring_case(next_element(list), word)) return true;
    }
  }
  return false;
}

/// Sixteen bytes in base64 (RFC 6455 4.1): the last of 22 characters carries four bits that are zero.
bool is_key(std::string_view key) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (key.size() != 24 || !key.ends_with("==")) return false;
  std::string_view const digits = key.substr(0, 22);
  return digits.find_first_not_of(kAlphabet) == std::string_view::npos && kAlphabet.find(digits.back()) % 16 == 0;
}

/// RFC 6455 4.2.1. What is no upgrade at all is told that one is wanted (RFC 9110 15.5.22).
void check_handshake(http::Request const& request) {
  if (request.method() != "GET") throw HTTPException{405, http::reason_phrase(405), {{"Allow", "GET"}}};
  if (!names_websocket(request) || !names(request.header("Connection"), "upgrade")) {
    throw HTTPException{426, "This is a WebSocket", {{"Upgrade", "websocket"}}};
  }
  http::HeaderValues const version = request.header("Sec-WebSocket-Version");
  if (version.size() != 1 || version[0] != "13") {
    throw HTTPException{426, "Expected Sec-WebSocket-Version: 13", {{"Sec-WebSocket-Version", "13"}}};
  }
  http::HeaderValues const key = request.header("Sec-WebSocket-Key");
  if (key.size() != 1 || !is_key(key[0])) throw HTTPException{400, "Bad Sec-WebSocket-Key header"};
  if (request.header("Host").size() != 1) throw HTTPException{400, "Bad Host header"};
  if (http::body_framing(request).kind != http::BodyFraming::Kind::none) {
    throw HTTPException{400, "A WebSocket's request has no body"};
  }
}

Error bad_subprotocol() { return Error{Errc::malformed_header, "Sec-WebSocket-Protocol", "bearer, <JWT>"}; }

/// A WebSocket has no front end of the Python package to please: 401 for every token that is not good (RFC 6750 3.1).
[[noreturn]] void throw_refusal(Error error) {
  if (error.status_code() == 422) error = std::move(error).with_status(401);
  throw_exception_from_error(error, BOOST_CURRENT_LOCATION);
}

}  // namespace

Result<void> WebSocketSession::require_from_query() {
  Result<std::string> const token = http::query_value(request_, route_->options.query_name);
  if (!token) return token.error();
  return authorize_.try_require(route_->rule, WebSocketToken{*token});
}

Result<void> WebSocketSession::require_from_cookies() {
  TokenType const type = route_->rule.kind() == Rule::Kind::refresh ? TokenType::refresh : TokenType::access;
  Result<std::string_view> const cookie = http::find_cookie(request_, names_of(type, authority_->settings()).cookie);
  if (!cookie) return cookie.error();
  Result<std::string> const csrf = http::query_value(request_, route_->options.csrf_query_name);
  if (!csrf) return csrf.error();
  return authorize_.try_require(route_->rule, WebSocketCookies{*csrf});
}

Result<void> WebSocketSession::require_from_subprotocol() {
  http::HeaderValues const offers = request_.header("Sec-WebSocket-Protocol");
  if (offers.size() > 1) return bad_subprotocol();
  std::string_view list = offers.empty() ? std::string_view{} : offers[0];
  if (next_element(list) != kBearer) return authorize_.try_require(route_->rule, WebSocketToken{});
  std::string_view const token = next_element(list);
  if (token.empty() || !list.empty()) return bad_subprotocol();
  Result<void> answer = authorize_.try_require(route_->rule, WebSocketToken{token});
  if (answer) protocol_ = kBearer;
  return answer;
}

/// Whether the token is there and good; throws what is wrong with it. Where it is not there, `missing` says so.
bool WebSocketSession::try_place(WebSocketLocation place, std::string_view path_token, std::optional<Error>& missing) {
  auto const require = [&]() -> Result<void> {
    switch (place) {
      case WebSocketLocation::query: return require_from_query();
      case WebSocketLocation::path: return authorize_.try_require(route_->rule, WebSocketToken{path_token});
      case WebSocketLocation::headers: return authorize_.try_require(route_->rule, Location::headers);
      case WebSocketLocation::cookies: return require_from_cookies();
      case WebSocketLocation::subprotocol: return require_from_subprotocol();
      case WebSocketLocation::first_message: waits_for_token_ = true; return {};
    }
    return Error{Errc::unavailable};  // no such place: refuse
  };
  Result<void> const answer = require();
  if (!answer && answer.error().error_class() != ErrorClass::MissingTokenError) {
    throw_refusal(answer.error());
  }
  if (!answer) missing = answer.error();
  return waits_for_token_ || authorize_.get_verified_token() != nullptr;
}

void WebSocketSession::authorize_upgrade(std::string_view path_token) {
  check_handshake(request_);
  std::optional<Error> missing;
  for (WebSocketLocation const place : route_->options.from) {
    if (try_place(place, path_token, missing)) break;
  }
  bool const is_let_in = waits_for_token_ || authorize_.get_verified_token() != nullptr;
  if (!is_let_in && route_->rule.needs_token()) {
    throw_refusal(missing.value_or(Error{Errc::unavailable}));
  }
  request_.let_go();
}

bool names_websocket(http::Request const& request) { return names(request.header("Upgrade"), "websocket"); }

WebSocketUpgrade upgrade_websocket(Authority const& authority, WebSocketMatch const& match,
                                   http::Request const& request) {
  std::shared_ptr<WebSocketSession> session;
  auto const judge = [&](http::Request const& asked, std::string_view, AuthJWT&) -> http::Answer {
    auto judged = std::make_shared<WebSocketSession>(authority, match.route, asked);
    judged->authorize_upgrade(match.token);
    session = std::move(judged);
    return {};
  };
  http::RenderedAnswer answer = answer_with(authority, judge, match.route->name, request, {});
  if (session && answer.status == 200) return session;
  return answer;
}

}  // namespace authjwt::detail
