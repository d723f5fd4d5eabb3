#include <authjwt/http/body_framing.hpp>
#include <authjwt/testing/fake_http.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

namespace authjwt::http {
namespace {

using Kind = BodyFraming::Kind;

BodyFraming framing(testing::FakeRequest::Headers headers) {
  return body_framing(testing::FakeRequest{std::move(headers), "POST"});
}
Kind of_length(std::string length) { return framing({{"Content-Length", std::move(length)}}).kind; }

TEST(BodyFraming, no_field_and_a_length_of_zero_are_no_body) {
  EXPECT_EQ(framing({}).kind, Kind::none);
  EXPECT_EQ(of_length("0"), Kind::none);
}

TEST(BodyFraming, a_length_is_read_to_64_bits_and_no_further) {
  EXPECT_EQ(framing({{"content-length", "12"}}).size, 12U);
  EXPECT_EQ(framing({{"Content-Length", "18446744073709551615"}}).size, 18446744073709551615U);
  EXPECT_EQ(of_length("18446744073709551616"), Kind::malformed);
}

TEST(BodyFraming, a_length_is_digits_alone) {
  for (char const* length : {"", "+2", "-1", " 2", "2 ", "2a", "0x2", "2, 2", "2,3", "1e3"}) {
    EXPECT_EQ(of_length(length), Kind::malformed) << '"' << length << '"';
  }
}

TEST(BodyFraming, two_lengths_are_malformed_even_when_equal) {
  EXPECT_EQ(framing({{"Content-Length", "2"}, {"content-length", "2"}}).kind, Kind::malformed);
}

TEST(BodyFraming, chunked_alone_is_a_coding) {
  EXPECT_EQ(framing({{"Transfer-Encoding", "chunked"}}).kind, Kind::chunked);
  EXPECT_EQ(framing({{"transfer-encoding", "Chunked"}}).kind, Kind::chunked);
  for (char const* coding : {"", "gzip, chunked", "chunked, chunked", "xchunked", "identity", "chunked\v"}) {
    EXPECT_EQ(framing({{"Transfer-Encoding", coding}}).kind, Kind::malformed) << coding;
  }
  EXPECT_EQ(framing({{"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "chunked"}}).kind, Kind::malformed);
}

TEST(BodyFraming, a_length_beside_a_coding_is_malformed) {
  EXPECT_EQ(framing({{"Content-Length", "2"}, {"Transfer-Encoding", "chunked"}}).kind, Kind::malformed);
  EXPECT_EQ(framing({{"Content-Length", "0"}, {"Transfer-Encoding", "chunked"}}).kind, Kind::malformed);
}

TEST(IsFieldName, tokens_alone_are_names) {
  for (std::string_view name : {"Content-Length", "x", "X_1.~", "!#$%&'*+-.^_`|~"}) {
    EXPECT_TRUE(is_field_name(name)) << name;
  }
  using namespace std::string_view_literals;
  for (std::string_view name :
       {""sv, "Content-Length "sv, "Content-Length\t"sv, "Content-Length\0"sv, " Content-Length"sv, "Content Length"sv,
        "Content-Length\r"sv, "a(b)"sv, "\xc3\xa4"sv, "\x7f"sv}) {
    EXPECT_FALSE(is_field_name(name)) << name;
  }
}

}  // namespace
}  // namespace authjwt::http
