#include <authjwt/adapters/httplib.hpp>

#include <iostream>

using namespace authjwt;

struct User {
  std::string username, password;
};
BOOST_DESCRIBE_STRUCT(User, (), (username, password))

int main() try {
  Authority authority{{.secret_key = "change me: at least 32 random bytes"}};
  Routes routes{authority};

  routes.post("/login", [](User const& user, AuthJWT& authorize) -> json::object {
    if (user.username != "test" || user.password != "test") throw http::HTTPException{401, "Bad username or password"};

    // Anyone who holds the token can read its claims: nothing sensitive goes in.
    auto token = authorize.create_access_token(user.username, {.user_claims = {{"foo", {"fiz", "baz"}}}});
    return {{"access_token", token}};
  });

  routes.get("/claims", [](AuthJWT& authorize) -> json::object {
    authorize.jwt_required();
    return {{"foo", authorize.get_raw_jwt()->at("foo")}};
  });

  run_httplib(routes, "127.0.0.1", 8000);
} catch (std::exception const& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
