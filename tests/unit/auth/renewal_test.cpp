// Freshness with an age, and access cookies that are renewed before they end.

#include "unit/support.hpp"

#include <authjwt/auth/auth_jwt.hpp>
#include <authjwt/revocation/memory_log.hpp>
#include <authjwt/testing/fake_http.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <string>

namespace authjwt {
namespace {

using namespace std::chrono_literals;
using test::FakeRequest;
using test::kNow;
using test::outcome;
using test::Service;
using testing::FakeResponse;
using ::testing::HasSubstr;

// --- freshness with an age
// --------------------------------------------------------------------------------------------------------

std::string fresh_within(Service const& service, std::string const& claims, std::chrono::seconds age) {
  FakeRequest const request = FakeRequest::with_bearer(test::sign(R"({"sub":"test","type":"access",)" + claims + "}"));
  AuthJWT authorize{service.authority, request};
  return outcome(authorize.try_fresh_jwt_required(Within{age}));
}
std::string ago(std::string_view claim, int seconds) {
  return "\"" + std::string{claim} + "\":" + std::to_string(kNow - seconds);
}

TEST(FreshWithin, counts_from_iat_to_the_second) {
  Service const service;
  EXPECT_EQ(fresh_within(service, ago("iat", 600) + R"(,"fresh":true)", 10min), "ok");
  EXPECT_EQ(fresh_within(service, ago("iat", 601) + R"(,"fresh":true)", 10min), "fresh_token_required");
}

TEST(FreshWithin, counts_from_the_login_where_the_token_tells_it) {
  Service const service;
  EXPECT_EQ(fresh_within(service, ago("iat", 1) + "," + ago("auth_time", 600) + R"(,"fresh":true)", 10min), "ok");
  EXPECT_EQ(fresh_within(service, ago("iat", 1) + "," + ago("auth_time", 601) + R"(,"fresh":true)", 10min),
            "fresh_token_required");
}

TEST(FreshWithin, a_login_that_cannot_be_told_is_not_fresh) {
  Service const service;
  EXPECT_EQ(fresh_within(service, R"("fresh":true)", 10min), "fresh_token_required");
  EXPECT_EQ(fresh_within(service, ago("iat", 1) + R"(,"auth_time":"now","fresh":true)", 10min), "invalid_claim");
  EXPECT_EQ(fresh_within(service, ago("iat", 1) + "," + ago("auth_time", -1) + R"(,"fresh":true)", 10min),
            "fresh_token_required")
      << "a login in the future";
  EXPECT_EQ(fresh_within(service, ago("iat", 1) + R"(,"fresh":false)", 10min), "fresh_token_required");
  EXPECT_EQ(fresh_within(service, ago("iat", 1), 10min), "missing_claim");
}

TEST(FreshWithin, an_age_under_a_second_is_a_mistake_of_the_program) {
  EXPECT_THROW(Within{0s}, std::invalid_argument);
  EXPECT_THROW(Within{999ms}, std::invalid_argument);
  EXPECT_THROW(Within{-1s}, std::invalid_argument);
  EXPECT_THROW(static_cast<void>(Rule::fresh(0s)), std::invalid_argument);
}

TEST(FreshWithin, without_an_age_a_renewed_token_is_fresh_as_long_as_the_first_one_would_have_been) {
  Settings settings = test::secret_settings();
  settings.access_token_expires = never;  // what counts is how long the token itself was made to live
  Service const service{settings};
  auto fresh = [&](int issued, int login, int life) {
    FakeRequest const request =
        FakeRequest::with_bearer(test::sign(R"({"sub":"test","type":"access","fresh":true,)" + ago("iat", issued) +
                                            "," + ago("auth_time", login) + "," + ago("exp", issued - life) + "}"));
    AuthJWT authorize{service.authority, request};
    return outcome(authorize.try_fresh_jwt_required());
  };
  EXPECT_EQ(fresh(1, 900, 900), "ok");
  EXPECT_EQ(fresh(1, 901, 900), "fresh_token_required");
  EXPECT_EQ(fresh(1, 61, 60), "fresh_token_required");
  EXPECT_EQ(fresh(901, 901, 902), "ok") << "not renewed: it lives as long as its own exp says";
}

// --- renewal
// --------------------------------------------------------------------------------------------------------

Settings sliding() {
  return Settings{.secret_key = test::kSecret,
                  .token_location = {"headers", "cookies"},
                  .cookie_csrf_protect = false,
                  .implicit_refresh_within = 5min,
                  .implicit_refresh_cap = 1h};
}

/// One request with the access cookie `token`: what `handle` does with it, then what an adapter does.
struct Exchange {
  template <class Handle>
  Exchange(Service const& service, std::string const& token, Handle handle)
      : request{{{"Cookie", "access_token_cookie=" + token}}}, authorize{service.authority, request, response} {
    handle(authorize);
    authorize.refresh_implicitly();
  }
  /// The new token; empty for none.
  [[nodiscard]] std::string renewed() const {
    constexpr std::string_view kStart = "access_token_cookie=";
    if (response.headers.empty()) return {};
    std::string const& line = response.headers.front().second;
    return line.substr(kStart.size(), line.find(';') - kStart.size());
  }

  FakeRequest request;
  FakeResponse response;
  AuthJWT authorize;
};

void guard(AuthJWT& authorize) { authorize.jwt_required(); }

std::string login(Service const& service, AccessTokenOptions const& options = {}) {
  return AuthJWT{service.authority}.create_access_token("test", options);
}

TEST(ImplicitRefresh, renews_a_cookie_in_its_last_minutes_and_not_before) {
  Service service{sliding()};
  std::string const token = login(service);
  service.clock.advance(10min);  // five minutes to go
  EXPECT_EQ(Exchange(service, token, guard).renewed(), "");
  service.clock.advance(1s);
  std::string const next = Exchange(service, token, guard).renewed();
  ASSERT_NE(next, "");
  json::object const claims = test::claims_of(service, next);
  EXPECT_EQ(claims.at("exp"), kNow + 601 + 900);
  EXPECT_EQ(claims.at("iat"), kNow + 601);
  EXPECT_EQ(claims.at("auth_time"), kNow) << "the login is kept";
  EXPECT_NE(claims.at("jti"), test::claims_of(service, token).at("jti"));
}

TEST(ImplicitRefresh, keeps_all_claims_that_are_not_the_librarys) {
  Service service{sliding()};
  std::string const token =
      login(service, {.fresh = true, .audience = {"api"}, .user_claims = {{"foo", {"fiz", "baz"}}, {"scope", "read"}}});
  Settings settings = sliding();
  settings.decode_audience = "api";
  Service verifier{settings};
  verifier.clock.advance(14min);
  std::string const next = Exchange(verifier, token, guard).renewed();
  ASSERT_NE(next, "");
  json::object const claims = test::claims_of(verifier, next);
  EXPECT_EQ(claims.at("sub"), "test");
  EXPECT_EQ(claims.at("foo"), (json::array{"fiz", "baz"}));
  EXPECT_EQ(claims.at("scope"), "read");
  EXPECT_EQ(claims.at("aud"), json::value(json::array{"api"}));
  EXPECT_EQ(claims.at("fresh"), true);
}

TEST(ImplicitRefresh, no_renewed_token_outlives_the_cap_that_counts_from_the_login) {
  Service service{sliding()};
  std::string token = login(service);
  std::int64_t latest = 0;
  for (int i = 0; i < 20; ++i) {
    service.clock.advance(4min);
    Exchange exchange{service, token, [](AuthJWT& authorize) { static_cast<void>(authorize.try_jwt_required()); }};
    if (std::string const next = exchange.renewed(); !next.empty()) token = next;
    latest = test::message(AuthJWT{service.authority}.authority().validator().validate(token, service.authority.keys(),
                                                                                       service.authority.now())) == "ok"
                 ? test::claims_of(service, token).at("exp").as_int64()
                 : latest;
  }
  EXPECT_EQ(latest, kNow + 3600);
  FakeRequest const request{{{"Cookie", "access_token_cookie=" + token}}};
  AuthJWT authorize{service.authority, request};
  EXPECT_EQ(outcome(authorize.try_jwt_required()), "expired");
}

TEST(ImplicitRefresh, a_failed_guard_renews_nothing) {
  Service service{sliding()};
  std::string const token = login(service);
  service.clock.advance(14min);
  auto none = [](AuthJWT&) {};
  auto failed = [](AuthJWT& authorize) {
    authorize.jwt_required();
    static_cast<void>(authorize.try_fresh_jwt_required());
  };
  auto lacking = [](AuthJWT& authorize) { static_cast<void>(authorize.try_require_scopes({"write"})); };
  EXPECT_EQ(Exchange(service, token, none).renewed(), "");
  EXPECT_EQ(Exchange(service, token, failed).renewed(), "");
  EXPECT_EQ(Exchange(service, token, lacking).renewed(), "");
  service.clock.advance(2min);
  EXPECT_EQ(Exchange(service, token, [](AuthJWT& a) { static_cast<void>(a.try_jwt_required()); }).renewed(), "");
}

TEST(ImplicitRefresh, what_the_handler_did_with_the_cookie_stands) {
  Service service{sliding()};
  std::string const token = login(service);
  service.clock.advance(14min);
  Exchange logout{service, token, [](AuthJWT& authorize) {
                    authorize.jwt_required();
                    authorize.unset_jwt_cookies();
                  }};
  EXPECT_EQ(logout.response.headers.size(), 2U);
  for (auto const& [name, line] : logout.response.headers) EXPECT_THAT(line, HasSubstr("Max-Age=0"));
}

TEST(ImplicitRefresh, a_token_from_a_header_and_a_refresh_token_are_left_alone) {
  Service service{sliding()};
  std::string const token = login(service);
  std::string const refresh = AuthJWT{service.authority}.create_refresh_token("test", {.expires_time = 15min});
  service.clock.advance(14min);
  FakeRequest const request{{{"Authorization", "Bearer " + token}, {"Cookie", "refresh_token_cookie=" + refresh}}};
  FakeResponse response;
  AuthJWT authorize{service.authority, request, response};
  authorize.jwt_required();
  authorize.refresh_implicitly();
  authorize.jwt_refresh_token_required(Location::cookies);
  authorize.refresh_implicitly();
  EXPECT_TRUE(response.headers.empty());
}

TEST(ImplicitRefresh, redeeming_a_refresh_token_is_no_new_login_unless_a_password_was_given) {
  Service service{sliding()};
  std::string const refresh = AuthJWT{service.authority}.create_refresh_token("test");
  service.clock.advance(24h);
  FakeRequest const request = FakeRequest::with_bearer(refresh);
  AuthJWT authorize{service.authority, request};
  authorize.jwt_refresh_token_required();
  auto auth_time = [&](std::string const& token) { return test::claims_of(service, token).at("auth_time"); };
  EXPECT_EQ(auth_time(authorize.create_access_token("test")), kNow);
  EXPECT_EQ(auth_time(authorize.create_refresh_token("test")), kNow);
  EXPECT_EQ(auth_time(authorize.create_access_token("test", {.fresh = true})), kNow + 86'400);
}

TEST(ImplicitRefresh, what_is_issued_to_who_shows_a_token_is_no_new_login_either) {
  Service service{sliding()};
  std::string const token = login(service);
  service.clock.advance(10min);
  FakeRequest const request = FakeRequest::with_bearer(token);
  AuthJWT authorize{service.authority, request};
  authorize.jwt_required();
  EXPECT_EQ(test::claims_of(service, authorize.create_access_token("test")).at("auth_time"), kNow);
  EXPECT_EQ(test::claims_of(service, authorize.create_access_token("test", {.fresh = true})).at("auth_time"),
            kNow + 600);
}

TEST(ImplicitRefresh, a_token_that_was_made_short_stays_short) {
  Service service{sliding()};
  std::string const token = login(service, {.fresh = true, .expires_time = 60s});
  service.clock.advance(30s);
  std::string const next = Exchange(service, token, guard).renewed();
  ASSERT_NE(next, "");
  EXPECT_EQ(test::claims_of(service, next).at("exp"), kNow + 90);
  service.clock.advance(31s);
  FakeRequest const request{{{"Cookie", "access_token_cookie=" + next}}};
  AuthJWT authorize{service.authority, request};
  EXPECT_EQ(outcome(authorize.try_fresh_jwt_required()), "fresh_token_required") << "61 seconds after the login";
}

TEST(ImplicitRefresh, a_login_that_cannot_be_told_is_not_renewed) {
  Service service{sliding()};
  auto renewed = [&](std::string const& claims) {
    std::string const token =
        test::sign(R"({"sub":"test","jti":"j","type":"access",)" + claims + "," + ago("exp", -60) + "}");
    return Exchange(service, token, guard).renewed();
  };
  EXPECT_NE(renewed(ago("iat", 60)), "");
  EXPECT_NE(renewed(ago("iat", 60) + "," + ago("auth_time", 61)), "");
  for (std::string const& bad :
       {std::string{R"("n":1)"}, ago("iat", 60) + R"(,"auth_time":"x")", ago("iat", 60) + "," + ago("auth_time", 59),
        ago("iat", 60) + R"(,"auth_time":1e18)", ago("auth_time", 60), std::string{R"("iat":-9223372036854775808)"},
        ago("iat", 60) + R"(,"auth_time":-9223372036854775808)"}) {
    EXPECT_EQ(renewed(bad), "") << bad;
  }
}

TEST(ImplicitRefresh, never_after_a_revocation_by_the_request_itself_or_by_another) {
  for (bool const by_callback : {false, true}) {
    bool denied = false;
    Hooks hooks;
    if (by_callback) {
      hooks.token_in_denylist_loader = [&denied](VerifiedToken const&) { return denied; };
    } else {
      hooks.revocation_log = std::make_shared<MemoryLog>();
    }
    Settings settings = sliding();
    settings.denylist_enabled = by_callback;
    Service service{settings, hooks};
    service.clock.set(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
    std::string const token = login(service);
    service.clock.advance(14min);
    Exchange const logout{service, token, [&](AuthJWT& authorize) {
                            authorize.jwt_required();
                            denied = true;
                            if (!by_callback) authorize.revoke_current().value();
                          }};
    EXPECT_TRUE(logout.response.headers.empty());
  }
}

TEST(ImplicitRefresh, all_tokens_of_a_login_are_revoked_together) {
  testing::FakeClock const clock{test::at(kNow)};
  for (bool const revoke_first : {true, false}) {
    Service service{sliding(), {.revocation_log = std::make_shared<MemoryLog>(clock)}};
    std::string const first = login(service);
    service.clock.advance(14min);
    std::string const thief = Exchange(service, first, guard).renewed();
    std::string const owner = Exchange(service, first, guard).renewed();
    ASSERT_TRUE(!thief.empty() && !owner.empty() && thief != owner);
    EXPECT_EQ(outcome(service.authority.revoke(revoke_first ? first : owner)), "ok");
    for (std::string const& token : {first, thief, owner}) {
      FakeRequest const request{{{"Cookie", "access_token_cookie=" + token}}};
      AuthJWT authorize{service.authority, request};
      EXPECT_EQ(outcome(authorize.try_jwt_required()), "token_revoked");
    }
  }
}

TEST(ImplicitRefresh, no_cache_may_keep_the_answer) {
  Service service{sliding()};
  std::string const token = login(service);
  service.clock.advance(14min);
  Exchange const exchange{service, token, guard};
  auto const& headers = exchange.response.headers;
  EXPECT_NE(std::ranges::find(headers, std::pair<std::string, std::string>{"Cache-Control", "no-store"}),
            headers.end());
}

TEST(ImplicitRefresh, is_off_unless_set_and_leaves_no_claim_then) {
  Settings settings = sliding();
  settings.implicit_refresh_within.reset();
  Service service{settings};
  std::string const token = login(service);
  EXPECT_FALSE(test::claims_of(service, token).contains("auth_time"));
  service.clock.advance(14min);
  EXPECT_EQ(Exchange(service, token, guard).renewed(), "");
}

}  // namespace
}  // namespace authjwt
