#include "revocation/revoked_set.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace authjwt::detail {
namespace {

using std::chrono::seconds;

constexpr TimePoint kNow{seconds{1'700'000'000}};
constexpr TimePoint kLastTime{seconds{std::numeric_limits<std::int64_t>::max()}};
constexpr TimePoint kFirstTime{seconds{std::numeric_limits<std::int64_t>::min()}};

Revocation revocation(std::string id, std::optional<TimePoint> keep_until = kNow + seconds{900}) {
  return {"issuer", std::move(id), keep_until};
}
Revocation of_subject(std::string subject, TimePoint logins_until,
                      std::optional<TimePoint> keep_until = kNow + seconds{900}) {
  return {"issuer", std::move(subject), keep_until, Revocation::Kind::subject, logins_until};
}

bool contains(RevokedSet const& set, std::string_view id, std::string_view issuer = "issuer") {
  return set.contains({.issuer = issuer, .jti = id});
}
bool subject_is_out(RevokedSet const& set, std::string_view subject, std::optional<TimePoint> login) {
  return set.contains({.issuer = "issuer", .jti = "another", .sid = "too", .subject = subject, .login = login});
}
void sweep_all(RevokedSet& set, TimePoint now) {
  for (int i = 0; i < 20; ++i) set.sweep(now);
}

// --- ids
// ----------------------------------------------------------------------------------------------------------------

TEST(RevokedSet, what_was_put_in_is_found_and_nothing_else) {
  RevokedSet set;
  for (int i = 0; i < 30'000; ++i) set.insert(revocation("in " + std::to_string(i)), kNow);
  EXPECT_EQ(set.size(), 30'000U);
  for (int i = 0; i < 30'000; ++i) {
    ASSERT_TRUE(contains(set, "in " + std::to_string(i))) << i;
    ASSERT_FALSE(contains(set, "out " + std::to_string(i))) << i;
  }
}

TEST(RevokedSet, a_token_is_found_by_its_jti_or_by_its_sid) {
  RevokedSet set;
  set.insert(revocation("revoked"), kNow);
  EXPECT_TRUE(set.contains({.issuer = "issuer", .jti = "revoked", .sid = "other", .subject = "\"s\""}));
  EXPECT_TRUE(set.contains({.issuer = "issuer", .jti = "other", .sid = "revoked", .subject = "\"s\""}));
  EXPECT_FALSE(set.contains({.issuer = "issuer", .jti = "other", .sid = "another", .subject = "\"s\""}));
  EXPECT_FALSE(set.contains({.issuer = "issuer", .jti = "other", .sid = "another", .subject = "revoked"}));
}

TEST(RevokedSet, issuer_and_id_are_not_read_as_one_text) {
  RevokedSet set;
  set.insert({"ab", "c", {}}, kNow);
  EXPECT_TRUE(contains(set, "c", "ab"));
  EXPECT_FALSE(contains(set, "bc", "a"));
  EXPECT_FALSE(contains(set, "", "abc"));
  EXPECT_FALSE(contains(set, "abc", ""));
  EXPECT_FALSE(contains(set, "ab", "c"));
}

TEST(RevokedSet, bytes_of_any_kind_and_number_are_an_id) {
  RevokedSet set;
  std::vector<std::string> const ids = {"",     std::string(1, '\0'),   std::string(2, '\0'),  "a",
                                        "\xFF", std::string(8192, 'x'), std::string("a\0b", 3)};
  for (std::string const& id : ids) {
    EXPECT_FALSE(contains(set, id));
    set.insert(revocation(id), kNow);
    EXPECT_TRUE(contains(set, id));
  }
  EXPECT_EQ(set.size(), ids.size());
}

// --- subjects
// -----------------------------------------------------------------------------------------------------------

TEST(RevokedSet, a_subject_is_out_from_logins_up_to_the_time_and_that_second_too) {
  RevokedSet set;
  set.insert(of_subject("\"a\"", kNow), kNow);
  EXPECT_TRUE(subject_is_out(set, "\"a\"", kNow - seconds{1}));
  EXPECT_TRUE(subject_is_out(set, "\"a\"", kNow));
  EXPECT_FALSE(subject_is_out(set, "\"a\"", kNow + seconds{1}));
  EXPECT_TRUE(subject_is_out(set, "\"a\"", std::nullopt)) << "a token that does not tell its login";
  EXPECT_FALSE(subject_is_out(set, "\"b\"", kNow));
  EXPECT_FALSE(set.contains({.issuer = "other", .jti = "j", .subject = "\"a\"", .login = kNow}));
}

TEST(RevokedSet, a_subject_is_not_an_id) {
  RevokedSet set;
  set.insert(of_subject("same", kNow), kNow);
  EXPECT_FALSE(contains(set, "same"));
  EXPECT_FALSE(set.contains({.issuer = "issuer", .jti = "j", .sid = "same"}));
  set.insert(revocation("id"), kNow);
  EXPECT_FALSE(subject_is_out(set, "id", kNow));
  EXPECT_EQ(set.size(), 2U);
}

TEST(RevokedSet, of_two_facts_about_a_subject_the_later_times_hold_in_any_order) {
  for (bool const swapped : {false, true}) {
    RevokedSet set;
    Revocation const wide = of_subject("\"a\"", kNow, kNow + seconds{10});
    Revocation const late = of_subject("\"a\"", kNow - seconds{50}, kNow + seconds{20});
    set.insert(swapped ? late : wide, kNow);
    set.insert(swapped ? wide : late, kNow);
    EXPECT_EQ(set.size(), 1U);
    sweep_all(set, kNow + seconds{19});
    EXPECT_TRUE(subject_is_out(set, "\"a\"", kNow));
    EXPECT_FALSE(subject_is_out(set, "\"a\"", kNow + seconds{1}));
    sweep_all(set, kNow + seconds{20});
    EXPECT_FALSE(subject_is_out(set, "\"a\"", kNow));
  }
}

TEST(RevokedSet, logins_at_the_ends_of_time_are_compared_to_the_safe_side) {
  RevokedSet set;
  set.insert(of_subject("past", kFirstTime), kNow);
  set.insert(of_subject("future", kLastTime), kNow);
  EXPECT_TRUE(subject_is_out(set, "past", kFirstTime));
  EXPECT_FALSE(subject_is_out(set, "past", TimePoint{seconds{1}}));
  EXPECT_TRUE(subject_is_out(set, "future", kFirstTime));
  EXPECT_TRUE(subject_is_out(set, "future", kNow));
  EXPECT_TRUE(subject_is_out(set, "future", kLastTime));
}

// --- what expires
// -------------------------------------------------------------------------------------------------------

TEST(RevokedSet, the_same_token_twice_is_one_entry_kept_until_the_later_end) {
  RevokedSet set;
  set.insert(revocation("jti", kNow + seconds{10}), kNow);
  set.insert(revocation("jti", kNow + seconds{20}), kNow);
  set.insert(revocation("jti", kNow + seconds{15}), kNow);
  EXPECT_EQ(set.size(), 1U);
  sweep_all(set, kNow + seconds{19});
  EXPECT_TRUE(contains(set, "jti"));
  sweep_all(set, kNow + seconds{20});
  EXPECT_FALSE(contains(set, "jti"));
  EXPECT_EQ(set.size(), 0U);
}

TEST(RevokedSet, what_ends_now_is_not_taken_in) {
  RevokedSet set;
  set.insert(revocation("now", kNow), kNow);
  set.insert(revocation("a second later", kNow + seconds{1}), kNow);
  EXPECT_FALSE(contains(set, "now"));
  EXPECT_TRUE(contains(set, "a second later"));
}

TEST(RevokedSet, what_has_no_end_or_one_beyond_the_32_bits_is_never_dropped) {
  RevokedSet set;
  set.insert(revocation("for ever", std::nullopt), kNow);
  set.insert(revocation("until the end", kLastTime), kNow);
  set.insert(revocation("until 2106", TimePoint{seconds{UINT32_MAX}}), kNow);
  set.insert(revocation("a second less", TimePoint{seconds{UINT32_MAX - 1}}), kNow);
  sweep_all(set, kLastTime);
  EXPECT_TRUE(contains(set, "for ever"));
  EXPECT_TRUE(contains(set, "until the end"));
  EXPECT_TRUE(contains(set, "until 2106"));
  EXPECT_FALSE(contains(set, "a second less"));
}

TEST(RevokedSet, sweeping_drops_all_that_has_expired_and_keeps_the_others) {
  RevokedSet set;
  for (int i = 0; i < 30'000; ++i) {
    set.insert(revocation(std::to_string(i), kNow + seconds{i % 2 == 0 ? 10 : 1000}), kNow);
  }
  sweep_all(set, kNow + seconds{10});
  EXPECT_EQ(set.size(), 15'000U);
  for (int i = 0; i < 30'000; ++i) {
    ASSERT_EQ(contains(set, std::to_string(i)), i % 2 != 0) << i;
  }
}

TEST(RevokedSet, inserting_alone_keeps_it_bounded_by_those_that_have_not_expired) {
  RevokedSet set;
  constexpr int kLiving = 2'560;
  for (int i = 0; i < 60'000; ++i) {
    TimePoint const now = kNow + seconds{i};
    set.insert(revocation(std::to_string(i), now + seconds{kLiving}), now);
  }
  EXPECT_LT(set.size(), 3U * kLiving);
  for (int i = 0; i < kLiving; ++i) ASSERT_TRUE(contains(set, std::to_string(59'999 - i))) << i;
}

// --- memory
// -------------------------------------------------------------------------------------------------------------

TEST(RevokedSet, an_entry_takes_less_than_64_bytes_at_every_fill_and_memory_comes_back) {
  RevokedSet set;
  std::size_t const empty = set.memory();
  EXPECT_LT(empty, 16U * 1024);
  std::size_t worst = 0;
  for (std::size_t i = 1; i <= 60'000; ++i) {
    set.insert(revocation(std::to_string(i), kNow + seconds{1 + static_cast<int>(i)}), kNow);
    if (i % 1'000 != 0) continue;
    ASSERT_LT(set.memory(), 64 * std::max<std::size_t>(i, 12'000)) << i;
    if (i > 30'000) worst = std::max(worst, set.memory() / i);
  }
  EXPECT_LE(worst, 48U);
  for (int gone = 0; gone <= 60'000; gone += 10'000) {
    sweep_all(set, kNow + seconds{gone});
    ASSERT_LT(set.memory(), 64 * std::max<std::size_t>(set.size(), 12'000)) << gone;
  }
  EXPECT_EQ(set.size(), 1U);
}

// --- threads
// ------------------------------------------------------------------------------------------------------------

/// Tables that are replaced over and over: what is read meanwhile is cleared, and soon another table's.
TEST(RevokedSet, readers_never_miss_what_stays_while_tables_are_replaced) {
  RevokedSet set;
  std::vector<std::string> staying;
  for (int i = 0; i < 2'000; ++i) staying.push_back("stays " + std::to_string(i));
  for (std::string const& id : staying) set.insert(revocation(id), kNow);
  std::atomic<bool> is_over{false};
  std::atomic<bool> failed{false};
  std::vector<std::jthread> readers;
  for (std::size_t reader = 0; reader < 3; ++reader) {
    readers.emplace_back([&, at = 700 * reader]() mutable {
      while (!is_over && !failed) {
        if (!contains(set, staying[++at % staying.size()]) || contains(set, "none")) failed = true;
      }
    });
  }
  TimePoint now = kNow;
  for (int round = 0; round < 60 && !failed; ++round) {
    for (int i = 0; i < 12'000; ++i) {
      set.insert(revocation(std::to_string(round) + " " + std::to_string(i), now + seconds{1}), now);
    }
    now += seconds{2};
    for (int i = 0; i < 40; ++i) set.sweep(now);
  }
  is_over = true;
  readers.clear();
  EXPECT_FALSE(failed);
}

TEST(RevokedSet, readers_never_miss_what_was_in_before_while_one_writes_grows_and_shrinks) {
  RevokedSet set;
  for (int i = 0; i < 1'000; ++i) set.insert(revocation("old " + std::to_string(i)), kNow);
  std::atomic<int> written{0};
  std::atomic<bool> failed{false};
  std::vector<std::jthread> readers;
  for (int reader = 0; reader < 3; ++reader) {
    readers.emplace_back([&] {
      for (int i = 0; written.load() >= 0; ++i) {
        int const newest = written.load();
        if (!contains(set, "old " + std::to_string(i % 1'000))) failed = true;
        if (newest > 0 && !contains(set, "new " + std::to_string(newest - 1))) failed = true;
        if (newest > 0 && !subject_is_out(set, std::to_string(newest - 1), kNow)) failed = true;
        if (subject_is_out(set, std::to_string(i % 8'000), kNow + seconds{1})) failed = true;
        if (contains(set, "none")) failed = true;
      }
    });
  }
  for (int i = 0; i < 8'000; ++i) {
    TimePoint const now = kNow + seconds{i / 2'000};
    set.insert(revocation("short " + std::to_string(i), now + seconds{1}), now);
    set.insert(of_subject(std::to_string(i), kNow), now);
    set.insert(revocation("new " + std::to_string(i)), now);
    written = i + 1;
    if (i % 2'000 == 1'999) sweep_all(set, now + seconds{1});
  }
  written = -1;
  readers.clear();
  EXPECT_FALSE(failed);
  EXPECT_EQ(set.size(), 17'000U);
  sweep_all(set, kNow + seconds{900});
  EXPECT_EQ(set.size(), 0U);
}

TEST(RevokedSet, two_threads_write_and_nothing_is_lost) {
  RevokedSet set;
  {
    std::vector<std::jthread> writers;
    for (char const* name : {"a ", "b "}) {
      writers.emplace_back([&set, name] {
        for (int i = 0; i < 5'000; ++i) set.insert(revocation(name + std::to_string(i)), kNow);
      });
    }
  }
  EXPECT_EQ(set.size(), 10'000U);
  for (int i = 0; i < 5'000; ++i) {
    ASSERT_TRUE(contains(set, "a " + std::to_string(i)) && contains(set, "b " + std::to_string(i))) << i;
  }
}

}  // namespace
}  // namespace authjwt::detail
