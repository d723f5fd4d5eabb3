#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace authjwt::detail {

/// What changes the store, each as one atomic step in the server, or looks at much of it.
///
/// Every script takes KEYS 1 to 3, the log's own: its state, its stream, its gaps; and ARGV 1 to 3: the time in
/// milliseconds (empty: the server's), the run of the server (empty: not known), and an identity that nobody has used.
enum class RedisScript : std::uint8_t {
  append,  ///< KEYS 4...: of each fact; ARGV 4...: issuer, id, keep_until, logins_until of each
  tail,    ///< ARGV 4: the largest position that was seen here
  begin,   ///< KEYS 4...: session, logins, ends; ARGV 4...: sid, subject, login, label, jti, iat, exp, csrf, keep_until
  rotate,  ///< KEYS 4...: fact of sid, of jti, of subject, session, logins, ends; ARGV 4...: as redis_sessions.cpp
  sessions,  ///< KEYS 4...: fact of subject, logins, ends; ARGV 4...: beginnings of keys, subject, how many
};
inline constexpr std::size_t kRedisScripts = 5;
/// How many positions are left out where the server is another one, or the same again.
inline constexpr std::uint64_t kRedisGap = 1'073'741'824;

/// The text, in Lua; made once.
[[nodiscard]] std::string const& text_of(RedisScript script);

}  // namespace authjwt::detail
