#include "auth/token_times.hpp"

#include <algorithm>

namespace authjwt {

std::optional<TimePoint> login_of(VerifiedToken const& token) noexcept {
  std::optional<std::int64_t> const issued = token.integer(Claim::iat);
  if (!token.has(Claim::auth_time)) return issued ? std::optional{at_second(*issued)} : std::nullopt;
  std::optional<std::int64_t> const login = token.integer(Claim::auth_time);
  if (!login || !issued || *login > *issued) return std::nullopt;
  return at_second(*login);
}

std::optional<std::chrono::seconds> life_of(VerifiedToken const& token) noexcept {
  std::optional<TimePoint> const expires = token.expires_at();
  std::optional<std::int64_t> const issued = token.integer(Claim::iat);
  if (!expires || !issued || *issued < 0 || *expires <= at_second(*issued)) return std::nullopt;
  return *expires - at_second(*issued);
}

std::optional<std::chrono::seconds> longest_life(Settings const& settings) noexcept {
  Lifetime const access = settings.access_token_expires;
  Lifetime const refresh = settings.refresh_token_expires;
  bool const is_never =
      settings.max_token_lifetime ? settings.max_token_lifetime->is_never() : access.is_never() || refresh.is_never();
  if (is_never) return std::nullopt;
  if (settings.max_token_lifetime) return settings.max_token_lifetime->seconds();
  return std::max(access.seconds(), refresh.seconds());
}

std::optional<TimePoint> later(TimePoint time, std::chrono::seconds more) noexcept {
  if (time > TimePoint::max() - more) return std::nullopt;
  return time + more;
}

std::optional<TimePoint> kept_for_new(Settings const& settings, TimePoint now) noexcept {
  std::optional<std::chrono::seconds> const longest = longest_life(settings);
  return longest ? later(now, *longest + kKeptAfterExpiry) : std::nullopt;
}

}  // namespace authjwt
