#pragma once

#include "measurements.hpp"

#include <map>
#include <string>
#include <vector>

namespace authjwt::bench {

/// Collects the repetitions of each measurement, and prints at the end its median and the ratio to its floor's: times
/// of two machines, or of two runs on a busy one, say nothing; ratios of one run do.
class RatioReporter final : public benchmark::BenchmarkReporter {
 public:
  explicit RatioReporter(std::vector<Measurement> measurements) : measurements_{std::move(measurements)} {}

  bool ReportContext(Context const& context) override;
  void ReportRuns(std::vector<Run> const& runs) override;
  void Finalize() override;
  [[nodiscard]] bool failed() const noexcept { return failed_; }

 private:
  [[nodiscard]] double median(std::string const& name) const;

  std::vector<Measurement> measurements_;
  std::map<std::string, std::vector<double>> nanoseconds_;
  bool failed_ = false;
};

}  // namespace authjwt::bench
