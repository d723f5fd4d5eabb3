// What README and docs/ quote from the examples is what stands there.
#include <gtest/gtest.h>

#include <cctype>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace fs = std::filesystem;

fs::path const& top() {
  static fs::path const path{AUTHJWT_SOURCE_DIR};
  return path;
}

std::string file(fs::path const& path) {
  std::ifstream in{top() / path};
  EXPECT_TRUE(in) << path << " cannot be read";
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<fs::path> pages() {
  std::vector<fs::path> found{"README.md"};
  for (auto const& entry : fs::directory_iterator{top() / "docs"}) {
    if (entry.path().extension() == ".md") found.push_back("docs" / entry.path().filename());
  }
  return found;
}

/// A block of C++ and the example that the line before it names.
struct Quote {
  std::string example;
  std::string code;
};

/// The example that a line names: "The program, `examples/basic.cpp`:".
std::string example_in(std::string const& line) {
  static std::regex const pattern{R"re(`(examples/[\w/]+\.[ch]pp)`)re"};
  std::smatch match;
  return std::regex_search(line, match, pattern) ? match[1].str() : "";
}

std::vector<Quote> quotes_in(std::string const& page) {
  std::vector<Quote> quotes;
  std::istringstream lines{page};
  std::string before;  // the last line that is not empty
  for (std::string line; std::getline(lines, line);) {
    if (line == "```cpp") {
      Quote quote{example_in(before), {}};
      while (std::getline(lines, line) && line != "```") quote.code += line + "\n";
      if (!quote.example.empty()) quotes.push_back(std::move(quote));
    }
    if (!line.empty()) before = line;
  }
  return quotes;
}

std::string without_indentation(std::string const& code) {
  return std::regex_replace(code, std::regex{"(^|\n) +"}, "$1");
}

/// A quote is the whole file, or some lines of it that may stand further to the left.
bool is_true(Quote const& quote, std::string const& source) {
  if (quote.code.starts_with("#")) return quote.code == source;
  return without_indentation(source).find(without_indentation(quote.code)) != std::string::npos;
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

TEST(Pages, what_they_quote_of_an_example_stands_there) {
  std::size_t count = 0;
  for (fs::path const& page : pages()) {
    for (Quote const& quote : quotes_in(file(page))) {
      EXPECT_TRUE(is_true(quote, file(quote.example))) << page << " of " << quote.example << ":\n" << quote.code;
      ++count;
    }
  }
  EXPECT_GE(count, 12U);
}

TEST(Pages, every_example_is_shown_whole) {
  std::set<std::string> shown{"examples/additional_claims.cpp"};  // by the README
  for (fs::path const& page : pages()) {
    for (Quote const& quote : quotes_in(file(page))) {
      if (quote.code.starts_with("#")) shown.insert(quote.example);
    }
  }
  for (auto const& entry : fs::recursive_directory_iterator{top() / "examples"}) {
    if (entry.path().extension() != ".cpp") continue;
    std::string const name = fs::relative(entry.path(), top()).generic_string();
    EXPECT_TRUE(shown.contains(name)) << name << " is on no page";
  }
}

/// As GitHub makes the anchor of a heading: lower case, blanks to hyphens, nothing else but letters, digits and `_`.
std::string anchor_of(std::string const& heading) {
  std::string anchor;
  for (char const c : heading) {
    auto const byte = static_cast<unsigned char>(c);
    if (c == ' ' || c == '-') anchor += '-';
    if (std::isalnum(byte) != 0 || c == '_') anchor += static_cast<char>(std::tolower(byte));
  }
  return anchor;
}

std::set<std::string> anchors_in(std::string const& page) {
  std::set<std::string> anchors{""};
  std::istringstream lines{page};
  bool is_code = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("```")) is_code = !is_code;
    if (!is_code && line.starts_with("#")) anchors.insert(anchor_of(line.substr(line.find(' ') + 1)));
  }
  return anchors;
}

TEST(Pages, their_links_lead_somewhere) {
  static std::regex const pattern{R"re(\]\(([^)#:\s]*)#?([^)\s]*)\))re"};
  std::size_t count = 0;
  for (fs::path const& page : pages()) {
    std::string const text = file(page);
    for (std::sregex_iterator it{text.begin(), text.end(), pattern}, end; it != end; ++it) {
      std::string const target = (*it)[1];
      fs::path const path = target.empty() ? page : (page.parent_path() / target).lexically_normal();
      EXPECT_TRUE(fs::exists(top() / path)) << page << " links to " << target;
      if (path.extension() != ".md" || !fs::exists(top() / path)) continue;
      EXPECT_TRUE(anchors_in(file(path)).contains((*it)[2])) << page << " links to " << (*it)[0];
      ++count;
    }
  }
  EXPECT_GE(count, 40U);
}

TEST(PagesChecker, a_quote_that_is_not_true_is_found) {
  std::string const source = "#include <a>\n\nint main() {\n  go(1);\n  stop();\n}\n";
  EXPECT_TRUE(is_true({"", source}, source));
  EXPECT_TRUE(is_true({"", "go(1);\nstop();\n"}, source));
  EXPECT_FALSE(is_true({"", "go(2);\n"}, source));
  EXPECT_FALSE(is_true({"", "#include <a>\n"}, source));
  auto const quotes = quotes_in("Text `examples/one.cpp`:\n\n```cpp\na;\n\nb;\n```\n\nother\n\n```cpp\nc;\n```\n");
  ASSERT_EQ(quotes.size(), 1U);
  EXPECT_EQ(quotes[0].example, "examples/one.cpp");
  EXPECT_EQ(quotes[0].code, "a;\n\nb;\n");
}

}  // namespace
