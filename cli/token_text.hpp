#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace authjwt::cli {

/// The token in `argument` or, without one, on standard input, as a person pastes it: without one line end after it and
/// "Bearer " before it. What is larger than `limit` is cut a little above it. Throws `Failure` where there is none.
[[nodiscard]] std::string read_token(std::optional<std::string> const& argument, std::size_t limit);

}  // namespace authjwt::cli
