#include <authjwt/auth/token_from.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace authjwt {
namespace {

constexpr std::array<std::string_view, 4> kNames = {"headers", "cookies", "json", "query_string"};

}  // namespace

std::string_view name(Location location) noexcept { return kNames[static_cast<std::size_t>(location)]; }

std::optional<Location> find_location(std::string_view name) noexcept {
  auto const found = std::ranges::find(kNames, name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Location>(found - kNames.begin());
}

}  // namespace authjwt
