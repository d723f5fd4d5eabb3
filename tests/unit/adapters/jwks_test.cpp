#include <authjwt/adapters/jwks.hpp>
#include <authjwt/testing/fake_clock.hpp>
#include <authjwt/testing/fake_http.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace authjwt {
namespace {

using testing::FakeRequest;

std::string header(http::RenderedAnswer const& answer, std::string_view name) {
  auto const at = std::ranges::find(answer.headers, name, &std::pair<std::string, std::string>::first);
  return at == answer.headers.end() ? std::string{} : at->second;
}

class JwksTest : public ::testing::Test {
 protected:
  http::RenderedAnswer ask(FakeRequest::Headers headers = {}) {
    return routes.answer(FakeRequest{std::move(headers)}, kJwksPath, {});
  }

  testing::FakeClock clock;
  Authority authority{KeySet::from_keys({Key::generate(Algorithm::ES256, {.kid = "a"}).value()}).value(),
                      {.algorithm = "ES256"},
                      {.log = [](LogLevel, std::string_view) {}, .clock = &clock}};
  Routes routes{authority};
};

TEST_F(JwksTest, is_the_public_halves_for_everyone_and_may_be_kept) {
  publish_jwks(routes);
  http::RenderedAnswer const answer = ask();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.content_type(), "application/jwk-set+json");
  EXPECT_EQ(header(answer, "Cache-Control"), "public, max-age=300");
  EXPECT_EQ(answer.body, authority.keys().to_public_jwks());
  EXPECT_EQ(answer.body.find("\"d\""), std::string::npos);
  EXPECT_FALSE(KeySet::from_jwks(answer.body).value().keys().front().is_private());
}

TEST_F(JwksTest, is_304_for_the_one_who_has_it) {
  publish_jwks(routes, std::chrono::hours{1});
  std::string const etag = header(ask(), "ETag");
  ASSERT_GT(etag.size(), 4U);
  EXPECT_EQ(etag.front(), '"');
  EXPECT_EQ(etag.back(), '"');
  for (std::string const& field : {etag, "W/" + etag, "\"x\", " + etag, etag + " ,\"y\"", std::string{"*"}}) {
    http::RenderedAnswer const answer = ask({{"If-None-Match", field}});
    EXPECT_EQ(answer.status, 304) << field;
    EXPECT_EQ(answer.body, "");
    EXPECT_EQ(header(answer, "ETag"), etag);
    EXPECT_EQ(header(answer, "Cache-Control"), "public, max-age=3600");
  }
  EXPECT_EQ(ask({{"If-None-Match", "\"x\""}, {"If-None-Match", etag}}).status, 304);
  for (std::string const& field :
       {std::string{}, std::string{","}, std::string{"\"x\""}, etag.substr(1), etag.substr(0, etag.size() - 1)}) {
    EXPECT_EQ(ask({{"If-None-Match", field}}).status, 200) << field;
  }
}

TEST_F(JwksTest, changes_with_the_keys_and_so_does_its_etag) {
  publish_jwks(routes);
  std::string const before = header(ask(), "ETag");
  authority.publish_key(Key::generate(Algorithm::ES256, {.kid = "b"}).value());
  http::RenderedAnswer const answer = ask({{"If-None-Match", before}});
  EXPECT_EQ(answer.status, 200);
  EXPECT_NE(header(answer, "ETag"), before);
  EXPECT_EQ(KeySet::from_jwks(answer.body).value().keys().size(), 2U);
}

TEST_F(JwksTest, has_the_same_etag_on_every_machine_with_the_same_keys) {
  publish_jwks(routes);
  Authority const other{authority.keys(), {.algorithm = "ES256"}};
  Routes others{other};
  publish_jwks(others);
  EXPECT_EQ(header(others.answer(FakeRequest{}, kJwksPath, {}), "ETag"), header(ask(), "ETag"));
}

}  // namespace
}  // namespace authjwt
