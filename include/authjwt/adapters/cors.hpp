#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace authjwt {

/// What pages of the origins of `Routes::allow_origins` may do (Fetch Standard, "CORS protocol").
/// The order of the fields is API; new ones are appended.
struct CorsOptions {
  /// Whether their requests carry cookies. Default: where `Settings::token_location` has cookies.
  std::optional<bool> credentials = {};
  std::chrono::seconds max_age = std::chrono::minutes{10};  ///< how long a browser may remember a preflight
  /// Fields that they may send besides `Content-Type`, `Settings::header_name` and those of the CSRF values.
  std::vector<std::string> headers = {};
  std::vector<std::string> exposed_headers = {};  ///< fields of the answer that their scripts may read
};

}  // namespace authjwt
