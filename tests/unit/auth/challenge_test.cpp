#include <authjwt/auth/challenge.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace authjwt {
namespace {

Settings const kOn{.www_authenticate = true};

/// As a guard gives it where the setting is on.
Error unauthorized(Errc code, std::string_view field = {}, std::string_view detail = {}) {
  return Error{code, field, detail}.with_status(401);
}

TEST(Challenge, without_the_setting_there_is_none) {
  EXPECT_EQ(challenge({}, Error{Errc::missing_header, "Authorization"}), std::nullopt);
  EXPECT_EQ(challenge({}, Error{Errc::insufficient_scope, "scope", "write"}), std::nullopt);
}

TEST(Challenge, who_shows_no_token_is_told_no_error) {
  EXPECT_EQ(challenge(kOn, Error{Errc::missing_header, "Authorization"}), "Bearer");
  EXPECT_EQ(challenge(kOn, Error{Errc::missing_cookie, "access_token_cookie"}), "Bearer");
}

TEST(Challenge, a_wrong_csrf_value_is_no_error_of_the_token) {
  EXPECT_EQ(challenge(kOn, Error{Errc::missing_csrf}), "Bearer");
  EXPECT_EQ(challenge(kOn, Error{Errc::csrf_mismatch}), "Bearer");
}

TEST(Challenge, a_bad_token_is_told_why) {
  EXPECT_EQ(challenge(kOn, unauthorized(Errc::expired)),
            R"(Bearer error="invalid_token", error_description="Signature has expired")");
  EXPECT_EQ(challenge(kOn, Error{Errc::token_revoked}),
            R"(Bearer error="invalid_token", error_description="Token has been revoked")");
}

TEST(Challenge, a_token_that_is_not_fresh_asks_for_a_login) {
  EXPECT_EQ(challenge(kOn, Error{Errc::fresh_token_required}),
            R"(Bearer error="insufficient_user_authentication", error_description="Fresh token required")");
}

TEST(Challenge, scopes_that_are_missing_are_named) {
  EXPECT_EQ(challenge(kOn, Error{Errc::insufficient_scope, "scope", "read write"}),
            R"(Bearer error="insufficient_scope", error_description="Missing scope: read write", scope="read write")");
}

TEST(Challenge, other_statuses_have_none) {
  EXPECT_EQ(challenge(kOn, Error{Errc::unavailable}), std::nullopt);
  EXPECT_EQ(challenge(kOn, Error{Errc::expired}), std::nullopt);
}

TEST(Challenge, no_text_ends_the_quotes) {
  EXPECT_EQ(challenge(kOn, unauthorized(Errc::missing_required_claim, "aud")),
            R"(Bearer error="invalid_token", error_description="Token is missing the 'aud' claim")");
  EXPECT_EQ(challenge(kOn, unauthorized(Errc::missing_claim, "a\\\", x=\"\r\n\xc3\xa4\x7f")),
            R"(Bearer error="invalid_token", error_description="Missing claim: a?', x='?????")");
}

TEST(Challenge, the_scheme_is_the_header_type) {
  Error const missing{Errc::missing_header, "X-Token"};
  EXPECT_EQ(challenge({.header_type = "JWT", .www_authenticate = true}, missing), "JWT");
  EXPECT_EQ(challenge({.header_type = "", .www_authenticate = true}, missing), "Bearer");
}

}  // namespace
}  // namespace authjwt
