#pragma once

#include <cstddef>

namespace authjwt::bench {

/// Prints what a revocation in memory takes at many fills up to `entries`, and then, with so many and 10,000 more each
/// second, how long a check takes beside one random read of an array as large. Gives what `main` has to.
[[nodiscard]] int measure_denylist(std::size_t entries);

}  // namespace authjwt::bench
