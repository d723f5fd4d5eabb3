#pragma once

#include "token/claims_reader.hpp"

#include <cmath>
#include <cstdint>
#include <optional>

namespace authjwt {

/// What becomes of the fraction of a NumericDate (RFC 7519, section 2).
enum class Fraction : bool { cut, round_up };

/// The seconds of a claim that is a JSON number in the range of 64-bit integers; nothing for anything else.
[[nodiscard]] inline std::optional<std::int64_t> numeric_date(ClaimValue const& value, Fraction fraction) noexcept {
  if (value.kind == ClaimValue::Kind::integer) return value.integer;
  if (value.kind != ClaimValue::Kind::number) return std::nullopt;
  double const whole = fraction == Fraction::cut ? std::trunc(value.number) : std::ceil(value.number);
  // 2^63 itself is out of range; both bounds are exact doubles.
  if (!(whole >= -0x1p63 && whole < 0x1p63)) return std::nullopt;
  return static_cast<std::int64_t>(whole);
}

}  // namespace authjwt
