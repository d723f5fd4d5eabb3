#include <authjwt/token/claims.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace authjwt {
namespace {

static_assert(!std::is_constructible_v<Subject, bool> && !std::is_convertible_v<bool, Subject>);
static_assert(!std::is_constructible_v<Subject, char>);
static_assert(!std::is_constructible_v<Subject, double>);
static_assert(!std::is_default_constructible_v<Subject>);
static_assert(std::is_convertible_v<int, Subject> && std::is_convertible_v<std::uint64_t, Subject>);
static_assert(std::is_convertible_v<char const*, Subject> && std::is_convertible_v<std::string_view, Subject>);

TEST(Claims, every_name_is_found_again_and_no_other) {
  for (std::size_t i = 0; i < kClaimNames.size(); ++i) {
    EXPECT_EQ(find_claim(kClaimNames[i]), static_cast<Claim>(i));
    EXPECT_EQ(name(static_cast<Claim>(i)), kClaimNames[i]);
  }
  for (std::string_view other : {"", "SUB", "sub ", "subject", "roles", "auth_tim"})
    EXPECT_EQ(find_claim(other), std::nullopt);
  EXPECT_EQ(std::set<std::string_view>(kClaimNames.begin(), kClaimNames.end()).size(), kClaimNames.size());
}

TEST(Subject, is_a_text_or_an_integer) {
  EXPECT_EQ(Subject{"test"}.text(), "test");
  EXPECT_EQ(Subject{std::string{"test"}}.text(), "test");
  EXPECT_EQ(Subject{std::string_view{"test"}}.text(), "test");
  EXPECT_EQ(Subject{7}.integer(), 7);
  EXPECT_FALSE(Subject{7}.is_text());
  EXPECT_THROW(static_cast<void>(Subject{7}.text()), std::bad_variant_access);
  EXPECT_THROW(static_cast<void>(Subject{"7"}.integer()), std::bad_variant_access);
}

TEST(Subject, seven_and_the_text_7_differ) {
  EXPECT_NE(Subject{7}, Subject{"7"});
  EXPECT_EQ(Subject{7}, Subject{7U});
  EXPECT_EQ(Subject{7}.to_string(), Subject{"7"}.to_string());
  EXPECT_EQ(json::write(Subject{7}.to_json()), "7");
  EXPECT_EQ(json::write(Subject{"7"}.to_json()), R"("7")");
}

TEST(Subject, takes_every_64_bit_signed_integer_and_no_larger_one) {
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(Subject{kMax}.integer(), kMax);
  EXPECT_EQ(Subject{std::numeric_limits<std::int64_t>::min()}.to_string(), "-9223372036854775808");
  EXPECT_EQ(Subject{static_cast<std::uint64_t>(kMax)}.integer(), kMax);
  EXPECT_THROW(Subject{static_cast<std::uint64_t>(kMax) + 1}, std::invalid_argument);
  EXPECT_THROW(Subject{std::numeric_limits<std::uint64_t>::max()}, std::invalid_argument);
  EXPECT_EQ(Subject{std::int8_t{-1}}.integer(), -1);
}

TEST(Audience, one_text_is_a_text_and_a_list_a_list) {
  EXPECT_EQ(json::write(Audience(std::string{"api"}).to_json()), R"("api")");
  Audience const text = "api";
  EXPECT_EQ(json::write(text.to_json()), R"("api")");
  Audience const list = {"api"};
  EXPECT_EQ(json::write(list.to_json()), R"(["api"])");
  Audience const two = {"api", "web"};
  EXPECT_EQ(json::write(two.to_json()), R"(["api","web"])");
  EXPECT_EQ(json::write(Audience(std::vector<std::string>{"api"}).to_json()), R"(["api"])");
}

TEST(Audience, double_braces_around_two_texts_are_a_list_of_two) {
  Audience const audience = {{"api", "web"}};
  EXPECT_EQ(audience.names(), (std::vector<std::string>{"api", "web"}));
}

TEST(Audience, names_of_every_text_type_can_stand_in_a_list) {
  std::string const own = "own";
  Audience const audience = {"literal", own, std::string_view{"view"}};
  EXPECT_EQ(audience.names(), (std::vector<std::string>{"literal", "own", "view"}));
}

TEST(Audience, of_nobody_is_empty) {
  EXPECT_TRUE(Audience{}.empty());
  EXPECT_TRUE(Audience(std::vector<std::string>{}).empty());
  EXPECT_FALSE(Audience{}.contains(""));
  EXPECT_FALSE(Audience("").empty()) << "the empty text is a name, which the settings refuse";
}

TEST(Audience, contains_whole_names_alone) {
  Audience const audience = {"api", "web"};
  EXPECT_TRUE(audience.contains("api"));
  EXPECT_TRUE(audience.contains("web"));
  for (std::string_view other : {"", "ap", "apis", "API", "api ", "api,web"})
    EXPECT_FALSE(audience.contains(other)) << other;
  EXPECT_FALSE(audience.contains(std::string_view("api\0", 4)));
}

}  // namespace
}  // namespace authjwt
