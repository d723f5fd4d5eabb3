#include "fuzz/run.hpp"

#include <cstddef>
#include <cstdint>

/// What libFuzzer calls.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  authjwt::fuzz::run({reinterpret_cast<char const*>(data), size});
  return 0;
}
