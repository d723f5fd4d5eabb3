// The service that `make run` starts, on RESTinio.

#include "api.hpp"
#include "arguments.hpp"
#include "configuration.hpp"
#include "log.hpp"
#include "pages.hpp"

#include <authjwt/adapters/restinio.hpp>
#include <authjwt/authjwt.hpp>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <string_view>
#include <system_error>

namespace demo {
namespace {

void greet(std::string const& host, std::uint16_t port) {
  std::string const base = url(host, port);
  std::cout << "Serving on " << base << (base.find(host) == std::string::npos ? " (all addresses)" : "")
            << ", until Ctrl-C. Try, in another terminal:\n\n"
            << "  TOKEN=$(curl -s " << base << R"sh(/login -H 'Content-Type: application/json' \
    -d '{"username":"test","password":"test"}' | sed 's/.*"access_token":"\([^"]*\)".*/\1/'))sh"
            << "\n  curl -H \"Authorization: Bearer $TOKEN\" " << base << "/claims\n\n"
            << "Cookies, sessions, a WebSocket and the API's description are there to click at in a browser: " << base
            << "/\n"
            << "GET /public-claims gives the same answer to everyone, to measure against.\n"
            << std::flush;
}

int serve(Arguments const& arguments) {
  ReservedPort const port{arguments.host, arguments.port};
  authjwt::Authority const authority{
      load_settings(arguments.host, port.number()),
      {.log = [](authjwt::LogLevel, std::string_view text) { tell(text); }, .revocation_log = open_log(arguments.log)}};
  authjwt::Routes routes{authority, authjwt::rules_required};
  add_api(routes);
  add_pages(routes);
  authjwt::run_restinio(routes, {.host = arguments.host, .port = port.number()},
                        [&arguments](std::uint16_t served) { greet(arguments.host, served); });
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
