#include <authjwt/base/maybe.hpp>

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace authjwt {
namespace {

TEST(Maybe, reading_what_is_not_there_throws) {
  Maybe<std::string> const nothing;
  EXPECT_THROW(static_cast<void>(nothing->size()), std::logic_error);
  EXPECT_THROW(static_cast<void>(*nothing), std::logic_error);
  EXPECT_EQ(nothing, std::nullopt);
  EXPECT_EQ(
      Maybe<std::string> { "text" } -> size(), 4U);
}

TEST(MaybePointer, reading_what_is_not_there_throws) {
  MaybePointer<std::string> const nothing{nullptr};
  EXPECT_THROW(static_cast<void>(nothing->size()), std::logic_error);
  EXPECT_THROW(static_cast<void>(*nothing), std::logic_error);
  EXPECT_TRUE(nothing == nullptr);
  std::string text = "text";
  EXPECT_EQ(
      MaybePointer<std::string> { &text } -> size(), 4U);
}

}  // namespace
}  // namespace authjwt
