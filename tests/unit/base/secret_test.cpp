#include <authjwt/base/secret.hpp>

#include <gtest/gtest.h>

#include <concepts>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace authjwt {
namespace {

template <class T>
concept Printable = requires(std::ostream& out, T const& value) {
  out << value;
};

static_assert(!Printable<SecretBytes>, "a secret must not reach a log");
static_assert(!std::equality_comparable<SecretBytes>, "== does not take constant time");
static_assert(!std::convertible_to<SecretBytes, std::string_view> && !std::convertible_to<SecretBytes, std::string>);
static_assert(std::is_nothrow_move_constructible_v<SecretBytes>);

TEST(SecretBytes, holds_the_bytes_whatever_it_is_made_of) {
  std::string const with_nul("a\0b", 3);
  EXPECT_EQ(SecretBytes{with_nul}.expose_secret(), with_nul);
  EXPECT_EQ(SecretBytes{std::string_view{with_nul}}.size(), 3U);
  EXPECT_EQ(SecretBytes{"abc"}.expose_secret(), "abc");
}

TEST(SecretBytes, of_nothing_is_empty) {
  EXPECT_TRUE(SecretBytes{}.empty());
  EXPECT_TRUE(SecretBytes{""}.empty());
  EXPECT_TRUE(SecretBytes{std::string_view{}}.empty());
  EXPECT_EQ(SecretBytes{}.expose_secret(), "");
  SecretBytes const empty;
  SecretBytes const copy = empty;
  EXPECT_TRUE(copy.empty());
}

TEST(SecretBytes, a_copy_stands_on_its_own) {
  SecretBytes original{"first"};
  SecretBytes const copy = original;
  EXPECT_NE(copy.expose_secret().data(), original.expose_secret().data());
  original = SecretBytes{"second"};
  EXPECT_EQ(copy.expose_secret(), "first");
  EXPECT_EQ(original.expose_secret(), "second");
}

TEST(SecretBytes, a_move_takes_the_bytes_and_leaves_nothing) {
  SecretBytes original{"first"};
  char const* const bytes = original.expose_secret().data();
  SecretBytes taken = std::move(original);
  EXPECT_EQ(taken.expose_secret().data(), bytes) << "a copy would be one more place to wipe";
  EXPECT_TRUE(original.empty());  // NOLINT(bugprone-use-after-move): what a moved-from secret holds is the test
  SecretBytes other{"other"};
  other = std::move(taken);
  EXPECT_EQ(other.expose_secret(), "first");
}

TEST(SecretBytes, survives_an_assignment_to_itself) {
  SecretBytes secret{"first"};
  SecretBytes& same = secret;
  secret = same;
  EXPECT_EQ(secret.expose_secret(), "first");
  secret = std::move(same);
  EXPECT_EQ(secret.expose_secret(), "first");
}

TEST(SecretBytes, its_own_bytes_can_be_assigned_to_it) {
  SecretBytes secret{"first"};
  secret = SecretBytes{secret.expose_secret().substr(1)};
  EXPECT_EQ(secret.expose_secret(), "irst");
}

}  // namespace
}  // namespace authjwt
