#include "port.hpp"

#include <authjwt/adapters/httplib.hpp>

#include <iostream>
#include <mutex>
#include <set>

using namespace authjwt;

struct User {
  std::string username, password;
};
BOOST_DESCRIBE_STRUCT(User, (), (username, password))

/// The tokens that have been revoked, by their jti. Handlers run on several threads.
class RevokedJtis {
 public:
  void insert(std::string_view jti) {
    std::lock_guard const lock{mutex_};
    jtis_.emplace(jti);
  }
  bool contains(std::string_view jti) const {
    std::lock_guard const lock{mutex_};
    return jtis_.contains(jti);
  }

 private:
  mutable std::mutex mutex_;
  std::set<std::string, std::less<>> jtis_;
};

int main(int argc, char** argv) try {
  RevokedJtis denylist;
  // Asked for every token whose type stands in denylist_token_checks. A token without a jti is refused before.
  auto const is_revoked = [&](VerifiedToken const& token) { return denylist.contains(*token.text(Claim::jti)); };
  Authority authority{{.secret_key = "change me: at least 32 random bytes",
                       .denylist_enabled = true,
                       .denylist_token_checks = {"access", "refresh"}},
                      {.token_in_denylist_loader = is_revoked}};
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

  routes.del("/access-revoke", [&](AuthJWT& authorize) -> json::object {
    authorize.jwt_required();
    denylist.insert(authorize.get_raw_jwt()->at("jti").as_string());
    return {{"detail", "Access token has been revoked"}};
  });

  routes.del("/refresh-revoke", [&](AuthJWT& authorize) -> json::object {
    authorize.jwt_refresh_token_required();
    denylist.insert(authorize.get_raw_jwt()->at("jti").as_string());
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
