#include "port.hpp"

#include <authjwt/adapters/httplib.hpp>

#include <iostream>

using namespace authjwt;

struct User {
  std::string username, password;
};
BOOST_DESCRIBE_STRUCT(User, (), (username, password))

int main(int argc, char** argv) try {
  // algorithm (here the default, HS256) signs where a call names no other; decode_algorithms are believed, no others.
  Authority authority{{.secret_key = "change me: at least 64 random bytes, since HS512 hashes to as many",
                       .decode_algorithms = {"HS384", "HS512"}}};
  Routes routes{authority};

  routes.post("/login", [](User const& user, AuthJWT& authorize) -> json::object {
    if (user.username != "test" || user.password != "test") throw http::HTTPException{401, "Bad username or password"};

    return {{"access_token", authorize.create_access_token(user.username, {.algorithm = Algorithm::HS384})},
            {"refresh_token", authorize.create_refresh_token(user.username, {.algorithm = Algorithm::HS512})}};
  });

  routes.post("/refresh", [](AuthJWT& authorize) -> json::object {
    authorize.jwt_refresh_token_required();
    auto const user = *authorize.get_jwt_subject();
    return {{"access_token", authorize.create_access_token(user, {.algorithm = Algorithm::HS384})}};
  });

  // The header of a token is not verified: good for looking, not for trusting.
  routes.get("/protected", [](AuthJWT& authorize) -> json::object {
    authorize.jwt_required();
    return {{"user", authorize.get_jwt_subject()->to_json()},
            {"alg", authorize.get_unverified_jwt_headers().at("alg")}};
  });

  run_httplib(routes, "127.0.0.1", port_argument(argc, argv), print_port);
} catch (std::exception const& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
