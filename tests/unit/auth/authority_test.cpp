#include "unit/jose/test_keys.hpp"
#include "unit/support.hpp"

#include <authjwt/auth/authority.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <limits>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

namespace authjwt {
namespace {

using namespace std::chrono_literals;
using test::FakeRequest;
using test::kSecret;
using test::Service;

static_assert(!std::is_copy_constructible_v<Authority> && !std::is_move_constructible_v<Authority>);

/// What making an authority of `settings` throws; a setting that changes `secret_settings()` by `change`.
std::string config_error(Settings settings) {
  return test::thrown<ConfigError>([&] { return Service{std::move(settings)}.log.size(); });
}
template <class Change>
std::string with(Change change) {
  Settings settings = test::secret_settings();
  change(settings);
  return config_error(std::move(settings));
}
constexpr std::string_view kAccepted = "nothing was thrown";

std::string p256_private() {
  static std::string const pem = test::private_pem(test::make_ec("P-256").get());
  return pem;
}
std::string p256_public_of_another() {
  static std::string const pem = test::public_pem(test::make_ec("P-256").get());
  return pem;
}

// --- keys
// -------------------------------------------------------------------------------------------------------------

TEST(Authority, needs_a_key) {
  EXPECT_EQ(config_error({}), "authjwt_secret_key must be set when using symmetric algorithm HS256");
  EXPECT_EQ(config_error({.algorithm = "RS256"}),
            "authjwt_public_key must be set when using asymmetric algorithm RS256");
  EXPECT_EQ(config_error({.algorithm = "RS256", .decode_algorithms = {"HS512", "RS256"}}),
            "authjwt_secret_key must be set when using symmetric algorithm HS512");
  EXPECT_EQ(config_error({.secret_key = ""}), "authjwt_secret_key must be set when using symmetric algorithm HS256");
}

TEST(Authority, names_the_setting_of_a_key_that_cannot_be_used) {
  EXPECT_EQ(config_error({.secret_key = "  \n"}).find("authjwt_secret_key: the secret is empty or blank"), 0U);
  EXPECT_EQ(config_error({.secret_key = p256_private()}).find("authjwt_secret_key: the secret is a PEM text"), 0U);
  EXPECT_EQ(config_error({.public_key = "no key", .algorithm = "ES256"}).find("authjwt_public_key: "), 0U);
  EXPECT_EQ(config_error({.private_key = "no key", .algorithm = "ES256"}).find("authjwt_private_key: "), 0U);
  std::string const wrong = config_error({.private_key = p256_private() + "\x01 no key", .algorithm = "HS256"});
  EXPECT_EQ(wrong.find(p256_private().substr(40, 20)), std::string::npos) << "a key must not reach a log";
}

TEST(Authority, refuses_keys_in_each_others_place) {
  EXPECT_EQ(config_error({.public_key = p256_private(), .algorithm = "ES256"}),
            "authjwt_public_key holds a private key; give that one as authjwt_private_key");
  EXPECT_EQ(config_error({.private_key = p256_public_of_another(), .algorithm = "ES256"}),
            "authjwt_private_key holds a public key; give that one as authjwt_public_key");
}

TEST(Authority, refuses_a_public_key_that_is_not_the_private_ones) {
  EXPECT_EQ(config_error({.public_key = p256_public_of_another(), .private_key = p256_private(), .algorithm = "ES256"}),
            "authjwt_public_key does not belong to authjwt_private_key; leave it out to have it taken from there");
}

TEST(Authority, takes_the_public_key_from_the_private_one) {
  Service const service{{.private_key = p256_private(), .algorithm = "ES256"}};
  EXPECT_EQ(claims_of(service, AuthJWT{service.authority}.create_access_token("test")).at("sub"), "test");
  test::Pkey const pkey = test::make_ec("P-256");
  EXPECT_EQ(config_error({.public_key = test::public_pem(pkey.get()),
                          .private_key = test::private_pem(pkey.get()),
                          .algorithm = "ES256"}),
            kAccepted);
}

TEST(Authority, refuses_a_key_of_the_right_family_that_does_not_fit_the_algorithm) {
  std::string const text = config_error({.private_key = p256_private(), .algorithm = "ES384"});
  EXPECT_EQ(
      text,
      "authjwt_algorithm is ES384, which does not fit the EC P-256 private key that was given: that one is for ES256");
}

TEST(Authority, a_public_key_alone_verifies_and_cannot_sign) {
  test::Pkey const pkey = test::make_ec("P-256");
  Service const signer{{.private_key = test::private_pem(pkey.get()), .algorithm = "ES256"}};
  Service const verifier{{.public_key = test::public_pem(pkey.get()), .algorithm = "ES256"}};
  std::string const token = AuthJWT{signer.authority}.create_access_token("test");
  EXPECT_EQ(claims_of(verifier, token).at("sub"), "test");
  EXPECT_EQ(
      test::thrown<std::invalid_argument>([&] { return AuthJWT{verifier.authority}.create_access_token("test"); }),
      "authjwt_private_key must be set when using asymmetric algorithm ES256");
}

TEST(Authority, does_not_take_a_public_keys_text_as_a_secret) {
  test::Pkey const pkey = test::make_ec("P-256");
  std::string const pem = test::public_pem(pkey.get());
  Service const service{{.public_key = pem, .algorithm = "ES256", .decode_algorithms = {"ES256", "HS256"}}};
  EXPECT_EQ(test::outcome(service.authority.validator().validate(test::sign("{}"), service.authority.keys(),
                                                                 service.authority.now())),
            "no_matching_key");
}

TEST(Authority, a_short_secret_warns_once_and_says_what_to_do) {
  Service const service{{.secret_key = std::string(31, 's'), .decode_algorithms = {"HS256", "HS384", "HS512"}}};
  ASSERT_EQ(service.log.size(), 1U);
  EXPECT_EQ(service.log[0],
            "authjwt_secret_key is an HMAC secret of 248 bits, too short for HS256 (RFC 7518 3.2) and possibly "
            "guessable: make one with `openssl rand -base64 48`");
  EXPECT_TRUE((Service{{.secret_key = std::string(32, 's')}}.log.empty()));
  EXPECT_EQ((Service{{.secret_key = std::string(32, 's'), .algorithm = "HS384"}}.log.size()), 1U);
  EXPECT_TRUE((Service{{.secret_key = std::string(64, 's'), .algorithm = "HS512"}}.log.empty()));
}

TEST(Authority, a_key_that_verifies_nothing_accepted_warns) {
  Service const service{{.secret_key = kSecret, .private_key = p256_private(), .decode_algorithms = {"RS256"}}};
  ASSERT_EQ(service.log.size(), 1U);
  EXPECT_NE(service.log[0].find("no key that was given verifies RS256"), std::string::npos) << service.log[0];
}

// --- algorithms
// -------------------------------------------------------------------------------------------------------

TEST(Authority, refuses_an_unknown_algorithm_and_names_the_known_ones) {
  for (char const* name : {"none", "hs256", "HS1", "", "HS256 "}) {
    std::string const text = with([name](Settings& s) { s.algorithm = name; });
    EXPECT_EQ(text.find("authjwt_algorithm: Algorithm " + std::string{name} + " could not be found; there are HS256, "),
              0U)
        << text;
  }
  std::string const text = with([](Settings& s) { s.decode_algorithms = {"HS256", "none"}; });
  EXPECT_EQ(text.find("authjwt_decode_algorithms: Algorithm none could not be found"), 0U) << text;
}

TEST(Authority, accepts_its_algorithm_or_those_of_decode_algorithms) {
  Service const plain;
  EXPECT_EQ(plain.authority.algorithm(), Algorithm::HS256);
  EXPECT_EQ(plain.authority.validator().policy().algorithms, (AlgorithmSet{Algorithm::HS256}));
  Service const wide{
      {.secret_key = std::string(64, 's'), .algorithm = "HS512", .decode_algorithms = {"HS256", "HS384"}}};
  EXPECT_EQ(wide.authority.algorithm(), Algorithm::HS512);
  EXPECT_EQ(wide.authority.validator().policy().algorithms, (AlgorithmSet{Algorithm::HS256, Algorithm::HS384}));
}

// --- names, times and limits
// ------------------------------------------------------------------------------------------

TEST(Authority, header_names_and_types_must_be_what_http_allows) {
  constexpr std::string_view kName = "authjwt_header_name is not a name that HTTP allows for a header";
  for (std::string const& name : {std::string{}, std::string{"a b"}, std::string{"a:"}, std::string{"a\r\nb"},
                                  std::string{"é"}, std::string("a\0", 2), std::string{"(a)"}, std::string{"\x7F"}}) {
    EXPECT_EQ(with([&](Settings& s) { s.header_name = name; }), kName) << name;
  }
  constexpr std::string_view kType =
      "authjwt_header_type must be one word that HTTP allows, or empty for a header that is the token alone";
  for (char const* type : {"Bearer ", " ", "a b", "a,b", "\n"})
    EXPECT_EQ(with([&](Settings& s) { s.header_type = type; }), kType) << type;
  EXPECT_EQ(with([](Settings& s) { s.header_name = "X-!#$%&'*+-.^_`|~09aZ"; }), kAccepted);
  EXPECT_EQ(with([](Settings& s) { s.header_type = ""; }), kAccepted);
}

TEST(Authority, tokens_are_taken_from_known_places_alone) {
  using Names = std::vector<std::string>;
  auto with_locations = [](Names names) { return with([&](Settings& s) { s.token_location = names; }); };
  EXPECT_EQ(with_locations({"headers"}), kAccepted);
  EXPECT_EQ(with_locations({"query_string", "json", "cookies", "headers", "headers"}), kAccepted);
  EXPECT_EQ(with_locations({}), "authjwt_token_location is empty; it must name at least \"headers\"");
  constexpr std::string_view kMay =
      "authjwt_token_location may hold \"headers\", \"cookies\", \"json\" and \"query_string\", and not ";
  EXPECT_EQ(with_locations({"Headers"}), std::string{kMay} + "Headers");
  EXPECT_EQ(with_locations({"headers", ""}), kMay);
}

TEST(Authority, lifetimes_are_a_second_to_a_thousand_years_or_never) {
  auto with_access = [](Lifetime lifetime) { return with([&](Settings& s) { s.access_token_expires = lifetime; }); };
  auto with_refresh = [](Lifetime lifetime) { return with([&](Settings& s) { s.refresh_token_expires = lifetime; }); };
  for (Lifetime good : {Lifetime{1s}, Lifetime{never}, Lifetime{std::chrono::years{1000}}}) {
    EXPECT_EQ(with_access(good), kAccepted);
    EXPECT_EQ(with_refresh(good), kAccepted);
  }
  for (Lifetime bad : {Lifetime{0s}, Lifetime{-1s}, Lifetime{999ms}, Lifetime{std::chrono::years{1001}},
                       Lifetime{std::chrono::seconds::max()}, Lifetime{std::chrono::seconds::min()},
                       Lifetime{std::chrono::hours::max()}, Lifetime{std::chrono::hours::min()}}) {
    EXPECT_EQ(with_access(bad),
              "authjwt_access_token_expires must be at least one second and at most a thousand years, or never");
    EXPECT_EQ(with_refresh(bad),
              "authjwt_refresh_token_expires must be at least one second and at most a thousand years, or never");
  }
}

TEST(Authority, leeway_is_nothing_to_a_day) {
  auto with_leeway = [](std::chrono::seconds leeway) { return with([&](Settings& s) { s.decode_leeway = leeway; }); };
  EXPECT_EQ(with_leeway(0s), kAccepted);
  EXPECT_EQ(with_leeway(24h), kAccepted);
  for (std::chrono::seconds bad : {std::chrono::seconds{-1}, std::chrono::seconds{86'401}, std::chrono::seconds::max(),
                                   std::chrono::seconds::min()}) {
    EXPECT_EQ(with_leeway(bad), "authjwt_decode_leeway must be between 0 seconds and a day");
  }
}

TEST(Authority, an_empty_list_of_audiences_is_not_taken_for_none) {
  EXPECT_EQ(with([](Settings& s) { s.decode_audience = std::vector<std::string>{}; }),
            "authjwt_decode_audience is an empty list, which no token could satisfy; leave it out for no audience");
}

TEST(Authority, a_name_that_is_refused_is_shown_as_printable_text) {
  std::string const text = with([](Settings& s) { s.algorithm = "HS1\x1b[31m\n and a secret pasted there"; });
  EXPECT_NE(text.find("Algorithm HS1?[31m? and a ... could not be found"), std::string::npos) << text;
}

TEST(Authority, issuers_and_audiences_are_texts_of_utf8) {
  for (auto const& [text, complaint] : std::vector<std::pair<std::string, std::string>>{
           {"", " must not be empty; leave it out for none"}, {"\xFF", " must be UTF-8"}}) {
    EXPECT_EQ(with([&](Settings& s) { s.encode_issuer = text; }), "authjwt_encode_issuer" + complaint);
    EXPECT_EQ(with([&](Settings& s) { s.decode_issuer = text; }), "authjwt_decode_issuer" + complaint);
    EXPECT_EQ(with([&](Settings& s) { s.decode_audience = text; }), "authjwt_decode_audience" + complaint);
    EXPECT_EQ(with([&](Settings& s) { s.decode_audience = {"api", text}; }), "authjwt_decode_audience" + complaint);
  }
}

TEST(Authority, limits_have_limits) {
  auto with_sizes = [](std::size_t token, std::size_t kid) {
    return with([&](Settings& s) { s.max_token_size = token, s.max_kid_size = kid; });
  };
  EXPECT_EQ(with_sizes(256, 256), kAccepted);
  EXPECT_EQ(with_sizes(1024 * 1024, 1), kAccepted);
  for (std::size_t bad :
       {std::size_t{0}, std::size_t{255}, std::size_t{1024 * 1024 + 1}, std::numeric_limits<std::size_t>::max()}) {
    EXPECT_EQ(with_sizes(bad, 1), "authjwt_max_token_size must be between 256 bytes and 1 MiB");
  }
  EXPECT_EQ(with_sizes(8192, 0), "authjwt_max_kid_size must be between 1 byte and authjwt_max_token_size");
  EXPECT_EQ(with_sizes(256, 257), "authjwt_max_kid_size must be between 1 byte and authjwt_max_token_size");
}

TEST(Authority, does_not_start_without_the_denylist_it_was_told_to_ask) {
  EXPECT_EQ(with([](Settings& s) { s.denylist_enabled = true; }),
            "A token_in_denylist_callback must be provided via the '@AuthJWT.token_in_denylist_loader' if "
            "authjwt_denylist_enabled is 'True'");
}

// --- the object
// -------------------------------------------------------------------------------------------------------

TEST(Authority, carries_its_settings_into_the_policy) {
  Service const service{{.secret_key = kSecret,
                         .decode_leeway = 7s,
                         .decode_issuer = "me",
                         .decode_audience = {"api", "web"},
                         .max_token_size = 4096,
                         .max_kid_size = 64}};
  TokenPolicy const& policy = service.authority.validator().policy();
  EXPECT_EQ(policy.leeway, 7s);
  EXPECT_EQ(policy.issuer, "me");
  EXPECT_EQ(policy.audience.names(), (std::vector<std::string>{"api", "web"}));
  EXPECT_EQ(policy.limits.max_token_size, 4096U);
  EXPECT_EQ(policy.limits.max_kid_size, 64U);
  EXPECT_EQ(service.authority.settings().decode_issuer, "me");
}

TEST(Authority, takes_the_time_from_its_clock) {
  Service service;
  EXPECT_EQ(service.authority.now(), test::at(test::kNow));
  service.clock.advance(5s);
  EXPECT_EQ(service.authority.now(), test::at(test::kNow + 5));
}

TEST(Authority, without_a_clock_it_takes_the_machines) {
  Authority const authority{test::secret_settings()};
  TimePoint const before = system_clock().now();
  EXPECT_LE(before, authority.now());
  EXPECT_LE(authority.now(), system_clock().now());
}

TEST(Authority, a_log_that_throws_decides_nothing) {
  Authority const authority{{.secret_key = "short"},
                            {.log = [](LogLevel, std::string_view) { throw std::runtime_error{"disk full"}; }}};
  EXPECT_NO_THROW(authority.log(LogLevel::error, "text"));
}

TEST(Authority, two_in_one_process_do_not_mix) {
  Service const one{{.secret_key = kSecret, .encode_issuer = "one", .access_token_expires = 60s}};
  Service two{{.secret_key = test::kOtherSecret, .algorithm = "HS384", .header_name = "X-Two"}};
  std::string const of_one = AuthJWT{one.authority}.create_access_token("test");
  std::string const of_two = AuthJWT{two.authority}.create_access_token("test");
  EXPECT_EQ(claims_of(one, of_one).at("exp"), test::kNow + 60);
  EXPECT_EQ(claims_of(two, of_two).at("exp"), test::kNow + 900);
  two.clock.advance(2000s);
  EXPECT_EQ(claims_of(one, of_one).at("iss"), "one");
  EXPECT_EQ(test::thrown<JWTDecodeError>([&] { return claims_of(one, of_two); }),
            "The specified alg value is not allowed");
  EXPECT_EQ(test::thrown<JWTDecodeError>([&] { return claims_of(two, of_one); }),
            "The specified alg value is not allowed");
  EXPECT_EQ(test::thrown<JWTDecodeError>([&] { return claims_of(two, of_two); }), "Signature has expired");
  FakeRequest const request{{{"X-Two", "Bearer " + of_one}}};
  EXPECT_EQ(test::outcome(AuthJWT{one.authority, request}.try_jwt_required()), "missing_header");
}

TEST(Authority, two_with_the_same_algorithm_refuse_each_others_tokens) {
  Service const one;
  Service const two{{.secret_key = test::kOtherSecret}};
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(
        test::thrown<JWTDecodeError>([&] { return claims_of(one, AuthJWT{two.authority}.create_access_token(i)); }),
        "Signature verification failed");
    EXPECT_EQ(claims_of(two, AuthJWT{two.authority}.create_access_token(i)).at("sub"), i);
  }
}

TEST(Authority, serves_several_threads_at_once) {
  Service const service;
  std::string const forged = test::sign("{}").substr(0, 60);
  std::atomic<int> good{0};
  std::atomic<int> refused{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 200; ++i) {
          FakeRequest const request =
              FakeRequest::with_bearer(AuthJWT{service.authority}.create_access_token(t * 1000 + i));
          AuthJWT authorize{service.authority, request};
          if (authorize.try_jwt_required() && authorize.get_jwt_subject() == Subject{t * 1000 + i}) ++good;
          FakeRequest const bad = FakeRequest::with_bearer(forged);
          if (!AuthJWT{service.authority, bad}.try_jwt_required()) ++refused;
        }
      });
    }
  }
  EXPECT_EQ(good, 800);
  EXPECT_EQ(refused, 800);
}

}  // namespace
}  // namespace authjwt
