#include "denylist.hpp"
#include "measurements.hpp"
#include "ratios.hpp"

#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

// authjwt_bench [--ratios] [Google Benchmark's options]
// With --ratios every measurement is repeated, the repetitions in random order so that a slow moment of the machine
// meets all of them alike, and the medians are printed beside their ratio to the bare OpenSSL work.
//
// authjwt_bench --denylist [entries]
// What revocations in memory take, 10 million or `entries` of them, and how long a check does beside a random read.
namespace {

using namespace authjwt::bench;

std::vector<Measurement> all_measurements() {
  std::vector<Measurement> all = floors();
  for (Measurement& guard : guards()) all.push_back(std::move(guard));
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "--denylist") == 0) {
    return measure_denylist(argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 10'000'000);
  }
  std::vector<char*> arguments{argv, argv + argc};
  bool const ratios = std::erase_if(arguments, [](char const* text) { return std::strcmp(text, "--ratios") == 0; }) > 0;
  std::string defaults[] = {"--benchmark_repetitions=21", "--benchmark_min_time=0.05",
                            "--benchmark_enable_random_interleaving=true"};
  // Before the given options, which therefore win.
  if (ratios)
    for (std::string& option : defaults) arguments.insert(arguments.begin() + 1, option.data());

  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 2;

  std::vector<Measurement> const measurements = all_measurements();
  for (Measurement const& row : measurements) benchmark::RegisterBenchmark(row.name.c_str(), row.run);
  if (!ratios) return benchmark::RunSpecifiedBenchmarks() > 0 ? 0 : 1;
  RatioReporter reporter{measurements};
  return benchmark::RunSpecifiedBenchmarks(&reporter) > 0 && !reporter.failed() ? 0 : 1;
}
