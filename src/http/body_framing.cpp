#include "http/ascii.hpp"

#include <authjwt/http/body_framing.hpp>

#include <charconv>
#include <string_view>
#include <system_error>

namespace authjwt::http {
namespace {

BodyFraming sized(std::string_view length) noexcept {
  std::uint64_t size = 0;
  char const* const end = length.data() + length.size();
  auto const [stop, error] = std::from_chars(length.data(), end, size);
  if (error != std::errc{} || stop != end) return {BodyFraming::Kind::malformed};
  return size == 0 ? BodyFraming{} : BodyFraming{BodyFraming::Kind::sized, size};
}

}  // namespace

BodyFraming body_framing(Request const& request) {
  HeaderValues const lengths = request.header("Content-Length");
  HeaderValues const codings = request.header("Transfer-Encoding");
  if (lengths.empty() && codings.empty()) return {};
  if (lengths.size() + codings.size() != 1) return {BodyFraming::Kind::malformed};
  if (codings.empty()) return sized(lengths[0]);
  return {equal_ignoring_case(codings[0], "chunked") ? BodyFraming::Kind::chunked : BodyFraming::Kind::malformed};
}

bool is_field_name(std::string_view name) noexcept { return is_token(name); }

}  // namespace authjwt::http
