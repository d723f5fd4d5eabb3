#pragma once

#include <authjwt/auth/settings.hpp>
#include <authjwt/base/result.hpp>
#include <authjwt/revocation/revocation.hpp>
#include <authjwt/token/verified_token.hpp>

#include <string>
#include <string_view>

namespace authjwt {

/// The configured issuer whose tokens are verified here, never the claim.
[[nodiscard]] std::string_view issuer_of(Settings const& settings) noexcept;
/// The issuer whose key verified `token`. The view is into it or the settings.
[[nodiscard]] std::string_view issuer_of(VerifiedToken const& token, Settings const& settings) noexcept;
/// A claim that must be a text. Errors: `Errc::missing_claim`, `Errc::invalid_claim`.
[[nodiscard]] Result<std::string_view> text_of(VerifiedToken const& token, Claim claim);
/// What the token is revoked by: the `sid` that it shares with others, else its `jti`, as every token of another
/// issuer. Errors: those of `text_of`.
[[nodiscard]] Result<std::string_view> revocation_id_of(VerifiedToken const& token);
/// All that a revocation may be about. The views are into the token, the settings and `storage`. Errors: those of
/// `text_of`.
[[nodiscard]] Result<TokenIdentity> identity_of(VerifiedToken const& token, Settings const& settings,
                                                std::string& storage);

}  // namespace authjwt
