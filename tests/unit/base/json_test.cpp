#include "base/json_reader.hpp"
#include "base/utf8.hpp"
#include "unit/support.hpp"

#include <authjwt/base/json.hpp>

#include <boost/json/monotonic_resource.hpp>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace authjwt {
namespace {

using namespace std::string_literals;

bool reads(std::string_view text) { return json::read(text).has_value(); }
std::string rewritten(std::string_view text) { return json::write(json::read(text).value()); }
std::string why_not(std::string_view text) { return test::message(json::read(text)); }

std::string repeated(std::string_view part, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += part;
  return text;
}
std::string nested_arrays(std::size_t depth) { return repeated("[", depth) + repeated("]", depth); }
std::string nested_objects(std::size_t depth) { return repeated(R"({"a":)", depth) + "0" + repeated("}", depth); }

/// {"k0":0,"k1":0,...}, of which the last member is named `last`.
std::string members(std::size_t count, std::string_view last) {
  std::string text = "{";
  for (std::size_t i = 0; i + 1 < count; ++i) text += "\"k" + std::to_string(i) + "\":0,";
  return text + "\"" + std::string{last} + "\":0}";
}

TEST(JsonReader, reads_each_kind_of_value) {
  for (char const* text :
       {"null", "true", "false", "0", "-1", "1.5", R"("")", R"("a")", "[]", "{}", R"([1,[2],{"a":3}])"}) {
    EXPECT_EQ(rewritten(text), text);
  }
}

TEST(JsonReader, keeps_the_order_of_members) {
  std::string const text = members(200, "a");
  EXPECT_EQ(rewritten(text), text);
}

TEST(JsonReader, passes_over_the_blanks_of_the_grammar_alone) {
  EXPECT_EQ(rewritten(" \t\r\n{ \"a\"\t:\r1\n,\"b\" : [ ] } \t\r\n"), R"({"a":1,"b":[]})");
  for (char const* blank : {"\v", "\f", "\xC2\xA0", "\xE2\x80\x83", "\x85"}) {
    EXPECT_FALSE(reads(blank + "1"s)) << blank;
    EXPECT_FALSE(reads("1"s + blank)) << blank;
  }
}

TEST(JsonReader, refuses_what_is_no_json_text) {
  std::vector<std::string> const texts = {"",
                                          " ",
                                          " \n\t ",
                                          "\0"s,
                                          "{}\0"s,
                                          "nul",
                                          "NULL",
                                          "True",
                                          "undefined",
                                          "{",
                                          "[",
                                          "\"",
                                          "}",
                                          "]",
                                          "{]",
                                          "[}",
                                          "[1",
                                          R"({"a")",
                                          "[1,]",
                                          "[,1]",
                                          "[1,,2]",
                                          "[1 2]",
                                          R"({"a":1,})",
                                          R"({,"a":1})",
                                          R"({"a" 1})",
                                          R"({"a":})",
                                          "{a:1}",
                                          "{1:2}",
                                          "{'a':1}",
                                          "'a'",
                                          "{} {}",
                                          "1 2",
                                          "[]x",
                                          "{},",
                                          "//x\n1",
                                          "/*x*/1",
                                          "1/*x*/",
                                          "[1//x\n]",
                                          "\xEF\xBB\xBF{}",
                                          "\xFF\xFE{\0}\0"s,
                                          "[1]\"",
                                          ":",
                                          ","};
  for (std::string const& text : texts) EXPECT_FALSE(reads(text)) << text;
  EXPECT_FALSE(reads(std::string_view{}));
}

TEST(JsonReader, refuses_every_truncation_and_says_nothing_of_the_text) {
  std::string const text =
      R"({"secret-name":["secret-text\n\u00e9\ud83d\ude00",1.5e3,-12,true,false,null,{"secret-name":{}}]})";
  ASSERT_TRUE(reads(text));
  for (std::size_t size = 0; size < text.size(); ++size) {
    std::string const reason = why_not(text.substr(0, size));
    EXPECT_NE(reason, "ok") << size;
    EXPECT_EQ(reason.find("secret"), std::string::npos) << reason;
  }
}

TEST(JsonReader, refuses_a_byte_more_than_the_limit) {
  std::string const text = "[" + std::string(8, ' ') + "]";
  EXPECT_TRUE(json::read(text, {.max_size = 10}).has_value());
  EXPECT_EQ(test::outcome(json::read(text, {.max_size = 9})), "invalid_json");
}

TEST(JsonReader, sixteen_levels_pass_and_seventeen_do_not) {
  EXPECT_TRUE(reads(nested_arrays(16)));
  EXPECT_FALSE(reads(nested_arrays(17)));
  EXPECT_TRUE(reads(nested_objects(16)));
  EXPECT_FALSE(reads(nested_objects(17)));
  EXPECT_TRUE(reads("[" + nested_objects(15) + "," + nested_arrays(15) + "]"))
      << "levels that were closed do not count";
  EXPECT_FALSE(reads("[" + nested_objects(15) + "," + nested_arrays(16) + "]"));
  EXPECT_FALSE(reads(repeated("[", 60'000)));
  EXPECT_FALSE(reads(repeated(R"({"a":)", 10'000)));
}

// --- member names
// -----------------------------------------------------------------------------------------------------

TEST(JsonReader, refuses_a_duplicate_name_at_every_depth) {
  for (std::size_t depth = 0; depth < 16; ++depth) {
    std::string const open = repeated(R"({"a":)", depth);
    std::string const close = repeated("}", depth);
    EXPECT_TRUE(reads(open + R"({"a":1,"b":2})" + close)) << depth;
    EXPECT_NE(why_not(open + R"({"a":1,"a":2})" + close).find("duplicate member name"), std::string::npos) << depth;
  }
}

TEST(JsonReader, finds_a_duplicate_however_many_members_there_are) {
  for (std::size_t count : {2U, 15U, 16U, 17U, 18U, 200U}) {
    EXPECT_TRUE(reads(members(count, "last"))) << count;
    EXPECT_FALSE(reads(members(count, "k0"))) << count;
    EXPECT_FALSE(reads(members(count, "k" + std::to_string(count - 2)))) << count;
  }
}

TEST(JsonReader, finds_a_duplicate_on_both_sides_of_an_inner_object) {
  EXPECT_FALSE(reads(R"({"a":{"b":1,"c":2},"a":3})"));
  EXPECT_FALSE(reads(R"({"x":{"a":1},"a":{"a":1},"x":0})"));
  EXPECT_FALSE(reads("[" + members(200, "z") + R"(,{"q":)" + members(17, "k3") + "}]"));
}

TEST(JsonReader, the_same_name_in_different_objects_is_no_duplicate) {
  EXPECT_TRUE(reads(R"({"a":{"a":[{"a":1},{"a":2}]},"b":{"a":1}})"));
  EXPECT_TRUE(reads(R"({"A":1,"a":2,"":3," a":4,"a ":5})"));
}

TEST(JsonReader, compares_names_by_what_they_say_not_by_how_they_are_written) {
  EXPECT_FALSE(reads(R"({"alg":1,"\u0061lg":2})"));
  EXPECT_FALSE(reads(R"({"\u0061lg":1,"alg":2})"));
  EXPECT_FALSE(reads(R"({"a\/b":1,"a/b":2})"));
  EXPECT_FALSE(reads(R"({"\u00e9":1,"é":2})"));
  EXPECT_FALSE(reads(R"({"\ud83d\ude00":1,"😀":2})"));
  EXPECT_FALSE(reads(R"({"a\u0000b":1,"a\u0000b":2})"));
  EXPECT_TRUE(reads(R"({"a\u0000b":1,"a\u0000c":2,"a":3})")) << "a NUL does not end a name";
  EXPECT_FALSE(reads(R"({"":1,"":2})"));
  EXPECT_FALSE(reads(members(200, R"(k\u0031)")));
}

TEST(JsonReader, many_members_cost_no_quadratic_work) {
  json::Limits const limits{.max_members = 5'000};
  EXPECT_TRUE(json::read(members(5'000, "last"), limits).has_value());
  EXPECT_NE(test::message(json::read(members(5'000, "k2500"), limits)).find("duplicate"), std::string::npos);
}

// With names that collide in the hash of Boost's object, one body of 700 KB took 14 seconds to build.
TEST(JsonReader, an_object_of_1024_members_passes_and_one_more_does_not) {
  EXPECT_TRUE(reads(members(1'024, "last")));
  EXPECT_NE(why_not(members(1'025, "last")).find("too many members"), std::string::npos);
  EXPECT_FALSE(reads("[{\"a\":" + members(1'025, "last") + "}]"));
  EXPECT_TRUE(reads("[" + members(1'024, "last") + "," + members(1'024, "last") + "]"))
      << "each object counts by itself";
  EXPECT_TRUE(reads("[" + repeated("0,", 5'000) + "0]")) << "lists have no hash";
  EXPECT_FALSE(json::read(R"({"a":1,"b":2})", {.max_members = 1}).has_value());
}

// --- texts
// ------------------------------------------------------------------------------------------------------------

/// RFC 3629 by decoding, code point by code point: another way than the one that is tested.
bool decodes_as_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    int const ones = std::countl_one(byte(i));
    std::size_t const length = ones == 0 ? 1 : static_cast<std::size_t>(ones);
    if (length > 4 || ones == 1 || i + length > text.size()) return false;
    char32_t point = ones == 0 ? byte(i) : byte(i) & (0xFFU >> (ones + 1));
    for (std::size_t k = 1; k < length; ++k) {
      if (byte(i + k) >> 6 != 2) return false;
      point = point << 6 | (byte(i + k) & 63U);
    }
    constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (point < kSmallest[length] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return false;
    i += length;
  }
  return true;
}

void expect_utf8_is_decided_right(std::string const& text) {
  bool const good = decodes_as_utf8(text);
  ASSERT_EQ(is_utf8(text), good) << test::base64(text);
  ASSERT_EQ(reads("\"" + text + "\""), good) << test::base64(text);
  ASSERT_EQ(reads("{\"" + text + "\":0}"), good) << test::base64(text);
}

TEST(JsonReader, texts_and_names_must_be_utf8_at_every_boundary_of_its_table) {
  std::string const edges =
      "A\x7F\x80\x8F\x90\x9F\xA0\xBF\xC0\xC1\xC2\xDF\xE0\xE1\xEC\xED\xEE\xEF\xF0\xF1\xF3\xF4\xF5\xFF";
  for (char a : edges) {
    expect_utf8_is_decided_right({a});
    for (char b : edges) {
      expect_utf8_is_decided_right({a, b});
      for (char c : edges) {
        expect_utf8_is_decided_right({a, b, c});
        if (static_cast<unsigned char>(a) < 0xE0) continue;
        for (char d : edges) expect_utf8_is_decided_right({a, b, c, d});
      }
    }
  }
}

TEST(JsonReader, escapes_become_what_they_stand_for) {
  json::value const value = json::read(R"(["\"\\\/\b\f\n\r\t","\u0041\u00e9\u20ac\ud83d\ude00","a\u0000b"])").value();
  EXPECT_EQ(value.at(0).get_string(), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(value.at(1).get_string(), "Aé€😀");
  EXPECT_EQ(value.at(2).get_string(), "a\0b"s);
}

TEST(JsonReader, refuses_lone_surrogates_and_other_bad_escapes) {
  for (char const* text : {R"("\ud800")",
                           R"("\udbff")",
                           R"("\udc00")",
                           R"("\udfff")",
                           R"("\ud83dx")",
                           R"("\ud83d\n")",
                           R"("\ud83d\u0041")",
                           R"("\ud83d\ud83d")",
                           R"("\ude00\ud83d")",
                           R"("\u12")",
                           R"("\u12g4")",
                           R"("\U0041")",
                           R"("\x41")",
                           R"("\a")",
                           R"("\'")",
                           R"("\0")",
                           R"("\)",
                           R"("\ud83d\ude0")",
                           R"("\u+123")",
                           R"("\u 123")"}) {
    EXPECT_FALSE(reads(text)) << text;
    EXPECT_FALSE(reads("{" + std::string{text} + ":0}")) << text;
  }
}

TEST(JsonReader, refuses_control_characters_that_are_not_escaped) {
  for (int c = 0; c < 0x20; ++c) {
    EXPECT_FALSE(reads("\"a" + std::string(1, static_cast<char>(c)) + "b\"")) << c;
  }
  EXPECT_TRUE(reads("\"\x7F\""));
}

TEST(JsonReader, long_texts_come_out_whole_with_and_without_escapes) {
  std::string const plain(5'000, 'x');
  json::value const value = json::read("[\"" + plain + "\",\"" + plain + "\\n" + plain + "\"]").value();
  EXPECT_EQ(value.at(0).get_string(), plain);
  EXPECT_EQ(value.at(1).get_string(), plain + "\n" + plain);
  EXPECT_TRUE(reads("{\"" + plain + "\\n" + plain + "\":0}"));
}

// --- numbers
// ----------------------------------------------------------------------------------------------------------

TEST(JsonReader, refuses_numbers_that_the_grammar_does_not_have) {
  for (char const* text :
       {"+1",  "01",   "-01",   "00",  "1.",  ".5",   "-.5",      "1.e1",      "1e",  "1e+",   "1e-", "-",
        "--1", "0x10", "1_000", "NaN", "nan", "-NaN", "Infinity", "-Infinity", "inf", "1e1.5", "1f"}) {
    EXPECT_FALSE(reads(text)) << text;
    EXPECT_FALSE(reads("[" + std::string{text} + "]")) << text;
  }
}

TEST(JsonReader, integers_keep_their_kind_up_to_64_bits) {
  EXPECT_EQ(json::read("9223372036854775807").value(), json::value(std::numeric_limits<std::int64_t>::max()));
  EXPECT_EQ(json::read("-9223372036854775808").value(), json::value(std::numeric_limits<std::int64_t>::min()));
  json::value const unsigned_one = json::read("9223372036854775808").value();
  ASSERT_TRUE(unsigned_one.is_uint64());
  EXPECT_EQ(unsigned_one.get_uint64(), std::uint64_t{1} << 63);
  EXPECT_EQ(json::read("18446744073709551615").value().get_uint64(), std::numeric_limits<std::uint64_t>::max());
}

TEST(JsonReader, integers_outside_64_bits_become_doubles) {
  json::value const above = json::read("18446744073709551616").value();
  ASSERT_TRUE(above.is_double());
  EXPECT_EQ(above.get_double(), 0x1p64);
  json::value const below = json::read("-9223372036854775809").value();
  ASSERT_TRUE(below.is_double());
  EXPECT_EQ(below.get_double(), -0x1p63);
}

TEST(JsonReader, numbers_with_a_fraction_or_an_exponent_are_doubles) {
  for (auto const& [text, number] :
       std::vector<std::pair<char const*, double>>{{"0.1", 0.1},
                                                   {"1.0", 1.0},
                                                   {"1e0", 1.0},
                                                   {"1E+2", 100.0},
                                                   {"12e-1", 1.2},
                                                   {"-0.0", -0.0},
                                                   {"-0e5", -0.0},
                                                   {"4.9e-324", 4.9e-324},
                                                   {"2.2250738585072011e-308", 2.2250738585072011e-308},
                                                   {"1.7976931348623157e308", std::numeric_limits<double>::max()},
                                                   {"0.000001", 1e-6},
                                                   {"0e400", 0.0}}) {
    json::value const value = json::read(text).value();
    ASSERT_TRUE(value.is_double()) << text;
    EXPECT_EQ(std::bit_cast<std::uint64_t>(value.get_double()), std::bit_cast<std::uint64_t>(number)) << text;
  }
}

TEST(JsonReader, too_large_is_refused_and_too_small_is_zero) {
  for (char const* text : {"1e309", "1e400", "-1e400", "1.7976931348623159e308", "1e2147483648",
                           "1e99999999999999999999", "123456789e301"}) {
    EXPECT_FALSE(reads(text)) << text;
    EXPECT_FALSE(reads("{\"exp\":" + std::string{text} + "}")) << text;
  }
  EXPECT_FALSE(reads("1" + std::string(400, '0')));
  EXPECT_EQ(json::read("1e-400").value().get_double(), 0.0);
  EXPECT_TRUE(std::signbit(json::read("-1e-400").value().get_double()));
  EXPECT_EQ(json::read("0." + std::string(400, '0') + "1").value().get_double(), 0.0);
}

TEST(JsonReader, long_digit_strings_are_rounded_as_a_whole) {
  EXPECT_EQ(json::read("1" + std::string(300, '0')).value().get_double(), 1e300);
  EXPECT_EQ(json::read("0." + std::string(300, '0') + "1e301").value().get_double(), 1.0);
  EXPECT_EQ(json::read("1" + std::string(500, '0') + "e-500").value().get_double(), 1.0);
  EXPECT_EQ(json::read("0." + std::string(10'000, '3')).value().get_double(), 1.0 / 3);
  // Halfway between two doubles, and the same with one more digit far behind.
  std::string const halfway = "1.00000000000000011102230246251565404236316680908203125";
  EXPECT_EQ(json::read(halfway).value().get_double(), 1.0);
  EXPECT_EQ(json::read(halfway + std::string(800, '0') + "1").value().get_double(), 1.0 + 0x1p-52);
}

double any_finite(std::mt19937_64& random) {
  for (;;) {
    auto const number = std::bit_cast<double>(random());
    if (std::isfinite(number)) return number;
  }
}

TEST(JsonReader, doubles_that_were_written_read_back_as_the_same_bits) {
  std::mt19937_64 random{7};
  for (int i = 0; i < 1'000; ++i) {
    double const number = i % 2 == 0 ? any_finite(random) : std::ldexp(static_cast<double>(random() % 100'000), -10);
    json::value const value = json::read(json::write(json::value(number))).value();
    ASSERT_TRUE(value.is_double()) << json::write(json::value(number));
    ASSERT_EQ(std::bit_cast<std::uint64_t>(value.get_double()), std::bit_cast<std::uint64_t>(number)) << number;
  }
}

// --- writing
// ----------------------------------------------------------------------------------------------------------

TEST(JsonWriter, writes_the_shortest_text) {
  EXPECT_EQ(json::write(json::value(0.1)), "0.1");
  EXPECT_EQ(json::write(json::value(1.0)), "1.0");
  EXPECT_EQ(json::write(json::value(-0.0)), "-0.0");
  EXPECT_EQ(json::write(json::value(1e300)), "1e+300");
  EXPECT_EQ(json::write(json::value(std::numeric_limits<std::int64_t>::min())), "-9223372036854775808");
  EXPECT_EQ(json::write(json::value(std::numeric_limits<std::uint64_t>::max())), "18446744073709551615");
  EXPECT_EQ(json::write(json::value("\"\\/\b\f\n\r\t\x01\x1F\x7Fé😀")), R"("\"\\/\b\f\n\r\t\u0001\u001f)"
                                                                       "\x7F"
                                                                       R"(é😀")");
  EXPECT_EQ(json::write(json::object{{"b", {1, nullptr}}, {"a", true}}), R"({"b":[1,null],"a":true})");
}

TEST(JsonWriter, refuses_numbers_that_are_not_finite) {
  for (double number : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
                        -std::numeric_limits<double>::infinity()}) {
    EXPECT_THROW(static_cast<void>(json::write(json::value(number))), std::invalid_argument);
    EXPECT_THROW(static_cast<void>(json::write(json::object{{"a", {1, number}}})), std::invalid_argument);
  }
}

TEST(JsonWriter, refuses_texts_and_names_that_are_not_utf8) {
  for (char const* text : {"\x80", "a\xC3", "\xED\xA0\x80", "\xC0\x80", "\xF4\x90\x80\x80", "\xFF"}) {
    EXPECT_THROW(static_cast<void>(json::write(json::value(text))), std::invalid_argument);
    EXPECT_THROW(static_cast<void>(json::write(json::object{{text, 1}})), std::invalid_argument);
    std::string out;
    EXPECT_THROW(json::append_text(out, text), std::invalid_argument);
  }
}

TEST(JsonWriter, refuses_the_level_that_the_reader_would_refuse) {
  json::value value = 0;
  for (int depth = 1; depth <= 16; ++depth)
    value = depth % 2 == 0 ? json::value(json::array{value}) : json::value(json::object{{"a", value}});
  EXPECT_TRUE(reads(json::write(value)));
  EXPECT_THROW(static_cast<void>(json::write(json::array{value})), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(json::write(json::object{{"a", value}})), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(json::write(json::object{}, 0)), std::invalid_argument);
  EXPECT_EQ(json::write(json::value(1), 0), "1");
}

/// Any value of up to `depth` levels, with the names and texts that go wrong most easily.
json::value any_value(std::mt19937_64& random, std::size_t depth) {
  static std::vector<std::string> const texts = {"", "a", "\0"s, "\"\\/", "é", "😀", "\x7F", "\n\x01", "sub", "\\u0041"};
  auto text = [&] { return texts[random() % texts.size()]; };
  switch (random() % (depth == 0 ? 7 : 9)) {
    case 0: return nullptr;
    case 1: return random() % 2 == 0;
    case 2: return static_cast<std::int64_t>(random());
    case 3: return random();
    case 4: return any_finite(random);
    case 5: return static_cast<double>(random() % 1'000);
    case 6: return json::value(text());
    case 7: {
      json::array items;
      for (std::size_t i = random() % 4; i > 0; --i) items.push_back(any_value(random, depth - 1));
      return items;
    }
    default: {
      json::object object;
      for (std::size_t i = random() % 24; i > 0; --i)
        object[text() + std::to_string(random() % 30)] = any_value(random, depth - 1);
      return object;
    }
  }
}

TEST(JsonWriter, what_is_written_reads_back_equal_and_is_written_the_same_again) {
  std::mt19937_64 random{11};
  for (int i = 0; i < 1'000; ++i) {
    json::value const value = any_value(random, 4);
    std::string const once = json::write(value);
    json::value const back = json::read(once, {.max_size = once.size()}).value();
    ASSERT_EQ(back, value) << once;
    ASSERT_EQ(json::write(back), once);
  }
}

TEST(JsonWriter, what_reads_is_written_so_that_it_is_written_the_same_again) {
  for (char const* text : {"-0", "-0.0", "1E5", "1e-7", "100000000000000000000", "18446744073709551616", "1e-400",
                           "0.10", R"("\u0000\u001f\u007f\/")", R"({"\u0061":[1.0,1e0,-0e0]})"}) {
    std::string const once = rewritten(text);
    EXPECT_EQ(rewritten(once), once) << text;
  }
}

// --- the reader's limits
// ----------------------------------------------------------------------------------------------

TEST(JsonReader, the_value_lives_in_the_storage_it_is_given) {
  auto const storage = boost::json::make_shared_resource<boost::json::monotonic_resource>();
  json::value const value = json::read(R"({"a":["b"]})", {}, storage).value();
  EXPECT_EQ(value.storage().get(), storage.get());
  EXPECT_EQ(value.at("a").at(0).get_string().storage().get(), storage.get());
}

TEST(JsonReader, tells_the_byte_where_it_stopped) {
  EXPECT_EQ(why_not("{} x"), "extra data at byte 3");
  EXPECT_TRUE(why_not("[1,x]").ends_with(" at byte 3")) << why_not("[1,x]");
  json::ScanError const none;
  EXPECT_FALSE(none);
}

}  // namespace
}  // namespace authjwt
