#include "unit/jose/test_keys.hpp"
#include "unit/support.hpp"

#include <authjwt/auth/auth_jwt.hpp>
#include <authjwt/token/inspect.hpp>

#include <boost/describe/class.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace authjwt {
namespace {

using namespace std::chrono_literals;
using test::kNow;
using test::Service;

struct Profile {
  std::vector<std::string> foo;
  std::optional<std::string> nick;
  std::int64_t level = 0;
};
BOOST_DESCRIBE_STRUCT(Profile, (), (foo, nick, level))

json::object claims(std::string_view token) {
  return inspect_unverified(token, {.max_token_size = 1 << 20}).value().claims;
}
json::object header(std::string_view token) {
  return inspect_unverified(token, {.max_token_size = 1 << 20}).value().header;
}

std::vector<std::string> names(json::object const& object) {
  std::vector<std::string> names;
  for (auto const& member : object) names.emplace_back(member.key());
  return names;
}
using Names = std::vector<std::string>;

std::string access(Service const& service, AccessTokenOptions const& options = {}, Subject const& subject = "test") {
  return AuthJWT{service.authority}.create_access_token(subject, options);
}
std::string refresh(Service const& service, RefreshTokenOptions const& options = {}) {
  return AuthJWT{service.authority}.create_refresh_token("test", options);
}
/// What a call with these options throws at the programmer.
std::string refused(AccessTokenOptions const& options, Settings settings = test::secret_settings(),
                    Subject const& subject = "test") {
  Service const service{std::move(settings)};
  return test::thrown<std::invalid_argument>([&] { return access(service, options, subject); });
}
constexpr std::string_view kMade = "nothing was thrown";

// --- what stands in a token
// -------------------------------------------------------------------------------------------

TEST(CreateToken, access_token_has_its_claims_in_the_documented_order) {
  Service const service;
  json::object const token = claims(access(service));
  EXPECT_EQ(names(token), (Names{"sub", "iat", "nbf", "jti", "exp", "type", "fresh"}));
  EXPECT_EQ(token.at("sub"), "test");
  EXPECT_EQ(token.at("iat"), kNow);
  EXPECT_EQ(token.at("nbf"), kNow);
  EXPECT_EQ(token.at("exp"), kNow + 900);
  EXPECT_EQ(token.at("jti").get_string().size(), 36U);
  EXPECT_EQ(token.at("type"), "access");
  EXPECT_EQ(token.at("fresh"), false);
}

TEST(CreateToken, refresh_token_has_no_fresh_and_lives_thirty_days) {
  Service const service;
  json::object const token = claims(refresh(service));
  EXPECT_EQ(names(token), (Names{"sub", "iat", "nbf", "jti", "exp", "type"}));
  EXPECT_EQ(token.at("type"), "refresh");
  EXPECT_EQ(token.at("exp"), kNow + 30 * 86'400);
}

TEST(CreateToken, every_option_has_its_place) {
  Service const service{{.secret_key = test::kSecret, .encode_issuer = "me"}};
  json::object const token = claims(access(
      service,
      {.fresh = true, .expires_time = 60s, .audience = "api", .user_claims = {{"foo", {"fiz", "baz"}}, {"a", 1}}}));
  EXPECT_EQ(names(token), (Names{"sub", "iat", "nbf", "jti", "exp", "iss", "aud", "type", "fresh", "foo", "a"}));
  EXPECT_EQ(token.at("exp"), kNow + 60);
  EXPECT_EQ(token.at("iss"), "me");
  EXPECT_EQ(token.at("aud"), "api");
  EXPECT_EQ(token.at("fresh"), true);
  EXPECT_EQ(json::write(token.at("foo")), R"(["fiz","baz"])");
}

TEST(CreateToken, refresh_tokens_take_the_same_options_and_no_issuer) {
  Service const service{{.secret_key = test::kSecret, .encode_issuer = "me"}};
  json::object const token = claims(
      refresh(service, {.expires_time = 60s, .audience = {"api", "web"}, .user_claims = {{"foo", {"fiz", "baz"}}}}));
  EXPECT_EQ(names(token), (Names{"sub", "iat", "nbf", "jti", "exp", "aud", "type", "foo"}));
  EXPECT_EQ(json::write(token.at("aud")), R"(["api","web"])");
}

TEST(CreateToken, every_token_has_an_id_of_its_own) {
  Service const service;
  std::set<std::string> ids;
  for (int i = 0; i < 100; ++i) ids.emplace(claims(access(service)).at("jti").get_string());
  EXPECT_EQ(ids.size(), 100U);
}

TEST(CreateToken, subjects_are_texts_or_integers) {
  Service const service;
  EXPECT_EQ(json::write(claims(access(service, {}, 7)).at("sub")), "7");
  EXPECT_EQ(json::write(claims(access(service, {}, "7")).at("sub")), R"("7")");
  EXPECT_EQ(claims(access(service, {}, "")).at("sub"), "");
  EXPECT_EQ(claims(access(service, {}, std::string("a\"\\\n\0é", 7))).at("sub").get_string(),
            std::string("a\"\\\n\0é", 7));
  EXPECT_EQ(json::write(claims(access(service, {}, std::numeric_limits<std::int64_t>::min())).at("sub")),
            "-9223372036854775808");
  EXPECT_THROW(static_cast<void>(access(service, {}, std::numeric_limits<std::uint64_t>::max())),
               std::invalid_argument);
}

TEST(CreateToken, audience_is_written_as_it_was_given) {
  Service const service;
  auto aud = [&](AccessTokenOptions const& options) {
    json::object const token = claims(access(service, options));
    return token.contains("aud") ? json::write(token.at("aud")) : "none";
  };
  EXPECT_EQ(aud({}), "none");
  EXPECT_EQ(aud({.audience = "api"}), R"("api")");
  EXPECT_EQ(aud({.audience = {"api"}}), R"(["api"])");
  EXPECT_EQ(aud({.audience = {"api", "web"}}), R"(["api","web"])");
  EXPECT_EQ(aud({.audience = {{"api", "web"}}}), R"(["api","web"])");
  EXPECT_EQ(aud({.audience = std::vector<std::string>{"api", "web"}}), R"(["api","web"])");
  EXPECT_EQ(aud({.audience = std::vector<std::string>{}}), "none");
}

// --- lifetimes
// --------------------------------------------------------------------------------------------------------

TEST(CreateToken, lifetimes_come_from_the_settings_or_the_call) {
  Service const service{{.secret_key = test::kSecret, .access_token_expires = 5s, .refresh_token_expires = never}};
  EXPECT_EQ(claims(access(service)).at("exp"), kNow + 5);
  EXPECT_FALSE(claims(refresh(service)).contains("exp"));
  EXPECT_EQ(claims(refresh(service, {.expires_time = 1min})).at("exp"), kNow + 60);
  EXPECT_FALSE(claims(access(service, {.expires_time = never})).contains("exp"));
  EXPECT_EQ(claims(access(service, {.expires_time = 1999ms})).at("exp"), kNow + 1);
  EXPECT_EQ(claims(access(service, {.expires_time = std::chrono::days{1}})).at("exp"), kNow + 86'400);
}

TEST(CreateToken, a_negative_lifetime_makes_a_token_that_has_expired) {
  Service const service;
  std::string const token = access(service, {.expires_time = -1s});
  EXPECT_EQ(claims(token).at("exp"), kNow - 1);
  EXPECT_EQ(test::thrown<JWTDecodeError>([&] { return claims_of(service, token); }), "Signature has expired");
}

TEST(CreateToken, a_zero_lifetime_is_refused) {
  EXPECT_EQ(refused({.expires_time = 0s}),
            "expires_time must not be zero; leave it out for the setting, or say authjwt::never");
  EXPECT_EQ(refused({.expires_time = 999ms}),
            "expires_time must not be zero; leave it out for the setting, or say authjwt::never");
}

TEST(CreateToken, a_lifetime_that_no_date_can_hold_is_refused) {
  using Hours = std::chrono::hours;
  using Fraction = std::chrono::duration<double>;
  for (ExpiresTime const& time :
       {ExpiresTime{std::chrono::seconds::max()}, ExpiresTime{std::chrono::seconds::min()}, ExpiresTime{Hours::max()},
        ExpiresTime{Hours::min()}, ExpiresTime{std::chrono::years{11'000}}, ExpiresTime{Fraction{1e300}},
        ExpiresTime{Fraction{-1e300}}, ExpiresTime{Fraction{std::numeric_limits<double>::quiet_NaN()}},
        ExpiresTime{Fraction{std::numeric_limits<double>::infinity()}}}) {
    EXPECT_EQ(refused({.expires_time = time}), "expires_time is out of range");
  }
}

// --- reserved names
// ---------------------------------------------------------------------------------------------------

TEST(CreateToken, user_claims_may_not_set_a_reserved_claim) {
  for (std::string_view name : kClaimNames) {
    AccessTokenOptions options;
    options.user_claims = json::object{{"foo", 1}, {name, "x"}};
    EXPECT_EQ(refused(options), "user_claims may not set the reserved claim '" + std::string{name} +
                                    "' (the setting allow_reserved_user_claims lets it)");
  }
  EXPECT_EQ(refused({.user_claims = {{"Sub", 1}, {"", 2}, {"exp ", 3}, {"roles", 4}}}), kMade);
}

TEST(CreateToken, a_setting_lets_user_claims_replace_reserved_ones_in_their_place) {
  Service const service{{.secret_key = test::kSecret, .allow_reserved_user_claims = true}};
  AccessTokenOptions options{.user_claims = {{"foo", 1},
                                             {"sub", "other"},
                                             {"exp", kNow + 5},
                                             {"fresh", true},
                                             {"iss", "me"},
                                             {"csrf", "c"},
                                             {"jti", "j"}}};
  json::object const token = claims(access(service, options));
  EXPECT_EQ(names(token), (Names{"sub", "iat", "nbf", "jti", "exp", "type", "fresh", "foo", "iss", "csrf"}));
  EXPECT_EQ(token.at("sub"), "other");
  EXPECT_EQ(token.at("exp"), kNow + 5);
  EXPECT_EQ(token.at("jti"), "j");
  EXPECT_EQ(token.at("fresh"), true);
  options.expires_time = never;
  EXPECT_EQ(claims(access(service, options)).at("exp"), kNow + 5)
      << "with no exp of its own, the user's stands with the others";
  EXPECT_EQ(claims(refresh(service, {.user_claims = {{"fresh", true}, {"type", "access"}}})).at("type"), "access");
}

TEST(CreateToken, headers_may_not_set_what_decides_about_a_token) {
  for (char const* name : {"alg", "typ", "crit", "b64", "jku", "jwk", "x5u", "x5c"}) {
    AccessTokenOptions options;
    options.headers = json::object{{"a", 1}, {name, "x"}};
    EXPECT_EQ(refused(options), "headers may not set '" + std::string{name} + "'");
  }
}

TEST(CreateToken, headers_are_written_sorted_beside_alg_and_typ) {
  Service const service;
  std::string const token = access(service, {.headers = {{"z", 1}, {"kid", "k"}, {"Alg", true}, {"b", {1, 2}}}});
  EXPECT_EQ(json::write(header(token)), R"({"Alg":true,"alg":"HS256","b":[1,2],"kid":"k","typ":"JWT","z":1})");
  EXPECT_EQ(json::write(header(access(service))), R"({"alg":"HS256","typ":"JWT"})");
  EXPECT_EQ(claims_of(service, token).at("sub"), "test");
}

TEST(CreateToken, a_kid_that_no_verifier_would_take_is_refused) {
  EXPECT_EQ(refused({.headers = {{"kid", 1}}}), "headers: 'kid' must be a string");
  EXPECT_EQ(refused({.headers = {{"kid", nullptr}}}), "headers: 'kid' must be a string");
  EXPECT_EQ(refused({.headers = {{"kid", std::string(257, 'k')}}}), "headers: 'kid' is longer than max_kid_size");
  EXPECT_EQ(refused({.headers = {{"kid", std::string(256, 'k')}}}), kMade);
}

// --- what cannot be written
// -------------------------------------------------------------------------------------------

TEST(CreateToken, text_that_is_not_utf8_is_refused_wherever_it_stands) {
  constexpr std::string_view kComplaint = "a text for JSON must be UTF-8";
  EXPECT_EQ(refused({}, test::secret_settings(), "\xFF"), kComplaint);
  EXPECT_EQ(refused({.headers = {{"kid", "\xC3"}}}), kComplaint);
  EXPECT_EQ(refused({.headers = {{"\xC3", 1}}}), kComplaint);
  EXPECT_EQ(refused({.audience = "\xED\xA0\x80"}), kComplaint);
  EXPECT_EQ(refused({.audience = {"api", "\xFF"}}), kComplaint);
  EXPECT_EQ(refused({.user_claims = {{"foo", {"fiz", "\x80"}}}}), kComplaint);
  EXPECT_EQ(refused({.user_claims = {{"\x80", 1}}}), kComplaint);
}

TEST(CreateToken, numbers_that_are_not_finite_are_refused) {
  for (double number : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    EXPECT_EQ(refused({.user_claims = {{"n", number}}}), "JSON has no number that is not finite");
    EXPECT_EQ(refused({.headers = {{"n", {1, number}}}}), "JSON has no number that is not finite");
  }
}

json::value nested(int depth) {
  json::value value = 0;
  for (int i = 0; i < depth; ++i) value = json::array{value};
  return value;
}

TEST(CreateToken, nothing_is_made_that_is_too_deep_to_be_read_again) {
  Service const service;
  EXPECT_EQ(claims_of(service, access(service, {.headers = {{"h", nested(15)}}, .user_claims = {{"c", nested(15)}}}))
                .at("sub"),
            "test");
  EXPECT_EQ(refused({.user_claims = {{"c", nested(16)}}}), "JSON nested too deeply");
  EXPECT_EQ(refused({.headers = {{"h", nested(16)}}}), "JSON nested too deeply");
}

TEST(CreateToken, a_token_over_the_limit_is_refused_and_its_largest_claim_named) {
  std::string const text =
      refused({.user_claims = {{"small", 1}, {"large", std::string(8'000, 'x')}, {"medium", std::string(100, 'x')}}});
  EXPECT_NE(text.find("bytes, max_token_size is 8192; the largest of user_claims is 'large'"), std::string::npos)
      << text;
  std::string const without = refused({}, {.secret_key = test::kSecret, .max_token_size = 256}, std::string(300, 's'));
  EXPECT_TRUE(without.ends_with("max_token_size is 256")) << without;
}

TEST(CreateToken, the_largest_token_that_is_made_is_also_read) {
  Service const service;
  std::size_t made = 0;
  for (std::size_t size = 5'800; size < 6'000; ++size) {
    AccessTokenOptions options;
    options.user_claims = json::object{{"x", std::string(size, 'x')}};
    std::string token;
    try {
      token = access(service, options);
    } catch (std::invalid_argument const&) {
      break;
    }
    ++made;
    ASSERT_LE(token.size(), 8'192U);
    ASSERT_EQ(claims_of(service, token).at("x").get_string().size(), size);
  }
  EXPECT_GT(made, 0U);
  EXPECT_LT(made, 200U) << "the limit was not met";
}

TEST(CreateToken, however_many_claims_fit_are_read_again) {
  Service const service{{.secret_key = test::kSecret, .max_token_size = 64 * 1024}};
  AccessTokenOptions options;
  json::object many;
  for (int i = 0; i < 2'000; ++i) many["c" + std::to_string(i)] = i;
  options.user_claims = many;
  options.headers = many;
  std::string const token = access(service, options);
  EXPECT_EQ(claims_of(service, token).at("c1999"), 1'999);
  EXPECT_EQ(test::thrown<InvalidHeaderError>([&] {
              return AuthJWT{service.authority}.get_unverified_jwt_headers(token);
            }).find("Invalid header string: too many members"),
            0U)
      << "nobody has signed that, for all we know";
}

// --- algorithms
// -------------------------------------------------------------------------------------------------------

TEST(CreateToken, an_algorithm_of_the_call_needs_only_its_own_key) {
  test::Pkey const pkey = test::make_ec("P-256");
  Service const service{{.secret_key = test::kSecret,
                         .private_key = test::private_pem(pkey.get()),
                         .decode_algorithms = {"HS256", "ES256"}}};
  EXPECT_EQ(header(access(service)).at("alg"), "HS256");
  std::string const token = access(service, {.algorithm = Algorithm::ES256});
  EXPECT_EQ(header(token).at("alg"), "ES256");
  EXPECT_EQ(claims_of(service, token).at("sub"), "test");
  EXPECT_EQ(header(refresh(service, {.algorithm = Algorithm::ES256})).at("alg"), "ES256");
}

TEST(CreateToken, an_algorithm_without_a_key_is_refused) {
  EXPECT_EQ(refused({.algorithm = Algorithm::RS256}),
            "authjwt_private_key must be set when using asymmetric algorithm RS256");
  test::Pkey const pkey = test::make_ec("P-256");
  Settings const settings{.private_key = test::private_pem(pkey.get()), .algorithm = "ES256"};
  EXPECT_EQ(refused({.algorithm = Algorithm::HS256}, settings),
            "authjwt_secret_key must be set when using symmetric algorithm HS256");
  EXPECT_EQ(refused({.algorithm = Algorithm::ES384}, settings),
            "authjwt_private_key must be set when using asymmetric algorithm ES384");
}

// --- there and back
// ---------------------------------------------------------------------------------------------------

TEST(CreateToken, ones_own_struct_goes_in_and_comes_out) {
  Service const service;
  Profile const profile{.foo = {"fiz", "baz"}, .nick = {}, .level = 3};
  std::string const token = access(service, {.user_claims = profile});
  EXPECT_FALSE(claims(token).contains("nick")) << "an empty optional member is left out";
  test::FakeRequest const request = test::FakeRequest::with_bearer(token);
  AuthJWT authorize{service.authority, request};
  authorize.jwt_required();
  Profile const back = authorize.get_raw_jwt<Profile>().value();
  EXPECT_EQ(back.foo, profile.foo);
  EXPECT_EQ(back.nick, std::nullopt);
  EXPECT_EQ(back.level, 3);
}

json::value random_claim(std::mt19937_64& random, int depth) {
  switch (random() % (depth == 0 ? 5 : 7)) {
    case 0: return nullptr;
    case 1: return static_cast<std::int64_t>(random());
    case 2: return static_cast<double>(static_cast<std::int64_t>(random())) / 1'024;
    case 3: return random() % 2 == 0;
    case 4: return json::value(std::string(random() % 40, "a\"\\\n~"[random() % 5]) + "é😀");
    case 5: return json::array{random_claim(random, depth - 1), random_claim(random, depth - 1)};
    default: return json::object{{"k" + std::to_string(random()), random_claim(random, depth - 1)}};
  }
}

TEST(CreateToken, what_is_signed_verifies_and_says_the_same) {
  Service const service;
  std::mt19937_64 random{5};
  for (int i = 0; i < 300; ++i) {
    AccessTokenOptions options{.fresh = random() % 2 == 0};
    json::object user_claims;
    for (std::uint64_t n = random() % 6; n > 0; --n)
      user_claims["c" + std::to_string(random() % 100)] = random_claim(random, 3);
    options.user_claims = user_claims;
    Subject const subject =
        random() % 2 == 0 ? Subject{static_cast<std::int64_t>(random())} : Subject{"s" + std::to_string(random())};
    test::FakeRequest const request = test::FakeRequest::with_bearer(access(service, options, subject));
    AuthJWT authorize{service.authority, request};
    ASSERT_EQ(test::outcome(options.fresh ? authorize.try_fresh_jwt_required() : authorize.try_jwt_required()), "ok");
    ASSERT_EQ(authorize.get_jwt_subject(), subject);
    for (auto const& [name, value] : user_claims)
      ASSERT_EQ(authorize.get_raw_jwt()->at(name), value) << json::write(value);
  }
}

TEST(CreateToken, the_pages_program) {
  Service const service;
  AuthJWT const maker{service.authority};
  std::string const token = maker.create_access_token("test", {.user_claims = {{"foo", {"fiz", "baz"}}}});
  test::FakeRequest const request = test::FakeRequest::with_bearer(token);
  AuthJWT authorize{service.authority, request};
  authorize.jwt_required();
  EXPECT_EQ(json::write(authorize.get_raw_jwt()->at("foo")), R"(["fiz","baz"])");
}

}  // namespace
}  // namespace authjwt
