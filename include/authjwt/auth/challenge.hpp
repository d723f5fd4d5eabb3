#pragma once

#include <authjwt/auth/settings.hpp>
#include <authjwt/base/error.hpp>

#include <optional>
#include <string>

namespace authjwt {

/// The value of `WWW-Authenticate` (RFC 6750 3) for the answer that refuses with `error`; nothing where
/// `Settings::www_authenticate` is not set, and where the answer is neither 401 nor about scopes. Nothing of it comes
/// from the request but what `error.message()` says, in characters that end no quotes.
///
///     Bearer                                                                        no token, or no good CSRF value
///     Bearer error="invalid_token", error_description="Signature has expired"       a token that is not good
///     Bearer error="insufficient_user_authentication", error_description="..."      not fresh: RFC 9470
///     Bearer error="insufficient_scope", error_description="...", scope="write"     403; the scopes that are missing
///
/// The scheme is `Settings::header_type`, or `Bearer` where that is empty. The adapters add it; an adapter of your own,
/// or a handler that answers for itself, may call it. Thread-safe.
[[nodiscard]] std::optional<std::string> challenge(Settings const& settings, Error const& error);

}  // namespace authjwt
