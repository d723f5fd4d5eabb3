#include "base/base64url.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

namespace authjwt {
namespace {

std::string encoded(std::string_view bytes) {
  std::string text;
  base64url::append_encoded(text, bytes);
  return text;
}

/// The decoded bytes; what lies behind them must not be written to.
std::optional<std::string> decoded(std::string_view text) {
  std::size_t const size = base64url::decoded_size(text.size());
  std::string bytes(size, '?');
  if (!base64url::decode(text, bytes.data())) return std::nullopt;
  return bytes;
}

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

bool is_canonical(std::string_view text) {
  if (text.size() % 4 == 1 || text.find_first_not_of(kAlphabet) != std::string_view::npos) return false;
  std::size_t const last = text.empty() ? 0 : kAlphabet.find(text.back());
  if (text.size() % 4 == 2) return last % 16 == 0;
  return text.size() % 4 != 3 || last % 4 == 0;
}

TEST(Base64url, encodes_the_examples_of_rfc_4648_without_padding) {
  EXPECT_EQ(encoded(""), "");
  EXPECT_EQ(encoded("f"), "Zg");
  EXPECT_EQ(encoded("fo"), "Zm8");
  EXPECT_EQ(encoded("foo"), "Zm9v");
  EXPECT_EQ(encoded("foob"), "Zm9vYg");
  EXPECT_EQ(encoded("\xFB\xFF\xBF"), "-_-_");
}

TEST(Base64url, appends_behind_what_is_there) {
  std::string text = "a.";
  base64url::append_encoded(text, "foo");
  EXPECT_EQ(text, "a.Zm9v");
}

TEST(Base64url, what_is_encoded_decodes_to_the_same_bytes) {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  for (std::size_t start = 0; start < 256; ++start) {
    for (std::size_t size = 0; size <= 8 && start + size <= all.size(); ++size) {
      std::string const bytes = all.substr(start, size);
      std::string const text = encoded(bytes);
      ASSERT_EQ(text.size(), base64url::encoded_size(size));
      ASSERT_EQ(base64url::decoded_size(text.size()), size);
      ASSERT_EQ(decoded(text), bytes) << text;
    }
  }
}

TEST(Base64url, every_text_of_up_to_two_bytes_is_refused_or_canonical) {
  EXPECT_EQ(decoded(""), "");
  for (int a = 0; a < 256; ++a) {
    std::string const one(1, static_cast<char>(a));
    ASSERT_EQ(decoded(one), std::nullopt) << a;
    for (int b = 0; b < 256; ++b) {
      std::string const two = one + static_cast<char>(b);
      std::optional<std::string> const bytes = decoded(two);
      ASSERT_EQ(bytes.has_value(), is_canonical(two)) << a << ' ' << b;
      ASSERT_EQ(encoded(bytes.value_or("")), bytes ? two : "");
    }
  }
}

TEST(Base64url, every_digit_and_every_byte_at_every_place_of_three_and_four_characters) {
  for (std::size_t size : {3U, 4U}) {
    for (std::size_t place = 0; place < size; ++place) {
      for (int c = 0; c < 256; ++c) {
        for (char rest : {'A', '_', 'Q'}) {
          std::string text(size, rest);
          text[place] = static_cast<char>(c);
          std::optional<std::string> const bytes = decoded(text);
          ASSERT_EQ(bytes.has_value(), is_canonical(text)) << place << ' ' << c;
          ASSERT_EQ(encoded(bytes.value_or("")), bytes ? text : "");
        }
      }
    }
  }
}

TEST(Base64url, every_three_digits_stand_for_two_bytes_or_nothing) {
  std::size_t good = 0;
  for (char a : kAlphabet) {
    for (char b : kAlphabet) {
      for (char c : kAlphabet) {
        std::string const text = {a, b, c};
        std::optional<std::string> const bytes = decoded(text);
        ASSERT_EQ(bytes.has_value(), is_canonical(text)) << text;
        if (!bytes) continue;
        ++good;
        ASSERT_EQ(encoded(*bytes), text);
      }
    }
  }
  EXPECT_EQ(good, 65'536U) << "each two bytes have exactly one text";
}

TEST(Base64url, refuses_other_alphabets_padding_and_blanks) {
  for (char const* text : {"Zg==", "Zm8=", "Zm9v=", "+/+/", "Zm9v\n", "\nZm9v", "Zm 9v", "Zm9v Zg", "Zg=", "=",
                           "====", "Zm9.", "Zm\xC3\xA9", "\xFF\xFF\xFF\xFF"}) {
    EXPECT_EQ(decoded(text), std::nullopt) << text;
  }
  EXPECT_EQ(decoded(std::string_view("Zm9\0", 4)), std::nullopt);
}

TEST(Base64url, refuses_a_bad_character_in_any_group_of_a_long_text) {
  std::string const good = encoded(std::string(300, '\xA5'));
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = '=';
    ASSERT_EQ(decoded(bad), std::nullopt) << i;
  }
}

}  // namespace
}  // namespace authjwt
