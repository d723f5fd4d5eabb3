#pragma once

#include <authjwt/http/message.hpp>

#include <cstdint>
#include <string_view>

namespace authjwt::http {

/// How a request says where its body ends.
struct BodyFraming {
  enum class Kind : std::uint8_t { none, sized, chunked, malformed };
  Kind kind = Kind::none;
  std::uint64_t size = 0;  ///< of a `sized` body; never 0
};

/// Reads `Content-Length` and `Transfer-Encoding` (RFC 9112 6.3) for frameworks that do it carelessly. Whatever two
/// servers in a row could read differently is `malformed`, since it lets one client's request into another's (RFC 9112
/// 11.2): both fields, one of them twice, a length that is not digits alone, any coding but `chunked` alone.
[[nodiscard]] BodyFraming body_framing(Request const& request);

/// Whether `name` may be that of a field (RFC 9110 5.1). A framework that lets others pass keeps `Content-Length `
/// apart from `Content-Length`, so that `body_framing` does not see it: an adapter refuses them (RFC 9112 5.1).
[[nodiscard]] bool is_field_name(std::string_view name) noexcept;

}  // namespace authjwt::http
