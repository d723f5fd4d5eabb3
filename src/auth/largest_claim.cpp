#include "auth/largest_claim.hpp"

#include <cstddef>

namespace authjwt {

std::string largest_claim(json::object const& claims) {
  std::string largest;
  std::size_t size = 0;
  for (auto const& [name, value] : claims) {
    std::size_t const own = json::write(value).size();
    if (own <= size) continue;
    largest = name;
    size = own;
  }
  return largest;
}

}  // namespace authjwt
