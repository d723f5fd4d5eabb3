#pragma once

#include "support/soon.hpp"

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace authjwt {

/// What something tells its administrator, line by line. Thread-safe; outlives what it is the log of.
class Said {
 public:
  [[nodiscard]] std::function<void(std::string_view)> hook() {
    return [this](std::string_view line) {
      std::lock_guard const lock{mutex_};
      lines_.emplace_back(line);
      changed_.notify_all();
    };
  }
  /// Whether a line with this text comes before long, or has come.
  [[nodiscard]] bool wait_for(std::string_view text) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, kPatience, [&] {
      return std::ranges::any_of(lines_, [&](std::string const& line) { return line.find(text) != line.npos; });
    });
  }
  [[nodiscard]] std::vector<std::string> lines() const {
    std::lock_guard const lock{mutex_};
    return lines_;
  }
  [[nodiscard]] std::string all() const {
    std::string text;
    for (std::string const& line : lines()) text += line + "\n";
    return text;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> lines_;
};

}  // namespace authjwt
