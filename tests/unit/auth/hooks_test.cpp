// What a service adds to its guards: a denylist, a lookup of users, loaders of claims, scopes.

#include "unit/support.hpp"

#include <authjwt/auth/auth_jwt.hpp>
#include <authjwt/revocation/memory_log.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

namespace authjwt {
namespace {

using test::FakeRequest;
using test::message;
using test::outcome;
using test::Service;
using ::testing::ElementsAre;

struct Call {
  Call(Service const& service, std::string_view token)
      : request{FakeRequest::with_bearer(token)}, authorize{service.authority, request} {}

  FakeRequest request;
  AuthJWT authorize;
};

std::string token_with(std::string const& claims) {
  return test::sign(R"({"sub":"test","jti":"j","type":"access")" + claims + "}");
}

Settings with_denylist() {
  Settings settings = test::secret_settings();
  settings.denylist_enabled = true;
  return settings;
}

// --- denylist
// --------------------------------------------------------------------------------------------------------

TEST(DenylistLoader, its_yes_is_a_revoked_token_before_anything_about_the_type) {
  Service const service{with_denylist(), {.token_in_denylist_loader = [](VerifiedToken const& token) {
                          return token.text(Claim::jti) == "j";
                        }}};
  Call call{service, token_with("")};
  EXPECT_EQ(outcome(call.authorize.try_jwt_required()), "token_revoked");
  EXPECT_EQ(outcome(call.authorize.try_jwt_refresh_token_required()), "token_revoked");
  EXPECT_EQ(call.authorize.get_raw_jwt(), nullptr);
}

TEST(DenylistLoader, is_asked_once_per_request) {
  int asked = 0;
  Service const service{with_denylist(), {.token_in_denylist_loader = [&](VerifiedToken const&) {
                          ++asked;
                          return false;
                        }}};
  Call call{service, token_with("")};
  call.authorize.jwt_required();
  call.authorize.jwt_optional();
  EXPECT_EQ(asked, 1);
}

TEST(DenylistLoader, is_asked_about_the_types_of_the_setting_alone) {
  Settings settings = with_denylist();
  settings.denylist_token_checks = {"refresh"};
  Service const service{settings, {.token_in_denylist_loader = [](VerifiedToken const&) { return true; }}};
  EXPECT_EQ(outcome(Call(service, token_with("")).authorize.try_jwt_required()), "ok");
  Call refresh{service, test::sign(R"({"sub":"test","jti":"j","type":"refresh"})")};
  EXPECT_EQ(outcome(refresh.authorize.try_jwt_refresh_token_required()), "token_revoked");
}

TEST(DenylistLoader, one_that_throws_lets_nobody_in_and_is_logged_as_printable_text) {
  Service const service{with_denylist(), {.token_in_denylist_loader = [](VerifiedToken const&) -> bool {
                          throw std::runtime_error{"no\nconnection"};
                        }}};
  Call call{service, token_with("")};
  EXPECT_EQ(outcome(call.authorize.try_jwt_required()), "unavailable");
  EXPECT_THAT(service.log, ElementsAre("token_in_denylist_loader failed: no?connection"));
}

TEST(DenylistLoader, a_token_without_a_text_jti_cannot_be_told_apart_and_is_refused) {
  Service const service{with_denylist(), {.token_in_denylist_loader = [](VerifiedToken const&) { return false; }}};
  EXPECT_EQ(message(Call(service, test::sign(R"({"sub":"test","type":"access"})")).authorize.try_jwt_required()),
            "Missing claim: jti");
}

TEST(DenylistLoader, is_not_asked_where_the_setting_is_off) {
  Service const service{test::secret_settings(),
                        {.token_in_denylist_loader = [](VerifiedToken const&) { return true; }}};
  EXPECT_EQ(outcome(Call(service, token_with("")).authorize.try_jwt_required()), "ok");
}

TEST(Revoke, refuses_the_token_from_then_on_and_no_other) {
  Service const service{test::secret_settings(), {.revocation_log = std::make_shared<MemoryLog>()}};
  AuthJWT const maker{service.authority};
  std::string const one = maker.create_access_token("test");
  std::string const other = maker.create_access_token("test");
  EXPECT_EQ(outcome(service.authority.revoke(one)), "ok");
  EXPECT_EQ(outcome(Call(service, one).authorize.try_jwt_required()), "token_revoked");
  EXPECT_EQ(outcome(Call(service, other).authorize.try_jwt_required()), "ok");
}

TEST(Revoke, holds_for_every_authority_of_the_same_issuer_that_follows_the_log) {
  testing::FakeClock const clock{test::at(test::kNow)};
  auto const log = std::make_shared<MemoryLog>(clock);
  Settings issuer = test::secret_settings();
  issuer.encode_issuer = "https://issuer.example";
  Settings reader = test::secret_settings();
  reader.decode_issuer = "https://issuer.example";
  Service const first{issuer, {.revocation_log = log}};
  std::string const token = AuthJWT{first.authority}.create_access_token("test");
  EXPECT_EQ(outcome(first.authority.revoke(token)), "ok");
  Service const second{reader, {.revocation_log = log}};
  EXPECT_EQ(outcome(Call(second, token).authorize.try_jwt_required()), "token_revoked");
  reader.encode_issuer = "https://another.example";
  Service const both{reader, {.revocation_log = log}};
  EXPECT_EQ(outcome(Call(both, token).authorize.try_jwt_required()), "token_revoked") << "whose tokens are read counts";
  Service const unrelated{test::secret_settings(), {.revocation_log = log}};
  EXPECT_EQ(outcome(Call(unrelated, token).authorize.try_jwt_required()), "ok") << "another issuer's tokens";
}

TEST(Revoke, the_current_token_can_be_revoked_by_the_request_it_came_with) {
  Service const service{test::secret_settings(), {.revocation_log = std::make_shared<MemoryLog>()}};
  std::string const token = AuthJWT{service.authority}.create_access_token("test");
  Call call{service, token};
  EXPECT_THROW(static_cast<void>(call.authorize.revoke_current()), std::logic_error);
  call.authorize.jwt_required();
  EXPECT_EQ(outcome(call.authorize.revoke_current()), "ok");
  EXPECT_EQ(outcome(Call(service, token).authorize.try_jwt_required()), "token_revoked");
}

TEST(Revoke, a_token_that_has_expired_needs_none_and_one_that_is_not_ours_gets_none) {
  Service service{test::secret_settings(), {.revocation_log = std::make_shared<MemoryLog>()}};
  AuthJWT const maker{service.authority};
  std::string const expired = maker.create_access_token("test", {.expires_time = -std::chrono::hours{25}});
  EXPECT_EQ(outcome(service.authority.revoke(expired)), "ok");
  EXPECT_EQ(service.authority.denylist()->size(), 0U);
  std::string const living =
      maker.create_access_token("test", {.expires_time = -std::chrono::hours{25} + std::chrono::seconds{1}});
  EXPECT_EQ(outcome(service.authority.revoke(living)), "ok");
  EXPECT_EQ(service.authority.denylist()->size(), 1U) << "for a node whose clock is behind, or has leeway";
  EXPECT_EQ(outcome(service.authority.revoke("a.b.c")), "invalid_header_padding");
  EXPECT_EQ(outcome(service.authority.revoke(test::sign(R"({"type":"access"})"))), "missing_claim");
  EXPECT_EQ(outcome(service.authority.revoke(expired + "x")), "invalid_signature");
  Service const without;
  EXPECT_THROW(static_cast<void>(without.authority.revoke(expired + "x")), std::logic_error);
}

TEST(Revoke, asks_for_nothing_but_the_signature) {
  Service const service{test::secret_settings(), {.revocation_log = std::make_shared<MemoryLog>()}};
  for (char const* claims :
       {R"({"jti":"j","type":"access","aud":"api"})", R"({"jti":"j","type":"access","nbf":1800000000})"}) {
    EXPECT_EQ(outcome(service.authority.revoke(test::sign(claims))), "ok") << claims;
  }
}

TEST(Revoke, holds_however_late_the_token_ends) {
  for (char const* exp : {"9223372036854775807", "9223372036854772000", "1e18"}) {
    Service const service{test::secret_settings(), {.revocation_log = std::make_shared<MemoryLog>()}};
    std::string const token = test::sign(R"({"sub":"t","jti":"j","type":"access","exp":)" + std::string{exp} + "}");
    EXPECT_EQ(outcome(service.authority.revoke(token)), "ok");
    EXPECT_EQ(outcome(Call(service, token).authorize.try_jwt_required()), "token_revoked") << exp;
  }
}

/// A log that takes nothing.
class BrokenLog final : public RevocationLog {
 public:
  Result<Position> append(std::span<Revocation const>) override { return Error{Errc::unavailable}; }
  Result<std::vector<Entry>> read_after(Position, std::size_t) override { return Error{Errc::unavailable}; }
  Result<Tail> tail() override { return Error{Errc::unavailable}; }
  void wait_after(Position, std::chrono::milliseconds, std::stop_token) override {}
  bool is_durable() noexcept override { return true; }
};

TEST(Revoke, a_log_that_cannot_be_read_or_written_lets_nobody_in_and_never_says_done) {
  Service const service{test::secret_settings(), {.revocation_log = std::make_shared<BrokenLog>()}};
  std::string const token = AuthJWT{service.authority}.create_access_token("test");
  EXPECT_EQ(outcome(service.authority.revoke(token)), "unavailable");
  EXPECT_EQ(outcome(Call(service, token).authorize.try_jwt_required()), "unavailable");
}

// --- users
// --------------------------------------------------------------------------------------------------------

struct User {
  std::string name;
};

Hooks finding(std::optional<User> user, int& asked) {
  return {.user_lookup_loader = [user, &asked](Subject const& subject) -> std::optional<User> {
    ++asked;
    if (subject != Subject{"test"}) return std::nullopt;
    return user;
  }};
}

TEST(CurrentUser, is_looked_up_once_per_request) {
  int asked = 0;
  Service const service{test::secret_settings(), finding(User{"Ann"}, asked)};
  Call call{service, token_with("")};
  EXPECT_EQ(call.authorize.current_user<User>(), nullptr) << "no guard yet";
  call.authorize.jwt_required();
  call.authorize.jwt_optional();
  EXPECT_EQ(call.authorize.current_user<User>()->name, "Ann");
  EXPECT_EQ(call.authorize.current_user<User>()->name, "Ann");
  EXPECT_EQ(asked, 1);
}

TEST(CurrentUser, a_token_of_nobody_is_refused_by_the_guard) {
  int asked = 0;
  Service const service{test::secret_settings(), finding(std::nullopt, asked)};
  Call call{service, token_with("")};
  EXPECT_THROW(call.authorize.jwt_required(), UserNotFound);
  EXPECT_EQ(call.authorize.current_user<User>(), nullptr);
  EXPECT_EQ(call.authorize.get_raw_jwt(), nullptr);
}

TEST(CurrentUser, is_nobody_where_a_guard_lets_in_without_a_token) {
  int asked = 0;
  Service const service{test::secret_settings(), finding(User{"Ann"}, asked)};
  FakeRequest const request;
  AuthJWT authorize{service.authority, request};
  authorize.jwt_optional();
  EXPECT_EQ(authorize.current_user<User>(), nullptr);
  EXPECT_THROW(static_cast<void>(authorize.current_user<User>()->name), std::logic_error);
  EXPECT_EQ(asked, 0);
}

TEST(CurrentUser, a_lookup_that_throws_is_503) {
  Service const service{test::secret_settings(),
                        {.user_lookup_loader = [](VerifiedToken const&) -> std::shared_ptr<User> { throw 7; }}};
  EXPECT_THROW(Call(service, token_with("")).authorize.jwt_required(), AuthUnavailable);
  EXPECT_THAT(service.log, ElementsAre("user_lookup_loader failed: something that is no std::exception"));
}

TEST(CurrentUser, another_type_or_no_lookup_is_a_mistake_of_the_program) {
  int asked = 0;
  Service const service{test::secret_settings(), finding(User{"Ann"}, asked)};
  Call call{service, token_with("")};
  call.authorize.jwt_required();
  EXPECT_THROW(static_cast<void>(call.authorize.current_user<std::string>()), std::logic_error);
  Service const without;
  EXPECT_THROW(static_cast<void>(Call(without, token_with("")).authorize.current_user<User>()), std::logic_error);
}

// --- loaders of claims and headers
// --------------------------------------------------------------------------------------------------------

TEST(Loaders, add_to_every_token_and_the_call_wins) {
  Service const service{test::secret_settings(),
                        {.additional_claims_loader =
                             [](Subject const& subject) {
                               return json::object{{"role", "admin of " + subject.text()}, {"team", "a"}};
                             },
                         .additional_headers_loader =
                             [](Subject const&) {
                               return json::object{{"x", "y"}};
                             }}};
  AuthJWT const authorize{service.authority};
  std::string const token = authorize.create_access_token("test", {.user_claims = {{"team", "b"}}});
  json::object const claims = test::claims_of(service, token);
  EXPECT_EQ(claims.at("role"), "admin of test");
  EXPECT_EQ(claims.at("team"), "b");
  EXPECT_EQ(authorize.get_unverified_jwt_headers(token).at("x"), "y");
  EXPECT_EQ(test::claims_of(service, authorize.create_refresh_token("test")).at("team"), "a");
}

TEST(Loaders, may_not_set_what_a_call_may_not_set) {
  Service const service{test::secret_settings(), {.additional_claims_loader = [](Subject const&) {
                          return json::object{{"sub", "another"}};
                        }}};
  EXPECT_THROW(static_cast<void>(AuthJWT{service.authority}.create_access_token("test")), std::invalid_argument);
}

TEST(Loaders, one_that_throws_is_503_and_no_token) {
  Service const service{test::secret_settings(), {.additional_claims_loader = [](Subject const&) -> json::object {
                          throw std::runtime_error{"down"};
                        }}};
  EXPECT_THROW(static_cast<void>(AuthJWT{service.authority}.create_access_token("test")), AuthUnavailable);
}

// --- scopes
// --------------------------------------------------------------------------------------------------------

std::string scopes(std::string const& claim, std::vector<std::string> const& wanted) {
  Service const service;
  Call call{service, token_with(claim.empty() ? "" : ",\"scope\":" + claim)};
  return message(call.authorize.try_require_scopes(wanted));
}

TEST(Scopes, all_that_are_asked_for_must_be_there_as_whole_words) {
  EXPECT_EQ(scopes(R"("read write")", {"read", "write"}), "ok");
  EXPECT_EQ(scopes(R"("write read")", {"read"}), "ok");
  EXPECT_EQ(scopes(R"("  read  ")", {"read"}), "ok");
  EXPECT_EQ(scopes(R"("reader")", {"read"}), "Missing scope: read");
  EXPECT_EQ(scopes(R"("READ")", {"read"}), "Missing scope: read");
  EXPECT_EQ(scopes(R"("read\twrite")", {"read"}), "Missing scope: read");
  EXPECT_EQ(scopes("", {"read", "write"}), "Missing scope: read write");
  EXPECT_EQ(scopes(R"("read")", {"read", "write", "delete"}), "Missing scope: write delete");
}

TEST(Scopes, a_claim_that_is_no_text_is_refused) {
  for (char const* claim : {R"(["read"])", "null", "1", "{}"}) {
    EXPECT_EQ(scopes(claim, {"read"}), "Invalid claim: scope") << claim;
  }
}

TEST(Scopes, are_a_guard_of_their_own) {
  Service const service;
  FakeRequest const request;
  AuthJWT authorize{service.authority, request};
  EXPECT_EQ(outcome(authorize.try_require_scopes({"read"})), "missing_header");
  FakeRequest const cookie{{{"Cookie", "access_token_cookie=" + token_with(R"(,"scope":"read")")}}};
  Settings settings = test::secret_settings();
  settings.token_location = {"headers", "cookies"};
  Service const both{settings};
  AuthJWT header_only{both.authority, cookie};
  header_only.jwt_optional(Location::headers);
  EXPECT_EQ(outcome(header_only.try_require_scopes({"read"})), "missing_header") << "the places of the guard before";
  Call call{service, token_with(R"(,"scope":"read")")};
  EXPECT_EQ(outcome(call.authorize.try_require_scopes({"write"})), "insufficient_scope");
  EXPECT_EQ(call.authorize.get_raw_jwt(), nullptr);
  EXPECT_THROW(call.authorize.require_scopes({"write"}), InsufficientScope);
  call.authorize.require_scopes({"read"});
  EXPECT_EQ(call.authorize.get_jwt_subject(), Subject{"test"});
}

TEST(Scopes, what_is_no_scope_is_a_mistake_of_the_program) {
  Service const service;
  Call call{service, token_with("")};
  for (std::vector<std::string> const& bad :
       {std::vector<std::string>{}, {""}, {"a b"}, {"\""}, {"\\"}, {"\xC3\xBC"}, {"ok", "\n"}}) {
    EXPECT_THROW(static_cast<void>(call.authorize.try_require_scopes(bad)), std::invalid_argument);
    EXPECT_THROW(static_cast<void>(Rule::scopes(bad)), std::invalid_argument);
  }
  EXPECT_THROW(static_cast<void>(Rule::public_().and_scopes({"read"})), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(Rule::optional().and_scopes({"read"})), std::invalid_argument);
}

// --- rules
// --------------------------------------------------------------------------------------------------------

std::vector<std::string> outcomes_of_rules(Service const& service, std::string_view token) {
  std::vector<std::string> outcomes;
  for (Rule const& rule : {Rule::public_(), Rule::access(), Rule::optional(), Rule::fresh(), Rule::refresh(),
                           Rule::scopes({"read"}), Rule::fresh().and_scopes({"read"})}) {
    outcomes.push_back(outcome(Call(service, token).authorize.try_require(rule)));
  }
  return outcomes;
}

TEST(Rules, ask_for_what_the_guard_of_their_name_asks_for) {
  Service const service;
  EXPECT_THAT(outcomes_of_rules(service, token_with(R"(,"fresh":false)")),
              ElementsAre("ok", "ok", "ok", "fresh_token_required", "refresh_token_required", "insufficient_scope",
                          "fresh_token_required"));
  EXPECT_THAT(outcomes_of_rules(service, token_with(R"(,"fresh":true,"scope":"read")")),
              ElementsAre("ok", "ok", "ok", "ok", "refresh_token_required", "ok", "ok"));
  EXPECT_THAT(outcomes_of_rules(service, test::sign(R"({"sub":"test","type":"refresh"})")),
              ElementsAre("ok", "access_token_required", "access_token_required", "access_token_required", "ok",
                          "access_token_required", "access_token_required"));
}

TEST(Rules, a_public_one_shows_no_token) {
  Service const service;
  Call call{service, token_with("")};
  call.authorize.require(Rule::public_());
  EXPECT_EQ(call.authorize.get_raw_jwt(), nullptr);
}

TEST(Rules, may_name_their_own_places) {
  Service const service;
  Call call{service, token_with("")};
  EXPECT_EQ(message(call.authorize.try_require(Rule::access().from(Location::cookies))),
            "Missing cookie access_token_cookie");
  EXPECT_EQ(message(call.authorize.try_require(Rule::access().from(Location::cookies), Location::headers)), "ok");
}

TEST(Guards, take_places_and_ages_as_they_are_spoken) {
  Service const service;
  Call call{service, token_with(R"(,"iat":1700000000,"fresh":true)")};
  call.authorize.jwt_required({Location::headers, Location::cookies});
  call.authorize.fresh_jwt_required(std::chrono::minutes{10});
  call.authorize.fresh_jwt_required(std::chrono::minutes{10}, Location::headers);
  EXPECT_EQ(message(call.authorize.try_fresh_jwt_required(Within{std::chrono::minutes{10}}, Location::cookies)),
            "Missing cookie access_token_cookie");
}

TEST(Guards, the_header_that_can_be_read_unverified_is_that_of_the_token_let_in) {
  Service const service;
  std::string const token = test::sign(R"({"sub":"t","jti":"j","type":"refresh"})", R"({"alg":"HS256","kid":"k"})");
  FakeRequest const request;
  AuthJWT authorize{service.authority, request};
  authorize.jwt_refresh_token_required(WebSocketToken{token});
  EXPECT_EQ(authorize.get_unverified_jwt_headers().at("kid"), "k");
}

}  // namespace
}  // namespace authjwt
