#include "port.hpp"

#include <authjwt/adapters/httplib.hpp>

#include <iostream>

using namespace authjwt;

struct User {
  std::string username, password;
};
BOOST_DESCRIBE_STRUCT(User, (), (username, password))

int main(int argc, char** argv) try {
  Authority authority{{.secret_key = "change me: at least 32 random bytes"}};
  Routes routes{authority};

  // The password has just been given, so the token is fresh.
  routes.post("/login", [](User const& user, AuthJWT& authorize) -> json::object {
    if (user.username != "test" || user.password != "test") throw http::HTTPException{401, "Bad username or password"};

    return {{"access_token", authorize.create_access_token(user.username, {.fresh = true})},
            {"refresh_token", authorize.create_refresh_token(user.username)}};
  });

  // Nobody was asked for a password here, so the new token is not fresh.
  routes.post("/refresh", [](AuthJWT& authorize) -> json::object {
    authorize.jwt_refresh_token_required();
    return {{"access_token", authorize.create_access_token(*authorize.get_jwt_subject())}};
  });

  // For people who are logged in and must give the password again: a fresh access token, no new refresh token.
  routes.post("/fresh-login", [](User const& user, AuthJWT& authorize) -> json::object {
    if (user.username != "test" || user.password != "test") throw http::HTTPException{401, "Bad username or password"};

    return {{"access_token", authorize.create_access_token(user.username, {.fresh = true})}};
  });

  routes.get("/protected", [](AuthJWT& authorize) -> json::object {
    authorize.jwt_required();
    return {{"user", authorize.get_jwt_subject()->to_json()}};
  });

  routes.get("/protected-fresh", [](AuthJWT& authorize) -> json::object {
    authorize.fresh_jwt_required();
    return {{"user", authorize.get_jwt_subject()->to_json()}};
  });

  // Fresh, and from a login of the last ten minutes.
  routes.del("/account", [](AuthJWT& authorize) -> json::object {
    authorize.fresh_jwt_required(Within{std::chrono::minutes{10}});
    return {{"msg", "Account deleted"}};
  });

  run_httplib(routes, "127.0.0.1", port_argument(argc, argv), print_port);
} catch (std::exception const& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
