#pragma once

#include "auth/token_names.hpp"

#include <authjwt/auth/authority.hpp>
#include <authjwt/auth/token_options.hpp>

#include <string>
#include <string_view>

namespace authjwt {

/// Everything that differs between the tokens of one authority; the options' fields by reference.
struct NewToken {
  Subject const& subject;
  TokenType type;
  std::optional<bool> fresh = {};  ///< access tokens have it
  Lifetime lifetime;
  std::optional<Algorithm> algorithm;
  json::object const& headers;
  Audience const& audience;
  json::object const& user_claims;
  std::optional<TimePoint> login = {};       ///< `auth_time`
  std::optional<std::string_view> sid = {};  ///< of a token that was renewed: what it is revoked by
};

/// The compact form of `token`. Throws as `AuthJWT::create_access_token` does.
[[nodiscard]] std::string write_token(Authority const& authority, NewToken const& token);

}  // namespace authjwt
