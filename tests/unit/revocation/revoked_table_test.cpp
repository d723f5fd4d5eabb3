#include "revocation/revoked_table.hpp"

#include <gtest/gtest.h>

#include <cstdint>

namespace authjwt::detail {
namespace {

constexpr TimePoint kNow{std::chrono::seconds{1'700'000'000}};
constexpr std::uint64_t kEndOfHash = UINT64_MAX;
constexpr RevokedTerms kForEver{};
constexpr RevokedTerms kOver{.keep_until = 1'700'000'000};

/// The i-th of keys that all belong into one bucket, the first or the last.
RevokedKey first_bucket(std::uint64_t i) { return {.place = i, .tag = static_cast<std::uint16_t>(1 + i % 3)}; }
RevokedKey last_bucket(std::uint64_t i) { return {.place = kEndOfHash - i, .tag = 1}; }

TEST(RevokedTable, keys_that_meet_go_on_to_the_next_buckets_and_around_the_end) {
  RevokedTable table{1};
  ASSERT_EQ(table.buckets(), 7U);
  for (std::uint64_t i = 0; i < 100; ++i) table.add(last_bucket(i), kForEver);
  for (std::uint64_t i = 0; i < 100; ++i) EXPECT_TRUE(table.contains(last_bucket(i), 0)) << i;
  EXPECT_FALSE(table.contains(last_bucket(100), 0));
  EXPECT_FALSE(table.contains(first_bucket(0), 0)) << "though the bucket holds others";
}

TEST(RevokedTable, the_others_are_found_after_any_of_those_that_meet_has_gone) {
  for (std::uint64_t gone = 0; gone < 70; ++gone) {
    RevokedTable table{1};
    for (std::uint64_t i = 0; i < 70; ++i) table.add(last_bucket(i), i == gone ? kOver : kForEver);
    std::size_t dropped = 0;
    for (std::size_t bucket = 0; bucket < table.buckets(); ++bucket) dropped += table.sweep(bucket, kNow);
    EXPECT_EQ(dropped, 1U);
    for (std::uint64_t i = 0; i < 70; ++i) EXPECT_EQ(table.contains(last_bucket(i), 0), i != gone) << gone << ' ' << i;
  }
}

TEST(RevokedTable, one_of_many_pages_holds_what_a_small_one_does) {
  RevokedTable table{512};
  auto const key = [](std::uint64_t i) {
    return RevokedKey{.place = i * 0x9E37'79B9'7F4A'7C15U, .tag = static_cast<std::uint16_t>(1 + i % 60'000)};
  };
  std::uint64_t const half = table.slots() / 2;
  for (std::uint64_t i = 0; i < half; ++i) table.add(key(i), kForEver);
  for (std::uint64_t i = 0; i < half; ++i) ASSERT_TRUE(table.contains(key(i), 0)) << i;
  for (std::uint64_t i = half; i < 2 * half; ++i) ASSERT_FALSE(table.contains(key(i), 0)) << i;
  table.clear();
  for (std::uint64_t i = 0; i < half; ++i) ASSERT_FALSE(table.contains(key(i), 0)) << i;
}

TEST(RevokedTable, a_slot_that_was_used_before_says_nothing_of_the_one_before) {
  RevokedTable table{1};
  table.add(first_bucket(1), {.keep_until = kOver.keep_until, .logins_until = 100});
  EXPECT_EQ(table.sweep(0, kNow), 1U);
  EXPECT_FALSE(table.contains(first_bucket(1), 0));
  table.add(first_bucket(4), {.keep_until = RevokedTerms::kForEver, .logins_until = 5});
  EXPECT_FALSE(table.contains(first_bucket(1), 0));
  EXPECT_TRUE(table.contains(first_bucket(4), 5));
  EXPECT_FALSE(table.contains(first_bucket(4), 6));
}

TEST(RevokedTable, one_with_the_same_place_and_another_tag_or_the_same_tag_and_another_place_is_another) {
  RevokedTable table{1};
  table.add({.place = 7, .tag = 9}, kForEver);
  EXPECT_TRUE(table.contains({.place = 7, .tag = 9}, 0));
  EXPECT_FALSE(table.contains({.place = 7, .tag = 8}, 0));
  EXPECT_FALSE(table.contains({.place = 8, .tag = 9}, 0));
  for (std::uint32_t tag = 1; tag <= UINT16_MAX; ++tag) {
    ASSERT_EQ(table.contains({.place = 7, .tag = static_cast<std::uint16_t>(tag)}, 0), tag == 9) << tag;
  }
}

TEST(RevokedTable, the_number_of_those_that_went_past_a_bucket_is_no_tag) {
  RevokedTable table{1};
  for (std::uint64_t i = 0; i < 40; ++i) table.add({.place = i, .tag = 100}, kForEver);
  EXPECT_FALSE(table.contains({.place = 0, .tag = 9}, 0)) << "9 went past the first";
}

TEST(RevokedTable, every_slot_can_be_used_and_a_full_one_still_says_no) {
  RevokedTable table{1};
  for (std::uint64_t i = 0; i < table.slots(); ++i) table.add(first_bucket(i), kForEver);
  for (std::uint64_t i = 0; i < table.slots(); ++i) EXPECT_TRUE(table.contains(first_bucket(i), 0)) << i;
  EXPECT_FALSE(table.contains(first_bucket(table.slots()), 0));
  EXPECT_EQ(table.count(kNow), table.slots());
}

TEST(RevokedTable, extending_keeps_the_later_of_each_time) {
  RevokedTable table{1};
  EXPECT_FALSE(table.extend({.place = 1}, kForEver));
  table.add({.place = 1}, {.keep_until = 1'700'000'010, .logins_until = 5});
  EXPECT_TRUE(table.extend({.place = 1}, {.keep_until = 1'700'000'005, .logins_until = 9}));
  EXPECT_TRUE(table.contains({.place = 1}, 9));
  EXPECT_FALSE(table.contains({.place = 1}, 10));
  EXPECT_EQ(table.sweep(0, kNow + std::chrono::seconds{9}), 0U);
  EXPECT_EQ(table.sweep(0, kNow + std::chrono::seconds{10}), 1U);
}

TEST(RevokedTable, a_copy_has_all_that_has_not_expired) {
  RevokedTable table{1};
  RevokedTable other{3};
  for (std::uint64_t i = 0; i < 100; ++i) table.add({.place = i << 57, .tag = 3}, i % 2 == 0 ? kForEver : kOver);
  table.copy_to(other, kNow);
  for (std::uint64_t i = 0; i < 100; ++i) EXPECT_EQ(other.contains({.place = i << 57, .tag = 3}, 0), i % 2 == 0) << i;
  EXPECT_EQ(other.count(kNow), 50U);
}

TEST(RevokedTables, a_table_that_was_given_back_is_empty_and_taken_again) {
  RevokedTables tables;
  RevokedTable& table = tables.take(100);
  std::size_t const used = tables.bytes();
  table.add({.place = 1}, kForEver);
  tables.give_back(table);
  EXPECT_LT(tables.bytes(), used);
  EXPECT_FALSE(table.contains({.place = 1}, 0)) << "it may still be looked at";
  EXPECT_EQ(&tables.take(100), &table);
  EXPECT_NE(&tables.take(100), &table);
  EXPECT_EQ(tables.bytes(), 2 * used);
}

TEST(RevokedTables, there_is_room_for_more_than_were_asked_for_and_not_for_many_more) {
  RevokedTables tables;
  for (std::size_t entries : {1U, 194U, 195U, 1'000U, 40'000U}) {
    std::size_t const slots = tables.take(entries).slots();
    EXPECT_GE(slots, 2 * entries);
    if (entries > 194) {
      EXPECT_LT(slots, 3 * entries);
    }
  }
}

}  // namespace
}  // namespace authjwt::detail
