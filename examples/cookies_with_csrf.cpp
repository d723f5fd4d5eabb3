#include "port.hpp"

#include <authjwt/adapters/httplib.hpp>

#include <iostream>

using namespace authjwt;

struct User {
  std::string username, password;
};
BOOST_DESCRIBE_STRUCT(User, (), (username, password))

int main(int argc, char** argv) try {
  // CSRF protection is on by default. In production `.cookie_secure = true`, which browsers send over HTTPS alone.
  Authority authority{
      {.secret_key = "change me: at least 32 random bytes", .token_location = {"cookies"}, .cookie_samesite = "lax"}};
  Routes routes{authority};

  // The tokens go into cookies that no script can read, not into the answer.
  routes.post("/login", [](User const& user, AuthJWT& authorize) -> json::object {
    if (user.username != "test" || user.password != "test") throw http::HTTPException{401, "Bad username or password"};

    authorize.set_access_cookies(authorize.create_access_token(user.username));
    authorize.set_refresh_cookies(authorize.create_refresh_token(user.username));
    return {{"msg", "Logged in"}};
  });

  routes.post("/refresh", [](AuthJWT& authorize) -> json::object {
    authorize.jwt_refresh_token_required();
    authorize.set_access_cookies(authorize.create_access_token(*authorize.get_jwt_subject()));
    return {{"msg", "The token has been refreshed"}};
  });

  // A script cannot delete these cookies; only an answer of the service can.
  routes.del("/logout", [](AuthJWT& authorize) -> json::object {
    authorize.jwt_required();
    authorize.unset_jwt_cookies();
    return {{"msg", "Logged out"}};
  });

  routes.post("/protected", [](AuthJWT& authorize) -> json::object {
    authorize.jwt_required();
    return {{"user", authorize.get_jwt_subject()->to_json()}};
  });

  run_httplib(routes, "127.0.0.1", port_argument(argc, argv), print_port);
} catch (std::exception const& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
