#pragma once

#include "e2e/cli_program.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace authjwt::e2e {

/// A folder of its own for each test that uses the command.
class CliFiles : public ::testing::Test {
 protected:
  CliFiles() { std::filesystem::create_directory(folder_); }
  ~CliFiles() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::filesystem::path const& folder() const { return folder_; }
  [[nodiscard]] std::string path(std::string const& name) const { return folder_ / name; }
  std::string write(std::string const& name, std::string_view content) const {
    std::ofstream{folder_ / name, std::ios::binary} << content;
    return path(name);
  }
  [[nodiscard]] static std::string content_of(std::string const& path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
  }
  [[nodiscard]] static unsigned mode(std::string const& path) {
    struct stat state {};
    return ::lstat(path.c_str(), &state) == 0 ? state.st_mode & 07777U : 0U;
  }
  /// A new key of `algorithm`, and the name of its file.
  [[nodiscard]] std::string new_key(std::string const& algorithm, std::vector<std::string> more = {}) const {
    std::string const file = path(algorithm + std::to_string(++keys_));
    more.insert(more.begin(), {"keygen", algorithm, "--out", file});
    Outcome const outcome = run(more);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
    return file;
  }

 private:
  std::filesystem::path folder_ =
      std::filesystem::path{::testing::TempDir()} / ("authjwt_cli_" + std::to_string(::getpid()));
  mutable int keys_ = 0;
};

}  // namespace authjwt::e2e
