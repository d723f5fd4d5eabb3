#pragma once

#include <authjwt/adapters/routes.hpp>

namespace demo {

/// Adds the API: the page "Additional claims" of fastapi-jwt-auth, and where cookies are one of the token's locations
/// the same with cookies, and a WebSocket.
void add_api(authjwt::Routes& routes);

}  // namespace demo
