#pragma once

#include <string_view>

namespace authjwt::detail {

/// What is wrong with this public key of Ed25519 (32 bytes) or Ed448 (57), encoded as RFC 8032 5.1.2 and 5.2.2 say;
/// empty where nothing is. OpenSSL 3.0 takes any bytes, and a point of small order has signatures that verify for
/// every message: whoever gives such a key lets everybody sign.
[[nodiscard]] std::string_view complaint_about_point(std::string_view encoded);

}  // namespace authjwt::detail
