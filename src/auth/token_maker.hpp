#pragma once

#include "auth/token_writer.hpp"

#include <authjwt/auth/authority.hpp>
#include <authjwt/auth/token_options.hpp>
#include <authjwt/revocation/session_store.hpp>
#include <authjwt/token/claims.hpp>

#include <string>

namespace authjwt {

/// New tokens, with what the loaders of claims and headers add. Throw as `AuthJWT::create_access_token` does.
[[nodiscard]] std::string make_access_token(Authority const& authority, Subject const& subject,
                                            AccessTokenOptions const& options, Lineage const& lineage);
/// With `stamp`, the token that has been written down as this.
[[nodiscard]] std::string make_refresh_token(Authority const& authority, Subject const& subject,
                                             RefreshTokenOptions const& options, Lineage const& lineage,
                                             SessionToken const* stamp = nullptr);

/// The access token that shall follow `token` until `ends`: its claims, audience and login, and what it is revoked by.
[[nodiscard]] std::string make_renewed_token(Authority const& authority, VerifiedToken const& token, TimePoint ends);

}  // namespace authjwt
