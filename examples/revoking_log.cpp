#include "port.hpp"

#include <authjwt/adapters/httplib.hpp>
#include <authjwt/revocation/memory_log.hpp>

#include <iostream>
#include <memory>

using namespace authjwt;

struct User {
  std::string username, password;
};
BOOST_DESCRIBE_STRUCT(User, (), (username, password))

int main(int argc, char** argv) try {
  Authority authority{{.secret_key = "change me: at least 32 random bytes"},
                      {.revocation_log = std::make_shared<MemoryLog>()}};
  Routes routes{authority};

  routes.post("/login", [](User const& user, AuthJWT& authorize) -> json::object {
    if (user.username != "test" || user.password != "test") throw http::HTTPException{401, "Bad username or password"};

    return {{"access_token", authorize.create_access_token(user.username)},
            {"refresh_token", authorize.create_refresh_token(user.username)}};
  });

  routes.post("/refresh", [](AuthJWT& authorize) -> json::object {
    authorize.jwt_refresh_token_required();
    return {{"access_token", authorize.create_access_token(*authorize.get_jwt_subject())}};
  });

  // value() throws where the log did not take it: 503, and the token is not revoked.
  routes.del("/access-revoke", [](AuthJWT& authorize) -> json::object {
    authorize.jwt_required();
    authorize.revoke_current().value();
    return {{"detail", "Access token has been revoked"}};
  });

  routes.del("/refresh-revoke", [](AuthJWT& authorize) -> json::object {
    authorize.jwt_refresh_token_required();
    authorize.revoke_current().value();
    return {{"detail", "Refresh token has been revoked"}};
  });

  routes.get("/protected", [](AuthJWT& authorize) -> json::object {
    authorize.jwt_required();
    return {{"user", authorize.get_jwt_subject()->to_json()}};
  });

  run_httplib(routes, "127.0.0.1", port_argument(argc, argv), print_port);
} catch (std::exception const& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
