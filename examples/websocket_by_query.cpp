#include "port.hpp"

#include <authjwt/adapters/restinio.hpp>

#include <iostream>

using namespace authjwt;

struct User {
  std::string username, password;
};
BOOST_DESCRIBE_STRUCT(User, (), (username, password))

int main(int argc, char** argv) try {
  Authority authority{{.secret_key = "change me: at least 32 random bytes"}};
  Routes routes{authority};

  routes.post("/login", Rule::public_(), [](User const& user, AuthJWT& authorize) -> json::object {
    if (user.username != "test" || user.password != "test") throw http::HTTPException{401, "Bad username or password"};
    return {{"access_token", authorize.create_access_token(user.username, {.fresh = true})}};
  });

  // ws://localhost:8000/ws?token=<access token>: refused with 401 before the upgrade. A token in a URL ends up in logs:
  // a page can show it in a subprotocol or in the first message instead.
  routes.websocket("/ws", Rule::access(), {.from = {WebSocketLocation::query}},
                   {.on_open =
                        [](WebSocket const& socket) {
                          socket.send_text("Successfully Login!");
                          socket.send_text("Your subject is " + socket.get_jwt_subject()->to_string());
                        },
                    .on_message =
                        [](WebSocket const& socket, std::string_view text) {
                          socket.check().value();  // revoked since? Then the socket is closed with 1008
                          socket.send_text(text);
                        }});

  run_restinio(routes, {.port = port_argument(argc, argv)}, print_port);
} catch (std::exception const& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
