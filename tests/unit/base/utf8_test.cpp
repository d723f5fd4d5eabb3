#include "base/utf8.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>

// json_test.cpp compares is_utf8 with a decoder at every boundary of RFC 3629's table.
namespace authjwt {
namespace {

using namespace std::string_view_literals;

std::string encoded(char32_t point) {
  auto tail = [point](int shift) { return static_cast<char>(0x80 | (point >> shift & 63)); };
  if (point < 0x80) return {static_cast<char>(point)};
  if (point < 0x800) return {static_cast<char>(0xC0 | point >> 6), tail(0)};
  if (point < 0x10000) return {static_cast<char>(0xE0 | point >> 12), tail(6), tail(0)};
  return {static_cast<char>(0xF0 | point >> 18), tail(12), tail(6), tail(0)};
}

TEST(Utf8, every_code_point_but_the_surrogates_is_well_formed) {
  for (char32_t point = 0; point <= 0x110000; ++point) {
    bool const good = point < 0x110000 && (point < 0xD800 || point > 0xDFFF);
    ASSERT_EQ(is_utf8(encoded(point)), good) << static_cast<std::uint32_t>(point);
  }
}

TEST(Utf8, an_empty_text_and_one_with_nul_are_well_formed) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8(std::string_view{}));
  EXPECT_TRUE(is_utf8("a\0b"sv));
}

TEST(Utf8, every_truncation_inside_a_sequence_is_malformed) {
  std::string const text = "a\u00E9\u20AC\U0001F600";
  std::size_t good = 0;
  for (std::size_t size = 0; size <= text.size(); ++size) good += is_utf8(text.substr(0, size)) ? 1U : 0U;
  EXPECT_EQ(good, 5U);
}

TEST(Utf8, does_not_read_past_the_end) {
  std::string const text = "a\u20AC";
  EXPECT_FALSE(is_utf8(std::string_view{text}.substr(0, 3))) << "the missing byte stands behind the view";
}

TEST(Utf8, overlong_forms_are_malformed) {
  for (std::string_view text :
       {"\xC0\x80"sv, "\xC1\xBF"sv, "\xE0\x80\xAF"sv, "\xE0\x9F\xBF"sv, "\xF0\x80\x80\xAF"sv, "\xF0\x8F\xBF\xBF"sv}) {
    EXPECT_FALSE(is_utf8(text));
    EXPECT_FALSE(is_utf8("good" + std::string{text}));
  }
}

}  // namespace
}  // namespace authjwt
