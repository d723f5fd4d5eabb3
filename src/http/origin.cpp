#include "http/origin.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace authjwt::http {
namespace {

constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kDigits = "0123456789";

bool consists_of(std::string_view text, std::string_view others) noexcept {
  auto const is_allowed = [others](char c) {
    return kLetters.find(c) != std::string_view::npos || kDigits.find(c) != std::string_view::npos ||
           others.find(c) != std::string_view::npos;
  };
  return !text.empty() && std::ranges::all_of(text, is_allowed);
}

bool is_scheme(std::string_view text) noexcept {
  return consists_of(text, "+-.") && kLetters.find(text.front()) != std::string_view::npos;
}

/// A name, an IPv4 address, or an IPv6 address between brackets.
bool is_host(std::string_view text) noexcept {
  if (!text.starts_with('[')) return consists_of(text, "-._");
  return text.size() > 2 && text.ends_with(']') && consists_of(text.substr(1, text.size() - 2), ":.");
}

bool is_port(std::string_view text, std::string_view scheme) noexcept {
  std::uint16_t port = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || text.starts_with('0')) return false;
  return !(scheme == "http" && port == 80) && !(scheme == "https" && port == 443);
}

}  // namespace

bool is_origin(std::string_view text) noexcept {
  constexpr std::string_view kMark = "://";
  std::size_t const mark = text.find(kMark);
  if (mark == std::string_view::npos) return false;
  std::string_view const scheme = text.substr(0, mark);
  std::string_view const rest = text.substr(mark + kMark.size());
  std::size_t const host_end = rest.starts_with('[') ? rest.find(']') : 0;
  std::size_t const colon = rest.find(':', std::min(host_end, rest.size()));
  bool const has_port = colon != std::string_view::npos;
  return is_scheme(scheme) && is_host(rest.substr(0, colon)) && (!has_port || is_port(rest.substr(colon + 1), scheme));
}

}  // namespace authjwt::http
