#pragma once

#include <authjwt/adapters/cors.hpp>
#include <authjwt/auth/authority.hpp>
#include <authjwt/http/answer.hpp>
#include <authjwt/http/message.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace authjwt::detail {

/// Whether a browser asks with `request` what a page may do (Fetch Standard, "CORS-preflight request").
[[nodiscard]] bool is_preflight(http::Request const& request);

/// Which pages of other origins a browser lets ask, and read the answer. Immutable.
class CorsPolicy {
 public:
  /// Throws `std::invalid_argument` for what is no origin, for `*` with credentials, for names that are no fields.
  CorsPolicy(Authority const& authority, std::vector<std::string> origins, CorsOptions const& options);

  /// Adds to any answer what its origin may know, and that it depends on the origin.
  void add_to(http::Headers& headers, http::Request const& request) const;
  /// Adds besides it what the answer to a preflight says; `methods` are those of the path.
  void add_to_preflight(http::Headers& headers, http::Request const& request, std::string_view methods) const;

 private:
  [[nodiscard]] bool allows(http::Request const& request) const;

  std::vector<std::string> origins_;
  bool any_ = false;
  bool credentials_ = false;
  std::string max_age_;
  std::string allowed_headers_;
  std::string exposed_headers_;
};

}  // namespace authjwt::detail
