#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace authjwt::cli {

struct Range {
  std::int64_t least;
  std::int64_t most;
};

/// The decimal number `text` of the option `name`. Throws `Failure` (usage) for anything else, or outside the range.
[[nodiscard]] std::int64_t number(std::string_view name, std::string_view text, Range range);

/// Seconds: a number, or one with s, m, h or d after it ("15m"); within 300 years either way. Throws as `number`.
[[nodiscard]] std::int64_t seconds(std::string_view name, std::string_view text);

/// The second of `--at`, or of the machine's clock: a date up to the year 9999.
inline constexpr Range kDates{.least = 0, .most = 253'402'300'799};

}  // namespace authjwt::cli
