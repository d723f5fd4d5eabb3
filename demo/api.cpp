#include "api.hpp"

#include <authjwt/authjwt.hpp>

#include <boost/describe/class.hpp>

#include <string>
#include <string_view>

namespace demo {
namespace {

using authjwt::AuthJWT;
using authjwt::Location;
using authjwt::Routes;
using authjwt::Rule;
using authjwt::WebSocket;
using authjwt::json::object;

struct User {
  std::string username;
  std::string password;
};
BOOST_DESCRIBE_STRUCT(User, (), (username, password))

void check_password(User const& user) {
  if (user.username != "test" || user.password != "test") {
    throw authjwt::http::HTTPException{401, "Bad username or password"};
  }
}

std::string access_token_for(authjwt::Subject const& subject, AuthJWT const& authorize) {
  return authorize.create_access_token(subject, {.user_claims = {{"foo", {"fiz", "baz"}}}});
}

// --- with a token in the header, as the page "Additional claims" has it ----------------------------------------------

object login(User const& user, AuthJWT& authorize) {
  check_password(user);
  return {{"access_token", access_token_for(user.username, authorize)}};
}

object claims(AuthJWT& authorize) { return {{"foo", authorize.get_raw_jwt()->at("foo")}}; }

// The answer of /claims without the guard: the two compared show what the guard costs.
object public_claims() { return {{"foo", {"fiz", "baz"}}}; }

// --- with cookies ----------------------------------------------------------------------------------------------------

object cookie_login(User const& user, AuthJWT& authorize) {
  check_password(user);
  authorize.set_access_cookies(access_token_for(user.username, authorize));
  authorize.set_refresh_cookies(authorize.create_refresh_token(user.username));
  return {{"msg", "Successfully login"}};
}

object cookie_refresh(AuthJWT& authorize) {
  authorize.set_access_cookies(access_token_for(*authorize.get_jwt_subject(), authorize));
  return {{"msg", "The token has been refresh"}};
}

object cookie_logout(AuthJWT& authorize) {
  authorize.revoke_current().value();
  authorize.unset_access_cookies();
  return {{"msg", "Successfully logout"}};
}

object cookie_forget(AuthJWT& authorize) {
  authorize.revoke_current().value();
  authorize.unset_refresh_cookies();
  return {{"msg", "The refresh token has been revoked"}};
}

void add_cookie_routes(Routes& routes) {
  Rule const access = Rule::access().from(Location::cookies);
  Rule const refresh = Rule::refresh().from(Location::cookies);
  routes.post("/cookie/login", Rule::public_(), cookie_login).summary("Log in; sets cookies");
  routes.post("/cookie/refresh", refresh, cookie_refresh).summary("A new access cookie");
  routes.del("/cookie/refresh", refresh, cookie_forget).summary("Revoke the refresh token and drop its cookies");
  routes.get("/cookie/claims", access, claims).summary("The claims of the cookie's token");
  routes.post("/cookie/claims", access, claims).summary("The same, with the CSRF header");
  routes.del("/cookie/logout", access, cookie_logout).summary("Revoke the access token and drop its cookies");
}

// --- a WebSocket by cookie -------------------------------------------------------------------------------------------

void greet(WebSocket const& socket) { socket.send_text("Hello " + socket.get_jwt_subject()->to_string()); }

void echo(WebSocket const& socket, std::string_view text) {
  socket.check().value();  // the token may have been revoked since the socket was opened
  socket.send_text(text);
}

}  // namespace

void add_api(Routes& routes) {
  // In the header alone where that is a place for tokens: there are other routes for cookies.
  bool const by_header = routes.authority().locations().contains(Location::headers);
  Rule const access = by_header ? Rule::access().from(Location::headers) : Rule::access();
  routes.post("/login", Rule::public_(), login).summary("Log in; gives an access token");
  routes.get("/claims", access, claims).summary("The claims of the token");
  routes.get("/public-claims", Rule::public_(), public_claims).summary("The same answer for everyone");
  if (!routes.authority().locations().contains(Location::cookies)) return;
  add_cookie_routes(routes);
  routes.websocket("/ws", Rule::access(), {.from = {authjwt::WebSocketLocation::cookies}},
                   {.on_open = greet, .on_message = echo});
}

}  // namespace demo
