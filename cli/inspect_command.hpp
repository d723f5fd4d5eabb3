#pragma once

#include <authjwt/base/clock.hpp>
#include <authjwt/base/result.hpp>
#include <authjwt/token/inspect.hpp>

#include <string>
#include <string_view>

namespace authjwt::cli {

enum class Form { text, json, compact_json };

/// What `inspect` may be given: far more than a service takes, so that a token that a service refuses can be looked at.
inline constexpr jws::Limits kInspectLimits{.max_token_size = 1024 * 1024, .max_kid_size = 1024 * 1024};

/// The token in what a person pasted: without one line end after it and "Bearer " before it.
[[nodiscard]] std::string_view pasted_token(std::string_view text) noexcept;

/// Header and claims of `token`, marked as unverified, ready for a terminal, ending with a line end.
/// `now` only serves the remarks about time. Errors: those of `inspect_unverified`.
[[nodiscard]] Result<std::string> inspect(std::string_view token, Form form, TimePoint now);

}  // namespace authjwt::cli
