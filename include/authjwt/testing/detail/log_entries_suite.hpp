#pragma once

#include <authjwt/revocation/revocation_log.hpp>
#include <authjwt/testing/fake_clock.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace authjwt::testing {

/// What the suites of a log share: an empty store and a handle on it.
template <class Store>
class LogFixture : public ::testing::Test {
 protected:
  using Position = RevocationLog::Position;
  using Ids = std::vector<std::string>;
  static constexpr std::chrono::seconds kLong{60};  // no test waits for it, unless it fails

  static Revocation fact(std::string id, std::optional<TimePoint> keep_until = {}) {
    return {"issuer", std::move(id), keep_until};
  }
  Position append(Revocation const& one) { return log->append(one).value(); }
  Ids ids_after(Position position, std::size_t at_most = 10'000) { return ids_of(*log, position, at_most); }
  static Ids ids_of(RevocationLog& log, Position position, std::size_t at_most = 10'000) {
    Ids ids;
    for (RevocationLog::Entry const& entry : log.read_after(position, at_most).value()) {
      ids.push_back(entry.revocation.id);
    }
    return ids;
  }
  template <class Call>
  static std::chrono::nanoseconds time_of(Call call) {
    auto const begun = std::chrono::steady_clock::now();
    call();
    return std::chrono::steady_clock::now() - begun;
  }

  Store store;
  std::shared_ptr<RevocationLog> log = store.open();
};

/// The order of entries, and which are kept.
template <class Store>
class LogEntries : public LogFixture<Store> {};
TYPED_TEST_SUITE_P(LogEntries);

TYPED_TEST_P(LogEntries, a_new_log_is_empty) {
  EXPECT_TRUE(this->log->read_after(0, 10).value().empty());
  EXPECT_EQ(this->log->tail().value().last, 0U);
  EXPECT_EQ(this->log->append(std::span<Revocation const>{}).value(), 0U);
  EXPECT_EQ(this->log->tail().value().last, 0U);
}

TYPED_TEST_P(LogEntries, entries_come_in_order_from_any_position_and_no_more_than_are_asked_for) {
  auto const a = this->append(this->fact("a"));
  auto const b = this->append(this->fact("b"));
  auto const c = this->append(this->fact("c"));
  EXPECT_LT(0U, a);
  EXPECT_LT(a, b);
  EXPECT_LT(b, c);
  EXPECT_EQ(this->ids_after(0), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(this->ids_after(a), (std::vector<std::string>{"b", "c"}));
  EXPECT_EQ(this->ids_after(c), std::vector<std::string>{});
  EXPECT_EQ(this->ids_after(0, 2), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(this->ids_after(a, 1), std::vector<std::string>{"b"});
  EXPECT_EQ(this->ids_after(0, 0), std::vector<std::string>{});
}

TYPED_TEST_P(LogEntries, facts_of_one_call_are_in_their_order_and_the_last_position_is_given) {
  this->append(this->fact("before"));
  std::vector<Revocation> const facts{this->fact("a"), this->fact("b"), this->fact("a")};
  auto const last = this->log->append(std::span<Revocation const>{facts}).value();
  auto const read = this->log->read_after(0, 10).value();
  ASSERT_EQ(read.size(), 4U);
  EXPECT_EQ(this->ids_after(0), (std::vector<std::string>{"before", "a", "b", "a"}));
  EXPECT_EQ(read.back().position, last);
  EXPECT_LT(read[0].position, read[1].position);
  EXPECT_LT(read[1].position, read[2].position);
  EXPECT_LT(read[2].position, read[3].position);
  EXPECT_EQ(this->log->tail().value().last, last);
}

TYPED_TEST_P(LogEntries, a_follower_sees_every_fact_of_many_threads_once_and_calls_as_a_whole) {
  constexpr std::size_t kThreads = 4;
  constexpr std::size_t kCalls = 10;
  std::vector<std::jthread> writers;
  for (std::size_t thread = 0; thread < kThreads; ++thread) {
    writers.emplace_back([this, thread] {
      auto const own = this->store.open();
      std::vector<Revocation> const facts(3, this->fact(std::to_string(thread)));
      for (std::size_t i = 0; i < kCalls; ++i) static_cast<void>(own->append(std::span<Revocation const>{facts}));
    });
  }
  std::vector<std::size_t> seen(kThreads);
  RevocationLog::Position position = 0;
  std::size_t count = 0;
  auto const give_up = std::chrono::steady_clock::now() + this->kLong;
  while (count < 3 * kThreads * kCalls && std::chrono::steady_clock::now() < give_up) {
    for (auto const& entry : this->log->read_after(position, 1000).value()) {
      ASSERT_LT(position, entry.position);
      position = entry.position;
      ++seen[static_cast<std::size_t>(std::stoul(entry.revocation.id))];
      ++count;
    }
    for (std::size_t const facts : seen) ASSERT_EQ(facts % 3, 0U) << "a part of a call was seen";
  }
  writers.clear();
  EXPECT_EQ(seen, std::vector<std::size_t>(kThreads, 3 * kCalls));
  EXPECT_TRUE(this->ids_after(position).empty());
}

TYPED_TEST_P(LogEntries, a_fact_is_read_as_it_was_appended) {
  TimePoint const now = this->store.clock.now();
  TimePoint const year_9999{std::chrono::seconds{253'402'300'799}};
  std::vector<Revocation> const facts{
      {"https://issuer", "id", now + std::chrono::seconds{1}},
      {"https://issuer", "for ever", std::nullopt},
      {"", "", year_9999},
      {"issuer", R"("7")", now + std::chrono::hours{1}, Revocation::Kind::subject, now},
      {"issuer", "7", std::nullopt, Revocation::Kind::subject, year_9999},
      {"issuer", "8", std::nullopt, Revocation::Kind::subject, TimePoint{}},
  };
  static_cast<void>(this->log->append(std::span<Revocation const>{facts}).value());
  std::vector<Revocation> read;
  for (auto const& entry : this->log->read_after(0, 10).value()) read.push_back(entry.revocation);
  EXPECT_EQ(read, facts);
}

TYPED_TEST_P(LogEntries, texts_may_be_any_bytes) {
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte) every_byte += static_cast<char>(byte);
  for (std::string const& text :
       {std::string("a\0b", 3), std::string(1, '\0'), std::string("'; DROP TABLE \"x\"; --"), std::string("\r\n*1\r\n"),
        std::string("Zo\xc3\xab"), std::string("\xff\xfe\xc0\x80"), every_byte, std::string(100'000, 'x')}) {
    auto const before = this->log->tail().value().last;
    Revocation const one{text, text};
    this->append(one);
    auto const read = this->log->read_after(before, 10).value();
    ASSERT_EQ(read.size(), 1U);
    EXPECT_EQ(read[0].revocation, one);
  }
}

TYPED_TEST_P(LogEntries, every_handle_reads_the_same) {
  auto const other = this->store.open();
  auto const a = this->append(this->fact("a"));
  auto const b = other->append(this->fact("b")).value();
  EXPECT_LT(a, b);
  EXPECT_EQ(this->ids_after(0), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(this->ids_of(*other, 0), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(other->tail().value().last, b);
  EXPECT_EQ(this->store.open()->read_after(a, 10).value().at(0).position, b);
}

TYPED_TEST_P(LogEntries, the_identity_belongs_to_the_store) {
  std::string const identity = this->log->tail().value().identity;
  EXPECT_FALSE(identity.empty());
  this->append(this->fact("a"));
  EXPECT_EQ(this->log->tail().value().identity, identity);
  EXPECT_EQ(this->store.open()->tail().value().identity, identity);
  TypeParam another;
  EXPECT_NE(another.open()->tail().value().identity, identity);
}

TYPED_TEST_P(LogEntries, a_fact_is_kept_until_the_second_before_its_end) {
  this->append(this->fact("short", this->store.clock.now() + std::chrono::seconds{10}));
  this->append(this->fact("for ever"));
  this->store.clock.advance(std::chrono::seconds{9});
  std::vector<Revocation> const more(10, this->fact("more"));
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(this->log->append(std::span<Revocation const>{more}));
  EXPECT_EQ(this->ids_after(0, 2), (std::vector<std::string>{"short", "for ever"}));
}

TYPED_TEST_P(LogEntries, expired_facts_are_dropped_wherever_they_stand_and_others_are_not) {
  std::vector<Revocation> facts;
  for (int i = 0; i < 30; ++i) {
    bool const is_kept = i % 10 == 0;
    facts.push_back(
        this->fact(is_kept ? "kept" : "dropped",
                   is_kept ? std::nullopt : std::optional{this->store.clock.now() + std::chrono::hours{1}}));
  }
  ASSERT_TRUE(this->log->append(std::span<Revocation const>{facts}));
  this->store.clock.advance(std::chrono::hours{1} + std::chrono::seconds{1});
  std::vector<Revocation> const more(10, this->fact("kept"));
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(this->log->append(std::span<Revocation const>{more}));
  EXPECT_EQ(this->ids_after(0), std::vector<std::string>(3 + 200, "kept"));
}

TYPED_TEST_P(LogEntries, positions_grow_and_last_is_told_when_entries_have_been_dropped) {
  RevocationLog::Position before = 0;
  for (int i = 0; i < 20; ++i) {
    auto const position = this->append(this->fact("a", this->store.clock.now() + std::chrono::seconds{1}));
    ASSERT_LT(before, position);
    before = position;
    this->store.clock.advance(std::chrono::seconds{2});
    ASSERT_EQ(this->log->tail().value().last, position);
  }
  EXPECT_LT(this->ids_after(0).size(), 20U);
  auto const expired = this->append(this->fact("has ended", this->store.clock.now()));
  EXPECT_LT(before, expired);
  EXPECT_EQ(this->store.open()->tail().value().last, expired);
}

REGISTER_TYPED_TEST_SUITE_P(LogEntries, a_new_log_is_empty,
                            entries_come_in_order_from_any_position_and_no_more_than_are_asked_for,
                            facts_of_one_call_are_in_their_order_and_the_last_position_is_given,
                            a_follower_sees_every_fact_of_many_threads_once_and_calls_as_a_whole,
                            a_fact_is_read_as_it_was_appended, texts_may_be_any_bytes, every_handle_reads_the_same,
                            the_identity_belongs_to_the_store, a_fact_is_kept_until_the_second_before_its_end,
                            expired_facts_are_dropped_wherever_they_stand_and_others_are_not,
                            positions_grow_and_last_is_told_when_entries_have_been_dropped);

}  // namespace authjwt::testing
