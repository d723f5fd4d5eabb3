#include "port.hpp"

#include <authjwt/adapters/httplib.hpp>
#include <authjwt/revocation/memory_log.hpp>
#include <authjwt/revocation/redis_log.hpp>
#include <authjwt/revocation/sqlite_log.hpp>

#include <iostream>
#include <memory>

using namespace authjwt;

struct User {
  std::string username, password;
};
BOOST_DESCRIBE_STRUCT(User, (), (username, password))

struct Which {
  std::string sid;
};
BOOST_DESCRIBE_STRUCT(Which, (), (sid))

// Told once when the store cannot be used, and once when it can again.
void tell(std::string_view text) { std::cerr << text << '\n'; }

std::shared_ptr<RevocationLog> open_log(std::string const& where) {
  if (where == "memory") return std::make_shared<MemoryLog>();
  if (where.starts_with("redis://")) return std::make_shared<RedisLog>(where, RedisLog::Options{.log = tell});
  return std::make_shared<SqliteLog>(SqliteLog::Options{.path = where, .log = tell});
}

json::object to_json(TokenPair const& pair) {
  return {{"access_token", pair.access_token}, {"refresh_token", pair.refresh_token}};
}

int main(int argc, char** argv) try {
  Authority authority{
      {.secret_key = "change me: at least 32 random bytes", .sessions_enabled = true},
      {.revocation_log = open_log(argc > 1 ? argv[1] : "memory"), .on_reuse = [](SessionReuse const& r) {
         std::cerr << "somebody has a copy of a refresh token of " << r.subject.to_string() << '\n';
       }}};
  Routes routes{authority, rules_required};

  routes.post("/login", Rule::public_(), [](User const& user, AuthJWT& authorize) {
    if (user.username != "test" || user.password != "test") throw http::HTTPException{401, "Bad username or password"};

    return to_json(authorize.begin_session(user.username, {.label = "a browser"}));
  });

  // The refresh token that was shown is used up; its successor is in the answer.
  routes.post("/refresh", Rule::refresh(),
              [](AuthJWT& authorize) { return to_json(authorize.rotate_refresh_token()); });

  routes.get("/sessions", Rule::access(), [](AuthJWT& authorize) {
    json::array list;
    for (Session const& session : authorize.authority().sessions(*authorize.get_jwt_subject()).value()) {
      list.push_back(json::object{{"sid", session.sid}, {"label", session.label}});
    }
    return list;
  });

  // One of the person's own sessions. value() throws where the log did not take it: 503, and nothing was revoked.
  routes.post("/sessions/end", Rule::access(), [](Which const& which, AuthJWT& authorize) -> json::object {
    if (!authorize.revoke_session(which.sid).value()) throw http::HTTPException{404, "You have no such session"};
    return {{"msg", "The session has ended"}};
  });

  // This session: its access and its refresh token, and all that were renewed from them.
  routes.post("/logout", Rule::access(), [](AuthJWT& authorize) -> json::object {
    authorize.revoke_current().value();
    return {{"msg", "Logged out"}};
  });

  routes.post("/logout-everywhere", Rule::access(), [](AuthJWT& authorize) -> json::object {
    authorize.authority().revoke_subject(*authorize.get_jwt_subject()).value();
    return {{"msg", "Logged out everywhere"}};
  });

  routes.get("/protected", Rule::access(), [](AuthJWT& authorize) -> json::object {
    return {{"user", authorize.get_jwt_subject()->to_json()}};
  });

  // For the readiness probe of whoever balances the load.
  routes.get("/health", Rule::public_(), [](AuthJWT& authorize) -> http::Answer {
    bool const ready = authorize.authority().denylist()->is_ready();
    return {.status = ready ? 200 : 503, .body = json::object{{"ready", ready}}};
  });

  run_httplib(routes, "127.0.0.1", port_argument(argc, argv, 2), print_port);
} catch (std::exception const& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
