// The rules of the house that a compiler does not know: who may include whom, and what every header must have.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;

using Names = std::set<std::string, std::less<>>;
using Complaints = std::vector<std::string>;

// --- the rules
// --------------------------------------------------------------------------------------------------------

// Who may include whom. Each may include itself; nothing but tests and benchmarks may include `testing`.
std::map<std::string, Names, std::less<>> const kHouse = {
    {"base", {}},
    {"jose", {"base"}},
    {"token", {"base", "jose"}},
    {"http", {"base"}},
    {"revocation", {"base"}},
    {"remote", {"base", "jose"}},
    {"auth", {"base", "jose", "token", "http", "revocation"}},
    {"umbrella", {"base", "jose", "token", "http", "revocation", "auth"}},  // authjwt.hpp
    {"adapters", {"base", "jose", "token", "http", "revocation", "auth", "umbrella"}},
    {"testing", {"base", "jose", "token", "http", "revocation", "auth", "umbrella", "remote", "adapters"}},
    {"demo", {"base", "jose", "token", "http", "revocation", "auth", "umbrella", "remote", "adapters"}},
    {"examples", {"base", "jose", "token", "http", "revocation", "auth", "umbrella", "remote", "adapters"}},
    {"cli", {"base", "jose", "token", "http", "revocation", "auth", "umbrella", "remote", "adapters"}},
};

// What may be included only by files whose path begins with one of these.
struct Confined {
  std::string_view header;  // the beginning of what stands between < and >
  std::vector<std::string_view> places;
};
std::vector<Confined> const kConfined = {
    {"openssl/", {"src/jose/", "src/base/", "src/revocation/redis_tls.cpp"}},
    {"hiredis/", {"src/revocation/redis_connection.cpp", "src/revocation/redis_tls.cpp"}},
    {"curl/", {"src/remote/http_fetch.cpp"}},
    {"sqlite3.h", {"src/revocation/sqlite_database.cpp"}},
    {"gtest/", {"include/authjwt/testing/"}},
    {"restinio/", {"include/authjwt/adapters/restinio.hpp", "include/authjwt/adapters/detail/restinio_"}},
    {"httplib.h", {"include/authjwt/adapters/httplib.hpp", "include/authjwt/adapters/detail/httplib_"}},
    {"asio", {"include/authjwt/adapters/"}},
};

// What public headers outside adapters/ and testing/ may include besides the standard library and this one.
std::vector<std::string_view> const kPublicThirdParty = {
    "boost/json/", "boost/system/result.hpp", "boost/describe/", "boost/mp11/", "boost/assert/",
};

constexpr std::size_t kMaxHeaderLines = 250;
constexpr std::size_t kMaxSourceLines = 500;

// --- reading
// ----------------------------------------------------------------------------------------------------------

struct File {
  std::string path;  // from the top of the project, with slashes
  std::string text;

  [[nodiscard]] bool is_header() const { return path.ends_with(".hpp"); }
  [[nodiscard]] bool is_public() const { return path.starts_with("include/"); }
  [[nodiscard]] std::size_t lines() const { return static_cast<std::size_t>(std::ranges::count(text, '\n')); }
};

std::vector<std::string> all_matches(std::string const& text, std::regex const& pattern) {
  std::vector<std::string> found;
  for (std::sregex_iterator it{text.begin(), text.end(), pattern}, end; it != end; ++it) found.push_back((*it)[1]);
  return found;
}

std::vector<std::string> includes_of(File const& file) {
  static std::regex const pattern{R"re((?:^|\n)[ \t]*#[ \t]*include[ \t]*[<"]([^>"\n]+)[>"])re"};
  return all_matches(file.text, pattern);
}

// The part of the house that a path from the top of the project, or from include/ or src/, lies in.
std::string part_of(std::string_view path) {
  for (std::string_view root : {"include/", "src/", "authjwt/"}) {
    if (path.starts_with(root)) path.remove_prefix(root.size());
  }
  auto const slash = path.find('/');
  if (slash == path.npos) return path == "authjwt.hpp" ? "umbrella" : "";
  std::string part{path.substr(0, slash)};
  return kHouse.contains(part) ? part : "";
}

bool begins_with_one_of(std::string_view text, std::vector<std::string_view> const& beginnings) {
  return std::ranges::any_of(beginnings, [text](auto beginning) { return text.starts_with(beginning); });
}

bool is_standard(std::string_view include) { return include.find_first_of("/.") == include.npos; }

// --- checking: each gives what is wrong with one file, nothing for a good one
// -----------------------------------------

Complaints wrong_directions(File const& file) {
  std::string const from = part_of(file.path);
  if (from.empty()) return {file.path + " lies in no part of the house"};
  Complaints complaints;
  for (std::string const& include : includes_of(file)) {
    std::string const to = part_of(include);
    if (to.empty() || to == from || kHouse.at(from).contains(to)) continue;
    complaints.push_back(file.path + " (" + from + ") includes " + include + " (" + to + ")");
  }
  return complaints;
}

Complaints escaped_third_parties(File const& file) {
  Complaints complaints;
  for (std::string const& include : includes_of(file)) {
    for (Confined const& confined : kConfined) {
      if (include.starts_with(confined.header) && !begins_with_one_of(file.path, confined.places)) {
        complaints.push_back(file.path + " includes " + include);
      }
    }
  }
  return complaints;
}

Complaints shown_third_parties(File const& file) {
  std::string const part = part_of(file.path);
  if (part == "adapters" || part == "testing") return {};
  Complaints complaints;
  for (std::string const& include : includes_of(file)) {
    if (is_standard(include) || include.starts_with("authjwt/") || begins_with_one_of(include, kPublicThirdParty)) {
      continue;
    }
    complaints.push_back(file.path + " shows " + include);
  }
  return complaints;
}

// Where the comment or literal that begins at `at` has ended; `at` itself where none begins there.
std::size_t after_noise(std::string_view text, std::size_t at) {
  std::string_view const rest = text.substr(at);
  auto const after = [&](std::string_view closing, std::size_t opening_size) {
    return std::min(text.find(closing, at + opening_size), text.size() - closing.size()) + closing.size();
  };
  if (rest.starts_with("//")) return std::min(text.find('\n', at), text.size());
  if (rest.starts_with("/*")) return after("*/", 2);
  if (rest.starts_with("R\"(")) return after(")\"", 3);
  bool const in_number = at > 0 && std::isalnum(static_cast<unsigned char>(text[at - 1])) != 0;  // 1'000
  if (rest[0] != '"' && (rest[0] != '\'' || in_number)) return at;
  std::size_t end = at + 1;
  while (end < text.size() && text[end] != rest[0]) end += text[end] == '\\' ? 2U : 1U;
  return std::min(end + 1, text.size());
}

// Comments and literals become one space each, so that what is left is code.
std::string code_of(std::string_view text) {
  std::string code;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t const after = after_noise(text, i);
    code += after == i ? text[i] : ' ';
    i = std::max(after, i + 1);
  }
  return code;
}

// Where the template argument list that opens at `open` has ended.
std::size_t after_angle_brackets(std::string_view code, std::size_t open) {
  int depth = 0;
  for (std::size_t i = open; i < code.size(); ++i) {
    if (code[i] == '<') ++depth;
    if (code[i] == '>' && --depth == 0) return i + 1;
  }
  return code.npos;
}

// Whether the code after a return type goes on as a function that is declared here: a name, then a parenthesis. A name
// with :: in it was declared elsewhere.
bool declares_function(std::string const& after_type) {
  static std::regex const pattern{R"re(^(?:[\s&*]|const\b)*(?:operator\s*[^\s\w(]+|[A-Za-z_]\w*)\s*\()re"};
  return std::regex_search(after_type, pattern);
}

// Every function that returns a Result, by the words before its name or behind an arrow, must not lose its answer.
Complaints droppable_results(File const& file) {
  static std::regex const result{R"re(\b(?:Result|system::result)\s*<)re"};
  std::string const code = code_of(file.text);
  Complaints complaints;
  for (std::sregex_iterator it{code.begin(), code.end(), result}, end; it != end; ++it) {
    auto const at = static_cast<std::size_t>(it->position());
    std::size_t const after = after_angle_brackets(code, at + static_cast<std::size_t>(it->length()) - 1);
    if (after == code.npos) continue;
    std::size_t const start = code.find_last_of(";{}", at) + 1;
    std::string const before = code.substr(start, at - start);
    static std::regex const trailing{R"re(\bauto\s+\w+\s*\([^]*->\s*(?:\w+::)*$)re"};
    bool const is_function = std::regex_search(before, trailing) || declares_function(code.substr(after, 200));
    if (is_function && before.find("[[nodiscard]]") == before.npos) {
      complaints.push_back(file.path + ": without [[nodiscard]]: " + code.substr(at, after + 40 - at));
    }
  }
  return complaints;
}

Complaints missing_pragma_once(File const& file) {
  static std::regex const pattern{R"re((?:^|\n)#pragma once\n)re"};
  if (std::regex_search(file.text, pattern)) return {};
  return {file.path + " has no #pragma once"};
}

Complaints too_long(File const& file) {
  std::size_t const limit = file.is_header() ? kMaxHeaderLines : kMaxSourceLines;
  if (file.lines() <= limit) return {};
  return {file.path + " has " + std::to_string(file.lines()) + " lines, the limit is " + std::to_string(limit)};
}

// --- the house as it stands
// -------------------------------------------------------------------------------------------

std::vector<File> files_below(std::vector<std::string> const& directories) {
  fs::path const top{AUTHJWT_SOURCE_DIR};
  std::vector<File> files;
  for (std::string const& directory : directories) {
    if (!fs::exists(top / directory)) continue;
    for (auto const& entry : fs::recursive_directory_iterator{top / directory}) {
      auto const extension = entry.path().extension();
      if (extension != ".hpp" && extension != ".cpp") continue;
      std::ifstream in{entry.path(), std::ios::binary};
      files.push_back({fs::relative(entry.path(), top).generic_string(),
                       std::string{std::istreambuf_iterator<char>{in}, std::istreambuf_iterator<char>{}}});
    }
  }
  std::ranges::sort(files, {}, &File::path);
  return files;
}

template <class Check, class Wanted>
Complaints complaints_about(std::vector<File> const& files, Check check, Wanted wanted) {
  Complaints all;
  for (File const& file : files) {
    if (std::invoke(wanted, file)) std::ranges::copy(check(file), std::back_inserter(all));
  }
  return all;
}

bool any_file(File const&) { return true; }

std::vector<File> const& library() {
  static std::vector<File> const files = files_below({"include", "src"});
  return files;
}

using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(SourceRules, the_sources_are_found) { EXPECT_THAT(library(), SizeIs(::testing::Gt(20u))); }

TEST(SourceRules, includes_follow_the_arrows_of_the_house) {
  EXPECT_THAT(complaints_about(library(), wrong_directions, any_file), IsEmpty());
}

TEST(SourceRules, programs_do_not_include_testing) {
  EXPECT_THAT(complaints_about(files_below({"demo", "examples", "cli"}), wrong_directions, any_file), IsEmpty());
}

TEST(SourceRules, libraries_of_others_stay_where_they_belong) {
  EXPECT_THAT(complaints_about(library(), escaped_third_parties, any_file), IsEmpty());
}

TEST(SourceRules, public_headers_show_no_third_party_but_the_named_ones) {
  EXPECT_THAT(complaints_about(library(), shown_third_parties, &File::is_public), IsEmpty());
}

TEST(SourceRules, no_public_header_brings_unverified_claims_with_it) {
  for (File const& file : library()) {
    if (!file.is_public()) continue;
    EXPECT_THAT(includes_of(file), ::testing::Not(::testing::Contains("authjwt/token/inspect.hpp"))) << file.path;
  }
}

TEST(SourceRules, functions_that_return_a_result_are_nodiscard) {
  EXPECT_THAT(complaints_about(library(), droppable_results, &File::is_header), IsEmpty());
}

TEST(SourceRules, headers_have_pragma_once) {
  EXPECT_THAT(complaints_about(library(), missing_pragma_once, &File::is_header), IsEmpty());
}

TEST(SourceRules, files_keep_to_a_size_that_can_be_read) {
  EXPECT_THAT(complaints_about(library(), too_long, any_file), IsEmpty());
}

// --- the checker can fail
// ---------------------------------------------------------------------------------------------

TEST(SourceRulesChecker, an_include_against_an_arrow_is_found) {
  EXPECT_THAT(wrong_directions({"src/base/error.cpp", "#include <authjwt/auth/exceptions.hpp>\n"}), SizeIs(1));
  EXPECT_THAT(wrong_directions({"include/authjwt/jose/key.hpp", "int x;\n #  include \"token/payload.hpp\""}),
              SizeIs(1));
  EXPECT_THAT(wrong_directions({"include/authjwt/authjwt.hpp", "#include <authjwt/adapters/httplib.hpp>\n"}),
              SizeIs(1));
  EXPECT_THAT(wrong_directions({"include/authjwt/http/cookie.hpp", "#include <authjwt/jose/key.hpp>\n"}), SizeIs(1));
  EXPECT_THAT(wrong_directions({"demo/main.cpp", "#include <authjwt/testing/fake_clock.hpp>\n"}), SizeIs(1));
  EXPECT_THAT(wrong_directions({"src/misc/new.cpp", ""}), SizeIs(1));
}

TEST(SourceRulesChecker, an_include_along_an_arrow_is_fine) {
  EXPECT_THAT(wrong_directions({"src/auth/authority.cpp", "#include <authjwt/jose/key.hpp>\n#include <vector>\n"}),
              IsEmpty());
  EXPECT_THAT(wrong_directions({"src/auth/settings.cpp", "#include \"settings_readers.hpp\"\n"}), IsEmpty());
  EXPECT_THAT(wrong_directions({"src/base/error.cpp", "// #include <authjwt/auth/settings.hpp>\n"}), IsEmpty());
}

TEST(SourceRulesChecker, a_library_of_others_in_a_wrong_place_is_found) {
  EXPECT_THAT(escaped_third_parties({"src/auth/auth_jwt.cpp", "#include <openssl/evp.h>\n"}), SizeIs(1));
  EXPECT_THAT(escaped_third_parties({"src/jose/key.cpp", "#include <openssl/evp.h>\n"}), IsEmpty());
  EXPECT_THAT(escaped_third_parties({"include/authjwt/adapters/beast.hpp", "#include <httplib.h>\n"}), SizeIs(1));
  EXPECT_THAT(shown_third_parties({"include/authjwt/base/json.hpp", "#include <boost/asio.hpp>\n"}), SizeIs(1));
  EXPECT_THAT(shown_third_parties({"include/authjwt/base/json.hpp", "#include <unistd.h>\n"}), SizeIs(1));
  EXPECT_THAT(shown_third_parties({"include/authjwt/base/json.hpp", "#include \"base/utf8.hpp\"\n"}), SizeIs(1));
  EXPECT_THAT(
      shown_third_parties({"include/authjwt/base/json.hpp", "#include <boost/json/value.hpp>\n#include <map>\n"}),
      IsEmpty());
}

TEST(SourceRulesChecker, a_result_that_can_be_dropped_is_found) {
  for (char const* text : {
           "Result<int> f();",
           "class A {\n public:\n  static Result<std::map<int, Result<int>>> f(int x);\n};",
           "[[nodiscard]] int g();\nauthjwt::Result<void>\n  f() const;",
           "template <class T>\nResult<T> f(T const& t) {",
           "/* [[nodiscard]] */ Result<int> f();",
           "virtual Result<Key const*> find(int) const = 0;",
           "auto f(int x) -> Result<int>;",
           "boost::system::result<int, Error> f();",
           "Result<int> operator()(int x) const;",
           "Result<int> const& f();",
       }) {
    EXPECT_THAT(droppable_results({"x.hpp", text}), SizeIs(1)) << text;
  }
}

TEST(SourceRulesChecker, a_result_that_cannot_be_dropped_is_fine) {
  for (char const* text : {
           "[[nodiscard]] Result<int> f();",
           "template <class T>\n[[nodiscard]] static Result<T> f(T const& t);",
           "[[nodiscard]] auto f(int x) -> Result<int>;",
           "template <class T>\nResult<T> AuthJWT::f(T const& t) {",
           "void f(Result<int> const& r);\nResult<int> member;\nusing R = Result<int>;",
           "std::function<Result<void>(int)> hook;",
           "void f() {\n  Result<int> r = g();\n  return r; }",
           "// Result<int> f();",
           "/* Result<int> f(); */ char const* s = \"Result<int> f();\";",
           "constexpr int n = 1'000; // it's\n[[nodiscard]] Result<int> f();",
       }) {
    EXPECT_THAT(droppable_results({"x.hpp", text}), IsEmpty()) << text;
  }
}

TEST(SourceRulesChecker, a_missing_pragma_and_a_long_file_are_found) {
  EXPECT_THAT(missing_pragma_once({"x.hpp", "// #pragma once\n"}), SizeIs(1));
  EXPECT_THAT(missing_pragma_once({"x.hpp", "#pragma once\n"}), IsEmpty());
  EXPECT_THAT(too_long({"x.hpp", std::string(251, '\n')}), SizeIs(1));
  EXPECT_THAT(too_long({"x.hpp", std::string(250, '\n')}), IsEmpty());
  EXPECT_THAT(too_long({"x.cpp", std::string(501, '\n')}), SizeIs(1));
  EXPECT_THAT(too_long({"x.cpp", std::string(500, '\n')}), IsEmpty());
}

}  // namespace
