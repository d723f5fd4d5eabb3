#pragma once

#include <authjwt/base/secret.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace authjwt::detail {

/// Where a Redis is and who asks it.
struct RedisAddress {
  std::string host = {};  ///< a name or an address without brackets; empty for a socket of Unix
  std::uint16_t port = 6379;
  std::string path = {};  ///< of the socket
  bool is_tls = false;
  std::string user = {};  ///< empty: the server's default user
  SecretBytes password = {};
  bool has_login = false;  ///< whether a user or a password is named
  std::uint32_t database = 0;

  /// For messages: host and port, or the path; never the user or the password.
  [[nodiscard]] std::string shown() const;
};

/// Reads the addresses that `RedisLog` takes. Throws `ConfigError`, which names the part that is wrong and shows
/// nothing of it.
[[nodiscard]] RedisAddress parse_redis_url(std::string_view url);

/// Throws `ConfigError`.
[[noreturn]] void refuse_redis_option(std::string_view text);

}  // namespace authjwt::detail
