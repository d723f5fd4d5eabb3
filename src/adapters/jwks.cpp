#include "base/siphash.hpp"

#include <authjwt/adapters/jwks.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <utility>

namespace authjwt {
namespace {

using http::Answer;

void append_hex(std::string& out, std::uint64_t number) {
  std::array<char, 16> digits{};
  char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
  out.append(digits.data(), end);
}

/// Of what is public, and the same on all machines: the key of the hash need not be secret.
std::string etag_of(std::string_view body) {
  detail::Hash128 const hash = detail::siphash({}, body);
  std::string etag{'"'};
  append_hex(etag, hash.high);
  etag += '-';
  append_hex(etag, hash.low);
  etag += '"';
  return etag;
}

/// RFC 9110 13.1.2: `*`, or a list of tags. None has a quotation mark inside, so that ours is found where it stands.
bool names(std::string_view field, std::string_view etag) {
  return field == "*" || field.find(etag) != std::string_view::npos;
}

bool has_it(http::Request const& request, std::string_view etag) {
  http::HeaderValues const fields = request.header("If-None-Match");
  for (std::size_t i = 0; i < std::min(fields.size(), http::HeaderValues::kKept); ++i) {
    if (names(fields[i], etag)) return true;
  }
  return false;
}

Answer published(KeySet const& keys, http::Request const& request, std::string const& cache_control) {
  std::string body = keys.to_public_jwks();
  std::string const etag = etag_of(body);
  http::Headers headers{{"Cache-Control", cache_control}, {"ETag", etag}};
  if (has_it(request, etag)) return {.status = 304, .headers = std::move(headers)};
  return {.headers = std::move(headers), .content = std::move(body), .content_type = "application/jwk-set+json"};
}

}  // namespace

Routes& publish_jwks(Routes& routes, std::chrono::seconds max_age) {
  std::string const cache_control = "public, max-age=" + std::to_string(max_age.count());
  Endpoint const endpoint = [cache_control](http::Request const& request, std::string_view, AuthJWT& authorize) {
    return published(authorize.authority().keys(), request, cache_control);
  };
  routes.get(kJwksPath, Rule::public_(), endpoint);
  return routes.summary("The public keys that tokens of this service are verified with");
}

}  // namespace authjwt
