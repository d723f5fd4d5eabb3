#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

namespace {

std::string file(std::string const& path) {
  std::ifstream in{std::string{AUTHJWT_SOURCE_DIR} + "/" + path};
  EXPECT_TRUE(in) << path << " cannot be read";
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(Readme, its_first_cpp_block_is_the_example_word_for_word) {
  std::string const readme = file("README.md");
  std::string const fence = "```cpp\n";
  std::size_t const opening = readme.find(fence);
  ASSERT_NE(opening, std::string::npos) << "README.md has no cpp block";
  std::size_t const start = opening + fence.size();
  std::size_t const closing = readme.find("```\n", start);
  ASSERT_NE(closing, std::string::npos);
  EXPECT_EQ(readme.substr(start, closing - start), file("examples/additional_claims.cpp"));
}

}  // namespace
