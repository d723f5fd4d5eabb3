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

  routes.post("/login", [](User const& user, AuthJWT& authorize) -> json::object {
    if (user.username != "test" || user.password != "test") throw http::HTTPException{401, "Bad username or password"};

    return {{"access_token", authorize.create_access_token(user.username)}};
  });

  // Only who shows an access token gets in.
  routes.get("/user", [](AuthJWT& authorize) -> json::object {
    authorize.jwt_required();
    return {{"user", authorize.get_jwt_subject()->to_json()}};
  });

  run_httplib(routes, "127.0.0.1", port_argument(argc, argv), print_port);
} catch (std::exception const& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
