#pragma once

#include "e2e/cli_program.hpp"
#include "support/temporary_folder.hpp"

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
  [[nodiscard]] std::filesystem::path const& folder() const { return folder_.path(); }
  [[nodiscard]] std::string path(std::string const& name) const { return folder() / name; }
  std::string write(std::string const& name, std::string_view content) const { return folder_.write(name, content); }
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
  TemporaryFolder folder_;
  mutable int keys_ = 0;
};

}  // namespace authjwt::e2e
