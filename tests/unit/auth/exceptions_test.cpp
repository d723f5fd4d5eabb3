#include "unit/support.hpp"

#include <authjwt/auth/exceptions.hpp>
#include <authjwt/base/result.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <type_traits>

namespace authjwt {
namespace {

template <class Exception>
void expect_thrown(Errc code, int status, std::string_view message) {
  Result<int> const result = Error{code, "F", "D"};
  try {
    static_cast<void>(result.value());
    FAIL() << name(code) << " threw nothing";
  } catch (AuthJWTException const& error) {
    EXPECT_EQ(typeid(error), typeid(Exception)) << name(code);
    EXPECT_EQ(error.code(), code);
    EXPECT_EQ(error.status_code(), status);
    EXPECT_EQ(error.message(), message);
    EXPECT_EQ(std::string{error.what()}, message);
    EXPECT_EQ(error.error().field(), "F");
  }
}

TEST(Exceptions, value_of_an_error_throws_the_class_of_its_row) {
  expect_thrown<InvalidHeaderError>(Errc::malformed_header, 422, "Bad F header. Expected value 'D'");
  expect_thrown<JWTDecodeError>(Errc::expired, 422, "Signature has expired");
  expect_thrown<CSRFError>(Errc::csrf_mismatch, 401, "CSRF double submit tokens do not match");
  expect_thrown<MissingTokenError>(Errc::missing_header, 401, "Missing F Header");
  expect_thrown<RevokedTokenError>(Errc::token_revoked, 401, "Token has been revoked");
  expect_thrown<AccessTokenRequired>(Errc::access_token_required, 422, "Only access tokens are allowed");
  expect_thrown<RefreshTokenRequired>(Errc::refresh_token_required, 422, "Only refresh tokens are allowed");
  expect_thrown<FreshTokenRequired>(Errc::fresh_token_required, 401, "Fresh token required");
  expect_thrown<InsufficientScope>(Errc::insufficient_scope, 403, "Missing scope: D");
  expect_thrown<UserNotFound>(Errc::user_not_found, 401, "User not found");
  expect_thrown<AuthUnavailable>(Errc::unavailable, 503, "Authentication is not available");
}

TEST(Exceptions, a_configuration_error_is_no_answer_to_a_request) {
  static_assert(!std::is_base_of_v<AuthJWTException, ConfigError>);
  Result<void> const result = Error{Errc::invalid_key, {}, "give another key"};
  EXPECT_EQ(test::thrown<ConfigError>([&] { return result.value(), 0; }), "give another key");
}

TEST(Exceptions, result_without_a_value_throws_too) {
  Result<void> const result = Error{Errc::expired};
  EXPECT_EQ(test::thrown<JWTDecodeError>([&] { return result.value(), 0; }), "Signature has expired");
}

}  // namespace
}  // namespace authjwt
