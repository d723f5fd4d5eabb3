// The tables of docs/limits.md and docs/security.md name tests, settings and sources: all of them exist.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

using Names = std::set<std::string>;

fs::path const kTop{AUTHJWT_SOURCE_DIR};

std::string read(fs::path const& path) {
  std::ifstream in{path};
  EXPECT_TRUE(in) << path;
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// What `pattern` finds in `text`: its first group, with a dot and the second one where there is one.
Names found_in(std::string const& text, std::regex const& pattern) {
  Names names;
  for (std::sregex_iterator match{text.begin(), text.end(), pattern}, end; match != end; ++match) {
    names.insert(match->size() > 2 ? (*match)[1].str() + "." + (*match)[2].str() : (*match)[1].str());
  }
  return names;
}

template <class Take>
void for_each_source(fs::path const& directory, Take take) {
  for (fs::recursive_directory_iterator at{kTop / directory}, end; at != end; ++at) {
    if (at->path().filename() == "node_modules") at.disable_recursion_pending();
    if (at->path().extension() == ".cpp" || at->path().extension() == ".hpp") take(read(at->path()));
  }
}

/// Every test of the project, as `Suite.name`.
Names all_tests() {
  static std::regex const pattern{R"(\n(?:TYPED_)?TEST(?:_[FP])?\(([A-Za-z0-9]+),\s*([a-z0-9_]+)\))"};
  Names tests;
  for (fs::path const directory : {"tests", "include/authjwt/testing"}) {
    for_each_source(directory, [&](std::string const& text) { tests.merge(found_in(text, pattern)); });
  }
  return tests;
}

Names missing(Names const& named, Names const& there) {
  Names result;
  std::ranges::set_difference(named, there, std::inserter(result, result.end()));
  return result;
}

class DocsTables : public ::testing::TestWithParam<char const*> {
 protected:
  std::string const text_ = read(kTop / "docs" / GetParam());
};
INSTANTIATE_TEST_SUITE_P(Pages, DocsTables, ::testing::Values("limits.md", "security.md"),
                         [](auto const& page) { return fs::path{page.param}.stem().string(); });

TEST_P(DocsTables, every_test_they_name_exists) {
  static std::regex const pattern{R"(`([A-Z][A-Za-z0-9]+)\.([a-z0-9]+_[a-z0-9_]+)`)"};
  Names const named = found_in(text_, pattern);
  EXPECT_GT(named.size(), 30U) << "the pattern finds them";
  EXPECT_THAT(missing(named, all_tests()), ::testing::IsEmpty());
}

TEST_P(DocsTables, every_field_they_name_is_one_of_its_struct) {
  static std::regex const pattern{R"(`(Settings|ServerOptions|WebSocketOptions|Hooks)::([a-z_]+)`)"};
  std::string headers;
  for_each_source("include/authjwt", [&](std::string const& header) { headers += header; });
  for (std::string const& name : found_in(text_, pattern)) {
    std::string const type = name.substr(0, name.find('.'));
    std::string const field = name.substr(name.find('.') + 1);
    std::size_t const begin = headers.find("struct " + type + " {");
    ASSERT_NE(begin, std::string::npos) << type;
    std::string const body = headers.substr(begin, headers.find("\n};", begin) - begin);
    EXPECT_TRUE(std::regex_search(body, std::regex{"[ &]" + field + "( = |\\{|;|\\()"})) << name;
  }
}

TEST_P(DocsTables, every_source_they_name_exists) {
  for (std::string const& path : found_in(text_, std::regex{R"(`((?:src|include|tests)/[a-z0-9_/]+\.[chp]+)`)"})) {
    EXPECT_TRUE(fs::exists(kTop / path)) << path;
  }
}

}  // namespace
