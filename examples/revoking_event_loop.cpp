#include "port.hpp"

#include <authjwt/adapters/restinio.hpp>
#include <authjwt/revocation/memory_log.hpp>

#include <iostream>
#include <memory>

using namespace authjwt;

struct User {
  std::string username, password;
};
BOOST_DESCRIBE_STRUCT(User, (), (username, password))

json::object to_json(TokenPair const& pair) {
  return {{"access_token", pair.access_token}, {"refresh_token", pair.refresh_token}};
}

/// A text of its own: the request may be gone when the store gets it.
std::string token_of(AuthJWT const& authorize) { return std::string{authorize.get_verified_token()->compact()}; }

int main(int argc, char** argv) try {
  Authority authority{{.secret_key = "change me: at least 32 random bytes", .sessions_enabled = true},
                      {.revocation_log = std::make_shared<MemoryLog>()}};
  Routes routes{authority, rules_required};

  routes.post("/login", Rule::public_(), [&](User const& user, AuthJWT&) {
    if (user.username != "test" || user.password != "test") throw http::HTTPException{401, "Bad username or password"};

    Reply reply;
    authority.async_begin_session(user.username, {}, reply.with(to_json));
    return reply;
  });

  routes.post("/refresh", Rule::refresh(), [&](AuthJWT& authorize) {
    Reply reply;
    authority.async_rotate(token_of(authorize), {}, reply.with(to_json));
    return reply;
  });

  routes.post("/logout", Rule::access(), [&](AuthJWT& authorize) {
    Reply reply;
    authority.async_revoke(token_of(authorize), reply.with([] { return json::object{{"msg", "Logged out"}}; }));
    return reply;
  });

  routes.get("/protected", Rule::access(), [](AuthJWT& authorize) -> json::object {
    return {{"user", authorize.get_jwt_subject()->to_json()}};
  });

  run_restinio(routes, {.host = "127.0.0.1", .port = port_argument(argc, argv)}, print_port);
} catch (std::exception const& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
