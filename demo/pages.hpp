#pragma once

#include <authjwt/adapters/routes.hpp>

namespace demo {

/// Adds what a browser looks at: the page at `/`, the API's description at `/openapi.json` and Swagger UI at `/docs`,
/// or, where the build has none, a page that says how to add it. The description has the routes added before.
void add_pages(authjwt::Routes& routes);

}  // namespace demo
