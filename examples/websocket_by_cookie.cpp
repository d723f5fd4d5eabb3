#include "port.hpp"

#include <authjwt/adapters/restinio.hpp>

#include <iostream>

using namespace authjwt;

struct User {
  std::string username, password;
};
BOOST_DESCRIBE_STRUCT(User, (), (username, password))

int main(int argc, char** argv) try {
  // In production: https origins, and .cookie_secure = true.
  Authority authority{{.secret_key = "change me: at least 32 random bytes",
                       .token_location = {"cookies"},
                       .websocket_origins = {"http://localhost:8000", "http://127.0.0.1:8000"}}};
  Routes routes{authority};

  routes.post("/login", Rule::public_(), [](User const& user, AuthJWT& authorize) -> json::object {
    if (user.username != "test" || user.password != "test") throw http::HTTPException{401, "Bad username or password"};
    authorize.set_access_cookies(authorize.create_access_token(user.username));
    authorize.set_refresh_cookies(authorize.create_refresh_token(user.username));
    return {{"msg", "Logged in"}};
  });

  // A page reads the cookie csrf_access_token and opens ws://localhost:8000/ws?csrf_token=<its value>. The browser adds
  // the cookies and says in Origin whose page it is: those of websocket_origins alone are let in.
  routes.websocket("/ws", Rule::access(), {.from = {WebSocketLocation::cookies}},
                   {.on_open =
                        [](WebSocket const& socket) {
                          socket.send_text("Successfully Login!");
                          socket.send_text("Your subject is " + socket.get_jwt_subject()->to_string());
                        },
                    .on_message = [](WebSocket const& socket, std::string_view text) { socket.send_text(text); }});

  run_restinio(routes, {.port = port_argument(argc, argv)}, print_port);
} catch (std::exception const& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
