#include "pages.hpp"

#include "embedded.hpp"

#include <authjwt/adapters/openapi.hpp>
#include <authjwt/auth/rule.hpp>
#include <authjwt/http/answer.hpp>

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace demo {
namespace {

using authjwt::Routes;
using authjwt::Rule;

// A page runs what this program serves and nothing else, and no other page may frame it.
constexpr std::string_view kContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
constexpr std::string_view kAskAgain = "no-cache";
constexpr std::string_view kKeepForADay = "public, max-age=86400";

constexpr std::string_view kHtml = "text/html; charset=utf-8";
constexpr std::string_view kScript = "text/javascript; charset=utf-8";
constexpr std::string_view kStyle = "text/css; charset=utf-8";
constexpr std::string_view kText = "text/plain; charset=utf-8";

struct Page {
  std::string_view path;
  std::string_view file;
  std::string_view content_type;
  std::string_view cache_control = kAskAgain;
};

constexpr Page kPages[] = {
    {"/", "index.html", kHtml},
    {"/demo.js", "demo.js", kScript},
    {"/demo.css", "demo.css", kStyle},
};
constexpr Page kSwaggerUi[] = {
    {"/docs", "docs.html", kHtml},
    {"/docs/docs.js", "docs.js", kScript},
    {"/docs/swagger-ui-bundle.js", "swagger-ui-bundle.js", kScript, kKeepForADay},
    {"/docs/swagger-ui.css", "swagger-ui.css", kStyle, kKeepForADay},
    {"/docs/favicon-32x32.png", "favicon-32x32.png", "image/png", kKeepForADay},
    {"/docs/LICENSE", "LICENSE", kText},
    {"/docs/NOTICE", "NOTICE", kText},
    {"/docs/swagger-ui-bundle.js.LICENSE.txt", "swagger-ui-bundle.js.LICENSE.txt", kText},
};
constexpr Page kSwaggerUiMissing = {"/docs", "docs_missing.html", kHtml};

authjwt::http::Headers headers_of(Page const& page) {
  return {{"Content-Security-Policy", std::string{kContentSecurityPolicy}},
          {"X-Content-Type-Options", "nosniff"},
          {"Referrer-Policy", "no-referrer"},
          {"Cache-Control", std::string{page.cache_control}}};
}

void add(Routes& routes, Page const& page) {
  std::optional<std::string_view> const content = find_embedded(page.file);
  if (!content) throw std::logic_error{"the build has left out " + std::string{page.file}};
  routes.get(page.path, Rule::public_(), [&page, content = *content] {
    return authjwt::http::Answer{
        .headers = headers_of(page), .content = std::string{content}, .content_type = std::string{page.content_type}};
  });
}

authjwt::json::object description_of(Routes const& routes) {
  return authjwt::openapi(routes, {.title = "The demo of authjwt",
                                   .description = "Log in as \"test\" with the password \"test\". Swagger UI cannot "
                                                  "set cookies: POST /cookie/login does, and the browser sends them."});
}

}  // namespace

void add_pages(Routes& routes) {
  routes.get("/openapi.json", Rule::public_(), [description = description_of(routes)] { return description; });
  for (Page const& page : kPages) add(routes, page);
  if (!find_embedded("swagger-ui-bundle.js")) return add(routes, kSwaggerUiMissing);
  for (Page const& page : kSwaggerUi) add(routes, page);
}

}  // namespace demo
