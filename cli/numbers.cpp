#include "numbers.hpp"

#include "exit_code.hpp"

#include <charconv>

namespace authjwt::cli {
namespace {

constexpr std::int64_t kMostSeconds = 300LL * 366 * 24 * 3600;

[[noreturn]] void refuse(std::string_view name, std::string const& wanted) {
  wrong_usage(std::string{name} + " must be " + wanted);
}

/// How many seconds the letter behind a number stands for; 0 where it is none.
std::int64_t unit(char letter) noexcept {
  switch (letter) {
    case 's': return 1;
    case 'm': return 60;
    case 'h': return 3600;
    case 'd': return 86400;
    default: return 0;
  }
}

}  // namespace

std::int64_t number(std::string_view name, std::string_view text, Range range) {
  std::int64_t value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc{} && end == text.data() + text.size() && value >= range.least && value <= range.most) {
    return value;
  }
  refuse(name, "a number from " + std::to_string(range.least) + " to " + std::to_string(range.most));
}

std::int64_t seconds(std::string_view name, std::string_view text) {
  std::int64_t const factor = text.empty() ? 0 : unit(text.back());
  if (factor != 0) text.remove_suffix(1);
  std::int64_t const most = kMostSeconds / (factor == 0 ? 1 : factor);
  std::int64_t value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc{} && end == text.data() + text.size() && value >= -most && value <= most) {
    return value * (factor == 0 ? 1 : factor);
  }
  refuse(name, "seconds, or a number with s, m, h or d after it (15m), and not more than 300 years");
}

}  // namespace authjwt::cli
