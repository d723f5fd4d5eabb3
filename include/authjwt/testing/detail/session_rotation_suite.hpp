#pragma once

#include <authjwt/testing/detail/session_records_suite.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace authjwt::testing {

/// Who gets a successor, and what follows when a token is shown again.
template <class Store>
class SessionRotation : public SessionFixture<Store> {};
TYPED_TEST_SUITE_P(SessionRotation);

TYPED_TEST_P(SessionRotation, the_token_in_use_gets_its_successor_and_that_one_the_next) {
  this->begin();
  for (int i = 1; i < 5; ++i) {
    SessionToken const next = this->token(std::to_string(i + 1));
    Rotated const rotated = this->rotate(std::to_string(i), std::to_string(i + 1));
    EXPECT_EQ(rotated.outcome, Rotated::Outcome::rotated);
    EXPECT_EQ(rotated.token, next);
  }
}

TYPED_TEST_P(SessionRotation, a_session_that_is_not_known_begins) {
  Rotated const rotated = this->rotate("1", "2");
  EXPECT_EQ(rotated.outcome, Rotated::Outcome::rotated);
  EXPECT_EQ(rotated.token, this->token("2"));
  Session session = this->session();
  session.last_used = this->store.clock.now();
  session.ends = rotated.token.exp;
  EXPECT_EQ(this->sessions->sessions_of("issuer", session.subject, 10).value(), std::vector<Session>{session});
  EXPECT_EQ(this->rotate("1", "3").token, this->token("2")) << "its first token is the predecessor";
  EXPECT_EQ(this->outcome("2", "4"), Rotated::Outcome::rotated);
}

TYPED_TEST_P(SessionRotation, another_issuers_session_is_another_one) {
  this->begin();
  Rotation elsewhere = this->rotation("x", "y");
  elsewhere.issuer = "another issuer";
  EXPECT_EQ(this->rotate(elsewhere).outcome, Rotated::Outcome::rotated);
  EXPECT_EQ(this->outcome("1", "2"), Rotated::Outcome::rotated);
}

TYPED_TEST_P(SessionRotation, the_predecessor_gets_exactly_the_same_successor_again) {
  this->begin();
  SessionToken successor = this->token("2");
  successor.csrf = "another";
  Rotation rotation = this->rotation("1", "2");
  rotation.successor = successor;
  ASSERT_EQ(this->rotate(rotation).token, successor);
  for (int i = 0; i < 2; ++i) {
    this->store.clock.advance(std::chrono::seconds{5});
    Rotated const replay = this->rotate("1", "3");
    EXPECT_EQ(replay.outcome, Rotated::Outcome::replay);
    EXPECT_EQ(replay.token, successor);
  }
  EXPECT_EQ(this->outcome("2", "4"), Rotated::Outcome::rotated) << "the replays did not use it up";
}

TYPED_TEST_P(SessionRotation, a_successor_without_end_and_csrf_is_replayed_as_such) {
  this->begin();
  Rotation rotation = this->rotation("1", "2");
  rotation.successor = {"2", this->login};
  ASSERT_EQ(this->rotate(rotation).token, rotation.successor);
  EXPECT_EQ(this->rotate("1", "3").token, rotation.successor);
}

TYPED_TEST_P(SessionRotation, at_the_end_of_grace_it_is_a_replay_and_a_second_later_a_reuse) {
  this->begin();
  ASSERT_EQ(this->outcome("1", "2"), Rotated::Outcome::rotated);
  this->store.clock.advance(this->kGrace);
  EXPECT_EQ(this->outcome("1", "3"), Rotated::Outcome::replay);
  this->store.clock.advance(std::chrono::seconds{1});
  EXPECT_EQ(this->outcome("1", "4"), Rotated::Outcome::reused);
}

TYPED_TEST_P(SessionRotation, without_grace_the_next_second_is_a_reuse) {
  this->begin();
  Rotation again = this->rotation("1", "3");
  again.grace = std::chrono::seconds{0};
  ASSERT_EQ(this->outcome("1", "2"), Rotated::Outcome::rotated);
  EXPECT_EQ(this->rotate(again).outcome, Rotated::Outcome::replay);
  this->store.clock.advance(std::chrono::seconds{1});
  EXPECT_EQ(this->rotate(again).outcome, Rotated::Outcome::reused);
}

TYPED_TEST_P(SessionRotation, a_clock_that_was_set_back_makes_no_reuse) {
  this->begin();
  ASSERT_EQ(this->outcome("1", "2"), Rotated::Outcome::rotated);
  this->store.clock.advance(-std::chrono::hours{1});
  EXPECT_EQ(this->outcome("1", "3"), Rotated::Outcome::replay);
  EXPECT_EQ(this->outcome("2", "4"), Rotated::Outcome::rotated);
}

TYPED_TEST_P(SessionRotation, the_predecessor_is_reused_once_its_successor_was_used) {
  this->begin();
  ASSERT_EQ(this->outcome("1", "2"), Rotated::Outcome::rotated);
  ASSERT_EQ(this->outcome("2", "3"), Rotated::Outcome::rotated);
  EXPECT_EQ(this->outcome("1", "4"), Rotated::Outcome::reused);
}

TYPED_TEST_P(SessionRotation, a_token_the_session_never_gave_is_reused) {
  this->begin();
  EXPECT_EQ(this->outcome("", "2"), Rotated::Outcome::reused);
}

TYPED_TEST_P(SessionRotation, a_reuse_revokes_the_session_in_the_log) {
  Rotation rotation = this->rotation("1", "2");
  this->begin();
  ASSERT_EQ(this->rotate(rotation).outcome, Rotated::Outcome::rotated);
  this->store.clock.advance(this->kGrace + std::chrono::seconds{1});
  rotation.successor = this->token("3");
  auto const last = this->log->tail().value().last;
  Rotated const reused = this->rotate(rotation);
  EXPECT_EQ(reused.outcome, Rotated::Outcome::reused);
  EXPECT_EQ(reused.token, SessionToken{});
  auto const entries = this->log->read_after(last, 10).value();
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].revocation, (Revocation{"issuer", "sid", rotation.keep_until}));
  EXPECT_EQ(this->log->tail().value().last, entries[0].position);
  EXPECT_EQ(this->outcome("2", "4"), Rotated::Outcome::revoked) << "the owner's, too";
  EXPECT_EQ(this->outcome("1", "4"), Rotated::Outcome::revoked) << "and said once";
  EXPECT_TRUE(this->sids_of().empty());
}

TYPED_TEST_P(SessionRotation, the_revocation_of_a_reuse_is_kept_as_long_as_any_token_of_the_session_needs_it) {
  this->begin();
  Rotation longest = this->rotation("1", "2");
  *longest.keep_until += std::chrono::hours{1};
  ASSERT_EQ(this->rotate(longest).outcome, Rotated::Outcome::rotated);
  EXPECT_EQ(this->outcome("0", "3"), Rotated::Outcome::reused);
  EXPECT_EQ(this->log->read_after(0, 10).value().at(0).revocation.keep_until, longest.keep_until);
}

REGISTER_TYPED_TEST_SUITE_P(SessionRotation, the_token_in_use_gets_its_successor_and_that_one_the_next,
                            a_session_that_is_not_known_begins, another_issuers_session_is_another_one,
                            the_predecessor_gets_exactly_the_same_successor_again,
                            a_successor_without_end_and_csrf_is_replayed_as_such,
                            at_the_end_of_grace_it_is_a_replay_and_a_second_later_a_reuse,
                            without_grace_the_next_second_is_a_reuse, a_clock_that_was_set_back_makes_no_reuse,
                            the_predecessor_is_reused_once_its_successor_was_used,
                            a_token_the_session_never_gave_is_reused, a_reuse_revokes_the_session_in_the_log,
                            the_revocation_of_a_reuse_is_kept_as_long_as_any_token_of_the_session_needs_it);

}  // namespace authjwt::testing
