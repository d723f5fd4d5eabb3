#pragma once

#include <authjwt/token/claims.hpp>
#include <authjwt/token/verified_token.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace authjwt {

/// How revocations and sessions name a subject: as JSON, so that `7` and `"7"` differ.
[[nodiscard]] std::string subject_id(Subject const& subject);
/// The same for a token's `sub`; nothing where it has none that is a text or an integer. The view is into `storage`.
[[nodiscard]] std::optional<std::string_view> subject_id(VerifiedToken const& token, std::string& storage);

}  // namespace authjwt
