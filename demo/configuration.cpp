#include "configuration.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <iostream>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace demo {
namespace {

// Everyone can read it here, so everyone can make tokens with it.
constexpr char kDemoSecret[] = "the secret of the demo: everyone knows it";

/// Whether the environment has `name`, in any case as `Settings::from_environment` reads it.
bool is_in_environment(std::string_view name) {
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (::strncasecmp(*variable, name.data(), name.size()) == 0 && (*variable)[name.size()] == '=') return true;
  }
  return false;
}

bool has_key(authjwt::Settings const& settings) {
  return !settings.secret_key.empty() || !settings.public_key.empty() || !settings.private_key.empty() ||
         !settings.jwks.empty();
}

/// The origins of the demo's own pages (RFC 6454 6.2): without the port that a browser leaves out. What cannot
/// be served on is left to the server, which says what is wrong with it.
std::vector<std::string> own_origins(std::string const& host, std::uint16_t port) {
  if (port == 0) return {};
  std::string const suffix = port == 80 ? "" : ":" + std::to_string(port);
  std::vector<std::string> origins{"http://localhost" + suffix};
  if (host.find_first_not_of("0123456789abcdef.:") == std::string::npos) {
    std::string const own = url(host, port);
    origins.push_back(own.substr(0, own.rfind(':')) + suffix);
  }
  return origins;
}

using AddressInfo = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

AddressInfo address_of(std::string const& host) {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_PASSIVE;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  std::string const name = host == "localhost" ? "127.0.0.1" : host;
  if (::getaddrinfo(name.c_str(), "0", &hints, &found) != 0) found = nullptr;
  return {found, &::freeaddrinfo};
}

std::uint16_t port_of(int socket) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  auto* const address = reinterpret_cast<sockaddr*>(&storage);
  if (::getsockname(socket, address, &size) != 0) return 0;
  return ntohs(storage.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6*>(address)->sin6_port
                                             : reinterpret_cast<sockaddr_in*>(address)->sin_port);
}

}  // namespace

std::string url(std::string const& host, std::uint16_t port) {
  std::string name = host == "0.0.0.0" ? "127.0.0.1" : host == "::" ? "::1" : host;
  if (name.find(':') != std::string::npos) name = "[" + name + "]";
  return "http://" + name + ":" + std::to_string(port);
}

authjwt::Settings load_settings(std::string const& host, std::uint16_t port) {
  authjwt::Settings settings = authjwt::Settings::from_environment();
  if (!is_in_environment("AUTHJWT_TOKEN_LOCATION")) settings.token_location = {"headers", "cookies"};
  if (!is_in_environment("AUTHJWT_COOKIE_SAMESITE")) settings.cookie_samesite = "lax";
  if (!is_in_environment("AUTHJWT_WEBSOCKET_ORIGINS")) settings.websocket_origins = own_origins(host, port);
  if (is_in_environment("AUTHJWT_SESSIONS_ENABLED") && !settings.sessions_enabled) {
    throw std::invalid_argument{"the demo is about sessions: leave AUTHJWT_SESSIONS_ENABLED out"};
  }
  settings.sessions_enabled = true;
  if (has_key(settings)) return settings;
  std::cout << "The demo signs with its own secret, for trying out only; set AUTHJWT_SECRET_KEY to use yours.\n";
  settings.secret_key = kDemoSecret;
  return settings;
}

// Two sockets that reuse addresses may have the same one while at most one of them listens: the server's.
ReservedPort::ReservedPort(std::string const& host, std::uint16_t number) : number_{number} {
  if (number_ != 0) return;
  AddressInfo const address = address_of(host);
  if (address == nullptr) return;
  socket_ = ::socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int const yes = 1;
  if (socket_ >= 0 && ::setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
      ::bind(socket_, address->ai_addr, address->ai_addrlen) == 0) {
    number_ = port_of(socket_);
  }
}

ReservedPort::~ReservedPort() {
  if (socket_ >= 0) ::close(socket_);
}

}  // namespace demo
