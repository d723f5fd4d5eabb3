// The Redis log of the installed tree: it is compiled, linked and run, without a server.
#include <authjwt/revocation/redis_log.hpp>

int main() {
  authjwt::RedisLog log{"redis://127.0.0.1:1"};
  bool const is_refused = log.append(authjwt::Revocation{"issuer", "id"}).has_error() && !log.is_durable();
  return is_refused ? 0 : 1;
}
