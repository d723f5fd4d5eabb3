// A service as small as one can be that logs in, rotates and revokes over a shared log: what the reliability tests
// start several of, and kill. Usage: authjwt_test_node SQLITE-FILE|redis://... MAX-STALENESS-MS

#include <authjwt/adapters/httplib.hpp>
#include <authjwt/authjwt.hpp>
#include <authjwt/revocation/redis_log.hpp>
#include <authjwt/revocation/sqlite_log.hpp>

#include <chrono>
#include <exception>
#include <iostream>
#include <memory>
#include <string>

using namespace authjwt;

namespace {

std::shared_ptr<RevocationLog> open_log(std::string const& place) {
  auto const log = [](std::string_view text) { std::cerr << text << std::endl; };
  if (place.starts_with("redis://")) {
    return std::make_shared<RedisLog>(place,
                                      RedisLog::Options{.command_timeout = std::chrono::milliseconds{500}, .log = log});
  }
  return std::make_shared<SqliteLog>(SqliteLog::Options{.path = place, .log = log});
}

void add_routes(Routes& routes) {
  routes.get("/claims", Rule::access(), [](VerifiedToken const& token) { return token.claims(); });
  routes.post("/logout", Rule::access(), [](AuthJWT& authorize) { authorize.revoke_current().value(); });
  routes.post("/logout-everywhere", Rule::access(),
              [](AuthJWT& authorize) { authorize.authority().revoke_subject(*authorize.get_jwt_subject()).value(); });
  routes.post("/refresh", Rule::refresh(), [](AuthJWT& authorize) -> json::object {
    TokenPair const pair = authorize.rotate_refresh_token();
    return {{"access_token", pair.access_token}, {"refresh_token", pair.refresh_token}};
  });
  routes.get("/health", Rule::public_(), [](AuthJWT& authorize) -> http::Answer {
    bool const is_ready = authorize.authority().denylist()->is_ready();
    return {.status = is_ready ? 200 : 503, .body = json::value(is_ready)};
  });
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 3) throw std::invalid_argument{"usage: authjwt_test_node SQLITE-FILE|redis://... MAX-STALENESS-MS"};
  std::chrono::milliseconds const staleness{std::stoi(argv[2])};
  Authority const authority{
      {.secret_key = "the-secret-key-of-at-least-32-bytes", .sessions_enabled = true},
      {.revocation_log = open_log(argv[1]), .denylist = {.max_staleness = staleness, .heartbeat = staleness / 5}}};
  Routes routes{authority, rules_required};
  add_routes(routes);
  run_httplib(routes, "127.0.0.1", 0, [](int port) { std::cout << "Serving on port " << port << std::endl; });
} catch (std::exception const& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
