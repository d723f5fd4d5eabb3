// Sessions: what the tokens of one login share, the rotation of refresh tokens, and what is revoked together.

#include "unit/support.hpp"

#include <authjwt/auth/auth_jwt.hpp>
#include <authjwt/revocation/memory_log.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace authjwt {
namespace {

using namespace std::chrono_literals;
using test::FakeRequest;
using test::kNow;
using test::outcome;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Settings with_sessions() {
  Settings settings = test::secret_settings();
  settings.sessions_enabled = true;
  return settings;
}

/// One clock for the authority and its log.
struct Service {
  explicit Service(Settings settings = with_sessions(), Hooks hooks = {})
      : Service{std::move(settings), std::move(hooks), nullptr} {}
  Service(Settings settings, Hooks hooks, std::shared_ptr<RevocationLog> shared)
      : revocations{shared != nullptr ? std::move(shared) : std::make_shared<MemoryLog>(clock)},
        authority{std::move(settings), with_own(std::move(hooks))} {}

  /// What the guard of access tokens says.
  [[nodiscard]] std::string access(std::string_view token) const {
    FakeRequest const request = FakeRequest::with_bearer(token);
    return outcome(AuthJWT{authority, request}.try_jwt_required());
  }
  [[nodiscard]] std::string refresh(std::string_view token) const { return outcome(authority.rotate(token)); }
  [[nodiscard]] TokenPair login(Subject const& subject = "test") const {
    return authority.begin_session(subject).value();
  }

  testing::FakeClock clock{test::at(kNow)};
  std::vector<std::string> log;
  std::vector<SessionReuse> reuses;
  std::shared_ptr<RevocationLog> revocations;
  Authority authority;

 private:
  Hooks with_own(Hooks hooks) {
    hooks.log = [this](LogLevel, std::string_view text) { log.emplace_back(text); };
    hooks.clock = &clock;
    hooks.revocation_log = revocations;
    if (!hooks.on_reuse) hooks.on_reuse = [this](SessionReuse const& reuse) { reuses.push_back(reuse); };
    return hooks;
  }
};

json::object claims_of(Service const& service, std::string_view token) {
  return AuthJWT{service.authority}.get_raw_jwt(token);
}
std::string text(json::object const& claims, std::string_view name) { return std::string{claims.at(name).as_string()}; }
std::string sid_of(Service const& service, std::string_view token) { return text(claims_of(service, token), "sid"); }
std::string jti_of(Service const& service, std::string_view token) { return text(claims_of(service, token), "jti"); }
std::int64_t number(json::object const& claims, std::string_view name) { return claims.at(name).as_int64(); }

// --- what they need
// --------------------------------------------------------------------------------------------------

TEST(Sessions, need_a_log_that_keeps_them) {
  class WithoutSessions final : public RevocationLog {
   public:
    Result<Position> append(std::span<Revocation const>) override { return Position{0}; }
    Result<std::vector<Entry>> read_after(Position, std::size_t) override { return std::vector<Entry>{}; }
    Result<Tail> tail() override { return Tail{"log", 0}; }
    void wait_after(Position, std::chrono::milliseconds, std::stop_token) override {}
    bool is_durable() noexcept override { return true; }
  };
  std::string const text = "authjwt_sessions_enabled needs Hooks::revocation_log";
  EXPECT_THAT(test::thrown<ConfigError>([] { return Authority{with_sessions()}.now(); }), HasSubstr(text));
  EXPECT_THAT(test::thrown<ConfigError>([] {
                return Authority{with_sessions(), {.revocation_log = std::make_shared<WithoutSessions>()}}.now();
              }),
              HasSubstr(text));
}

TEST(Sessions, calls_without_them_are_a_mistake_of_the_program) {
  test::Service const service{test::secret_settings(), {.revocation_log = std::make_shared<MemoryLog>()}};
  Authority const& authority = service.authority;
  std::string const refresh = AuthJWT{authority}.create_refresh_token("test");
  EXPECT_THAT(test::thrown<std::logic_error>([&] { return authority.begin_session("test").has_value(); }),
              HasSubstr("begin_session() called without authjwt_sessions_enabled"));
  EXPECT_THROW(static_cast<void>(authority.rotate(refresh)), std::logic_error);
  EXPECT_THROW(static_cast<void>(authority.sessions("test")), std::logic_error);
  EXPECT_THROW(static_cast<void>(authority.revoke_session("test", "sid")), std::logic_error);
  EXPECT_THROW(authority.async_rotate(refresh, {}, [](Result<TokenPair> const&) {}), std::logic_error);
  test::Service const without;
  EXPECT_THROW(static_cast<void>(without.authority.revoke_subject("test")), std::logic_error);
  EXPECT_THROW(static_cast<void>(without.authority.revoke_session("sid")), std::logic_error);
  EXPECT_THROW(without.authority.async_revoke("token", [](Result<void> const&) {}), std::logic_error);
}

TEST(Sessions, the_latest_thousand_of_a_person_are_listed) {
  Service service;
  static_cast<void>(service.login());
  std::string const first = service.authority.sessions("test").value().at(0).sid;
  service.clock.advance(1s);
  for (int i = 0; i < 999; ++i) static_cast<void>(service.login());
  EXPECT_EQ(service.authority.sessions("test").value().size(), 1'000U);
  service.clock.advance(1s);
  static_cast<void>(service.login());
  std::vector<Session> const listed = service.authority.sessions("test").value();
  EXPECT_EQ(listed.size(), 1'000U);
  EXPECT_TRUE(std::ranges::none_of(listed, [&first](Session const& each) { return each.sid == first; }));
}

TEST(Sessions, settings_that_make_no_sense_are_refused) {
  auto const refused = [](auto change) {
    Settings settings = with_sessions();
    change(settings);
    return test::thrown<ConfigError>([&] {
      return Authority{settings, {.revocation_log = std::make_shared<MemoryLog>()}}.now();
    });
  };
  EXPECT_THAT(refused([](Settings& s) { s.session_lifetime = 0s; }), HasSubstr("authjwt_session_lifetime"));
  EXPECT_THAT(refused([](Settings& s) { s.rotation_grace = -1s; }), HasSubstr("authjwt_rotation_grace"));
  EXPECT_THAT(refused([](Settings& s) { s.rotation_grace = 5min + 1s; }), HasSubstr("authjwt_rotation_grace"));
  EXPECT_THAT(refused([](Settings& s) { s.max_token_lifetime = 0s; }), HasSubstr("authjwt_max_token_lifetime"));
  EXPECT_THAT(refused([](Settings& s) { s.max_token_lifetime = std::chrono::days{30} - 1s; }),
              HasSubstr("authjwt_max_token_lifetime is shorter than"));
  EXPECT_EQ(refused([](Settings& s) { s.max_token_lifetime = std::chrono::days{30}; }), "nothing was thrown");
}

// --- what the tokens carry
// --------------------------------------------------------------------------------------------------

TEST(SessionTokens, of_one_login_share_the_session_and_tell_its_time) {
  Service service;
  AuthJWT const maker{service.authority};
  json::object const access = claims_of(service, maker.create_access_token("test"));
  service.clock.advance(1s);
  json::object const refresh = claims_of(service, maker.create_refresh_token("test"));
  EXPECT_EQ(text(access, "sid"), text(refresh, "sid"));
  EXPECT_EQ(number(access, "auth_time"), kNow);
  EXPECT_EQ(number(refresh, "auth_time"), kNow);
  EXPECT_NE(text(access, "jti"), text(refresh, "jti"));
}

TEST(SessionTokens, of_a_maker_that_lives_on_are_of_another_session) {
  Service const service;
  AuthJWT const maker{service.authority};
  std::string const first = sid_of(service, maker.create_access_token("test"));
  EXPECT_NE(sid_of(service, maker.create_access_token("test")), first);
  EXPECT_NE(sid_of(service, maker.create_access_token("other")), first);
  std::string const refresh = sid_of(service, maker.create_refresh_token("test"));
  EXPECT_NE(sid_of(service, maker.create_refresh_token("test")), refresh);
}

TEST(SessionTokens, made_for_the_person_of_the_request_belong_to_its_session_and_login) {
  Service service;
  TokenPair const pair = service.login();
  service.clock.advance(60s);
  FakeRequest const request = FakeRequest::with_bearer(pair.refresh_token);
  AuthJWT authorize{service.authority, request};
  authorize.jwt_refresh_token_required();
  json::object const access = claims_of(service, authorize.create_access_token("test"));
  EXPECT_EQ(text(access, "sid"), sid_of(service, pair.access_token));
  EXPECT_EQ(number(access, "auth_time"), kNow);
  json::object const fresh = claims_of(service, authorize.create_access_token("test", {.fresh = true}));
  EXPECT_EQ(text(fresh, "sid"), sid_of(service, pair.access_token));
  EXPECT_EQ(number(fresh, "auth_time"), kNow + 60) << "the password was given now";
  EXPECT_NE(sid_of(service, authorize.create_access_token("other")), sid_of(service, pair.access_token));
}

TEST(SessionTokens, are_as_ever_where_sessions_are_off) {
  test::Service const service{test::secret_settings(), {.revocation_log = std::make_shared<MemoryLog>()}};
  json::object const claims = test::claims_of(service, AuthJWT{service.authority}.create_access_token("test"));
  EXPECT_FALSE(claims.contains("sid"));
  EXPECT_FALSE(claims.contains("auth_time"));
}

TEST(SessionTokens, end_with_the_session) {
  Settings settings = with_sessions();
  settings.session_lifetime = 1h;
  settings.access_token_expires = never;
  settings.refresh_token_expires = std::chrono::days{30};
  Service service{settings};
  TokenPair const pair = service.login();
  EXPECT_EQ(number(claims_of(service, pair.access_token), "exp"), kNow + 3600);
  EXPECT_EQ(number(claims_of(service, pair.refresh_token), "exp"), kNow + 3600);
  service.clock.advance(1h - 1s);
  Result<TokenPair> const rotated = service.authority.rotate(pair.refresh_token);
  ASSERT_EQ(outcome(rotated), "ok");
  EXPECT_EQ(number(claims_of(service, rotated->refresh_token), "exp"), kNow + 3600);
  service.clock.advance(1s);
  EXPECT_EQ(service.refresh(rotated->refresh_token), "expired");
}

// --- the list of them
// --------------------------------------------------------------------------------------------------

TEST(SessionList, has_each_login_the_latest_first) {
  Service service;
  static_cast<void>(service.authority.begin_session("test", {.label = "phone"}).value());
  service.clock.advance(1s);
  TokenPair const second = service.authority.begin_session("test", {.label = "desk"}).value();
  static_cast<void>(service.login("other"));
  std::vector<Session> const sessions = service.authority.sessions("test").value();
  ASSERT_THAT(sessions, SizeIs(2));
  EXPECT_EQ(sessions[0].label, "desk");
  EXPECT_EQ(sessions[0].sid, sid_of(service, second.access_token));
  EXPECT_EQ(sessions[0].login, test::at(kNow + 1));
  EXPECT_EQ(sessions[0].ends, test::at(kNow + 1) + std::chrono::days{30});
  EXPECT_EQ(sessions[1].label, "phone");
}

TEST(SessionList, does_not_take_the_number_for_the_text) {
  Service const service;
  static_cast<void>(service.login(7));
  EXPECT_THAT(service.authority.sessions("7").value(), IsEmpty());
  EXPECT_THAT(service.authority.sessions(7).value(), SizeIs(1));
}

TEST(SessionList, labels_that_cannot_be_are_refused) {
  Service const service;
  auto const begun = [&service](std::string label) {
    return test::thrown<std::invalid_argument>(
        [&] { return service.authority.begin_session("test", {.label = std::move(label)}).has_value(); });
  };
  EXPECT_THAT(begun(std::string(257, 'x')), HasSubstr("256"));
  EXPECT_THAT(begun("\xff"), HasSubstr("UTF-8"));
  EXPECT_EQ(begun(std::string(256, 'x')), "nothing was thrown");
}

TEST(SessionList, a_person_ends_own_sessions_alone) {
  Service const service;
  TokenPair const own = service.login();
  TokenPair const own_other = service.login();
  TokenPair const foreign = service.login("other");
  FakeRequest const request = FakeRequest::with_bearer(own.access_token);
  AuthJWT authorize{service.authority, request};
  EXPECT_THROW(static_cast<void>(authorize.revoke_session("sid")), std::logic_error) << "no guard yet";
  authorize.jwt_required();
  EXPECT_FALSE(authorize.revoke_session(sid_of(service, foreign.access_token)).value());
  EXPECT_EQ(service.access(foreign.access_token), "ok");
  EXPECT_TRUE(authorize.revoke_session(sid_of(service, own_other.access_token)).value());
  EXPECT_EQ(service.access(own_other.access_token), "token_revoked");
  EXPECT_EQ(service.refresh(own_other.refresh_token), "token_revoked");
  EXPECT_EQ(service.access(own.access_token), "ok");
  EXPECT_TRUE(authorize.revoke_session(sid_of(service, own.access_token)).value());
  EXPECT_EQ(outcome(authorize.try_jwt_required()), "token_revoked") << "asked again on the same handle";
}

// --- rotation
// --------------------------------------------------------------------------------------------------

TEST(Rotate, gives_a_successor_of_the_same_session_and_login) {
  Service service;
  TokenPair const first = service.login();
  service.clock.advance(60s);
  TokenPair const second =
      service.authority.rotate(first.refresh_token, {.access = {.user_claims = {{"foo", "bar"}}}}).value();
  json::object const refresh = claims_of(service, second.refresh_token);
  EXPECT_EQ(text(refresh, "sid"), sid_of(service, first.access_token));
  EXPECT_EQ(text(refresh, "type"), "refresh");
  EXPECT_EQ(number(refresh, "auth_time"), kNow);
  EXPECT_EQ(number(refresh, "iat"), kNow + 60);
  EXPECT_EQ(text(claims_of(service, second.access_token), "foo"), "bar");
  EXPECT_FALSE(claims_of(service, second.access_token).at("fresh").as_bool());
  EXPECT_EQ(service.access(second.access_token), "ok");
  EXPECT_EQ(service.access(first.access_token), "ok") << "until it expires";
  EXPECT_EQ(service.refresh(second.refresh_token), "ok");
}

TEST(Rotate, shown_again_within_the_grace_period_gets_the_same_successor) {
  Service service;
  TokenPair const first = service.login();
  TokenPair const second = service.authority.rotate(first.refresh_token).value();
  service.clock.advance(10s);
  TokenPair const again = service.authority.rotate(first.refresh_token).value();
  EXPECT_EQ(again.refresh_token, second.refresh_token);
  EXPECT_THAT(service.reuses, IsEmpty());
  EXPECT_EQ(service.refresh(second.refresh_token), "ok");
}

TEST(Rotate, shown_again_after_the_grace_period_ends_the_session) {
  Service service;
  TokenPair const first = service.login();
  TokenPair const second = service.authority.rotate(first.refresh_token).value();
  service.clock.advance(11s);
  EXPECT_EQ(service.refresh(first.refresh_token), "token_revoked");
  EXPECT_EQ(service.access(first.access_token), "token_revoked");
  EXPECT_EQ(service.access(second.access_token), "token_revoked");
  EXPECT_EQ(service.refresh(second.refresh_token), "token_revoked");
  EXPECT_THAT(service.authority.sessions("test").value(), IsEmpty());
  ASSERT_THAT(service.reuses, SizeIs(1)) << "the second attempt found it revoked";
  EXPECT_EQ(service.reuses[0].subject, Subject{"test"});
  EXPECT_EQ(service.reuses[0].sid, sid_of(service, first.access_token));
  EXPECT_EQ(service.reuses[0].jti, jti_of(service, first.refresh_token));
  EXPECT_THAT(service.log, Contains(HasSubstr("its session has been revoked")));
}

TEST(Rotate, a_thief_who_replays_after_the_owner_went_on_is_caught_within_the_grace_period_too) {
  Service service;
  TokenPair const stolen = service.login();
  TokenPair const second = service.authority.rotate(stolen.refresh_token).value();
  TokenPair const third = service.authority.rotate(second.refresh_token).value();
  EXPECT_EQ(service.refresh(stolen.refresh_token), "token_revoked");
  EXPECT_EQ(service.access(third.access_token), "token_revoked");
  EXPECT_THAT(service.reuses, SizeIs(1));
}

TEST(Rotate, without_a_grace_period_a_second_showing_within_the_second_is_still_a_replay) {
  Settings settings = with_sessions();
  settings.rotation_grace = 0s;
  Service service{settings};
  TokenPair const first = service.login();
  TokenPair const second = service.authority.rotate(first.refresh_token).value();
  EXPECT_EQ(service.authority.rotate(first.refresh_token).value().refresh_token, second.refresh_token);
  service.clock.advance(1s);
  EXPECT_EQ(service.refresh(first.refresh_token), "token_revoked");
  EXPECT_EQ(service.access(second.access_token), "token_revoked");
}

TEST(Rotate, a_callback_that_throws_changes_nothing) {
  Service service{with_sessions(), {.on_reuse = [](SessionReuse const&) { throw std::runtime_error{"no pager"}; }}};
  TokenPair const first = service.login();
  TokenPair const second = service.authority.rotate(first.refresh_token).value();
  service.clock.advance(11s);
  EXPECT_EQ(service.refresh(first.refresh_token), "token_revoked");
  EXPECT_EQ(service.access(second.access_token), "token_revoked");
  EXPECT_THAT(service.log, Contains(HasSubstr("on_reuse failed: no pager")));
}

TEST(Rotate, a_loader_that_fails_does_not_use_the_token_up) {
  bool is_down = false;
  Service service{with_sessions(), {.additional_claims_loader = [&is_down](Subject const&) -> json::object {
                    if (is_down) throw std::runtime_error{"no database"};
                    return {};
                  }}};
  TokenPair const first = service.login();
  is_down = true;
  EXPECT_THROW(static_cast<void>(service.authority.rotate(first.refresh_token)), AuthUnavailable);
  EXPECT_THROW(static_cast<void>(service.authority.rotate(
                   first.refresh_token, {.access = {.expires_time = std::chrono::days{400}, .user_claims = {}}})),
               AuthUnavailable);
  is_down = false;
  service.clock.advance(60s);
  EXPECT_EQ(service.refresh(first.refresh_token), "ok") << "long after the grace period";
  EXPECT_THAT(service.reuses, IsEmpty());
}

TEST(Rotate, refuses_what_the_guard_of_refresh_tokens_refuses) {
  Service service;
  TokenPair const pair = service.login();
  EXPECT_EQ(service.refresh(pair.access_token), "refresh_token_required");
  EXPECT_EQ(service.refresh(pair.refresh_token + "x"), "invalid_signature");
  EXPECT_EQ(service.refresh(""), "not_enough_segments");
  service.clock.advance(std::chrono::days{30});
  EXPECT_EQ(service.refresh(pair.refresh_token), "expired") << "an idle session is over";
}

TEST(Rotate, by_the_handle_needs_the_guard_of_refresh_tokens) {
  Service const service;
  TokenPair const pair = service.login();
  FakeRequest const with_access = FakeRequest::with_bearer(pair.access_token);
  AuthJWT access{service.authority, with_access};
  EXPECT_THROW(static_cast<void>(access.rotate_refresh_token()), std::logic_error);
  access.jwt_required();
  EXPECT_THROW(static_cast<void>(access.rotate_refresh_token()), std::logic_error);
  FakeRequest const with_refresh = FakeRequest::with_bearer(pair.refresh_token);
  AuthJWT refresh{service.authority, with_refresh};
  refresh.jwt_refresh_token_required();
  TokenPair const second = refresh.rotate_refresh_token();
  EXPECT_EQ(service.access(second.access_token), "ok");
  static_cast<void>(service.authority.rotate(second.refresh_token).value());
  EXPECT_THROW(static_cast<void>(refresh.rotate_refresh_token()), RevokedTokenError);
}

TEST(Rotate, a_token_without_session_begins_one_that_is_named_by_it) {
  Service service;
  std::string const old =
      test::sign(R"({"sub":"test","iat":1700000000,"nbf":1700000000,"jti":"old","exp":1700001000,"type":"refresh"})");
  TokenPair const pair = service.authority.rotate(old).value();
  EXPECT_EQ(sid_of(service, pair.access_token), "old");
  EXPECT_EQ(number(claims_of(service, pair.access_token), "auth_time"), kNow);
  EXPECT_THAT(service.authority.sessions("test").value(), SizeIs(1));
  EXPECT_EQ(outcome(service.authority.revoke(old)), "ok");
  EXPECT_EQ(service.access(pair.access_token), "token_revoked") << "what came of it goes with it";
}

TEST(Rotate, claims_of_the_record_cannot_be_replaced_whatever_the_settings_allow) {
  Settings settings = with_sessions();
  settings.allow_reserved_user_claims = true;
  Service const service{settings};
  EXPECT_THAT(
      test::thrown<std::invalid_argument>([&] {
        return service.authority.begin_session("test", {.refresh = {.user_claims = {{"jti", "mine"}}}}).has_value();
      }),
      HasSubstr("'jti'"));
}

TEST(Rotate, by_many_threads_at_once_is_one_successor) {
  Service service;
  TokenPair const first = service.login();
  std::vector<std::future<std::string>> answers;
  answers.reserve(64);
  for (int i = 0; i < 64; ++i) {
    answers.push_back(std::async(std::launch::async,
                                 [&] { return service.authority.rotate(first.refresh_token).value().refresh_token; }));
  }
  std::string const successor = answers.front().get();
  for (std::size_t i = 1; i < answers.size(); ++i) EXPECT_EQ(answers[i].get(), successor);
  EXPECT_THAT(service.reuses, IsEmpty());
  EXPECT_EQ(service.refresh(successor), "ok");
}

// --- revoking
// --------------------------------------------------------------------------------------------------

TEST(RevokeSession, takes_all_tokens_of_the_login_and_no_others) {
  Service const service;
  TokenPair const pair = service.login();
  TokenPair const other = service.login();
  EXPECT_EQ(outcome(service.authority.revoke_session(sid_of(service, pair.access_token))), "ok");
  EXPECT_EQ(service.access(pair.access_token), "token_revoked");
  EXPECT_EQ(service.refresh(pair.refresh_token), "token_revoked");
  EXPECT_EQ(service.access(other.access_token), "ok");
}

TEST(RevokeSession, is_what_revoking_one_of_its_tokens_does) {
  Service service;
  TokenPair const pair = service.login();
  service.clock.advance(1h);
  EXPECT_EQ(service.access(pair.access_token), "expired");
  EXPECT_EQ(outcome(service.authority.revoke(pair.access_token)), "ok") << "a logout comes late";
  EXPECT_EQ(service.refresh(pair.refresh_token), "token_revoked");
}

TEST(RevokeSubject, takes_all_logins_up_to_now) {
  Service service;
  TokenPair const first = service.login();
  TokenPair const other = service.login("other");
  service.clock.advance(60s);
  TokenPair const second = service.authority.rotate(first.refresh_token).value();
  TokenPair const same_second = service.login();
  EXPECT_EQ(outcome(service.authority.revoke_subject("test")), "ok");
  service.clock.advance(1s);
  TokenPair const later = service.login();
  for (TokenPair const& pair : {first, second, same_second}) {
    EXPECT_EQ(service.access(pair.access_token), "token_revoked");
    EXPECT_EQ(service.refresh(pair.refresh_token), "token_revoked");
  }
  EXPECT_EQ(service.access(later.access_token), "ok");
  EXPECT_EQ(service.refresh(later.refresh_token), "ok");
  EXPECT_EQ(service.access(other.access_token), "ok");
  EXPECT_THAT(service.authority.sessions("test").value(), SizeIs(1));
}

TEST(RevokeSubject, does_not_take_the_number_for_the_text) {
  Service const service;
  TokenPair const number = service.login(7);
  TokenPair const text = service.login("7");
  EXPECT_EQ(outcome(service.authority.revoke_subject("7")), "ok");
  EXPECT_EQ(service.access(text.access_token), "token_revoked");
  EXPECT_EQ(service.access(number.access_token), "ok");
}

TEST(RevokeSubject, holds_for_tokens_that_do_not_tell_their_login) {
  Settings settings = with_sessions();
  settings.max_token_lifetime = never;
  Service const service{settings};
  std::string const silent = test::sign(R"({"sub":"test","jti":"a","exp":1700001000,"type":"access"})");
  std::string const lying = test::sign(
      R"({"sub":"test","jti":"b","iat":1700000000,"auth_time":1800000000,"exp":1700001000,"type":"access"})");
  EXPECT_EQ(service.access(silent), "ok");
  EXPECT_EQ(outcome(service.authority.revoke_subject("test")), "ok");
  EXPECT_EQ(service.access(silent), "token_revoked");
  EXPECT_EQ(service.access(lying), "token_revoked");
}

/// A node that has not heard of anything since it was started: its log can be written to, and tells nothing.
class Deaf final : public RevocationLog {
 public:
  explicit Deaf(std::shared_ptr<RevocationLog> log) : log_{std::move(log)} {}
  Result<Position> append(std::span<Revocation const> facts) override { return log_->append(facts); }
  Result<std::vector<Entry>> read_after(Position, std::size_t) override { return std::vector<Entry>{}; }
  Result<Tail> tail() override { return log_->tail(); }
  void wait_after(Position position, std::chrono::milliseconds at_most, std::stop_token stop) override {
    log_->wait_after(position, at_most, stop);
  }
  bool is_durable() noexcept override { return log_->is_durable(); }
  SessionStore* sessions() noexcept override { return log_->sessions(); }

 private:
  std::shared_ptr<RevocationLog> log_;
};

TEST(RotateOnANodeThatLags, finds_the_logout_in_the_store) {
  for (bool const everywhere : {false, true}) {
    Service const node;
    Service const late{with_sessions(), {}, std::make_shared<Deaf>(node.revocations)};
    TokenPair const pair = node.login();
    std::string const sid = sid_of(node, pair.access_token);
    ASSERT_EQ(outcome(everywhere ? node.authority.revoke_subject("test") : node.authority.revoke_session(sid)), "ok");
    EXPECT_EQ(late.access(pair.access_token), "ok") << "it has not heard of it";
    EXPECT_EQ(late.refresh(pair.refresh_token), "token_revoked");
  }
}

TEST(RotateOnANodeThatLags, leaves_no_living_token_of_a_session_that_is_revoked_after_it) {
  for (bool const everywhere : {false, true}) {
    Service const node;
    Service const late{with_sessions(), {}, std::make_shared<Deaf>(node.revocations)};
    TokenPair const pair = late.authority.rotate(node.login().refresh_token).value();
    std::string const sid = sid_of(node, pair.access_token);
    ASSERT_EQ(outcome(everywhere ? node.authority.revoke_subject("test") : node.authority.revoke_session(sid)), "ok");
    EXPECT_EQ(node.access(pair.access_token), "token_revoked");
    EXPECT_EQ(node.refresh(pair.refresh_token), "token_revoked");
    EXPECT_EQ(late.refresh(pair.refresh_token), "token_revoked");
  }
}

// --- how long a token may live
// --------------------------------------------------------------------------------------------------

TEST(MaxTokenLifetime, is_the_longer_lifetime_of_the_settings) {
  Service const service;
  AuthJWT const maker{service.authority};
  std::string const text = "expires_time is longer than revocations are kept";
  EXPECT_THAT(test::thrown<std::invalid_argument>(
                  [&] { return maker.create_refresh_token("test", {.expires_time = std::chrono::days{30} + 1s}); }),
              HasSubstr(text));
  Settings settings = test::secret_settings();
  test::Service const without_sessions{settings, {.revocation_log = std::make_shared<MemoryLog>()}};
  AuthJWT const other{without_sessions.authority};
  EXPECT_THAT(
      test::thrown<std::invalid_argument>([&] { return other.create_access_token("test", {.expires_time = never}); }),
      HasSubstr(text));
  EXPECT_NE(other.create_access_token("test", {.expires_time = std::chrono::days{30}}), "");
  test::Service const without_log;
  EXPECT_NE(AuthJWT{without_log.authority}.create_access_token("test", {.expires_time = never}), "");
}

TEST(MaxTokenLifetime, of_a_token_that_was_made_elsewhere_is_asked_for) {
  Settings settings = test::secret_settings();
  settings.max_token_lifetime = std::chrono::days{30};
  Service const service{settings};
  auto const token = [](std::string const& times) {
    return test::sign(R"({"sub":"test","jti":"j","type":"access")" + times + "}");
  };
  EXPECT_EQ(service.access(token(R"(,"iat":1700000000,"exp":1702592000)")), "ok");
  EXPECT_EQ(service.access(token(R"(,"iat":1700000000,"exp":1702592001)")), "invalid_claim");
  EXPECT_EQ(service.access(token(R"(,"iat":1700000000)")), "missing_claim");
  EXPECT_EQ(service.access(token(R"(,"exp":1700000001)")), "invalid_claim") << "nobody knows how old it is";
}

TEST(MaxTokenLifetime, never_lets_any_live) {
  Settings settings = test::secret_settings();
  settings.max_token_lifetime = never;
  Service const service{settings};
  EXPECT_EQ(service.access(AuthJWT{service.authority}.create_access_token("test", {.expires_time = never})), "ok");
}

// --- without blocking
// --------------------------------------------------------------------------------------------------

/// What the completion was given, once it was called.
template <class T>
struct Promised {
  std::promise<Result<T>> promise;
  [[nodiscard]] Completion<T> done() {
    return [this](Result<T> result) { promise.set_value(std::move(result)); };
  }
  [[nodiscard]] Result<T> get() { return promise.get_future().get(); }
};

TEST(Async, does_what_the_blocking_calls_do) {
  Service const service;
  Promised<TokenPair> begun;
  service.authority.async_begin_session("test", {.label = "phone"}, begun.done());
  TokenPair const first = begun.get().value();
  Promised<TokenPair> rotated;
  service.authority.async_rotate(first.refresh_token, {}, rotated.done());
  TokenPair const second = rotated.get().value();
  EXPECT_EQ(service.access(second.access_token), "ok");
  Promised<std::vector<Session>> listed;
  service.authority.async_sessions("test", listed.done());
  EXPECT_THAT(listed.get().value(), ElementsAre(::testing::Field(&Session::label, "phone")));
  Promised<void> revoked;
  service.authority.async_revoke(second.access_token, revoked.done());
  EXPECT_EQ(outcome(revoked.get()), "ok");
  EXPECT_EQ(service.access(second.access_token), "token_revoked");
  TokenPair const third = service.login();
  Promised<void> ended;
  service.authority.async_revoke_session(sid_of(service, third.access_token), ended.done());
  EXPECT_EQ(outcome(ended.get()), "ok");
  EXPECT_EQ(service.access(third.access_token), "token_revoked");
  TokenPair const foreign = service.login("other");
  for (bool const is_own : {false, true}) {
    Promised<bool> own;
    service.authority.async_revoke_session(is_own ? "other" : "test", sid_of(service, foreign.access_token),
                                           own.done());
    EXPECT_EQ(own.get().value(), is_own);
    EXPECT_EQ(service.access(foreign.access_token), is_own ? "token_revoked" : "ok");
  }
  TokenPair const fourth = service.login();
  Promised<void> everywhere;
  service.authority.async_revoke_subject("test", everywhere.done());
  EXPECT_EQ(outcome(everywhere.get()), "ok");
  EXPECT_EQ(service.access(fourth.access_token), "token_revoked");
}

TEST(Async, gives_errors_as_values_and_logs_what_is_thrown) {
  Service service;
  Promised<TokenPair> rotated;
  service.authority.async_rotate("a.b.c", {}, rotated.done());
  EXPECT_EQ(outcome(rotated.get()), "invalid_header_padding");
  Promised<TokenPair> begun;
  service.authority.async_begin_session("test", {.label = std::string(257, 'x')}, begun.done());
  EXPECT_EQ(outcome(begun.get()), "unavailable");
}

TEST(Async, a_completion_that_throws_ends_nothing) {
  std::promise<std::string> line;
  testing::FakeClock const clock{test::at(kNow)};
  Authority const authority{with_sessions(),
                            {.log = [&line](LogLevel, std::string_view text) { line.set_value(std::string{text}); },
                             .clock = &clock,
                             .revocation_log = std::make_shared<MemoryLog>(clock)}};
  authority.async_revoke_session("sid", [](Result<void> const&) { throw std::runtime_error{"oops"}; });
  EXPECT_EQ(line.get_future().get(), "the completion of an asynchronous call failed: oops");
  Promised<void> next;
  authority.async_revoke_session("sid", next.done());
  EXPECT_EQ(outcome(next.get()), "ok");
}

TEST(Async, the_destructor_waits_for_what_is_under_way) {
  int done = 0;
  std::mutex mutex;
  {
    Service const service;
    for (int i = 0; i < 100; ++i) {
      service.authority.async_revoke_session(std::to_string(i), [&](Result<void> const& result) {
        std::lock_guard const lock{mutex};
        done += result ? 1 : 0;
      });
    }
  }
  EXPECT_EQ(done, 100);
}

TEST(Async, more_than_can_wait_is_unavailable_at_once) {
  Service const service;
  std::promise<void> gate;
  std::shared_future<void> const opened = gate.get_future().share();
  std::atomic<int> taken{0};
  int refused = 0;
  for (int i = 0; i < 1'100; ++i) {
    service.authority.async_revoke_session("sid",
                                           [&, opened, caller = std::this_thread::get_id()](Result<void> const& r) {
                                             if (std::this_thread::get_id() == caller) {
                                               EXPECT_EQ(outcome(r), "unavailable");
                                               ++refused;
                                               return;
                                             }
                                             opened.wait();
                                             ++taken;
                                           });
  }
  EXPECT_GE(refused, 1'100 - 1'024 - 2);
  EXPECT_LE(refused, 1'100 - 1'024);
  gate.set_value();
}

}  // namespace
}  // namespace authjwt
