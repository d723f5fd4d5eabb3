// Makes a token and lets it in again: links every part of the core, with nothing but what was installed.
#include <authjwt/authjwt.hpp>

#include <iostream>

int main() {
  authjwt::Authority const authority{{.secret_key = "a secret of the install test, long enough"}};
  authjwt::AuthJWT const authorize{authority};
  auto const token = authorize.create_access_token("test", {.user_claims = {{"foo", {"fiz", "baz"}}}});
  auto const claims = authorize.get_raw_jwt(token);
  std::cout << "installed authjwt works: " << authjwt::json::write(claims.at("foo")) << '\n';
  return claims.at("foo").as_array().size() == 2 ? 0 : 1;
}
