#include "base/base64url.hpp"

#include <authjwt/token/inspect.hpp>

#include <string>

namespace authjwt {

Result<InspectedToken> inspect_unverified(std::string_view token, jws::Limits const& limits) {
  Result<json::object> header = jws::read_header(token, limits);
  if (!header) return header.error();
  Result<jws::Compact> const compact = jws::parse(token, limits);
  if (!compact) return compact.error();

  std::string text(base64url::decoded_size(compact->payload_segment.size()), '\0');
  if (!base64url::decode(compact->payload_segment, text.data())) {
    return Error{Errc::invalid_payload_string, {}, "not canonical base64url"};
  }
  Result<json::value> payload = json::read(text, {.max_size = text.size()});
  if (!payload) return Error{Errc::invalid_payload_string, {}, payload.error().message()};
  if (!payload->is_object()) return Error{Errc::invalid_payload_string, {}, "must be a json object"};
  return InspectedToken{.header = std::move(*header), .claims = std::move(payload->get_object())};
}

}  // namespace authjwt
