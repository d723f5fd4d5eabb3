#pragma once

#include <authjwt/http/answer.hpp>
#include <authjwt/http/body_framing.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

/// What the adapters do with the body of a request, without a framework.
namespace authjwt::detail {

/// The status that RESTinio's request is refused with before a handler sees it; 0 for a good one. Its parser gives up a
/// body that is over the limit, or over what memory there is: then less is here than was announced.
[[nodiscard]] inline int refusal(http::BodyFraming framing, std::size_t body_size) noexcept {
  using Kind = http::BodyFraming::Kind;
  if (framing.kind == Kind::malformed) return 400;
  if (framing.kind != Kind::chunked && framing.size != body_size) return 413;
  return body_size > http::kMaxBodySize ? 413 : 0;
}

inline constexpr std::size_t kDrainedSize = 8 * http::kMaxBodySize;  // read to their end, so that the 413 is seen

/// `unread`: there is a body, or may be one, that httplib does not read; the connection ends behind the answer.
enum class HttplibBody : std::uint8_t { none, readable, unread, too_large, malformed };

/// What httplib does with the request's body, and what it must not be let do.
[[nodiscard]] inline HttplibBody httplib_body(http::BodyFraming framing, std::string_view method, std::string_view path,
                                              bool is_multipart) noexcept {
  using Kind = http::BodyFraming::Kind;
  if (framing.kind == Kind::malformed) return HttplibBody::malformed;
  bool const is_delete = method == "DELETE";
  bool const is_read = method == "POST" || method == "PUT" || method == "PATCH";
  // But for an `HttplibServer`, it drops a length in a line that ends in LF alone, or folded, as if it were not there.
  if (framing.kind == Kind::none) return is_read || is_delete ? HttplibBody::unread : HttplibBody::none;
  if (framing.size > kDrainedSize) return HttplibBody::too_large;
  // It reads no body of other methods, none of a chunked DELETE, and a multipart one into memory without a limit; and
  // ".*", the pattern of every path, matches no line break.
  bool const is_readable = is_read || (is_delete && framing.kind == Kind::sized);
  bool const is_routed = path.find_first_of("\r\n") == std::string_view::npos;
  return is_readable && is_routed && !is_multipart ? HttplibBody::readable : HttplibBody::unread;
}

}  // namespace authjwt::detail
