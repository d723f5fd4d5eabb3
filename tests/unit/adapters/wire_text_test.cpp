#include <authjwt/adapters/detail/wire_text.hpp>

#include <gtest/gtest.h>

namespace authjwt::detail {
namespace {

std::string date(long long seconds) { return http_date(std::chrono::sys_seconds{std::chrono::seconds{seconds}}); }

TEST(WireTextTest, date_is_that_of_rfc_9110) {
  EXPECT_EQ(date(784'111'777), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(date(1'709'251'199), "Thu, 29 Feb 2024 23:59:59 GMT");
}

TEST(WireTextTest, blanks_around_a_value_are_no_part_of_it) {
  EXPECT_EQ(trimmed(" \t a \t b\t "), "a \t b");
  EXPECT_EQ(trimmed("ab"), "ab");
  EXPECT_EQ(trimmed(" \t"), "");
  EXPECT_EQ(trimmed(""), "");
}

TEST(WireTextTest, path_of_an_absolute_url_begins_after_the_host) {
  EXPECT_EQ(path_of("http://host:80/a/b"), "/a/b");
  EXPECT_EQ(path_of("http://host"), "/");
  EXPECT_EQ(path_of("http://"), "/");
  EXPECT_EQ(path_of("/http://host/a"), "/http://host/a");
  EXPECT_EQ(path_of("*"), "*");
  EXPECT_EQ(path_of("host:443"), "host:443");
  EXPECT_EQ(path_of(""), "");
}

TEST(WireTextTest, only_phrases_that_are_known_are_given) {
  EXPECT_EQ(status_phrase(200), "OK");
  EXPECT_EQ(status_phrase(204), "");
  EXPECT_EQ(status_phrase(404), "Not Found");
}

}  // namespace
}  // namespace authjwt::detail
