#pragma once

#include <authjwt/http/message.hpp>

#include <string_view>

namespace authjwt::http {

/// Whether `content_type` names JSON (RFC 8259, RFC 6839 3.1), whatever its parameters.
[[nodiscard]] bool is_json_type(std::string_view content_type);

/// Whether the request says that its body is JSON: a page of another origin cannot say so unasked (Fetch, "CORS-safe").
[[nodiscard]] bool has_json_body(Request const& request);

}  // namespace authjwt::http
