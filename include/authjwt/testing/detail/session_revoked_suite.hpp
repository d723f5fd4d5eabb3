#pragma once

#include <authjwt/testing/detail/session_records_suite.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <optional>

namespace authjwt::testing {

/// What `rotate` makes of the facts in the log.
template <class Store>
class SessionRevoked : public SessionFixture<Store> {};
TYPED_TEST_SUITE_P(SessionRevoked);

TYPED_TEST_P(SessionRevoked, a_revoked_session_is_not_rotated_by_any_handle) {
  this->begin();
  auto const other = this->store.open();
  ASSERT_EQ(this->outcome("1", "2"), Rotated::Outcome::rotated);
  static_cast<void>(other->append(Revocation{"issuer", "sid"}).value());
  EXPECT_EQ(this->outcome("2", "3"), Rotated::Outcome::revoked);
  EXPECT_EQ(other->sessions()->rotate(this->rotation("1", "3")).value().outcome, Rotated::Outcome::revoked);
}

TYPED_TEST_P(SessionRevoked, a_revoked_session_that_is_not_known_does_not_begin) {
  this->revoke_id("sid");
  EXPECT_EQ(this->outcome("1", "2"), Rotated::Outcome::revoked);
  EXPECT_TRUE(this->sids_of().empty());
}

TYPED_TEST_P(SessionRevoked, a_revoked_token_is_not_rotated_and_nothing_else_is_revoked_by_it) {
  this->begin();
  auto const before = this->sessions->sessions_of("issuer", R"("ann")", 10).value();
  this->store.clock.advance(std::chrono::seconds{1});
  this->revoke_id("1");
  EXPECT_EQ(this->outcome("1", "2"), Rotated::Outcome::revoked);
  EXPECT_EQ(this->log->read_after(0, 10).value().size(), 1U);
  EXPECT_EQ(this->sessions->sessions_of("issuer", R"("ann")", 10).value(), before);
}

TYPED_TEST_P(SessionRevoked, facts_about_others_revoke_nothing) {
  this->begin();
  this->revoke({"another issuer", "sid"});
  this->revoke({"another issuer", "1"});
  this->revoke({"issuer", "sid2"});
  this->revoke({"issuer", R"("ann")"});  // as an id
  this->revoke({"issuer", "ann", {}, Revocation::Kind::subject, this->store.clock.now()});
  this->revoke({"issuer", "sid", {}, Revocation::Kind::subject, this->store.clock.now()});
  this->revoke({"another issuer", R"("ann")", {}, Revocation::Kind::subject, this->store.clock.now()});
  EXPECT_EQ(this->outcome("1", "2"), Rotated::Outcome::rotated);
}

TYPED_TEST_P(SessionRevoked, a_subject_of_digits_is_not_the_number) {
  Rotation text = this->rotation("1", "2");
  text.subject = R"("7")";
  this->revoke_subject(this->store.clock.now(), "7");
  EXPECT_EQ(this->rotate(text).outcome, Rotated::Outcome::rotated);
  this->revoke_subject(this->store.clock.now(), R"("7")");
  text.presented = "2";
  EXPECT_EQ(this->rotate(text).outcome, Rotated::Outcome::revoked);
}

TYPED_TEST_P(SessionRevoked, a_login_at_the_end_of_the_subjects_revocation_is_revoked_and_a_later_one_is_not) {
  this->begin();
  this->revoke_subject(this->login - std::chrono::seconds{1});
  EXPECT_EQ(this->outcome("1", "2"), Rotated::Outcome::rotated);
  this->revoke_subject(this->login);
  this->revoke_subject(this->login - std::chrono::seconds{2});
  EXPECT_EQ(this->outcome("2", "3"), Rotated::Outcome::revoked);
  Rotation earlier = this->rotation("2", "3");
  earlier.login = this->login - std::chrono::hours{1};
  EXPECT_EQ(this->rotate(earlier).outcome, Rotated::Outcome::revoked);
  Rotation later = this->rotation("2", "3");
  later.login = this->login + std::chrono::seconds{1};
  EXPECT_EQ(this->rotate(later).outcome, Rotated::Outcome::rotated);
}

TYPED_TEST_P(SessionRevoked, a_login_that_is_not_known_is_revoked_by_any_revocation_of_the_subject) {
  Rotation rotation = this->rotation("1", "2");
  rotation.login = std::nullopt;
  EXPECT_EQ(this->rotate(rotation).outcome, Rotated::Outcome::rotated);
  this->revoke_subject(TimePoint{});
  rotation.presented = "2";
  EXPECT_EQ(this->rotate(rotation).outcome, Rotated::Outcome::revoked);
  EXPECT_TRUE(this->sids_of().empty());
}

REGISTER_TYPED_TEST_SUITE_P(SessionRevoked, a_revoked_session_is_not_rotated_by_any_handle,
                            a_revoked_session_that_is_not_known_does_not_begin,
                            a_revoked_token_is_not_rotated_and_nothing_else_is_revoked_by_it,
                            facts_about_others_revoke_nothing, a_subject_of_digits_is_not_the_number,
                            a_login_at_the_end_of_the_subjects_revocation_is_revoked_and_a_later_one_is_not,
                            a_login_that_is_not_known_is_revoked_by_any_revocation_of_the_subject);

}  // namespace authjwt::testing
