#include "port.hpp"

#include <authjwt/adapters/httplib.hpp>

#include <fstream>
#include <iostream>
#include <iterator>

using namespace authjwt;

struct User {
  std::string username, password;
};
BOOST_DESCRIBE_STRUCT(User, (), (username, password))

SecretBytes read_file(char const* path) {
  std::ifstream file{path, std::ios::binary};
  if (!file) throw std::runtime_error{std::string{path} + " cannot be read"};
  return std::string{std::istreambuf_iterator<char>{file}, {}};
}

int main(int argc, char** argv) try {
  if (argc < 3) throw std::invalid_argument{"usage: asymmetric private.pem public.pem [port]"};

  // A service that only verifies sets the public key alone, and cannot make tokens.
  Authority authority{{.public_key = read_file(argv[2]), .private_key = read_file(argv[1]), .algorithm = "RS512"}};
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

  routes.get("/protected", [](AuthJWT& authorize) -> json::object {
    authorize.jwt_required();
    return {{"user", authorize.get_jwt_subject()->to_json()}};
  });

  run_httplib(routes, "127.0.0.1", port_argument(argc, argv, 3), print_port);
} catch (std::exception const& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
