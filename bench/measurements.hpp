#pragma once

#include <benchmark/benchmark.h>

#include <functional>
#include <string>
#include <vector>

namespace authjwt::bench {

/// One row of the table: what is measured, and the bare OpenSSL work it is compared with.
struct Measurement {
  std::string name;
  std::string floor;  ///< the name of another measurement; empty for a floor
  std::function<void(benchmark::State&)> run;
};

/// Bare OpenSSL: what no library on top of it can be faster than.
[[nodiscard]] std::vector<Measurement> floors();
/// The same tokens through the whole library.
[[nodiscard]] std::vector<Measurement> guards();

}  // namespace authjwt::bench
