#include "cookie_api.hpp"

#include "people.hpp"
#include "sessions.hpp"

#include <authjwt/authjwt.hpp>

#include <string_view>

namespace demo {
namespace {

using authjwt::AuthJWT;
using authjwt::Location;
using authjwt::Reply;
using authjwt::Routes;
using authjwt::Rule;
using authjwt::TokenPair;
using authjwt::WebSocket;
using authjwt::http::Request;
using authjwt::json::object;

void set_cookies(TokenPair const& pair, AuthJWT& authorize) {
  authorize.set_access_cookies(pair.access_token);
  authorize.set_refresh_cookies(pair.refresh_token);
}

Reply login(User const& user, AuthJWT& authorize, Request const& request) {
  check_password(user);
  Reply reply;
  authorize.authority().async_begin_session(user.username, with_claims_and_device(request),
                                            reply.with([](TokenPair const& pair, AuthJWT& later) -> object {
                                              set_cookies(pair, later);
                                              return {{"msg", "Successfully login"}};
                                            }));
  return reply;
}

Reply refresh(AuthJWT& authorize) {
  Reply reply;
  authorize.authority().async_rotate(token_of(authorize), with_claims(),
                                     reply.with([](TokenPair const& pair, AuthJWT& later) -> object {
                                       set_cookies(pair, later);
                                       return {{"msg", "The token has been refresh"}};
                                     }));
  return reply;
}

object drop_cookies(AuthJWT& authorize) {
  authorize.unset_jwt_cookies();
  return {{"msg", "Successfully logout"}};
}

Reply logout(AuthJWT& authorize) {
  Reply reply;
  authorize.authority().async_revoke(token_of(authorize), reply.with(drop_cookies));
  return reply;
}

Reply logout_everywhere(AuthJWT& authorize) {
  Reply reply;
  authorize.authority().async_revoke_subject(*authorize.get_jwt_subject(), reply.with(drop_cookies));
  return reply;
}

object claims(AuthJWT& authorize) { return {{"foo", authorize.get_raw_jwt()->at("foo")}}; }

void greet(WebSocket const& socket) { socket.send_text("Hello " + socket.get_jwt_subject()->to_string()); }

void echo(WebSocket const& socket, std::string_view text) {
  socket.check().value();  // the token may have been revoked since the socket was opened
  socket.send_text(text);
}

}  // namespace

void add_cookie_api(Routes& routes) {
  Rule const access_rule = Rule::access().from(Location::cookies);
  Rule const refresh_rule = Rule::refresh().from(Location::cookies);
  routes.post("/cookie/login", Rule::public_(), login).summary("Log in; sets cookies");
  routes.post("/cookie/refresh", refresh_rule, refresh).summary("New cookies; the refresh token is used up");
  routes.post("/cookie/logout", access_rule, logout).summary("End this session and drop the cookies");
  routes.post("/cookie/logout-everywhere", access_rule, logout_everywhere).summary("End all sessions of the person");
  routes.get("/cookie/sessions", access_rule, list_sessions).summary("The living sessions of the person");
  routes.post("/cookie/sessions/end", access_rule, end_session).summary("End one of them");
  routes.get("/cookie/claims", access_rule, claims).summary("The claims of the cookie's token");
  routes.post("/cookie/claims", access_rule, claims).summary("The same, with the CSRF header");
  routes.websocket("/ws", Rule::access(), {.from = {authjwt::WebSocketLocation::cookies}},
                   {.on_open = greet, .on_message = echo});
}

}  // namespace demo
