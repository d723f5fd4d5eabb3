#include "adapters/cors_policy.hpp"

#include "http/ascii.hpp"
#include "http/origin.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace authjwt::detail {
namespace {

constexpr std::string_view kAny = "*";

void check_origins(std::vector<std::string> const& origins, bool credentials) {
  for (std::string const& origin : origins) {
    if (origin == kAny && credentials) {
      throw std::invalid_argument{
          "allow_origins: * would let every page use the cookies of whoever looks at it; "
          "list the origins, or set credentials to false"};
    }
    if (origin == kAny || http::is_origin(origin)) continue;
    throw std::invalid_argument{"allow_origins: \"" + origin +
                                "\" is no origin as browsers write it: https://app.example.com, in small letters, "
                                "without a path and without the scheme's own port"};
  }
}

/// The names, each once whatever its case, with a comma between.
std::string list_of(std::vector<std::string> const& names) {
  std::string list;
  for (auto name = names.begin(); name != names.end(); ++name) {
    if (!http::is_token(*name)) throw std::invalid_argument{"allow_origins: \"" + *name + "\" is no name of a field"};
    auto const is_same = [name](std::string const& other) { return http::equal_ignoring_case(*name, other); };
    if (std::any_of(names.begin(), name, is_same)) continue;
    list += (list.empty() ? "" : ", ") + *name;
  }
  return list;
}

std::vector<std::string> headers_of(Settings const& settings, CorsOptions const& options) {
  std::vector<std::string> names = {"Content-Type", settings.header_name, settings.access_csrf_header_name,
                                    settings.refresh_csrf_header_name};
  names.insert(names.end(), options.headers.begin(), options.headers.end());
  return names;
}

}  // namespace

bool is_preflight(http::Request const& request) {
  return request.method() == "OPTIONS" && request.header("Origin").size() == 1 &&
         request.header("Access-Control-Request-Method").size() == 1;
}

CorsPolicy::CorsPolicy(Authority const& authority, std::vector<std::string> origins, CorsOptions const& options)
    : origins_{std::move(origins)},
      any_{std::ranges::find(origins_, kAny) != origins_.end()},
      credentials_{options.credentials.value_or(authority.locations().contains(Location::cookies))},
      max_age_{std::to_string(options.max_age.count())},
      allowed_headers_{list_of(headers_of(authority.settings(), options))},
      exposed_headers_{list_of(options.exposed_headers)} {
  check_origins(origins_, credentials_);
  if (options.max_age.count() < 0) throw std::invalid_argument{"allow_origins: max_age is negative"};
}

bool CorsPolicy::allows(http::Request const& request) const {
  http::HeaderValues const origin = request.header("Origin");
  return origin.size() == 1 && (any_ || std::ranges::find(origins_, origin[0]) != origins_.end());
}

void CorsPolicy::add_to(http::Headers& headers, http::Request const& request) const {
  headers.emplace_back("Vary", "Origin");
  if (!allows(request)) return;
  headers.emplace_back("Access-Control-Allow-Origin", any_ ? kAny : request.header("Origin")[0]);
  if (credentials_) headers.emplace_back("Access-Control-Allow-Credentials", "true");
  if (!exposed_headers_.empty()) headers.emplace_back("Access-Control-Expose-Headers", exposed_headers_);
}

void CorsPolicy::add_to_preflight(http::Headers& headers, http::Request const& request,
                                  std::string_view methods) const {
  if (!allows(request)) return;
  headers.emplace_back("Access-Control-Allow-Methods", methods);
  headers.emplace_back("Access-Control-Allow-Headers", allowed_headers_);
  headers.emplace_back("Access-Control-Max-Age", max_age_);
}

}  // namespace authjwt::detail
