#pragma once

#include <authjwt/adapters/routes.hpp>
#include <authjwt/base/json.hpp>

#include <string>
#include <vector>

namespace authjwt {

/// The order of the fields is API; new ones are appended.
struct OpenApiOptions {
  std::string title = "API";
  std::string version = "0.1.0";  ///< of the service
  std::string description = {};
  std::vector<std::string> hidden_paths = {};  ///< left out: the paths of the documentation itself
};

/// The OpenAPI 3.1 document of `routes`: their paths and methods, the bodies that their handlers take, and for those
/// with a rule its security and its refusals. A route without a rule has no `security`, and a `description` that says
/// that its handler guards itself. Methods that OpenAPI lacks are left out. Thread-safe once `routes` is filled.
///
///     routes.get("/openapi.json", Rule::public_(), [&routes] { return openapi(routes, {.title = "Shop"}); });
[[nodiscard]] json::object openapi(Routes const& routes, OpenApiOptions const& options = {});

}  // namespace authjwt
