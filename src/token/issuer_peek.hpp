#pragma once

#include <authjwt/token/unverified_token.hpp>

#include <optional>
#include <string>

namespace authjwt::detail {

/// What `iss` of a token says before anything is verified: good for choosing the keys, and nothing else. Nothing where
/// the payload is no strict JSON object in canonical base64url, or its `iss` no text. Throws for lack of memory alone.
[[nodiscard]] std::optional<std::string> peek_issuer(UnverifiedToken const& token);

}  // namespace authjwt::detail
