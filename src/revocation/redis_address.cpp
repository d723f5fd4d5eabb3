#include "revocation/redis_address.hpp"

#include "base/printable.hpp"

#include <authjwt/base/error.hpp>

#include <sys/un.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace authjwt::detail {
namespace {

constexpr std::string_view kForm =
    "; it is redis://[user[:password]@]host[:port][/database] or "
    "unix://[user[:password]@]/path/of/socket[?db=database]";
constexpr std::size_t kLongestHost = 255;

[[noreturn]] void refuse(std::string_view what) {
  refuse_redis_option("the address of Redis: " + std::string{what} + std::string{kForm});
}

/// Takes what stands before the first `mark` off `rest`, and the mark; nothing where there is none.
std::optional<std::string_view> take_until(std::string_view& rest, char mark) {
  std::size_t const at = rest.find(mark);
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view const taken = rest.substr(0, at);
  rest.remove_prefix(at + 1);
  return taken;
}

bool begins_with(std::string_view& rest, std::string_view beginning) {
  if (!rest.starts_with(beginning)) return false;
  rest.remove_prefix(beginning.size());
  return true;
}

std::string percent_decoded(std::string_view text, std::string_view part) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    std::uint8_t byte = 0;
    std::string_view const digits = text.substr(i + 1, 2);
    auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
    if (digits.size() != 2 || error != std::errc{} || end != digits.data() + digits.size()) {
      refuse("in the " + std::string{part} + " a % begins no byte; write %25 for the sign itself");
    }
    out += static_cast<char>(byte);
    i += 2;
  }
  return out;
}

template <class Number>
Number number_of(std::string_view text, std::string_view part) {
  Number number = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) refuse("the " + std::string{part} + " is no number");
  return number;
}

/// `user`, `user:password` or `:password`.
void read_login(RedisAddress& address, std::string_view login) {
  std::optional<std::string_view> const user = take_until(login, ':');
  address.user = percent_decoded(user.value_or(login), "user");
  if (user) address.password = SecretBytes{percent_decoded(login, "password")};
  if (address.user.empty() && address.password.empty()) {
    refuse("before the @ there is neither a user nor a password");
  }
  address.has_login = true;
}

void check_host(std::string_view host) {
  auto const is_allowed = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           std::string_view{"-._:%"}.find(c) != std::string_view::npos;
  };
  if (host.empty()) refuse("the host is missing");
  if (host.size() > kLongestHost || !std::ranges::all_of(host, is_allowed)) {
    refuse(
        "the host is no name and no address; the user and the password must be percent-encoded (%40 for @, %2F for "
        "/, %3A for :)");
  }
}

void read_host_and_port(RedisAddress& address, std::string_view rest) {
  if (begins_with(rest, "[")) {
    std::optional<std::string_view> const host = take_until(rest, ']');
    if (!host) refuse("the host begins with [ and does not end with ]");
    address.host = *host;
    if (!rest.empty() && !begins_with(rest, ":")) refuse("behind the ] of the host there may be a port alone");
  } else {
    std::optional<std::string_view> const host = take_until(rest, ':');
    address.host = host.value_or(rest);
    if (address.host.find('%') != std::string::npos) refuse("the host is no name and no address");
    if (!host) rest = {};
  }
  check_host(address.host);
  if (!rest.empty()) address.port = number_of<std::uint16_t>(rest, "port");
  if (address.port == 0) refuse("the port is 0");
}

RedisAddress read_network_address(std::string_view rest) {
  RedisAddress address;
  if (rest.find_first_of("?#") != std::string_view::npos) refuse("there is a ? or a #, which nothing may follow");
  std::size_t const slash = rest.find('/');
  std::string_view const database = slash == std::string_view::npos ? "" : rest.substr(slash + 1);
  rest = rest.substr(0, slash);
  if (std::optional<std::string_view> const login = take_until(rest, '@')) read_login(address, *login);
  read_host_and_port(address, rest);
  if (!database.empty()) address.database = number_of<std::uint32_t>(database, "database");
  return address;
}

RedisAddress read_socket_address(std::string_view rest) {
  RedisAddress address;
  std::size_t const slash = rest.find('/');
  std::string_view login = rest.substr(0, slash);
  if (slash == std::string_view::npos) refuse("the path of the socket is missing, which begins with /");
  rest.remove_prefix(slash);
  if (!login.empty() && !login.ends_with('@')) refuse("a socket has no host: before its path there are three slashes");
  if (!login.empty()) read_login(address, login.substr(0, login.size() - 1));
  if (std::optional<std::string_view> const path = take_until(rest, '?')) {
    if (!begins_with(rest, "db=")) refuse("behind the ? there may be db= alone");
    address.database = number_of<std::uint32_t>(rest, "database");
    rest = *path;
  }
  address.path = percent_decoded(rest, "path");
  if (address.path.size() >= sizeof(sockaddr_un::sun_path)) refuse("the path of the socket is too long");
  if (address.path.find('\0') != std::string::npos) refuse("the path of the socket holds a zero byte");
  return address;
}

}  // namespace

void refuse_redis_option(std::string_view text) {
  throw_exception_from_error(Error{Errc::invalid_setting, {}, text}, BOOST_CURRENT_LOCATION);
}

std::string RedisAddress::shown() const {
  if (!path.empty()) return printable(path, 120);
  bool const is_ipv6 = host.find(':') != std::string::npos;
  return (is_ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

RedisAddress parse_redis_url(std::string_view url) {
  if (begins_with(url, "redis://")) return read_network_address(url);
  if (begins_with(url, "unix://")) return read_socket_address(url);
  if (!begins_with(url, "rediss://")) refuse("it begins with neither redis:// nor rediss:// nor unix://");
#ifdef AUTHJWT_REDIS_TLS
  RedisAddress address = read_network_address(url);
  address.is_tls = true;
  return address;
#else
  refuse_redis_option(
      "the address of Redis: rediss:// needs a hiredis with TLS (1.0 or newer, libhiredis_ssl), and authjwt was built "
      "with one that has none; use redis:// or unix:// to a tunnel that encrypts, as stunnel");
#endif
}

}  // namespace authjwt::detail
