#pragma once

#include <authjwt/remote/remote_keys.hpp>

#include <chrono>
#include <optional>
#include <string_view>

/// When keys are fetched again. Pure; `chance` lies from 0 to 1 and spreads what many services do.
namespace authjwt::remote {

using Options = RemoteKeys::Options;

/// What one `Cache-Control` line (RFC 9111 5.2.2) allows: `max-age`, nothing for a line that does not tell, and 0 for
/// `no-store`, `no-cache` and what cannot be read.
[[nodiscard]] std::optional<std::chrono::seconds> max_age_of(std::string_view cache_control) noexcept;

/// From a good fetch to the next; `max_age` is what the answer allows.
[[nodiscard]] std::chrono::milliseconds pause_after_success(Options const& options,
                                                            std::optional<std::chrono::seconds> max_age,
                                                            double chance) noexcept;

/// From the `failures`th failed fetch in a row, counted from 1, to the next.
[[nodiscard]] std::chrono::milliseconds pause_after_failure(Options const& options, unsigned failures,
                                                            double chance) noexcept;

}  // namespace authjwt::remote
