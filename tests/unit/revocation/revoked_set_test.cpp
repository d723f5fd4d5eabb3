#include "revocation/revoked_set.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace authjwt::detail {
namespace {

using std::chrono::seconds;

constexpr TimePoint kNow{seconds{1'700'000'000}};

Revocation revocation(std::string jti, std::optional<TimePoint> keep_until = kNow + seconds{900}) {
  return {"issuer", std::move(jti), keep_until};
}

TEST(RevokedSet, what_was_put_in_is_found_and_nothing_else) {
  RevokedSet set;
  for (int i = 0; i < 20'000; ++i) set.insert(revocation("in " + std::to_string(i)), kNow);
  EXPECT_EQ(set.size(), 20'000U);
  for (int i = 0; i < 20'000; ++i) {
    ASSERT_TRUE(set.contains("issuer", "in " + std::to_string(i))) << i;
    ASSERT_FALSE(set.contains("issuer", "out " + std::to_string(i))) << i;
  }
}

TEST(RevokedSet, issuer_and_jti_are_not_read_as_one_text) {
  RevokedSet set;
  set.insert({"ab", "c", {}}, kNow);
  EXPECT_TRUE(set.contains("ab", "c"));
  EXPECT_FALSE(set.contains("a", "bc"));
  EXPECT_FALSE(set.contains("abc", ""));
  EXPECT_FALSE(set.contains("", "abc"));
  EXPECT_FALSE(set.contains("c", "ab"));
}

TEST(RevokedSet, bytes_of_any_kind_and_number_are_a_jti) {
  RevokedSet set;
  std::vector<std::string> const jtis = {"",     std::string(1, '\0'),   std::string(2, '\0'),  "a",
                                         "\xFF", std::string(8192, 'x'), std::string("a\0b", 3)};
  for (std::string const& jti : jtis) {
    EXPECT_FALSE(set.contains("issuer", jti));
    set.insert(revocation(jti), kNow);
    EXPECT_TRUE(set.contains("issuer", jti));
  }
  EXPECT_EQ(set.size(), jtis.size());
}

TEST(RevokedSet, the_same_token_twice_is_one_entry_kept_until_the_later_end) {
  RevokedSet set;
  set.insert(revocation("jti", kNow + seconds{10}), kNow);
  set.insert(revocation("jti", kNow + seconds{20}), kNow);
  set.insert(revocation("jti", kNow + seconds{15}), kNow);
  EXPECT_EQ(set.size(), 1U);
  set.sweep(kNow + seconds{19});
  EXPECT_TRUE(set.contains("issuer", "jti"));
  set.sweep(kNow + seconds{20});
  EXPECT_FALSE(set.contains("issuer", "jti"));
}

TEST(RevokedSet, what_ends_now_is_not_taken_in) {
  RevokedSet set;
  set.insert(revocation("now", kNow), kNow);
  set.insert(revocation("a second later", kNow + seconds{1}), kNow);
  EXPECT_FALSE(set.contains("issuer", "now"));
  EXPECT_TRUE(set.contains("issuer", "a second later"));
}

TEST(RevokedSet, what_has_no_end_is_never_dropped) {
  RevokedSet set;
  set.insert(revocation("for ever", std::nullopt), kNow);
  for (int i = 0; i < 100; ++i) set.sweep(TimePoint{seconds{INT64_MAX - 1}});
  EXPECT_TRUE(set.contains("issuer", "for ever"));
}

TEST(RevokedSet, sweeping_drops_all_that_has_expired_and_keeps_the_others) {
  RevokedSet set;
  for (int i = 0; i < 10'000; ++i) {
    set.insert(revocation(std::to_string(i), kNow + seconds{i % 2 == 0 ? 10 : 1000}), kNow);
  }
  for (int i = 0; i < 4; ++i) set.sweep(kNow + seconds{10});
  EXPECT_EQ(set.size(), 5'000U);
  for (int i = 0; i < 10'000; ++i) {
    ASSERT_EQ(set.contains("issuer", std::to_string(i)), i % 2 != 0) << i;
  }
}

TEST(RevokedSet, inserting_alone_keeps_it_bounded_by_those_that_have_not_expired) {
  RevokedSet set;
  constexpr int kLiving = 2'560;
  for (int i = 0; i < 100'000; ++i) {
    TimePoint const now = kNow + seconds{i};
    set.insert(revocation(std::to_string(i), now + seconds{kLiving}), now);
  }
  EXPECT_LT(set.size(), 2U * kLiving);
  for (int i = 0; i < kLiving; ++i) ASSERT_TRUE(set.contains("issuer", std::to_string(99'999 - i))) << i;
}

TEST(RevokedShard, colliding_keys_are_all_found_after_any_of_them_went) {
  // Three searches that begin at the last slots and go on at the first.
  for (std::size_t gone = 0; gone < 6; ++gone) {
    RevokedShard shard;
    for (std::uint64_t i = 0; i < 6; ++i) {
      std::int64_t const end = kNow.time_since_epoch().count() + (i == gone ? 1 : 1000);
      shard.insert({i, 14 + i / 2}, end, kNow);
    }
    shard.sweep(16, kNow + seconds{1});
    for (std::uint64_t i = 0; i < 6; ++i) {
      EXPECT_EQ(shard.contains({i, 14 + i / 2}), i != gone) << gone << ' ' << i;
    }
    EXPECT_EQ(shard.size(), 5U);
  }
}

TEST(RevokedSet, eight_readers_never_miss_what_was_in_before_while_one_writes_and_sweeps) {
  RevokedSet set;
  for (int i = 0; i < 1'000; ++i) set.insert(revocation("old " + std::to_string(i)), kNow);
  std::atomic<int> written{0};
  std::atomic<bool> failed{false};
  std::vector<std::jthread> readers;
  for (int reader = 0; reader < 8; ++reader) {
    readers.emplace_back([&] {
      for (int i = 0; written.load() < 20'000; ++i) {
        int const newest = written.load();
        if (!set.contains("issuer", "old " + std::to_string(i % 1'000))) failed = true;
        if (newest > 0 && !set.contains("issuer", "new " + std::to_string(newest - 1))) failed = true;
        if (set.contains("issuer", "none")) failed = true;
      }
    });
  }
  for (int i = 0; i < 20'000; ++i) {
    set.insert(revocation("short " + std::to_string(i), kNow + seconds{1}), kNow);
    set.insert(revocation("new " + std::to_string(i)), kNow + seconds{1});
    written = i + 1;
  }
  readers.clear();
  EXPECT_FALSE(failed);
}

}  // namespace
}  // namespace authjwt::detail
