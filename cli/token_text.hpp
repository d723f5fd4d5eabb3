#pragma once

#include "form.hpp"

#include <authjwt/base/clock.hpp>
#include <authjwt/base/json.hpp>

#include <cstddef>
#include <optional>
#include <string>

namespace authjwt::cli {

/// The token in `argument` or, without one, on standard input, as a person pastes it: without one line end after it and
/// "Bearer " before it. What is larger than `limit` is cut a little above it. Throws `Failure` where there is none.
[[nodiscard]] std::string read_token(std::optional<std::string> const& argument, std::size_t limit);

enum class Standing : bool { unverified, verified };

/// What a token says, for a person or a program, with how far it can be relied on before it. Precondition: both came
/// from `json::read`.
[[nodiscard]] std::string shown(Standing standing, json::object const& header, json::object const& claims,
                                TimePoint now, Form form);

}  // namespace authjwt::cli
