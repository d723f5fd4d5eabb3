#pragma once

#include <string>

struct redisContext;
struct timeval;

namespace authjwt::detail {

/// Agrees on TLS over a connection that stands: the certificate must be for `host` and of one that the machine trusts.
/// Only where hiredis has TLS (`AUTHJWT_REDIS_TLS`).
[[nodiscard]] bool start_redis_tls(redisContext* context, std::string const& host, timeval const& patience);

}  // namespace authjwt::detail
