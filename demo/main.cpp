// The program of the page "Additional claims" of fastapi-jwt-auth, on RESTinio: `make run` starts it.

#include "arguments.hpp"

#include <authjwt/adapters/restinio.hpp>
#include <authjwt/authjwt.hpp>

#include <boost/describe/class.hpp>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <system_error>

namespace demo {
namespace {

// Everyone can read it here, so everyone can make tokens with it.
constexpr char kDemoSecret[] = "the secret of the demo: everyone knows it";

struct User {
  std::string username;
  std::string password;
};
BOOST_DESCRIBE_STRUCT(User, (), (username, password))

authjwt::json::object login(User const& user, authjwt::AuthJWT& authorize) {
  if (user.username != "test" || user.password != "test") {
    throw authjwt::http::HTTPException{401, "Bad username or password"};
  }
  return {{"access_token", authorize.create_access_token(user.username, {.user_claims = {{"foo", {"fiz", "baz"}}}})}};
}

authjwt::json::object claims(authjwt::AuthJWT& authorize) {
  authorize.jwt_required();
  return {{"foo", authorize.get_raw_jwt()->at("foo")}};
}

// The answer of /claims without the guard: the two compared show what the guard costs.
authjwt::json::object public_claims() { return {{"foo", {"fiz", "baz"}}}; }

bool has_key(authjwt::Settings const& settings) {
  return !settings.secret_key.empty() || !settings.public_key.empty() || !settings.private_key.empty();
}

authjwt::Settings load_settings() {
  authjwt::Settings settings = authjwt::Settings::from_environment();
  if (has_key(settings)) return settings;
  std::cout << "The demo signs with its own secret, for trying out only; set AUTHJWT_SECRET_KEY to use yours.\n";
  settings.secret_key = kDemoSecret;
  return settings;
}

/// The address for the commands below: one that can be connected to, which 0.0.0.0 and :: are not everywhere.
std::string url(std::string const& host, std::uint16_t port) {
  std::string name = host == "0.0.0.0" ? "127.0.0.1" : host == "::" ? "::1" : host;
  if (name.find(':') != std::string::npos) name = "[" + name + "]";
  return "http://" + name + ":" + std::to_string(port);
}

void greet(std::string const& host, std::uint16_t port) {
  std::string const base = url(host, port);
  std::cout << "Serving on " << base << (base.find(host) == std::string::npos ? " (all addresses)" : "")
            << ", until Ctrl-C. Try, in another terminal:\n\n"
            << "  TOKEN=$(curl -s " << base << R"sh(/login -H 'Content-Type: application/json' \
    -d '{"username":"test","password":"test"}' | sed 's/.*"access_token":"\([^"]*\)".*/\1/'))sh"
            << "\n  curl -H \"Authorization: Bearer $TOKEN\" " << base << "/claims\n\n"
            << "GET /public-claims gives the same answer to everyone, to measure against.\n"
            << std::flush;
}

int serve(Arguments const& arguments) {
  authjwt::Authority const authority{load_settings()};
  authjwt::Routes routes{authority};
  routes.post("/login", login);
  routes.get("/claims", claims);
  routes.get("/public-claims", public_claims);
  authjwt::run_restinio(routes, {.host = arguments.host, .port = arguments.port},
                        [&arguments](std::uint16_t port) { greet(arguments.host, port); });
  std::cout << "\nStopped.\n";
  return EXIT_SUCCESS;
}

std::string explain(std::system_error const& error, Arguments const& arguments) {
  std::string const port = std::to_string(arguments.port);
  if (error.code() == std::errc::address_in_use) {
    return "port " + port + " is taken; try make run PORT=" + (arguments.port == 9000 ? "9001" : "9000");
  }
  if (error.code() == std::errc::permission_denied) {
    return "port " + port + " is not for ordinary users; try make run PORT=8000";
  }
  if (error.code() == std::errc::address_not_available) {
    return arguments.host + " is not an address of this machine; try make run HOST=127.0.0.1";
  }
  return "cannot serve on " + url(arguments.host, arguments.port) + ": " + error.code().message();
}

int fail(std::string const& reason) {
  std::cerr << "authjwt_demo: " << reason << '\n';
  return EXIT_FAILURE;
}

}  // namespace
}  // namespace demo

int main(int count, char** values) {
  demo::Arguments arguments;
  try {
    arguments = demo::read_arguments(count, values);
    if (arguments.help) {
      std::cout << demo::kUsage;
      return EXIT_SUCCESS;
    }
    return demo::serve(arguments);
  } catch (std::system_error const& error) {
    return demo::fail(demo::explain(error, arguments));
  } catch (std::exception const& error) {
    return demo::fail(error.what());
  }
}
