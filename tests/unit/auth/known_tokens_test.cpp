#include "unit/support.hpp"

#include <authjwt/revocation/memory_log.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

// A token whose signature is remembered is judged as it was the first time in everything else.
namespace authjwt {
namespace {

using namespace std::chrono_literals;
using test::at;
using test::kNow;

struct Remembering {
  explicit Remembering(Settings settings = {}, Key the_key = Key::generate(Algorithm::ES256, {.kid = "first"}).value())
      : key{std::move(the_key)}, authority{KeySet::from_keys({key}).value(), with(std::move(settings)), hooks()} {}

  static Settings with(Settings settings) {
    settings.algorithm = "ES256";
    return settings;
  }
  [[nodiscard]] Hooks hooks() const {
    return {.log = [](LogLevel, std::string_view) {}, .clock = &clock, .revocation_log = log};
  }
  [[nodiscard]] std::string token() const { return AuthJWT{authority}.create_access_token("test"); }
  /// "ok", or the name of the error that a guard gives.
  [[nodiscard]] std::string enters(std::string_view token) const {
    auto const request = testing::FakeRequest::with_bearer(token);
    AuthJWT handle{authority, request};
    return test::outcome(handle.try_jwt_required());
  }

  testing::FakeClock clock{at(kNow)};
  std::shared_ptr<MemoryLog> log = std::make_shared<MemoryLog>(clock);
  Key key;
  Authority authority;
};

TEST(KnownTokens, are_refused_the_moment_they_expire) {
  Remembering service;
  std::string const token = service.token();
  for (int i = 0; i < 2; ++i) EXPECT_EQ(service.enters(token), "ok");
  service.clock.advance(15min - 1s);
  EXPECT_EQ(service.enters(token), "ok");
  service.clock.advance(1s);
  EXPECT_EQ(service.enters(token), "expired");
}

TEST(KnownTokens, are_refused_the_moment_they_are_revoked) {
  Remembering const service;
  std::string const token = service.token();
  for (int i = 0; i < 2; ++i) ASSERT_EQ(service.enters(token), "ok");
  ASSERT_TRUE(service.authority.revoke(token));
  EXPECT_EQ(service.enters(token), "token_revoked");
}

TEST(KnownTokens, are_refused_the_moment_their_key_is_gone) {
  Remembering service;
  std::string const token = service.token();
  for (int i = 0; i < 2; ++i) ASSERT_EQ(service.enters(token), "ok");
  service.authority.set_keys(KeySet::from_keys({Key::generate(Algorithm::ES256, {.kid = "first"}).value()}).value());
  EXPECT_EQ(service.enters(token), "invalid_signature");
}

TEST(KnownTokens, are_refused_by_a_service_with_the_same_key_and_another_audience) {
  Remembering const service;
  Remembering const other{{.decode_audience = {"other"}}, service.key};
  std::string const token = service.token();
  for (int i = 0; i < 2; ++i) ASSERT_EQ(service.enters(token), "ok");
  EXPECT_EQ(other.enters(token), "missing_required_claim");
}

TEST(KnownTokens, may_be_known_to_nobody) {
  Remembering const service{{.signature_cache_size = 0}};
  std::string const token = service.token();
  for (int i = 0; i < 2; ++i) EXPECT_EQ(service.enters(token), "ok");
}

TEST(KnownTokens, take_no_more_than_four_million_places) {
  EXPECT_THROW(Remembering{{.signature_cache_size = 4'194'305}}, ConfigError);
}

}  // namespace
}  // namespace authjwt
