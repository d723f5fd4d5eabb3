#include "../port.hpp"
#include "routers.hpp"

#include <authjwt/adapters/httplib.hpp>

#include <iostream>

using namespace authjwt;

int main(int argc, char** argv) try {
  Authority authority{{.secret_key = "change me: at least 32 random bytes"}};
  Routes routes{authority, rules_required};  // a route without a rule keeps the service from starting
  add_users(routes);
  add_items(routes);

  run_httplib(routes, "127.0.0.1", port_argument(argc, argv), print_port);
} catch (std::exception const& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
