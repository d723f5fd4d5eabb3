#pragma once

#include "jose/algorithm_table.hpp"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

/// Every row of the algorithm table on each of its curves, as the parameter of a test.
namespace authjwt::test {

struct TableCase {
  detail::AlgorithmRow const* row;
  detail::Curve const* curve;  ///< null for rows without one
};

inline void PrintTo(TableCase const& c, std::ostream* out) { *out << c.row->name; }

inline std::string case_name(::testing::TestParamInfo<TableCase> const& info) {
  std::string name{info.param.row->name};
  if (info.param.row->curves.size() > 1) name += "_" + std::string{info.param.curve->name};
  return name;
}

inline std::vector<TableCase> all_cases() {
  std::vector<TableCase> cases;
  for (detail::AlgorithmRow const& row : detail::all_rows()) {
    if (row.curves.empty()) cases.push_back({&row, nullptr});
    for (detail::Curve const& curve : row.curves) cases.push_back({&row, &curve});
  }
  return cases;
}

/// Those whose key type `wanted` wants.
template <class Wanted>
std::vector<TableCase> cases_where(Wanted wanted) {
  std::vector<TableCase> cases = all_cases();
  std::erase_if(cases, [&](TableCase const& c) { return !wanted(c.row->type); });
  return cases;
}

}  // namespace authjwt::test
