#pragma once

#include <authjwt/adapters/routes.hpp>

namespace demo {

/// Adds the API with the tokens in cookies, and a WebSocket.
void add_cookie_api(authjwt::Routes& routes);

}  // namespace demo
