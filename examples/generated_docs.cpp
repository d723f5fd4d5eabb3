#include "port.hpp"

#include <authjwt/adapters/httplib.hpp>
#include <authjwt/adapters/openapi.hpp>

#include <iostream>

using namespace authjwt;

struct User {
  std::string username, password;
};
BOOST_DESCRIBE_STRUCT(User, (), (username, password))

int main(int argc, char** argv) try {
  Authority authority{{.secret_key = "change me: at least 32 random bytes"}};
  Routes routes{authority, rules_required};

  routes.post("/login", Rule::public_(), [](User const& user, AuthJWT& authorize) -> json::object {
    if (user.username != "test" || user.password != "test") throw http::HTTPException{401, "Bad username or password"};

    return {{"access_token", authorize.create_access_token(user.username, {.fresh = true})},
            {"refresh_token", authorize.create_refresh_token(user.username)}};
  });
  routes.summary("Log in with name and password");

  routes.post("/refresh", Rule::refresh(), [](AuthJWT& authorize) -> json::object {
    return {{"access_token", authorize.create_access_token(*authorize.get_jwt_subject())}};
  });

  routes.get("/user", Rule::access(), [](VerifiedToken const& token) -> json::object {
    return {{"user", token.subject().value().to_json()}};
  });

  routes.get("/openapi.json", Rule::public_(),
             [&routes] { return openapi(routes, {.title = "Example", .hidden_paths = {"/openapi.json"}}); });

  run_httplib(routes, "127.0.0.1", port_argument(argc, argv), print_port);
} catch (std::exception const& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
