#include <authjwt/base/error.hpp>
#include <authjwt/base/result.hpp>

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace authjwt {
namespace {

struct Expected {
  Errc code;
  ErrorClass error_class;
  int status;
  std::string_view message;
};

/// Each row, with `F` as the field and `D` as the detail. The texts of the Python package are its recorded ones.
std::vector<Expected> const kExpected = {
    {Errc::missing_header, ErrorClass::MissingTokenError, 401, "Missing F Header"},
    {Errc::malformed_header, ErrorClass::InvalidHeaderError, 422, "Bad F header. Expected value 'D'"},
    {Errc::missing_query, ErrorClass::MissingTokenError, 401, "Missing 'F' query parameter"},
    {Errc::malformed_query, ErrorClass::InvalidHeaderError, 422, "Bad 'F' query parameter: D"},
    {Errc::missing_json, ErrorClass::MissingTokenError, 401, "Missing \"F\" key in json data."},
    {Errc::malformed_json, ErrorClass::InvalidHeaderError, 422, "Bad \"F\" key in json data: D"},
    {Errc::missing_websocket_token, ErrorClass::MissingTokenError, 401, "Missing F token from Query or Path"},
    {Errc::token_too_large, ErrorClass::InvalidHeaderError, 422, "Token is larger than D bytes"},
    {Errc::not_enough_segments, ErrorClass::InvalidHeaderError, 422, "Not enough segments"},
    {Errc::invalid_header_padding, ErrorClass::InvalidHeaderError, 422, "Invalid header padding"},
    {Errc::invalid_payload_padding, ErrorClass::InvalidHeaderError, 422, "Invalid payload padding"},
    {Errc::invalid_crypto_padding, ErrorClass::InvalidHeaderError, 422, "Invalid crypto padding"},
    {Errc::invalid_header_string, ErrorClass::InvalidHeaderError, 422, "Invalid header string: D"},
    {Errc::kid_not_text, ErrorClass::InvalidHeaderError, 422, "Key ID header parameter must be a string"},
    {Errc::kid_too_long, ErrorClass::InvalidHeaderError, 422, "Key ID header parameter is longer than D bytes"},
    {Errc::crit_not_list, ErrorClass::InvalidHeaderError, 422, "Invalid 'crit' header: must be a non-empty list"},
    {Errc::crit_not_text, ErrorClass::InvalidHeaderError, 422, "Invalid 'crit' header: values must be strings"},
    {Errc::crit_unsupported, ErrorClass::InvalidHeaderError, 422, "Unsupported critical extensionD"},
    {Errc::b64_unsupported, ErrorClass::InvalidHeaderError, 422, "Unsupported header parameter: b64"},
    {Errc::invalid_typ, ErrorClass::JWTDecodeError, 422, "Invalid typ header parameter"},
    {Errc::algorithm_not_allowed, ErrorClass::JWTDecodeError, 422, "The specified alg value is not allowed"},
    {Errc::no_matching_key, ErrorClass::JWTDecodeError, 422, "No verification key fits the token"},
    {Errc::invalid_signature, ErrorClass::JWTDecodeError, 422, "Signature verification failed"},
    {Errc::invalid_payload_string, ErrorClass::JWTDecodeError, 422, "Invalid payload string: D"},
    {Errc::iat_not_integer, ErrorClass::JWTDecodeError, 422, "Issued At claim (iat) must be an integer."},
    {Errc::nbf_not_integer, ErrorClass::JWTDecodeError, 422, "Not Before claim (nbf) must be an integer."},
    {Errc::exp_not_integer, ErrorClass::JWTDecodeError, 422, "Expiration Time claim (exp) must be an integer."},
    {Errc::immature_iat, ErrorClass::JWTDecodeError, 422, "The token is not yet valid (iat)"},
    {Errc::immature_nbf, ErrorClass::JWTDecodeError, 422, "The token is not yet valid (nbf)"},
    {Errc::expired, ErrorClass::JWTDecodeError, 422, "Signature has expired"},
    {Errc::missing_required_claim, ErrorClass::JWTDecodeError, 422, "Token is missing the \"F\" claim"},
    {Errc::invalid_issuer, ErrorClass::JWTDecodeError, 422, "Invalid issuer"},
    {Errc::invalid_audience, ErrorClass::JWTDecodeError, 422, "Invalid audience"},
    {Errc::invalid_audience_format, ErrorClass::JWTDecodeError, 422, "Invalid claim format in token"},
    {Errc::missing_claim, ErrorClass::JWTDecodeError, 422, "Missing claim: F"},
    {Errc::invalid_claim, ErrorClass::JWTDecodeError, 422, "Invalid claim: F"},
    {Errc::access_token_required, ErrorClass::AccessTokenRequired, 422, "Only access tokens are allowed"},
    {Errc::refresh_token_required, ErrorClass::RefreshTokenRequired, 422, "Only refresh tokens are allowed"},
    {Errc::fresh_token_required, ErrorClass::FreshTokenRequired, 401, "Fresh token required"},
    {Errc::token_revoked, ErrorClass::RevokedTokenError, 401, "Token has been revoked"},
    {Errc::insufficient_scope, ErrorClass::InsufficientScope, 403, "Missing scope: D"},
    {Errc::user_not_found, ErrorClass::UserNotFound, 401, "User not found"},
    {Errc::missing_cookie, ErrorClass::MissingTokenError, 401, "Missing cookie F"},
    {Errc::malformed_cookie, ErrorClass::InvalidHeaderError, 422, "Bad cookie F: D"},
    {Errc::origin_not_allowed, ErrorClass::CSRFError, 403, "Origin not allowed"},
    {Errc::missing_csrf, ErrorClass::CSRFError, 401, "Missing CSRF Token"},
    {Errc::csrf_mismatch, ErrorClass::CSRFError, 401, "CSRF double submit tokens do not match"},
    {Errc::unavailable, ErrorClass::AuthUnavailable, 503, "Authentication is not available"},
    {Errc::invalid_json, ErrorClass::JWTDecodeError, 422, "D"},
    {Errc::invalid_key, ErrorClass::ConfigError, 500, "D"},
    {Errc::invalid_setting, ErrorClass::ConfigError, 500, "D"},
};

TEST(Error, every_code_has_its_class_status_and_message) {
  for (Expected const& expected : kExpected) {
    Error const error{expected.code, "F", "D"};
    EXPECT_EQ(error.code(), expected.code) << expected.message;
    EXPECT_EQ(error.error_class(), expected.error_class) << expected.message;
    EXPECT_EQ(error.status_code(), expected.status) << expected.message;
    EXPECT_EQ(error.message(), expected.message);
    EXPECT_EQ(error.field(), "F");
  }
}

TEST(Error, the_table_of_this_test_holds_every_code_once) {
  for (std::size_t i = 0; i < kExpected.size(); ++i) EXPECT_EQ(static_cast<std::size_t>(kExpected[i].code), i);
  EXPECT_EQ(kExpected.back().code, Errc::invalid_setting) << "the last of the enumeration";
}

TEST(Error, every_code_has_a_name_of_its_own) {
  std::set<std::string_view> names;
  for (Expected const& expected : kExpected) EXPECT_TRUE(names.insert(name(expected.code)).second);
  EXPECT_EQ(name(Errc::missing_header), "missing_header");
  EXPECT_EQ(name(Errc::invalid_setting), "invalid_setting");
}

TEST(Error, a_field_or_detail_that_looks_like_a_mark_is_not_expanded) {
  EXPECT_EQ((Error{Errc::missing_claim, "{detail}", "D"}.message()), "Missing claim: {detail}");
  EXPECT_EQ((Error{Errc::missing_claim, "{field}"}.message()), "Missing claim: {field}");
  EXPECT_EQ((Error{Errc::invalid_header_string, "F", "{field}{detail}"}.message()),
            "Invalid header string: {field}{detail}");
  EXPECT_EQ((Error{Errc::malformed_header, "{field}{detail}", "{field}"}.message()),
            "Bad {field}{detail} header. Expected value '{field}'");
}

TEST(Error, may_be_given_another_status) {
  EXPECT_EQ((Error{Errc::expired}.with_status(401).status_code()), 401);
  EXPECT_EQ((Error{Errc::expired}.with_status(401).message()), "Signature has expired");
}

TEST(Error, may_lack_field_and_detail) {
  Error const error{Errc::invalid_json};
  EXPECT_EQ(error.field(), "");
  EXPECT_EQ(error.message(), "");
}

TEST(Error, of_nothing_lets_nobody_in) {
  EXPECT_EQ(Error{}.code(), Errc::unavailable);
  EXPECT_EQ(Error{}.status_code(), 503);
}

TEST(Result, holds_a_value_or_an_error) {
  Result<int> const value = 7;
  Result<int> const error = Error{Errc::expired};
  EXPECT_TRUE(value.has_value());
  EXPECT_EQ(*value, 7);
  EXPECT_FALSE(error.has_value());
  EXPECT_EQ(error.error().code(), Errc::expired);
  EXPECT_TRUE(Result<void>{}.has_value());
}

}  // namespace
}  // namespace authjwt
