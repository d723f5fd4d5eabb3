#include "dates.hpp"

#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string_view>

namespace authjwt::cli {
namespace {

using std::chrono::seconds;

constexpr TimePoint kFirstShown = std::chrono::sys_days{std::chrono::year{1} / 1 / 1};
constexpr TimePoint kLastShown = std::chrono::sys_days{std::chrono::year{10'000} / 1 / 1} - seconds{1};

/// A NumericDate within four-digit years.
std::optional<TimePoint> date(json::value const& claim) {
  constexpr double kExact = 1e15;
  std::int64_t number = 0;
  if (claim.is_int64()) {
    number = claim.get_int64();
  } else if (claim.is_double() && std::abs(claim.get_double()) < kExact) {
    number = static_cast<std::int64_t>(std::floor(claim.get_double()));
  } else {
    return std::nullopt;
  }
  if (number < kFirstShown.time_since_epoch().count() || number > kLastShown.time_since_epoch().count()) {
    return std::nullopt;
  }
  return TimePoint{seconds{number}};
}

std::string to_utc(TimePoint time) {
  auto const day = std::chrono::floor<std::chrono::days>(time);
  std::chrono::year_month_day const date{day};
  std::chrono::hh_mm_ss const clock{time - day};
  std::array<char, 32> text{};
  static_cast<void>(std::snprintf(
      text.data(), text.size(), "%04d-%02u-%02u %02d:%02d:%02d UTC", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
      static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count())));
  return text.data();
}

struct DateClaim {
  std::string_view name;
  std::string_view label;
  std::string_view remark;
  bool remark_when_past;
};
constexpr std::array kDateClaims = {
    DateClaim{"iat", "issued at ", "in the future by this machine's clock", false},
    DateClaim{"nbf", "not before", "not reached by this machine's clock", false},
    DateClaim{"exp", "expires   ", "expired by this machine's clock", true},
};

}  // namespace

std::string dates(json::object const& claims, TimePoint now) {
  std::string lines;
  for (DateClaim const& row : kDateClaims) {
    json::value const* claim = claims.if_contains(row.name);
    auto const time = claim != nullptr ? date(*claim) : std::nullopt;
    if (!time) continue;
    lines.append(row.label).append(" (").append(row.name).append("): ").append(to_utc(*time));
    if (row.remark_when_past ? *time <= now : *time > now) lines.append(" - ").append(row.remark);
    lines += '\n';
  }
  return lines;
}

}  // namespace authjwt::cli
