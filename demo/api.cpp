#include "api.hpp"

#include "cookie_api.hpp"
#include "people.hpp"
#include "sessions.hpp"

#include <authjwt/adapters/jwks.hpp>
#include <authjwt/authjwt.hpp>

#include <algorithm>

namespace demo {
namespace {

using authjwt::AuthJWT;
using authjwt::Denylist;
using authjwt::Key;
using authjwt::KeySet;
using authjwt::Location;
using authjwt::Reply;
using authjwt::Routes;
using authjwt::Rule;
using authjwt::TokenPair;
using authjwt::http::Answer;
using authjwt::http::Request;
using authjwt::json::object;

// The store of sessions may be slow, or away. These handlers leave their answer for later, and the thread that serves
// goes on with other requests.

object tokens(TokenPair const& pair) {
  return {{"access_token", pair.access_token}, {"refresh_token", pair.refresh_token}};
}

Reply login(User const& user, AuthJWT& authorize, Request const& request) {
  check_password(user);
  Reply reply;
  authorize.authority().async_begin_session(user.username, with_claims_and_device(request), reply.with(tokens));
  return reply;
}

Reply refresh(AuthJWT& authorize) {
  Reply reply;
  authorize.authority().async_rotate(token_of(authorize), with_claims(), reply.with(tokens));
  return reply;
}

Reply logout(AuthJWT& authorize) {
  Reply reply;
  authorize.authority().async_revoke(token_of(authorize), reply.with([] { return object{{"msg", "Logged out"}}; }));
  return reply;
}

Reply logout_everywhere(AuthJWT& authorize) {
  Reply reply;
  authorize.authority().async_revoke_subject(*authorize.get_jwt_subject(), reply.with([] {
    return object{{"msg", "Logged out everywhere"}};
  }));
  return reply;
}

object claims(AuthJWT& authorize) { return {{"foo", authorize.get_raw_jwt()->at("foo")}}; }

// The answer of /claims without the guard: the two compared show what the guard costs.
object public_claims() { return {{"foo", {"fiz", "baz"}}}; }

/// For the readiness probe of whoever balances the load: whether this process knows what is revoked.
Answer health(AuthJWT& authorize) {
  Denylist const& denylist = *authorize.authority().denylist();
  if (!denylist.is_ready()) return {.status = 503, .body = object{{"ready", false}}};
  return {.body = object{{"ready", true}, {"lag_ms", denylist.lag().count()}, {"revoked", denylist.size()}}};
}

bool has_public_keys(KeySet const& keys) {
  return !std::ranges::all_of(keys.keys(), [](Key const& key) { return key.is_secret(); });
}

}  // namespace

void add_api(Routes& routes) {
  // In the header alone where that is a place for tokens: there are other routes for cookies.
  bool const by_header = routes.authority().locations().contains(Location::headers);
  Rule const access_rule = by_header ? Rule::access().from(Location::headers) : Rule::access();
  Rule const refresh_rule = by_header ? Rule::refresh().from(Location::headers) : Rule::refresh();
  routes.post("/login", Rule::public_(), login).summary("Log in; begins a session and gives its tokens");
  routes.post("/refresh", refresh_rule, refresh).summary("New tokens; the refresh token shown is used up");
  routes.post("/logout", access_rule, logout).summary("End this session");
  routes.post("/logout-everywhere", access_rule, logout_everywhere).summary("End all sessions of the person");
  routes.get("/sessions", access_rule, list_sessions).summary("The living sessions of the person");
  routes.post("/sessions/end", access_rule, end_session).summary("End one of them");
  routes.get("/claims", access_rule, claims).summary("The claims of the token");
  routes.get("/public-claims", Rule::public_(), public_claims).summary("The same answer for everyone");
  routes.get("/health", Rule::public_(), health).summary("Whether it is known what has been revoked");
  if (routes.authority().locations().contains(Location::cookies)) add_cookie_api(routes);
  if (has_public_keys(routes.authority().keys())) publish_jwks(routes);
}

}  // namespace demo
