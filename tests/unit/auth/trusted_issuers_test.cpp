#include "unit/support.hpp"

#include <authjwt/auth/trusted_issuer.hpp>
#include <authjwt/revocation/memory_log.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Tokens of other issuers: who is let in by whose keys, and what such a token may not do.
namespace authjwt {
namespace {

using namespace std::chrono_literals;
using test::FakeRequest;
using test::kNow;
using test::outcome;
using test::Service;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kOwn = "https://own";
constexpr std::string_view kPartner = "https://partner";
constexpr std::string_view kOther = "https://other";

Key ec_key(std::string kid) { return Key::generate(Algorithm::ES256, {.kid = std::move(kid)}).value(); }
KeySet half_of(Key const& key) { return KeySet::from_keys({Key::from_jwk(key.to_public_jwk()).value()}).value(); }

/// The two that are trusted here sign with keys of the same `kid`.
Key const& partner_key() {
  static Key const key = ec_key("1");
  return key;
}
Key const& other_key() {
  static Key const key = ec_key("1");
  return key;
}

TrustedIssuer trusted(std::string_view issuer, Key const& key) {
  return {.issuer = std::string{issuer},
          .keys = std::make_shared<FixedKeys>(half_of(key)),
          .algorithms = {Algorithm::ES256},
          .audience = "api"};
}

Hooks with_issuers(Hooks hooks = {}) {
  hooks.trusted_issuers = {trusted(kPartner, partner_key()), trusted(kOther, other_key())};
  return hooks;
}

Settings own_settings() {
  Settings settings = test::secret_settings();
  settings.encode_issuer = kOwn;
  return settings;
}

/// A good token of `kPartner` but for what is in `more`, which begins with a comma.
std::string payload(std::string_view more = "", std::string_view issuer = kPartner, std::string_view audience = "api") {
  return R"({"sub":"ann","iss":")" + std::string{issuer} + R"(","aud":")" + std::string{audience} +
         R"(","jti":"j","iat":)" + std::to_string(kNow) + R"(,"exp":)" + std::to_string(kNow + 60) + std::string{more} +
         "}";
}
std::string signed_by(Key const& key, std::string_view payload,
                      std::string_view header = R"({"alg":"ES256","kid":"1"})") {
  return jws::sign(header, payload, key, Algorithm::ES256).value();
}
std::string partner_token(std::string_view more = "") { return signed_by(partner_key(), payload(more)); }

struct Call {
  Call(Service const& service, std::string_view token)
      : request{FakeRequest::with_bearer(token)}, authorize{service.authority, request} {}
  FakeRequest request;
  AuthJWT authorize;
};

std::string judged(Service const& service, std::string_view token) {
  return outcome(Call{service, token}.authorize.try_jwt_required());
}

/// A source that does as the test says.
class FakeKeys final : public KeySource {
 public:
  [[nodiscard]] Result<KeySet> keys() const override {
    if (is_broken) throw std::runtime_error{"no disk"};
    if (!current) return Error{Errc::unavailable};
    return *current;
  }
  [[nodiscard]] bool ask_for_newer() noexcept override {
    ++asked;
    return comes;
  }

  std::optional<KeySet> current;
  bool is_broken = false;
  bool comes = false;
  std::atomic<int> asked{0};
};

Hooks with_source(std::shared_ptr<KeySource> const& source) {
  Hooks hooks;
  hooks.trusted_issuers = {trusted(kPartner, partner_key())};
  hooks.trusted_issuers[0].keys = source;
  return hooks;
}

// --- who is let in
// --------------------------------------------------------------------------------------------------------

TEST(TrustedIssuers, their_tokens_are_let_in_beside_our_own) {
  Service const service{own_settings(), with_issuers()};
  Call partner{service, partner_token()};
  partner.authorize.jwt_required();
  EXPECT_EQ(partner.authorize.get_jwt_issuer(), std::string{kPartner});
  EXPECT_EQ(partner.authorize.get_jwt_subject(), Subject{"ann"});
  EXPECT_TRUE(partner.authorize.get_verified_token()->is_foreign());
  EXPECT_EQ(outcome(Call{service, partner_token()}.authorize.try_jwt_optional()), "ok");

  Call own{service, AuthJWT{service.authority}.create_access_token("ann")};
  own.authorize.jwt_required();
  EXPECT_EQ(own.authorize.get_jwt_issuer(), std::string{kOwn});
  EXPECT_FALSE(own.authorize.get_verified_token()->is_foreign());
}

TEST(TrustedIssuers, nobody_has_an_issuer_where_no_token_was_let_in) {
  Service const service{own_settings(), with_issuers()};
  Call call{service, "x.y.z"};
  EXPECT_EQ(call.authorize.get_jwt_issuer(), std::nullopt);
  EXPECT_NE(outcome(call.authorize.try_jwt_required()), "ok");
  EXPECT_EQ(call.authorize.get_jwt_issuer(), std::nullopt);
}

TEST(TrustedIssuers, no_token_is_verified_by_the_key_of_another_issuer) {
  Service const service{own_settings(), with_issuers()};
  EXPECT_EQ(judged(service, signed_by(other_key(), payload("", kOther))), "ok");
  EXPECT_EQ(judged(service, signed_by(other_key(), payload("", kPartner))), "invalid_signature");
  EXPECT_EQ(judged(service, signed_by(partner_key(), payload("", kOther))), "invalid_signature");
  // An issuer that nobody knows, none, and our own: our own keys are asked, and theirs never.
  EXPECT_EQ(judged(service, signed_by(partner_key(), payload("", "https://unknown"))), "algorithm_not_allowed");
  EXPECT_EQ(judged(service, signed_by(partner_key(), payload("", kOwn))), "algorithm_not_allowed");
  EXPECT_EQ(judged(service, signed_by(partner_key(), R"({"sub":"ann"})")), "algorithm_not_allowed");
}

TEST(TrustedIssuers, our_own_key_verifies_none_of_theirs) {
  Service const service{own_settings(), with_issuers()};
  EXPECT_EQ(judged(service, test::sign(payload(R"(,"type":"access")"))), "algorithm_not_allowed");
  Settings settings{.algorithm = "ES256", .encode_issuer = std::string{kOwn}};
  Key const own = ec_key("1");
  Authority const authority{KeySet::from_keys({own}).value(), settings, with_issuers({.clock = &service.clock})};
  EXPECT_EQ(outcome(authority.verify(signed_by(own, payload()))), "invalid_signature");
  EXPECT_EQ(outcome(authority.verify(partner_token())), "ok");
}

TEST(TrustedIssuers, their_public_key_is_no_secret_of_theirs) {
  Service const service{own_settings(), with_issuers()};
  Key const confused =
      Key::from_secret(SecretBytes{std::string_view{"the bytes of the key that all the world can read"}}).value();
  std::string const token = jws::sign(R"({"alg":"HS256","kid":"1"})", payload(), confused, Algorithm::HS256).value();
  EXPECT_EQ(judged(service, token), "algorithm_not_allowed");
}

TEST(TrustedIssuers, each_has_its_own_algorithms) {
  Hooks hooks = with_issuers();
  hooks.trusted_issuers[0].algorithms = {Algorithm::EdDSA};
  Service const service{own_settings(), std::move(hooks)};
  EXPECT_EQ(judged(service, partner_token()), "algorithm_not_allowed");
  EXPECT_EQ(judged(service, signed_by(other_key(), payload("", kOther))), "ok");
}

TEST(TrustedIssuers, a_token_that_hides_its_issuer_is_none_of_theirs) {
  Service const service{own_settings(), with_issuers()};
  for (std::string const& hidden :
       {std::string{R"({"iss":"https://partner","iss":"https://partner","aud":"api","exp":1700000060})"},
        std::string{R"({"iss":["https://partner"],"aud":"api","exp":1700000060})"},
        std::string{R"(["https://partner"])"}, std::string{"no json"}}) {
    EXPECT_EQ(judged(service, signed_by(partner_key(), hidden)), "algorithm_not_allowed") << hidden;
  }
}

TEST(TrustedIssuers, iss_is_compared_again_after_the_signature) {
  TokenPolicy policy{.algorithms = {Algorithm::ES256},
                     .leeway = 0s,
                     .issuer = std::string{kPartner},
                     .audience = "api",
                     .foreign = true};
  std::string const of_another = signed_by(partner_key(), payload("", kOther));
  KeySet const keys = half_of(partner_key());
  EXPECT_EQ(outcome(Validator{policy}.validate(partner_token(), keys, test::at(kNow))), "ok");
  EXPECT_EQ(outcome(Validator{policy}.validate(of_another, keys, test::at(kNow))), "invalid_issuer");
  EXPECT_EQ(outcome(Validator{policy}.authenticate(of_another, keys)), "invalid_issuer");
  policy.issuer.reset();
  EXPECT_EQ(outcome(Validator{policy}.authenticate(partner_token(), keys)), "invalid_issuer");
}

TEST(TrustedIssuers, their_tokens_need_our_audience_and_an_end) {
  Service const service{own_settings(), with_issuers()};
  EXPECT_EQ(judged(service, signed_by(partner_key(), payload("", kPartner, "another"))), "invalid_audience");
  EXPECT_EQ(judged(service, signed_by(partner_key(), R"({"iss":"https://partner","exp":1700000060})")),
            "missing_required_claim");
  EXPECT_EQ(judged(service, signed_by(partner_key(), R"({"iss":"https://partner","aud":"api"})")),
            "missing_required_claim");
}

TEST(TrustedIssuers, their_token_expires_between_two_guards) {
  Service service{own_settings(), with_issuers()};
  Call call{service, partner_token()};
  call.authorize.jwt_required();
  service.clock.advance(60s);
  EXPECT_EQ(outcome(call.authorize.try_jwt_required()), "expired");
  EXPECT_EQ(call.authorize.get_jwt_issuer(), std::nullopt);
}

TEST(TrustedIssuers, typ_is_demanded_where_it_is_set) {
  Hooks hooks = with_issuers();
  hooks.trusted_issuers[0].typ = "at+jwt";
  Service const service{own_settings(), std::move(hooks)};
  EXPECT_EQ(judged(service, partner_token()), "invalid_typ");
  EXPECT_EQ(judged(service, signed_by(partner_key(), payload(), R"({"alg":"ES256","kid":"1","typ":"AT+jwt"})")), "ok");
}

TEST(TrustedIssuers, our_settings_of_audience_and_typ_are_for_our_own) {
  Settings settings = own_settings();
  settings.decode_audience = "mine";
  settings.access_token_typ = "own+jwt";
  Service const service{settings, with_issuers()};
  EXPECT_EQ(judged(service, partner_token(R"(,"type":"access")")), "ok");
}

TEST(TrustedIssuers, every_guard_asks_for_our_own_issuer) {
  Service const service{own_settings(), with_issuers()};
  std::string const refresh = AuthJWT{service.authority}.create_refresh_token("ann");
  EXPECT_EQ(outcome(Call{service, refresh}.authorize.try_jwt_refresh_token_required()), "ok");
  std::string const nobodys = test::sign(R"({"sub":"ann","jti":"j","type":"refresh"})");
  EXPECT_EQ(outcome(Call{service, nobodys}.authorize.try_jwt_refresh_token_required()), "missing_required_claim");
  std::string const unknown = test::sign(R"({"sub":"ann","iss":"https://unknown","jti":"j","type":"access"})");
  EXPECT_EQ(outcome(Call{service, unknown}.authorize.try_jwt_optional()), "invalid_issuer");
}

// --- what such a token may not do
// --------------------------------------------------------------------------------------------------------

TEST(ForeignToken, is_neither_a_refresh_token_nor_fresh_whatever_it_says) {
  Service const service{own_settings(), with_issuers()};
  std::string const token = partner_token(R"(,"type":"refresh","fresh":true,"auth_time":1700000000)");
  EXPECT_EQ(outcome(Call{service, token}.authorize.try_jwt_refresh_token_required()), "refresh_token_required");
  EXPECT_EQ(outcome(Call{service, token}.authorize.try_fresh_jwt_required()), "fresh_token_required");
  EXPECT_EQ(outcome(Call{service, token}.authorize.try_fresh_jwt_required(Within{1h})), "fresh_token_required");
  EXPECT_EQ(judged(service, token), "ok");
}

TEST(ForeignToken, cannot_be_rotated) {
  Settings settings = own_settings();
  settings.sessions_enabled = true;
  Service const service{settings, with_issuers({.revocation_log = std::make_shared<MemoryLog>()})};
  Call call{service, partner_token(R"(,"type":"refresh","sid":"s")")};
  call.authorize.jwt_required();
  EXPECT_THROW(static_cast<void>(call.authorize.try_rotate_refresh_token()), std::logic_error);
  EXPECT_EQ(outcome(service.authority.rotate(*call.authorize.get_verified_token())), "refresh_token_required");
  EXPECT_NE(outcome(service.authority.rotate(partner_token(R"(,"type":"refresh")"))), "ok");
}

TEST(ForeignToken, begins_a_session_of_its_own_and_ends_none_of_a_namesake) {
  Settings settings = own_settings();
  settings.sessions_enabled = true;
  Service const service{settings, with_issuers({.revocation_log = std::make_shared<MemoryLog>()})};
  TokenPair const ours = AuthJWT{service.authority}.begin_session("ann");
  std::string const sid{service.authority.verify(ours.access_token)->text(Claim::sid).value()};
  Call call{service, partner_token(R"(,"sid":")" + sid + R"(","auth_time":5)")};
  call.authorize.jwt_required();
  EXPECT_EQ(call.authorize.revoke_session(sid).value(), false);
  EXPECT_EQ(judged(service, ours.access_token), "ok");
  json::object const exchanged = test::claims_of(service, call.authorize.create_access_token("ann"));
  EXPECT_NE(exchanged.at("sid").as_string(), sid);
  EXPECT_EQ(exchanged.at("auth_time").as_int64(), kNow);
}

TEST(ForeignToken, without_jti_is_refused_where_a_log_is_followed) {
  Service const service{own_settings(), with_issuers({.revocation_log = std::make_shared<MemoryLog>()})};
  EXPECT_EQ(judged(service, signed_by(partner_key(), R"({"iss":"https://partner","aud":"api","exp":1700000060})")),
            "missing_claim");
}

TEST(ForeignToken, in_a_cookie_is_refused_where_csrf_protection_is_on) {
  Settings settings = own_settings();
  settings.token_location = {"cookies"};
  std::string const token = partner_token(R"(,"csrf":"c","type":"access")");
  FakeRequest const get{{{"Cookie", "access_token_cookie=" + token}}};
  FakeRequest const post{{{"Cookie", "access_token_cookie=" + token}, {"X-CSRF-Token", "c"}}, "POST"};
  Service const on{settings, with_issuers()};
  EXPECT_EQ(outcome(AuthJWT(on.authority, get).try_jwt_required()), "missing_claim");
  EXPECT_EQ(outcome(AuthJWT(on.authority, post).try_jwt_required()), "missing_claim");
  EXPECT_EQ(outcome(AuthJWT(on.authority, get).try_jwt_optional()), "missing_claim");
  settings.cookie_csrf_protect = false;
  Service const off{settings, with_issuers()};
  EXPECT_EQ(outcome(AuthJWT(off.authority, post).try_jwt_required()), "ok");
}

TEST(ForeignToken, is_never_renewed_nor_put_into_a_cookie) {
  Settings settings = own_settings();
  settings.token_location = {"cookies"};
  settings.cookie_csrf_protect = false;
  settings.implicit_refresh_within = 5min;
  Service service{settings, with_issuers()};
  service.clock.advance(30s);  // one of ours would be renewed now
  std::string const token = partner_token(R"(,"type":"access","auth_time":1700000000)");
  FakeRequest const request{{{"Cookie", "access_token_cookie=" + token}}};
  testing::FakeResponse response;
  AuthJWT authorize{service.authority, request, response};
  authorize.jwt_required();
  authorize.refresh_implicitly();
  EXPECT_THAT(response.headers, IsEmpty());
  EXPECT_THROW(authorize.set_access_cookies(token), JWTDecodeError);
  EXPECT_THAT(response.headers, IsEmpty());
}

TEST(ForeignToken, passes_no_rule_that_does_not_ask_for_it) {
  Service const service{own_settings(), with_issuers()};
  std::string const token = partner_token(R"(,"scope":"read")");
  for (Rule const& rule : {Rule::access(), Rule::optional(), Rule::scopes({"read"})}) {
    Call call{service, token};
    EXPECT_EQ(outcome(call.authorize.try_require(rule)), "invalid_issuer");
    EXPECT_FALSE(call.authorize.get_raw_jwt());
    EXPECT_FALSE(call.authorize.get_jwt_subject());
    EXPECT_EQ(outcome(call.authorize.try_require(rule.and_trusted_issuers())), "ok");
    EXPECT_EQ(*call.authorize.get_jwt_issuer(), kPartner);
  }
  for (Rule const& rule : {Rule::public_(), Rule::fresh(), Rule::refresh()}) {
    EXPECT_THROW(static_cast<void>(rule.and_trusted_issuers()), std::invalid_argument);
  }
}

TEST(ForeignToken, passes_every_rule_where_there_are_no_tokens_of_our_own) {
  Service const service{Settings{}, with_issuers()};
  Call call{service, partner_token()};
  EXPECT_EQ(outcome(call.authorize.try_require(Rule::access())), "ok");
}

TEST(ForeignToken, has_scopes_and_claims_as_any_other) {
  Service const service{own_settings(), with_issuers()};
  Call call{service, partner_token(R"(,"scope":"read write")")};
  EXPECT_EQ(outcome(call.authorize.try_require_scopes({"read"})), "ok");
  EXPECT_EQ(call.authorize.get_raw_jwt()->at("scope").as_string(), "read write");
  EXPECT_EQ(outcome(call.authorize.try_require_scopes({"admin"})), "insufficient_scope");
  EXPECT_THROW(static_cast<void>(AuthJWT{service.authority}.get_jti(partner_token())), JWTDecodeError)
      << "beside a guard, only this service's own word counts";
}

// --- revocation
// --------------------------------------------------------------------------------------------------------

TEST(ForeignToken, is_revoked_by_its_issuer_and_jti) {
  Service const service{own_settings(), with_issuers({.revocation_log = std::make_shared<MemoryLog>()})};
  std::string const namesake = signed_by(other_key(), payload("", kOther));
  std::string const own = test::sign(payload(R"(,"type":"access")", kOwn, ""));
  ASSERT_EQ(outcome(service.authority.revoke(partner_token(R"(,"sid":"s")"))), "ok");
  EXPECT_EQ(judged(service, partner_token()), "token_revoked");
  EXPECT_EQ(judged(service, namesake), "ok");
  EXPECT_EQ(judged(service, own), "ok");
}

TEST(ForeignToken, without_an_end_is_not_written_down_for_ever) {
  auto const log = std::make_shared<MemoryLog>();
  Service const service{own_settings(), with_issuers({.revocation_log = log})};
  std::string const endless = signed_by(partner_key(), R"({"iss":"https://partner","aud":"api","jti":"j"})");
  EXPECT_EQ(outcome(service.authority.revoke(endless)), "missing_required_claim");
  EXPECT_EQ(log->tail().value().last, 0U);
}

TEST(ForeignToken, can_be_revoked_by_the_request_that_shows_it) {
  Service const service{own_settings(), with_issuers({.revocation_log = std::make_shared<MemoryLog>()})};
  Call call{service, partner_token()};
  call.authorize.jwt_required();
  ASSERT_EQ(outcome(call.authorize.revoke_current()), "ok");
  EXPECT_EQ(outcome(call.authorize.try_jwt_required()), "token_revoked");
}

TEST(ForeignToken, of_a_namesake_lives_on_when_our_subject_is_logged_out) {
  Service const service{own_settings(), with_issuers({.revocation_log = std::make_shared<MemoryLog>()})};
  ASSERT_EQ(outcome(service.authority.revoke_subject("ann")), "ok");
  ASSERT_EQ(outcome(service.authority.revoke_session("s")), "ok");
  EXPECT_EQ(judged(service, partner_token(R"(,"sid":"s")")), "ok");
}

TEST(ForeignToken, may_live_longer_than_ours_where_a_log_is_followed) {
  Service const service{own_settings(), with_issuers({.revocation_log = std::make_shared<MemoryLog>()})};
  std::string const long_lived = signed_by(partner_key(), R"({"iss":"https://partner","aud":"api","jti":"j","exp":)" +
                                                              std::to_string(kNow + 100'000'000) + "}");
  EXPECT_EQ(judged(service, long_lived), "ok");
  ASSERT_EQ(outcome(service.authority.revoke(long_lived)), "ok");
  EXPECT_EQ(judged(service, long_lived), "token_revoked");
}

TEST(ForeignToken, is_an_access_token_to_the_denylist_callback) {
  Settings settings = own_settings();
  settings.denylist_enabled = true;
  settings.denylist_token_checks = {"access"};
  Service const service{settings, with_issuers({.token_in_denylist_loader = [](VerifiedToken const& token) {
                          return token.text(Claim::iss) == kPartner;
                        }})};
  EXPECT_EQ(judged(service, partner_token(R"(,"type":"refresh")")), "token_revoked");
  EXPECT_EQ(judged(service, signed_by(other_key(), payload("", kOther))), "ok");
}

// --- keys that are not there
// --------------------------------------------------------------------------------------------------------

TEST(KeySources, without_keys_a_token_is_unavailable_and_a_bad_one_bad) {
  auto const source = std::make_shared<FakeKeys>();
  Service const service{own_settings(), with_source(source)};
  EXPECT_EQ(judged(service, partner_token()), "unavailable");
  EXPECT_EQ(Call(service, partner_token()).authorize.try_jwt_required().error().status_code(), 503);
  EXPECT_EQ(judged(service, signed_by(partner_key(), payload(), R"({"alg":"RS256"})")), "algorithm_not_allowed");
  EXPECT_EQ(judged(service, AuthJWT{service.authority}.create_access_token("ann")), "ok");
  EXPECT_EQ(source->asked, 0);
  source->current = half_of(partner_key());
  EXPECT_EQ(judged(service, partner_token()), "ok");
}

TEST(KeySources, one_that_throws_is_unavailable_and_logged) {
  auto const source = std::make_shared<FakeKeys>();
  source->is_broken = true;
  Service const service{own_settings(), with_source(source)};
  EXPECT_EQ(judged(service, partner_token()), "unavailable");
  ASSERT_EQ(service.log.size(), 1u);
  EXPECT_THAT(service.log[0], HasSubstr("no disk"));
}

TEST(KeySources, an_unknown_kid_is_unavailable_while_newer_keys_come_and_bad_when_they_do_not) {
  auto const source = std::make_shared<FakeKeys>();
  source->current = half_of(ec_key("another"));
  source->comes = true;
  Service const service{own_settings(), with_source(source)};
  EXPECT_EQ(judged(service, partner_token()), "unavailable");
  EXPECT_EQ(source->asked, 1);
  source->comes = false;
  EXPECT_EQ(judged(service, partner_token()), "no_matching_key");
  EXPECT_EQ(source->asked, 2);
}

/// Whose newest keys come while it is asked for them.
class KeysInTheMiddle final : public KeySource {
 public:
  [[nodiscard]] Result<KeySet> keys() const override {
    return asked ? half_of(partner_key()) : half_of(ec_key("another"));
  }
  [[nodiscard]] bool ask_for_newer() noexcept override { return asked = true, false; }
  bool asked = false;
};

TEST(KeySources, a_fetch_that_ends_between_two_questions_refuses_nobody) {
  auto const source = std::make_shared<KeysInTheMiddle>();
  Service const service{own_settings(), with_source(source)};
  EXPECT_EQ(judged(service, partner_token()), "ok");
}

TEST(KeySources, only_an_unknown_kid_asks_for_newer_keys) {
  auto const source = std::make_shared<FakeKeys>();
  source->current = KeySet::from_keys({half_of(ec_key("a")).keys()[0], half_of(ec_key("b")).keys()[0]}).value();
  Service const service{own_settings(), with_source(source)};
  EXPECT_EQ(judged(service, signed_by(partner_key(), payload(), R"({"alg":"ES256"})")), "no_matching_key");
  EXPECT_EQ(judged(service, signed_by(partner_key(), payload(), R"({"alg":"ES256","kid":"a"})")), "invalid_signature");
  EXPECT_EQ(judged(service, signed_by(partner_key(), payload("", kOther))), "algorithm_not_allowed");
  EXPECT_EQ(source->asked, 0);
}

// --- what cannot be configured
// --------------------------------------------------------------------------------------------------------

std::string refused(Settings const& settings, Hooks const& hooks) {
  return test::thrown<ConfigError>([&] { return Service{settings, hooks}, 0; });
}
template <class Change>
std::string refused(Change change) {
  Hooks hooks = with_issuers();
  change(hooks.trusted_issuers[0]);
  return refused(own_settings(), hooks);
}

TEST(TrustedIssuerSettings, what_would_let_in_too_much_or_nobody_is_refused) {
  EXPECT_THAT(refused([](TrustedIssuer& issuer) { issuer.issuer = ""; }), HasSubstr("not empty"));
  EXPECT_THAT(refused([](TrustedIssuer& issuer) { issuer.issuer = "\xff"; }), HasSubstr("UTF-8"));
  EXPECT_THAT(refused([](TrustedIssuer& issuer) { issuer.issuer = kOwn; }), HasSubstr("own name"));
  EXPECT_THAT(refused([](TrustedIssuer& issuer) { issuer.issuer = kOther; }), HasSubstr("there twice"));
  EXPECT_THAT(refused([](TrustedIssuer& issuer) { issuer.keys = nullptr; }), HasSubstr("no keys"));
  EXPECT_THAT(refused([](TrustedIssuer& issuer) { issuer.algorithms = {}; }), HasSubstr("no algorithms"));
  EXPECT_THAT(refused([](TrustedIssuer& issuer) { issuer.algorithms.insert(Algorithm::HS512); }), HasSubstr("HS512"));
  EXPECT_THAT(refused([](TrustedIssuer& issuer) { issuer.audience = {}; }), HasSubstr("audience"));
  EXPECT_THAT(refused([](TrustedIssuer& issuer) { issuer.audience = ""; }), HasSubstr("audience"));
  EXPECT_THAT(refused([](TrustedIssuer& issuer) { issuer.typ = "a b"; }), HasSubstr("media type"));
}

TEST(TrustedIssuerSettings, our_own_tokens_must_say_that_they_are_ours) {
  EXPECT_THAT(refused(test::secret_settings(), with_issuers()), HasSubstr("authjwt_encode_issuer"));
}

TEST(TrustedIssuerSettings, a_lookup_must_see_whose_the_subject_is) {
  Hooks by_subject = with_issuers();
  by_subject.user_lookup_loader = [](Subject const&) { return std::optional{1}; };
  EXPECT_THAT(refused(own_settings(), by_subject), HasSubstr("VerifiedToken const&"));
  Hooks by_token = with_issuers();
  by_token.user_lookup_loader = [](VerifiedToken const& token) {
    return token.is_foreign() ? std::optional<std::string>{"a guest"} : std::nullopt;
  };
  Service const service{own_settings(), std::move(by_token)};
  Call call{service, partner_token()};
  call.authorize.jwt_required();
  EXPECT_EQ(*call.authorize.current_user<std::string>(), "a guest");
}

TEST(TrustedIssuerSettings, a_service_that_has_no_tokens_of_its_own_needs_no_keys_and_no_name) {
  Service service{Settings{}, with_issuers()};
  EXPECT_THAT(service.log, IsEmpty());
  EXPECT_EQ(judged(service, partner_token()), "ok");
  EXPECT_EQ(judged(service, test::sign(R"({"sub":"ann","type":"access"})")), "no_matching_key");
  EXPECT_THROW(static_cast<void>(AuthJWT{service.authority}.create_access_token("ann")), std::invalid_argument);
  EXPECT_THROW(service.authority.publish_key(ec_key("new")), ConfigError);
  EXPECT_THROW(service.authority.set_keys(test::hmac_keys()), ConfigError);
}

}  // namespace
}  // namespace authjwt
