#pragma once

#include <authjwt/base/result.hpp>
#include <authjwt/token/verified_token.hpp>

#include <string>
#include <vector>

/// The claim `scope` (RFC 9068 2.2.3, RFC 6749 3.3): words with a space between.
namespace authjwt {

/// Throws `std::invalid_argument` for an empty list and for what is no scope.
void check_scopes(std::vector<std::string> const& scopes);
/// Errors: `Errc::insufficient_scope` naming all that are missing; `Errc::invalid_claim` for a claim that is no text.
[[nodiscard]] Result<void> require_scopes(VerifiedToken const& token, std::vector<std::string> const& scopes);

}  // namespace authjwt
