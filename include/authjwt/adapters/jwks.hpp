#pragma once

#include <authjwt/adapters/routes.hpp>

#include <chrono>
#include <string_view>

namespace authjwt {

/// Where services look for the keys of another one (RFC 8615, OpenID Connect Discovery).
inline constexpr std::string_view kJwksPath = "/.well-known/jwks.json";

/// Adds `GET /.well-known/jwks.json`, for everyone: the public halves of the authority's keys as a JWKS, as they are
/// when it is asked for. `Cache-Control` lets it be kept for `max_age`, so a key must be published for that long before
/// it is activated. `ETag` is the same on every machine with the same keys; a request that names it gets a 304.
/// Throws as `Routes::get` does.
Routes& publish_jwks(Routes& routes, std::chrono::seconds max_age = std::chrono::minutes{5});

}  // namespace authjwt
