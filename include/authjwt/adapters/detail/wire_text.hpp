#pragma once

#include <authjwt/http/answer.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

/// Small texts of HTTP/1.1 that a framework leaves to the adapter.
namespace authjwt::detail {

/// `value` without the blanks around it (RFC 9110 5.5).
[[nodiscard]] inline std::string_view trimmed(std::string_view value) noexcept {
  std::size_t const first = std::min(value.find_first_not_of(" \t"), value.size());
  return value.substr(first, value.find_last_not_of(" \t") + 1 - first);
}

/// The path of a request target without its query: an absolute URL (RFC 9112 3.2.2) has one too.
[[nodiscard]] inline std::string_view path_of(std::string_view target) noexcept {
  if (target.starts_with('/')) return target;
  std::size_t const authority = target.find("://");
  if (authority == std::string_view::npos) return target;
  std::size_t const start = target.find('/', authority + 3);
  return start == std::string_view::npos ? std::string_view{"/"} : target.substr(start);
}

/// The reason phrase, which may be empty (RFC 9112 4).
[[nodiscard]] inline std::string status_phrase(int status) {
  if (status == 200) return "OK";
  return status < 400 ? std::string{} : std::string{http::reason_phrase(status)};
}

/// A date as HTTP writes it (RFC 9110 5.6.7).
[[nodiscard]] inline std::string http_date(std::chrono::sys_seconds time) {
  constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  auto const day = std::chrono::floor<std::chrono::days>(time);
  std::chrono::year_month_day const date{day};
  std::chrono::hh_mm_ss const clock{time - day};
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%s, %02u %s %d %02d:%02d:%02d GMT",
                kDays[std::chrono::weekday{day}.c_encoding()], static_cast<unsigned>(date.day()),
                kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text.data();
}

/// The value of `Date` (RFC 9110 6.6.1), made once a second by each thread.
[[nodiscard]] inline std::string const& date_now() {
  thread_local std::chrono::sys_seconds made_at{std::chrono::seconds{-1}};
  thread_local std::string text;
  auto const now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  if (std::exchange(made_at, now) != now) text = http_date(now);
  return text;
}

}  // namespace authjwt::detail
