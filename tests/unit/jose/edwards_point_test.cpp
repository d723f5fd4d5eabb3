#include "jose/edwards_point.hpp"

#include "unit/jose/jwk_support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace authjwt {
namespace {

using detail::complaint_about_point;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A number below 256 as an encoded y.
std::string small(std::size_t size, unsigned char y) {
  std::string encoded(size, '\0');
  encoded[0] = static_cast<char>(y);
  return encoded;
}
std::string from_hex(std::string_view digits) {
  std::string bytes;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string{digits.substr(i, 2)}, nullptr, 16));
  }
  return bytes;
}
/// p + `more`, which is not below p.
std::string around_p_25519(int more) {
  std::string encoded(32, '\xFF');
  encoded[0] = static_cast<char>(0xED + more);
  encoded[31] = '\x7F';
  return encoded;
}

TEST(EdwardsPoint, of_new_keys_is_good) {
  for (char const* curve : {"Ed25519", "Ed448"}) {
    for (int i = 0; i < 20; ++i) {
      Key const key = Key::generate(Algorithm::EdDSA, {.okp_curve = curve}).value();
      EXPECT_TRUE(Key::from_jwk(key.to_public_jwk())) << curve;
    }
  }
}

TEST(EdwardsPoint, of_small_order_is_refused_with_either_sign) {
  for (std::size_t const size : {32U, 57U}) {
    for (unsigned char const y : {std::uint8_t{0}, std::uint8_t{1}}) {
      std::string encoded = small(size, y);
      EXPECT_THAT(std::string{complaint_about_point(encoded)}, HasSubstr("small order")) << size;
      encoded.back() = static_cast<char>(encoded.back() | 0x80);
      EXPECT_THAT(std::string{complaint_about_point(encoded)}, HasSubstr("small order")) << size;
    }
  }
  EXPECT_THAT(std::string{complaint_about_point(around_p_25519(-1))}, HasSubstr("small order"));
  for (char const* const order_8 : {"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                                    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"}) {
    EXPECT_THAT(std::string{complaint_about_point(from_hex(order_8))}, HasSubstr("small order"));
  }
  std::string minus_one_448(57, '\xFF');
  minus_one_448[0] = '\xFE';
  minus_one_448[28] = '\xFE';
  minus_one_448[56] = '\0';
  EXPECT_THAT(std::string{complaint_about_point(minus_one_448)}, HasSubstr("small order"));
}

TEST(EdwardsPoint, that_is_none_is_refused) {
  EXPECT_THAT(std::string{complaint_about_point(small(32, 2))}, HasSubstr("no point"));
  EXPECT_THAT(std::string{complaint_about_point(small(32, 3))}, IsEmpty());
  for (int const more : {0, 1, 5}) {
    EXPECT_THAT(std::string{complaint_about_point(around_p_25519(more))}, HasSubstr("no point")) << more;
  }
  EXPECT_THAT(std::string{complaint_about_point(std::string(57, '\xFF'))}, HasSubstr("no point"));
  for (std::size_t const size : {0U, 31U, 33U, 56U}) {
    EXPECT_THAT(std::string{complaint_about_point(std::string(size, '\x03'))}, HasSubstr("no point"));
  }
}

TEST(EdwardsPoint, with_which_anybody_signs_is_no_key) {
  json::object const identity{{"kty", "OKP"}, {"crv", "Ed25519"}, {"x", test::encoded(small(32, 1))}};
  EXPECT_TRUE(test::refuses_jwk(identity, "anybody could sign"));
}

}  // namespace
}  // namespace authjwt
