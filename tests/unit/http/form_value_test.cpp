#include "http/form_value.hpp"

#include <gtest/gtest.h>

#include <string>

namespace authjwt::http {
namespace {

std::string value(std::string_view query) {
  FormValue const found = find_form_value(query, "n");
  if (found.is_malformed) return "malformed";
  return std::to_string(found.count) + ":" + found.text;
}

TEST(FormValue, is_found_wherever_it_stands) {
  for (char const* query : {"n=v", "a=b&n=v", "n=v&a=b", "&&n=v&", "n&a=b&n=v"}) {
    EXPECT_EQ(value(query).substr(1), ":v") << query;
  }
  EXPECT_EQ(value(""), "0:");
  EXPECT_EQ(value("nn=v&=n&N=v"), "0:");
}

TEST(FormValue, every_appearance_is_counted_however_its_name_is_written) {
  EXPECT_EQ(value("n=a&n=b"), "2:b");
  EXPECT_EQ(value("n=a&%6E=b&n"), "3:");
}

TEST(FormValue, bytes_and_blanks_are_decoded) {
  EXPECT_EQ(value("n=%41%2e%2B+%20"), "1:A.+  ");
  EXPECT_EQ(value("n=a=b"), "1:a=b");
  EXPECT_EQ(value("n=%00").size(), 3U);
}

TEST(FormValue, a_percent_sign_that_begins_no_byte_is_malformed) {
  for (char const* query : {"n=%", "n=%4", "n=%4g", "n=%-1", "n=%+1", "n=% 1", "n=%0x", "n=%zz&n=v"}) {
    EXPECT_EQ(value(query), "malformed") << query;
  }
  EXPECT_EQ(value("%zz=v"), "0:") << "another name, whatever it is";
}

}  // namespace
}  // namespace authjwt::http
