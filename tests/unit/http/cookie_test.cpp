#include "http/cookie.hpp"

#include "unit/support.hpp"

#include <gtest/gtest.h>

#include <string>

namespace authjwt::http {
namespace {

using test::FakeRequest;

std::string found(FakeRequest const& request) {
  Result<std::string_view> const value = find_cookie(request, "t");
  return value ? std::string{*value} : value.error().message();
}
std::string found(std::string line) { return found(FakeRequest{{{"Cookie", std::move(line)}}}); }

constexpr std::string_view kMissing = "Missing cookie t";
constexpr std::string_view kTwice = "Bad cookie t: it is there twice";

TEST(FindCookie, finds_it_wherever_it_stands) {
  for (char const* line : {"t=v", "a=b; t=v", "t=v; a=b", "a=b;t=v;c=d", " t = v ", ";;t=v;", "a; t=v", "\tt\t=\tv"}) {
    EXPECT_EQ(found(line), "v") << line;
  }
}

TEST(FindCookie, one_pair_of_quotes_is_taken_off) {
  EXPECT_EQ(found(R"(t="v")"), "v");
  EXPECT_EQ(found(R"(t=""v"")"), R"("v")");
  EXPECT_EQ(found(R"(t="v)"), R"("v)") << "unbalanced: no token, and refused as such";
  EXPECT_EQ(found(R"(t=v")"), R"(v")");
  EXPECT_EQ(found(R"(t=")"), R"(")");
  EXPECT_EQ(found(R"(t="a\"b")"), R"(a\"b)");
}

TEST(FindCookie, the_name_is_compared_whole_and_with_its_case) {
  for (char const* line : {"", "T=v", "tt=v", "xt=v", "t", "=v", "=t=v", "a=t", "\xC3\xBC=v"}) {
    EXPECT_EQ(found(line), kMissing) << line;
  }
}

TEST(FindCookie, an_empty_one_is_missing) {
  for (char const* line : {"t=", "t=;", "t=\"\"", "t= ; a=b"}) EXPECT_EQ(found(line), kMissing) << line;
}

TEST(FindCookie, one_that_is_there_twice_is_refused_whatever_it_says) {
  for (char const* line : {"t=v; t=v", "t=v; t=", "t=; t=v", "t=; t=", "t=v; a=b; t=w"}) {
    EXPECT_EQ(found(line), kTwice) << line;
  }
  EXPECT_EQ(found(FakeRequest{{{"Cookie", "t=v"}, {"Cookie", "t=v"}}}), kTwice);
}

TEST(FindCookie, several_lines_are_read_as_one) {
  EXPECT_EQ(found(FakeRequest{{{"Cookie", "a=b"}, {"cookie", "t=v"}}}), "v");
  FakeRequest::Headers const many(HeaderValues::kKept + 1, {"Cookie", "a=b"});
  EXPECT_EQ(found(FakeRequest{many}), "Bad cookie t: too many Cookie headers");
}

TEST(FindCookie, more_than_any_browser_sends_is_refused_unread) {
  std::string const filler(kMaxCookieHeaderSize - 5, 'a');
  EXPECT_EQ(found("t=v; " + filler), "v");
  EXPECT_EQ(found("t=v; " + filler + "a"), "Bad cookie t: the cookies are too large");
  std::string ten_thousand;
  for (int i = 0; i < 10'000; ++i) ten_thousand += "a=b; ";
  EXPECT_EQ(found(ten_thousand + "t=v"), "Bad cookie t: the cookies are too large");
  EXPECT_EQ(found(FakeRequest{{{"Cookie", "t=v; " + filler}, {"Cookie", "a"}}}),
            "Bad cookie t: the cookies are too large");
}

TEST(SetCookieLine, has_what_is_set_and_nothing_else) {
  EXPECT_EQ(to_string(SetCookie{.name = "n", .value = "v", .path = "/"}), "n=v; Path=/");
  EXPECT_EQ(to_string(SetCookie{.name = "n",
                                .value = "v",
                                .path = "/p",
                                .domain = "example.com",
                                .samesite = "lax",
                                .max_age = std::chrono::seconds{60},
                                .secure = true,
                                .http_only = true}),
            "n=v; Domain=example.com; HttpOnly; Max-Age=60; Path=/p; SameSite=lax; Secure");
}

TEST(CookieParts, nothing_in_them_ends_the_attribute_or_the_line) {
  for (std::string const& bad : {std::string{";"}, std::string{","}, std::string{" "}, std::string{"\r\n"},
                                 std::string("\0", 1), std::string{"\x7F"}, std::string{"\xC3\xBC"}}) {
    EXPECT_FALSE(is_cookie_name("a" + bad)) << bad;
    EXPECT_FALSE(is_cookie_value("a" + bad)) << bad;
    EXPECT_FALSE(is_cookie_path("/a" + bad)) << bad;
    EXPECT_FALSE(is_cookie_domain("a" + bad)) << bad;
  }
  EXPECT_FALSE(is_cookie_name(""));
  EXPECT_FALSE(is_cookie_name("a=b"));
  EXPECT_FALSE(is_cookie_value("\""));
  EXPECT_FALSE(is_cookie_value("\\"));
  EXPECT_TRUE(is_cookie_value("a.b-c_d"));
  EXPECT_FALSE(is_cookie_path("a"));
  EXPECT_FALSE(is_cookie_path(""));
  EXPECT_FALSE(is_cookie_domain(""));
  EXPECT_FALSE(is_cookie_domain("a/b"));
  EXPECT_TRUE(is_cookie_domain(".example.com"));
}

}  // namespace
}  // namespace authjwt::http
