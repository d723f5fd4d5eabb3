#pragma once

#include "case.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace authjwt::compat {

/// One difference between what a case demands and what the library did.
struct Mismatch {
  std::string expected;
  std::string got;
};

/// What came of replaying one case: passed where there is no difference.
using Mismatches = std::vector<Mismatch>;

/// Replays a case of kind `verify`: the guard in its throwing form, its `try_` twin, and once more on a handle that
/// remembers the token, each followed by the getters.
[[nodiscard]] Mismatches replay_verify(Case const& test);

/// Replays a case of kind `create`: makes the token, reads it, and has the guard of these settings verify it.
[[nodiscard]] Mismatches replay_create(Case const& test);

/// Replays a case of kind `cookies`: the `Set-Cookie` lines of its calls.
[[nodiscard]] Mismatches replay_cookies(Case const& test);

/// Counts of one run of the program.
struct Tally {
  std::size_t passed = 0;
  std::size_t failed = 0;
  /// Nothing failed and something was read.
  [[nodiscard]] bool good() const noexcept;
};

/// Replays one line, tells each mismatch to `out`, and counts it. Nothing that the line holds makes it throw.
void replay_line(std::string_view line, std::string_view where, Tally& tally, std::ostream& out);

/// Replays all lines of a file. Blank lines are passed over; line ends may be CRLF. A file that cannot be read counts
/// as failed.
void replay_file(std::string const& path, Tally& tally, std::ostream& out);

/// The closing line.
void print_summary(Tally const& tally, std::ostream& out);

}  // namespace authjwt::compat
