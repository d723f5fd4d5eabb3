#pragma once

#include "auth/settings_check.hpp"

#include <authjwt/auth/settings.hpp>
#include <authjwt/base/clock.hpp>
#include <authjwt/token/verified_token.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

namespace authjwt {

[[nodiscard]] constexpr TimePoint at_second(std::int64_t second) noexcept {
  return TimePoint{std::chrono::seconds{second}};
}

/// When the person logged in: `auth_time`, else `iat`; nothing where the token does not tell, or tells a time after its
/// own making.
[[nodiscard]] std::optional<TimePoint> login_of(VerifiedToken const& token) noexcept;
/// How long the token was made to live; nothing where it does not tell.
[[nodiscard]] std::optional<std::chrono::seconds> life_of(VerifiedToken const& token) noexcept;
/// How long a token may be made to live where revocations are followed; nothing: for ever.
[[nodiscard]] std::optional<std::chrono::seconds> longest_life(Settings const& settings) noexcept;
/// A revocation of a token is kept for as long after its `exp`: whatever leeway another node has, and an hour for
/// clocks that differ.
inline constexpr std::chrono::seconds kKeptAfterExpiry = kMaxLeeway + std::chrono::hours{1};
/// How long a revocation is kept that is about tokens made until `now`. Nothing: for ever.
[[nodiscard]] std::optional<TimePoint> kept_for_new(Settings const& settings, TimePoint now) noexcept;
/// `time` and `more`, or nothing where no date can hold the sum.
[[nodiscard]] std::optional<TimePoint> later(TimePoint time, std::chrono::seconds more) noexcept;

}  // namespace authjwt
