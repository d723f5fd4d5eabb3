// The remote keys of the installed tree: they are compiled, linked and run, without a server.
#include <authjwt/remote/remote_keys.hpp>

int main() {
  authjwt::remote::RemoteKeys const keys{"https://127.0.0.1:1/jwks.json", {.log = [](auto) {}}};
  return keys.keys().has_error() ? 0 : 1;
}
