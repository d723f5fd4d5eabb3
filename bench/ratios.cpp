#include "ratios.hpp"

#include <boost/version.hpp>
#include <openssl/crypto.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>

namespace authjwt::bench {
namespace {

std::string processor() {
  std::ifstream file{"/proc/cpuinfo"};
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("model name")) return line.substr(std::min(line.size(), line.find(": ") + 2));
  }
  return "unknown processor";
}

std::string compiler() {
#ifdef __clang__
  return "Clang " __clang_version__;
#else
  return "GCC " __VERSION__;
#endif
}

}  // namespace

bool RatioReporter::ReportContext(Context const& context) {
  std::cout << "machine:  " << processor() << ", " << context.cpu_info.num_cpus << " cores";
  if (!context.cpu_info.load_avg.empty()) std::cout << ", load " << context.cpu_info.load_avg.front();
  std::cout << "\ncompiler: " << compiler() << "\nlibraries: " << OpenSSL_version(OPENSSL_VERSION) << ", Boost "
            << BOOST_VERSION / 100000 << '.' << BOOST_VERSION / 100 % 1000 << std::endl;
#ifndef NDEBUG
  std::cout << "THIS IS NOT A RELEASE BUILD: its figures mean nothing\n";
#endif
  return true;
}

void RatioReporter::ReportRuns(std::vector<Run> const& runs) {
  for (Run const& run : runs) {
    if (run.error_occurred) {
      std::cerr << run.run_name.function_name << ": " << run.error_message << '\n';
      failed_ = true;
    } else if (run.run_type == Run::RT_Iteration) {
      nanoseconds_[run.run_name.function_name].push_back(run.GetAdjustedCPUTime());
    }
  }
}

double RatioReporter::median(std::string const& name) const {
  auto const found = nanoseconds_.find(name);
  if (found == nanoseconds_.end()) return 0;
  std::vector<double> times = found->second;
  auto const middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  return *middle;
}

void RatioReporter::Finalize() {
  std::printf("\n%-20s %12s %8s  %s\n", "measurement", "median ns", "ratio", "to");
  for (Measurement const& row : measurements_) {
    double const time = median(row.name);
    double const floor = row.floor.empty() ? 0 : median(row.floor);
    if (time == 0) continue;
    std::printf("%-20s %12.1f", row.name.c_str(), time);
    if (floor != 0) std::printf(" %8.2f  %s", time / floor, row.floor.c_str());
    std::printf("\n");
  }
}

}  // namespace authjwt::bench
