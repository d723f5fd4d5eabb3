#pragma once

#include "base/printable.hpp"

#include <authjwt/jose/key_set.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace authjwt {

/// The keys of a set, and where to find them. Not changed once a `KeySet` holds it.
struct KeySet::Index {
  /// The keys of one algorithm.
  struct Row {
    Key const* signs = nullptr;  ///< the first one that can
    Key const* sole = nullptr;   ///< the first one that verifies
    std::size_t verifiers = 0;
    std::unordered_map<std::string_view, Key const*> by_kid;  ///< the names are those of `keys`
  };

  std::vector<Key> keys;
  std::array<Row, 32> rows;  ///< by algorithm, as many as an `AlgorithmSet` holds
  std::vector<SkippedKey> skipped;

  /// Makes the rows out of `keys`; an error where two of them could not be told apart.
  [[nodiscard]] std::optional<Error> fill();
  [[nodiscard]] Key const* verifier(Algorithm algorithm, std::optional<std::string_view> kid) const noexcept;

 private:
  [[nodiscard]] static std::optional<Error> add_verifier(Row& row, Key const& key, Algorithm algorithm);
};

}  // namespace authjwt
