#pragma once

#include "auth/token_names.hpp"

#include <authjwt/auth/authority.hpp>
#include <authjwt/auth/token_options.hpp>
#include <authjwt/revocation/session_store.hpp>

#include <optional>
#include <string>

namespace authjwt {

/// The login that a token comes of.
struct Lineage {
  std::optional<TimePoint> login = {};  ///< `auth_time`
  std::string sid = {};                 ///< empty: the token has none
};

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
  Lineage lineage = {};
  SessionToken const* stamp = nullptr;  ///< of a token that has been written down; null: a new one
};

/// A random UUID. Throws `AuthUnavailable` where there is no randomness.
[[nodiscard]] std::string random_id();
/// What is new in each token. Throws `std::invalid_argument` for a lifetime that cannot be; `AuthUnavailable`.
[[nodiscard]] SessionToken make_stamp(Authority const& authority, Lifetime lifetime, Lineage const& lineage);
/// The compact form of `token`. Throws as `AuthJWT::create_access_token` does.
[[nodiscard]] std::string write_token(Authority const& authority, NewToken const& token);

}  // namespace authjwt
