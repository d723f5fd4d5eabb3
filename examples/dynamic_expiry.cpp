#include "port.hpp"

#include <authjwt/adapters/httplib.hpp>

#include <iostream>

using namespace authjwt;
using namespace std::chrono_literals;

int main(int argc, char** argv) try {
  // The lifetimes where a call names none; the defaults are 15 minutes and 30 days.
  Authority authority{{.secret_key = "change me: at least 32 random bytes",
                       .access_token_expires = 5min,
                       .refresh_token_expires = std::chrono::days{7}}};
  Routes routes{authority};

  // Lifetimes are all that is shown here: a real service asks for a password first.
  routes.post("/create-token", [](AuthJWT& authorize) -> json::object {
    return {{"access_token", authorize.create_access_token("test")},
            {"refresh_token", authorize.create_refresh_token("test")}};
  });

  routes.post("/create-dynamic-access-token", [](AuthJWT& authorize) -> json::object {
    return {{"token", authorize.create_access_token("test", {.expires_time = std::chrono::days{1}})}};
  });

  routes.post("/create-dynamic-refresh-token", [](AuthJWT& authorize) -> json::object {
    return {{"token", authorize.create_refresh_token("test", {.expires_time = 90s})}};
  });

  // Tokens that never end: nothing but a new key or a denylist takes them back.
  routes.post("/create-token-disable", [](AuthJWT& authorize) -> json::object {
    return {{"access_token", authorize.create_access_token("test", {.expires_time = never})},
            {"refresh_token", authorize.create_refresh_token("test", {.expires_time = never})}};
  });

  // When the token ends, in seconds since 1970; null for one that does not.
  routes.get("/ends", [](AuthJWT& authorize) -> json::object {
    authorize.jwt_required();
    json::value const* const exp = authorize.get_raw_jwt()->if_contains("exp");
    return {{"exp", exp != nullptr ? *exp : json::value{}}};
  });

  run_httplib(routes, "127.0.0.1", port_argument(argc, argv), print_port);
} catch (std::exception const& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
