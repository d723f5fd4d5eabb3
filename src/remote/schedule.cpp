#include "remote/schedule.hpp"

#include "base/ascii.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace authjwt::remote {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Beyond every bound of the options, and far from what overflows.
constexpr seconds kVeryLong = std::chrono::years{10};

std::string_view trimmed(std::string_view text) noexcept {
  constexpr std::string_view kBlank = " \t";
  std::size_t const first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

/// RFC 9111 1.2.2: as many digits as there are, and the largest number for more. Quotes are for recipients to accept.
seconds seconds_of(std::string_view digits) noexcept {
  if (digits.size() >= 2 && digits.front() == '"' && digits.back() == '"') digits = digits.substr(1, digits.size() - 2);
  seconds::rep number = 0;
  auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  bool const is_number = !digits.empty() && digits.front() != '-' && end == digits.data() + digits.size();
  if (!is_number) return seconds{0};
  return error == std::errc{} ? std::min(seconds{number}, kVeryLong) : kVeryLong;
}

std::optional<seconds> max_age_of_directive(std::string_view directive) noexcept {
  std::size_t const equals = directive.find('=');
  std::string_view const name = trimmed(directive.substr(0, equals));
  if (equal_ignoring_case(name, "no-store") || equal_ignoring_case(name, "no-cache")) return seconds{0};
  if (!equal_ignoring_case(name, "max-age")) return std::nullopt;
  return equals == std::string_view::npos ? seconds{0} : seconds_of(trimmed(directive.substr(equals + 1)));
}

milliseconds scaled(milliseconds time, double factor) noexcept {
  return milliseconds{static_cast<milliseconds::rep>(static_cast<double>(time.count()) * factor)};
}

}  // namespace

std::optional<seconds> max_age_of(std::string_view cache_control) noexcept {
  std::optional<seconds> shortest;
  while (!cache_control.empty()) {
    std::size_t const comma = std::min(cache_control.find(','), cache_control.size());
    std::optional<seconds> const age = max_age_of_directive(cache_control.substr(0, comma));
    if (age) shortest = shortest ? std::min(*shortest, *age) : *age;
    cache_control.remove_prefix(std::min(comma + 1, cache_control.size()));
  }
  return shortest;
}

milliseconds pause_after_success(Options const& options, std::optional<seconds> max_age, double chance) noexcept {
  milliseconds const asked = max_age ? milliseconds{*max_age} : options.max_fresh;
  return scaled(std::clamp(asked, options.min_fresh, options.max_fresh), 0.7 + 0.2 * chance);
}

milliseconds pause_after_failure(Options const& options, unsigned failures, double chance) noexcept {
  milliseconds pause = options.first_retry;
  for (unsigned i = 1; i < failures && pause < options.last_retry; ++i) pause *= 2;
  return scaled(std::min(pause, options.last_retry), 0.5 + 0.5 * chance);
}

}  // namespace authjwt::remote
