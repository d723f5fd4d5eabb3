#pragma once

#include <authjwt/auth/authority.hpp>
#include <authjwt/auth/token_options.hpp>

#include <string>
#include <string_view>

namespace authjwt {

/// Everything that differs between the tokens of one authority; the options' fields by reference.
struct NewToken {
  Subject const& subject;
  std::string_view type;           ///< "access" or "refresh"
  std::optional<bool> fresh = {};  ///< access tokens have it
  Lifetime lifetime;
  bool with_issuer = false;  ///< access tokens carry `iss`, as in the Python package
  std::optional<Algorithm> algorithm;
  json::object const& headers;
  Audience const& audience;
  json::object const& user_claims;
};

/// The compact form of `token`. Throws as `AuthJWT::create_access_token` does.
[[nodiscard]] std::string write_token(Authority const& authority, NewToken const& token);

}  // namespace authjwt
