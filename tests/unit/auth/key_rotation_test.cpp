#include "unit/jose/jwk_support.hpp"
#include "unit/support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

// Keys from sets, and keys that change while the authority is in use.
namespace authjwt {
namespace {

using namespace std::chrono_literals;
using test::at;
using test::kNow;
using test::Service;
using ::testing::HasSubstr;

Key ec_key(std::string kid) { return Key::generate(Algorithm::ES256, {.kid = std::move(kid)}).value(); }
Key half_of(Key const& key) { return Key::from_jwk(key.to_public_jwk()).value(); }
SecretBytes jwks_of(std::vector<Key> keys) {
  return KeySet::from_keys(std::move(keys)).value().to_private_jwks().value();
}
KeySet set_of(std::vector<Key> keys) { return KeySet::from_keys(std::move(keys)).value(); }

std::string kid_of(std::string_view token) {
  json::object const header = jws::read_header(token).value();
  return header.contains("kid") ? std::string{std::string_view{header.at("kid").as_string()}} : std::string{};
}

std::string token_of(Authority const& authority) { return AuthJWT{authority}.create_access_token("test"); }

/// "ok", or the name of the error.
std::string judged(Authority const& authority, std::string_view token) {
  return test::outcome(authority.validator().validate(token, authority.keys(), authority.now()));
}

template <class Call>
std::string refused(Call call) {
  return test::thrown<ConfigError>([&] { return call(), 0; });
}

std::vector<std::string> published(Authority const& authority) {
  std::vector<std::string> kids;
  KeySet const keys = KeySet::from_jwks(authority.keys().to_public_jwks()).value();
  for (Key const& key : keys.keys()) kids.push_back(key.kid());
  return kids;
}

/// An authority of ES256 keys at `kNow`, whose access tokens live 15 minutes and refresh tokens an hour.
struct Rotating {
  explicit Rotating(std::vector<Key> keys)
      : authority{set_of(std::move(keys)),
                  {.algorithm = "ES256", .refresh_token_expires = 1h},
                  {.log = [](LogLevel, std::string_view) {}, .clock = &clock}} {}
  testing::FakeClock clock{at(kNow)};
  Authority authority;
};

TEST(KeysOfSettings, a_jwks_signs_with_its_first_private_key_and_verifies_with_all) {
  Key const first = ec_key("first");
  Key const old = ec_key("old");
  Service const service{{.algorithm = "ES256", .jwks = jwks_of({half_of(ec_key("other")), first, old})}};
  EXPECT_TRUE(service.log.empty());
  std::string const token = token_of(service.authority);
  EXPECT_EQ(kid_of(token), "first");
  EXPECT_EQ(judged(service.authority, token), "ok");
  Service const before{{.algorithm = "ES256", .jwks = jwks_of({old})}};
  EXPECT_EQ(judged(service.authority, token_of(before.authority)), "ok");
  EXPECT_EQ(judged(before.authority, token), "no_matching_key");
}

TEST(KeysOfSettings, a_private_key_goes_by_the_name_it_has_in_the_jwks) {
  Key const own = ec_key("own");
  SecretBytes const pem = own.to_private_pem().value();
  Service const named{
      {.private_key = pem, .algorithm = "ES256", .jwks = jwks_of({half_of(ec_key("a")), half_of(own)})}};
  EXPECT_EQ(kid_of(token_of(named.authority)), "own");
  EXPECT_EQ(named.authority.keys().keys().size(), 2U);
  Service const unnamed{{.private_key = pem, .algorithm = "ES256", .jwks = jwks_of({half_of(ec_key("a"))})}};
  EXPECT_EQ(kid_of(token_of(unnamed.authority)), own.thumbprint());
  EXPECT_EQ(judged(unnamed.authority, token_of(unnamed.authority)), "ok");
  Service const alone{{.private_key = pem, .algorithm = "ES256"}};
  EXPECT_EQ(kid_of(token_of(alone.authority)), "") << "as in the Python package";
}

TEST(KeysOfSettings, refuses_a_jwks_that_is_none_and_tells_of_keys_that_cannot_be_used) {
  EXPECT_THAT(refused([] { Authority{{.jwks = "{}"}}; }), HasSubstr("authjwt_jwks: the JWKS has no array"));
  std::string const jwks = R"({"keys":[{"kty":"AKP","kid":"pq"},)" + ec_key("good").to_public_jwk() + "]}";
  Service const service{{.algorithm = "ES256", .jwks = jwks}};
  ASSERT_EQ(service.log.size(), 1U);
  EXPECT_THAT(service.log[0],
              HasSubstr("authjwt_jwks: 1 of its keys cannot be used; the first is number 1 (kid \"pq\")"));
  EXPECT_THAT(refused([&] { Authority{{.algorithm = "ES256", .strict = true, .jwks = jwks}}; }),
              HasSubstr("authjwt_strict is set"));
}

TEST(KeysOfSettings, reads_the_jwks_from_json_and_environment_text) {
  std::string const jwks{jwks_of({ec_key("k")}).expose_secret()};
  Settings const settings =
      Settings::from_json(json::write(json::object{{"authjwt_algorithm", "ES256"}, {"authjwt_jwks", jwks.c_str()}}));
  EXPECT_EQ(settings.jwks.expose_secret(), jwks);
  EXPECT_EQ(Authority{settings}.keys().keys().front().kid(), "k");
}

TEST(KeysOfAuthority, are_a_set_that_was_given_and_then_none_of_the_settings) {
  Rotating service{{ec_key("a"), ec_key("b")}};
  EXPECT_EQ(kid_of(token_of(service.authority)), "a");
  EXPECT_THAT(refused([] {
                Authority{set_of({ec_key("a")}), {.secret_key = test::kSecret}};
              }),
              HasSubstr("and in the settings as well"));
  EXPECT_THAT(refused([] { Authority{KeySet{}, {.algorithm = "ES256"}}; }), HasSubstr("has no keys"));
}

TEST(SetKeys, replaces_all_keys_at_once) {
  Rotating service{{ec_key("a")}};
  std::string const before = token_of(service.authority);
  service.authority.set_keys(set_of({ec_key("b")}));
  EXPECT_EQ(kid_of(token_of(service.authority)), "b");
  EXPECT_EQ(judged(service.authority, before), "no_matching_key");
  EXPECT_EQ(judged(service.authority, token_of(service.authority)), "ok");
}

TEST(SetKeys, leaves_snapshots_as_they_were) {
  Rotating service{{ec_key("a")}};
  std::string const token = token_of(service.authority);
  KeySet const snapshot = service.authority.keys();
  Key const* const key = snapshot.signing_key(Algorithm::ES256);
  service.authority.set_keys(set_of({ec_key("b")}));
  static_cast<void>(token_of(service.authority));
  EXPECT_EQ(key->kid(), "a");
  EXPECT_EQ(test::outcome(service.authority.validator().validate(token, snapshot, at(kNow))), "ok");
}

TEST(SetKeys, refuses_keys_the_service_could_not_work_with_and_keeps_the_old_ones) {
  Rotating service{{ec_key("a")}};
  std::string const token = token_of(service.authority);
  EXPECT_THAT(refused([&] { service.authority.set_keys(KeySet{}); }), HasSubstr("verifies what is accepted"));
  EXPECT_THAT(refused([&] { service.authority.set_keys(set_of({Key::generate(Algorithm::HS256).value()})); }),
              HasSubstr("verifies what is accepted"));
  EXPECT_THAT(refused([&] { service.authority.set_keys(set_of({half_of(ec_key("b"))})); }),
              HasSubstr("none of the new keys signs with ES256"));
  EXPECT_EQ(judged(service.authority, token), "ok");
  EXPECT_EQ(kid_of(token_of(service.authority)), "a");
}

TEST(SetKeys, refuses_a_short_secret_where_strict_is_set) {
  Settings settings = Settings::hardened();
  settings.secret_key = test::kSecret;
  settings.encode_issuer = "here";
  Authority authority{settings, {.log = [](LogLevel, std::string_view) {}}};
  EXPECT_THAT(refused([&] { authority.set_keys(set_of({Key::from_secret("short").value()})); }),
              HasSubstr("too short"));
}

TEST(KeyRotation, a_published_key_verifies_and_stands_in_the_jwks_and_does_not_sign) {
  Rotating service{{ec_key("a")}};
  Key const next = ec_key("b");
  service.authority.publish_key(next);
  EXPECT_EQ(published(service.authority), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(kid_of(token_of(service.authority)), "a");
  Rotating other{{next}};
  EXPECT_EQ(judged(service.authority, token_of(other.authority)), "ok");
}

TEST(KeyRotation, the_key_before_verifies_until_its_last_token_has_expired) {
  Rotating service{{ec_key("a")}};
  service.authority.publish_key(ec_key("b"));
  std::string const last = AuthJWT{service.authority}.create_refresh_token("test");
  service.authority.activate_key("b");
  EXPECT_EQ(kid_of(token_of(service.authority)), "b");
  service.clock.advance(1h - 1s);
  EXPECT_EQ(judged(service.authority, last), "ok");
  EXPECT_EQ(published(service.authority), (std::vector<std::string>{"b", "a"}));
  service.clock.advance(1s);
  EXPECT_EQ(published(service.authority), (std::vector<std::string>{"b"}));
  EXPECT_EQ(judged(service.authority, last), "no_matching_key");
  service.clock.set(at(kNow));
  EXPECT_EQ(judged(service.authority, last), "no_matching_key") << "a clock that goes back brings no key back";
}

TEST(KeyRotation, the_key_before_stays_for_the_leeway_too) {
  testing::FakeClock clock{at(kNow)};
  Authority authority{set_of({ec_key("a"), ec_key("b")}),
                      {.algorithm = "ES256", .decode_leeway = 60s, .refresh_token_expires = 1h},
                      {.log = [](LogLevel, std::string_view) {}, .clock = &clock}};
  std::string const last = AuthJWT{authority}.create_refresh_token("test");
  authority.activate_key("b");
  clock.advance(1h + 59s);
  EXPECT_EQ(judged(authority, last), "ok");
  clock.advance(1s);
  EXPECT_EQ(judged(authority, last), "no_matching_key");
}

TEST(KeyRotation, the_key_before_stays_where_tokens_live_for_ever) {
  testing::FakeClock clock{at(kNow)};
  Authority authority{set_of({ec_key("a"), ec_key("b")}),
                      {.algorithm = "ES256", .refresh_token_expires = never},
                      {.log = [](LogLevel, std::string_view) {}, .clock = &clock}};
  std::string const last = AuthJWT{authority}.create_refresh_token("test");
  authority.activate_key("b");
  clock.advance(std::chrono::years{50});
  EXPECT_EQ(judged(authority, last), "ok");
}

TEST(KeyRotation, goes_round_and_back) {
  Rotating service{{ec_key("a"), ec_key("b")}};
  service.authority.activate_key("b");
  service.authority.activate_key("a");
  EXPECT_EQ(kid_of(token_of(service.authority)), "a");
  service.clock.advance(1h);
  EXPECT_EQ(published(service.authority), (std::vector<std::string>{"a"}));
  service.authority.publish_key(ec_key("c"));
  service.authority.activate_key("c");
  service.clock.advance(1h);
  EXPECT_EQ(published(service.authority), (std::vector<std::string>{"c"}));
  EXPECT_EQ(judged(service.authority, token_of(service.authority)), "ok");
}

TEST(KeyRotation, an_active_key_activated_again_is_not_retired) {
  Rotating service{{ec_key("a"), ec_key("b")}};
  service.authority.activate_key("a");
  service.clock.advance(std::chrono::years{1});
  EXPECT_EQ(published(service.authority), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(kid_of(token_of(service.authority)), "a");
}

TEST(KeyRotation, works_with_secrets_and_keeps_them_out_of_the_jwks) {
  testing::FakeClock clock{at(kNow)};
  Authority authority{set_of({Key::generate(Algorithm::HS256, {.kid = "a"}).value()}),
                      {},
                      {.log = [](LogLevel, std::string_view) {}, .clock = &clock}};
  std::string const before = token_of(authority);
  authority.publish_key(Key::generate(Algorithm::HS256, {.kid = "b"}).value());
  authority.activate_key("b");
  EXPECT_EQ(kid_of(token_of(authority)), "b");
  EXPECT_EQ(judged(authority, before), "ok");
  EXPECT_EQ(authority.keys().to_public_jwks(), R"({"keys":[]})");
}

TEST(KeyRotation, a_secret_goes_with_the_half_that_only_verifies) {
  testing::FakeClock clock{at(kNow)};
  std::string const k = R"("kty":"oct","alg":"HS256","kid":"a","k":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")";
  Key const signs = Key::from_jwk("{" + k + R"(,"key_ops":["sign"]})").value();
  Key const verifies = Key::from_jwk("{" + k + R"(,"key_ops":["verify"]})").value();
  Authority authority{set_of({signs, verifies}), {}, {.log = [](LogLevel, std::string_view) {}, .clock = &clock}};
  authority.publish_key(Key::generate(Algorithm::HS256, {.kid = "b"}).value());
  authority.activate_key("b");
  EXPECT_EQ(authority.keys().keys().size(), 3U);
  clock.advance(std::chrono::days{31});
  EXPECT_EQ(authority.keys().keys().size(), 1U);
}

TEST(KeyRotation, leaves_no_accepted_algorithm_without_a_key_to_sign_with) {
  testing::FakeClock clock{at(kNow)};
  Key const old = Key::from_secret(std::string(64, 'a'), {Algorithm::HS256, Algorithm::HS512}, "a").value();
  Authority authority{set_of({old}),
                      {.decode_algorithms = {"HS256", "HS512"}},
                      {.log = [](LogLevel, std::string_view) {}, .clock = &clock}};
  authority.publish_key(Key::generate(Algorithm::HS256, {.kid = "b"}).value());
  EXPECT_THAT(refused([&] { authority.activate_key("b"); }), HasSubstr("no key would sign with HS512"));
  EXPECT_EQ(kid_of(token_of(authority)), "a");
  authority.publish_key(Key::generate(Algorithm::HS512, {.kid = "c"}).value());
  authority.activate_key("b");
  clock.advance(std::chrono::days{31});
  EXPECT_EQ(kid_of(token_of(authority)), "b");
  EXPECT_EQ(kid_of(AuthJWT{authority}.create_access_token("test", {.algorithm = Algorithm::HS512})), "c");
}

TEST(KeyRotation, strict_takes_no_short_secret_that_only_verifies_either) {
  Key const good = Key::from_secret(std::string(64, 'a'), {Algorithm::HS256}, "a").value();
  Key const guessable = Key::from_secret("bb", {Algorithm::HS256}, "b").value();
  Settings settings = Settings::hardened();
  settings.encode_issuer = "https://issuer.example";
  EXPECT_THAT(refused([&] {
                static_cast<void>(Authority{set_of({good, guessable}), settings}.now());
              }),
              HasSubstr("too short for HS256"));
  Authority authority{set_of({good}), settings};
  EXPECT_THAT(refused([&] { authority.publish_key(guessable); }), HasSubstr("too short for HS256"));
  EXPECT_THAT(refused([&] { authority.set_keys(set_of({good, guessable})); }), HasSubstr("too short for HS256"));
}

TEST(KeyRotation, refuses_what_no_token_could_tell_apart_and_changes_nothing) {
  Rotating service{{ec_key("a")}};
  EXPECT_THAT(refused([&] { service.authority.publish_key(ec_key("a")); }),
              HasSubstr("the keys stay as they are: two keys for ES256 have the same kid \"a\""));
  EXPECT_THAT(refused([&] { service.authority.activate_key("b"); }), HasSubstr("no key of this kid"));
  service.authority.publish_key(half_of(ec_key("b")));
  EXPECT_THAT(refused([&] { service.authority.activate_key("b"); }), HasSubstr("no key of this kid"));
  service.authority.publish_key(Key::generate(Algorithm::ES384, {.kid = "c"}).value());
  EXPECT_THAT(refused([&] { service.authority.activate_key("c"); }), HasSubstr("signs with ES256"));
  EXPECT_EQ(kid_of(token_of(service.authority)), "a");
}

TEST(KeyRotation, does_not_begin_while_tokens_without_kid_are_out) {
  Key const own = ec_key("");
  Authority authority{{.private_key = own.to_private_pem().value(), .algorithm = "ES256"},
                      {.log = [](LogLevel, std::string_view) {}}};
  std::string const without = token_of(authority);
  EXPECT_THAT(refused([&] { authority.publish_key(ec_key("b")); }), HasSubstr("one has no kid"));
  EXPECT_EQ(judged(authority, without), "ok");
  authority.set_keys(set_of({own}));
  EXPECT_EQ(kid_of(token_of(authority)), own.thumbprint());
  EXPECT_EQ(judged(authority, without), "ok") << "one key alone fits it";
}

TEST(KeyRotation, keeps_authorities_apart_that_one_thread_uses) {
  std::vector<std::unique_ptr<Rotating>> services;
  for (std::size_t i = 0; i < 20; ++i) {
    services.push_back(std::make_unique<Rotating>(std::vector{ec_key("a" + std::to_string(i)), ec_key("b")}));
  }
  for (int round = 0; round < 2; ++round) {
    for (std::size_t i = 0; i < 20; ++i) EXPECT_EQ(kid_of(token_of(services[i]->authority)), "a" + std::to_string(i));
  }
  services[7]->authority.activate_key("b");
  EXPECT_EQ(kid_of(token_of(services[7]->authority)), "b");
  EXPECT_EQ(kid_of(token_of(services[8]->authority)), "a8");
}

TEST(KeyRotation, reaches_other_threads_as_soon_as_it_has_returned) {
  Rotating service{{ec_key("a"), ec_key("b")}};
  std::atomic<int> phase{0};
  std::string seen;
  std::thread other{[&] {
    seen = kid_of(token_of(service.authority));
    phase = 1;
    phase.notify_one();
    phase.wait(1);
    seen += kid_of(token_of(service.authority));
  }};
  phase.wait(0);
  service.authority.activate_key("b");
  phase = 2;
  phase.notify_one();
  other.join();
  EXPECT_EQ(seen, "ab");
}

// Shows its teeth under the thread sanitizer.
TEST(KeyRotation, refuses_no_good_token_while_keys_go_round_under_load) {
  Rotating service{{ec_key("k0")}};
  std::atomic<bool> done{false};
  std::atomic<int> refusals{0};
  std::atomic<int> judgements{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      while (!done.load()) {
        TimePoint const before = service.authority.now();
        bool const is_good = judged(service.authority, token_of(service.authority)) == "ok";
        bool const could_expire = service.authority.now() != before;
        refusals += is_good || could_expire ? 0 : 1;
        refusals += service.authority.keys().to_public_jwks().size() > 50 ? 0 : 1;
        ++judgements;
      }
    });
  }
  for (int i = 1; i <= 60; ++i) {
    std::string const kid = "k" + std::to_string(i);
    service.authority.publish_key(ec_key(kid));
    service.authority.activate_key(kid);
    if (i % 10 == 0) service.clock.advance(1h);  // the ones before are dropped, under load as well
  }
  while (judgements.load() < 20) std::this_thread::yield();
  done = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(refusals, 0);
}

}  // namespace
}  // namespace authjwt
