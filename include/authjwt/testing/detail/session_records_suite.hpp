#pragma once

#include <authjwt/revocation/revocation_log.hpp>
#include <authjwt/revocation/session_store.hpp>
#include <authjwt/testing/fake_clock.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace authjwt::testing {

/// What the suites of sessions share: one session "sid" of the subject "ann", whose first refresh token is "1".
template <class Store>
class SessionFixture : public ::testing::Test {
 protected:
  using Outcome = Rotated::Outcome;
  static constexpr std::chrono::seconds kGrace{10};
  static constexpr std::chrono::hours kRefresh{24};  // the lifetime of a refresh token

  SessionFixture() {
    if (sessions == nullptr) throw std::logic_error{"the engine has no sessions"};
  }

  SessionToken token(std::string jti) const {
    TimePoint const now = store.clock.now();
    return {std::move(jti), now, now + kRefresh, "csrf"};
  }
  Session session(std::string sid = "sid", std::string subject = R"("ann")") const {
    return {"issuer", std::move(sid), std::move(subject), login};
  }
  void begin() { begin(session(), "1"); }
  void begin(Session const& one, std::string jti) { begin(one, token(std::move(jti))); }
  void begin(Session const& one, SessionToken const& first) { sessions->begin(one, first, keep_until()).value(); }

  /// That `presented` shall be followed by `successor`.
  Rotation rotation(std::string presented, std::string successor) const {
    return {"issuer", "sid",       R"("ann")", login, std::move(presented), token(std::move(successor)),
            kGrace,   keep_until()};
  }
  Rotated rotate(Rotation const& one) { return sessions->rotate(one).value(); }
  Rotated rotate(std::string presented, std::string successor) {
    return rotate(rotation(std::move(presented), std::move(successor)));
  }
  Outcome outcome(std::string presented, std::string successor) {
    return rotate(std::move(presented), std::move(successor)).outcome;
  }
  void revoke(Revocation const& fact) { static_cast<void>(log->append(fact).value()); }
  void revoke_id(std::string id) { revoke({"issuer", std::move(id), keep_until()}); }
  void revoke_subject(TimePoint logins_until, std::string subject = R"("ann")") {
    revoke({"issuer", std::move(subject), keep_until(), Revocation::Kind::subject, logins_until});
  }
  std::vector<std::string> sids_of(std::string const& subject = R"("ann")", std::size_t at_most = 100) {
    std::vector<std::string> sids;
    for (Session const& one : sessions->sessions_of("issuer", subject, at_most).value()) sids.push_back(one.sid);
    return sids;
  }
  TimePoint keep_until() const { return store.clock.now() + 2 * kRefresh; }

  Store store;
  TimePoint const login = store.clock.now() - std::chrono::hours{1};
  std::shared_ptr<RevocationLog> log = store.open();
  SessionStore* sessions = log->sessions();
};

/// The records and the lists of them.
template <class Store>
class SessionRecords : public SessionFixture<Store> {};
TYPED_TEST_SUITE_P(SessionRecords);

TYPED_TEST_P(SessionRecords, a_session_is_listed_as_it_was_begun) {
  Session session = this->session();
  session.label = "a telephone";
  session.last_used = session.login;
  session.ends = session.login;
  SessionToken const token = this->token("1");
  this->begin(session, token);
  session.last_used = this->store.clock.now();
  session.ends = token.exp;
  EXPECT_EQ(this->sessions->sessions_of("issuer", session.subject, 10).value(), std::vector<Session>{session});
  EXPECT_EQ(this->store.open()->sessions()->sessions_of("issuer", session.subject, 10).value(),
            std::vector<Session>{session});
}

TYPED_TEST_P(SessionRecords, texts_may_be_any_bytes) {
  std::string text;
  for (int byte = 0; byte < 256; ++byte) text += static_cast<char>(byte);
  Session const session{text, text, text, this->login, this->store.clock.now(), std::nullopt, text};
  this->begin(session, SessionToken{text, this->login, std::nullopt, text});
  EXPECT_EQ(this->sessions->sessions_of(text, text, 10).value(), std::vector<Session>{session});
  SessionToken const next{text + "next", this->login, std::nullopt, text};
  Rotation const rotation{text, text, text, this->login, text, next, this->kGrace};
  EXPECT_EQ(this->rotate(rotation).token, next);
  Rotated const replay = this->rotate(rotation);
  EXPECT_EQ(replay.outcome, Rotated::Outcome::replay);
  EXPECT_EQ(replay.token, next);
}

TYPED_TEST_P(SessionRecords, a_session_that_is_begun_again_is_replaced) {
  this->begin(this->session("sid", R"("ann")"), "1");
  this->begin(this->session("sid", R"("bob")"), "2");
  EXPECT_TRUE(this->sids_of(R"("ann")").empty());
  EXPECT_EQ(this->sids_of(R"("bob")"), std::vector<std::string>{"sid"});
  EXPECT_EQ(this->outcome("2", "3"), Rotated::Outcome::rotated);
}

TYPED_TEST_P(SessionRecords, a_session_that_is_begun_again_has_no_predecessor) {
  this->begin();
  ASSERT_EQ(this->outcome("1", "2"), Rotated::Outcome::rotated);
  this->begin(this->session(), "3");
  EXPECT_EQ(this->outcome("1", "4"), Rotated::Outcome::reused);
}

TYPED_TEST_P(SessionRecords, the_latest_login_is_listed_first_and_no_more_than_are_asked_for) {
  for (int const hour : {2, 4, 1, 3}) {
    Session session = this->session(std::to_string(hour));
    session.login += std::chrono::hours{hour};
    this->begin(session, "1");
  }
  EXPECT_EQ(this->sids_of(), (std::vector<std::string>{"4", "3", "2", "1"}));
  EXPECT_EQ(this->sids_of(R"("ann")", 2), (std::vector<std::string>{"4", "3"}));
  EXPECT_EQ(this->sids_of(R"("ann")", 0), std::vector<std::string>{});
  this->revoke_id("4");
  EXPECT_EQ(this->sids_of(R"("ann")", 2), (std::vector<std::string>{"3", "2"})) << "the living count";
}

TYPED_TEST_P(SessionRecords, subjects_and_issuers_that_differ_have_sessions_of_their_own) {
  this->begin(this->session("text", R"("7")"), "1");
  this->begin(this->session("number", "7"), "1");
  Session elsewhere = this->session("text", R"("7")");
  elsewhere.issuer = "another issuer";
  this->begin(elsewhere, "1");
  EXPECT_EQ(this->sids_of(R"("7")"), std::vector<std::string>{"text"});
  EXPECT_EQ(this->sids_of("7"), std::vector<std::string>{"number"});
  EXPECT_EQ(this->sessions->sessions_of("another issuer", R"("7")", 10).value().size(), 1U);
  EXPECT_TRUE(this->sessions->sessions_of("a third issuer", R"("7")", 10).value().empty());
}

TYPED_TEST_P(SessionRecords, a_session_has_ended_in_the_second_its_token_expires) {
  this->begin();
  Session session = this->session("without end");
  session.login -= std::chrono::seconds{1};
  this->begin(session, SessionToken{"1", session.login});
  this->store.clock.advance(std::chrono::hours{this->kRefresh} - std::chrono::seconds{1});
  EXPECT_EQ(this->sids_of(), (std::vector<std::string>{"sid", "without end"}));
  this->store.clock.advance(std::chrono::seconds{1});
  EXPECT_EQ(this->sids_of(), std::vector<std::string>{"without end"});
}

TYPED_TEST_P(SessionRecords, a_rotation_moves_the_end_and_the_time_of_use) {
  Session session = this->session();
  session.label = "a telephone";
  this->begin(session, "1");
  this->store.clock.advance(std::chrono::hours{1});
  SessionToken const next = this->token("2");
  ASSERT_EQ(this->rotate(this->rotation("1", "2")).token, next);
  session.last_used = this->store.clock.now();
  session.ends = next.exp;
  EXPECT_EQ(this->sessions->sessions_of("issuer", session.subject, 10).value(), std::vector<Session>{session});
}

TYPED_TEST_P(SessionRecords, a_revoked_session_is_not_listed) {
  this->begin(this->session("a"), "1");
  this->begin(this->session("b"), "1");
  this->revoke({"another issuer", "a"});
  this->revoke({"issuer", "a", {}, Revocation::Kind::subject, this->store.clock.now()});
  EXPECT_EQ(this->sids_of().size(), 2U);
  this->revoke_id("a");
  EXPECT_EQ(this->sids_of(), std::vector<std::string>{"b"});
}

TYPED_TEST_P(SessionRecords, logins_up_to_the_subjects_revocation_are_not_listed) {
  for (int const after : {-1, 0, 1}) {
    Session session = this->session(std::to_string(after));
    session.login += std::chrono::seconds{after};
    this->begin(session, "1");
  }
  this->revoke_subject(this->login, R"("bob")");
  EXPECT_EQ(this->sids_of().size(), 3U);
  this->revoke_subject(this->login - std::chrono::seconds{1});
  this->revoke_subject(this->login);
  this->revoke_subject(this->login - std::chrono::seconds{2});
  EXPECT_EQ(this->sids_of(), std::vector<std::string>{"1"});
}

TYPED_TEST_P(SessionRecords, a_record_is_kept_until_the_latest_end_it_was_given) {
  TimePoint const end = this->store.clock.now() + std::chrono::hours{3};
  this->sessions->begin(this->session(), this->token("1"), end - std::chrono::hours{2}).value();
  Rotation longer = this->rotation("1", "2");
  longer.keep_until = end;
  ASSERT_EQ(this->rotate(longer).outcome, Rotated::Outcome::rotated);
  Rotation shorter = this->rotation("2", "3");
  shorter.keep_until = end - std::chrono::hours{1};
  ASSERT_EQ(this->rotate(shorter).outcome, Rotated::Outcome::rotated);
  this->store.clock.set(end - std::chrono::seconds{1});
  for (int i = 0; i < 20; ++i) this->begin(this->session("other" + std::to_string(i)), "1");
  EXPECT_EQ(this->outcome("1", "4"), Rotated::Outcome::reused);
}

TYPED_TEST_P(SessionRecords, a_record_is_dropped_when_its_end_has_passed) {
  this->begin();
  ASSERT_EQ(this->outcome("1", "2"), Rotated::Outcome::rotated);
  this->store.clock.advance(3 * std::chrono::hours{this->kRefresh});
  for (int i = 0; i < 20; ++i) this->begin(this->session("other" + std::to_string(i)), "1");
  EXPECT_EQ(this->outcome("1", "3"), Rotated::Outcome::rotated) << "it is not known any more, so it begins";
}

REGISTER_TYPED_TEST_SUITE_P(SessionRecords, a_session_is_listed_as_it_was_begun, texts_may_be_any_bytes,
                            a_session_that_is_begun_again_is_replaced, a_session_that_is_begun_again_has_no_predecessor,
                            the_latest_login_is_listed_first_and_no_more_than_are_asked_for,
                            subjects_and_issuers_that_differ_have_sessions_of_their_own,
                            a_session_has_ended_in_the_second_its_token_expires,
                            a_rotation_moves_the_end_and_the_time_of_use, a_revoked_session_is_not_listed,
                            logins_up_to_the_subjects_revocation_are_not_listed,
                            a_record_is_kept_until_the_latest_end_it_was_given,
                            a_record_is_dropped_when_its_end_has_passed);

}  // namespace authjwt::testing
