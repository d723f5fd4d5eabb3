#pragma once

#include <authjwt/auth/settings.hpp>
#include <authjwt/auth/token_from.hpp>
#include <authjwt/jose/algorithm.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

/// What of `Settings` can be judged without keys and callbacks. All of it throws `ConfigError` with a text that names
/// the setting and says what to do.
namespace authjwt {

inline constexpr std::chrono::seconds kMaxLeeway = std::chrono::hours{24};

[[noreturn]] void refuse_settings(std::string const& text);

/// The settings with what follows from others filled in.
[[nodiscard]] Settings checked_settings(Settings settings);
/// What may be wrong and need not be: for the log, or where `strict` is set a reason not to start.
[[nodiscard]] std::vector<std::string> doubts_about(Settings const& settings);

[[nodiscard]] Locations locations_of(Settings const& settings);
[[nodiscard]] Algorithm algorithm_setting(std::string_view setting, std::string const& value);
/// Those that tokens may be signed with; not empty.
[[nodiscard]] std::vector<Algorithm> accepted_algorithms(Settings const& settings);

}  // namespace authjwt
