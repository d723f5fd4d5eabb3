#include "routers.hpp"

#include <string>

using namespace authjwt;

struct User {
  std::string username, password;
};
BOOST_DESCRIBE_STRUCT(User, (), (username, password))

static json::object log_in(User const& user, AuthJWT& authorize) {
  if (user.username != "test" || user.password != "test") throw http::HTTPException{401, "Bad username or password"};
  return {{"access_token", authorize.create_access_token(user.username)}};
}

static json::object who_am_i(AuthJWT& authorize) { return {{"user", authorize.get_jwt_subject()->to_json()}}; }

void add_users(Routes& routes) {
  routes.post("/users/login", Rule::public_(), log_in);
  routes.get("/users/me", Rule::access(), who_am_i);
}
