#include <authjwt/base/error.hpp>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace authjwt {
namespace {

struct Row {
  Errc code;
  std::string_view name;
  ErrorClass error_class;
  int status;
  /// `{field}` and `{detail}` stand for what the place of the error knows.
  std::string_view message;
};

// The one table of errors. Texts and statuses of the Python package are its wire contract (tests/compat replays them).
constexpr std::array kTable = {
    Row{Errc::missing_header, "missing_header", ErrorClass::MissingTokenError, 401, "Missing {field} Header"},
    Row{Errc::malformed_header, "malformed_header", ErrorClass::InvalidHeaderError, 422, "Bad {field} header. Expected value '{detail}'"},
    Row{Errc::token_too_large, "token_too_large", ErrorClass::InvalidHeaderError, 422, "Token is larger than {detail} bytes"},
    Row{Errc::not_enough_segments, "not_enough_segments", ErrorClass::InvalidHeaderError, 422, "Not enough segments"},
    Row{Errc::invalid_header_padding, "invalid_header_padding", ErrorClass::InvalidHeaderError, 422, "Invalid header padding"},
    Row{Errc::invalid_payload_padding, "invalid_payload_padding", ErrorClass::InvalidHeaderError, 422, "Invalid payload padding"},
    Row{Errc::invalid_crypto_padding, "invalid_crypto_padding", ErrorClass::InvalidHeaderError, 422, "Invalid crypto padding"},
    Row{Errc::invalid_header_string, "invalid_header_string", ErrorClass::InvalidHeaderError, 422, "Invalid header string: {detail}"},
    Row{Errc::kid_not_text, "kid_not_text", ErrorClass::InvalidHeaderError, 422, "Key ID header parameter must be a string"},
    Row{Errc::kid_too_long, "kid_too_long", ErrorClass::InvalidHeaderError, 422, "Key ID header parameter is longer than {detail} bytes"},
    Row{Errc::crit_not_list, "crit_not_list", ErrorClass::InvalidHeaderError, 422, "Invalid 'crit' header: must be a non-empty list"},
    Row{Errc::crit_not_text, "crit_not_text", ErrorClass::InvalidHeaderError, 422, "Invalid 'crit' header: values must be strings"},
    Row{Errc::crit_unsupported, "crit_unsupported", ErrorClass::InvalidHeaderError, 422, "Unsupported critical extension{detail}"},
    Row{Errc::b64_unsupported, "b64_unsupported", ErrorClass::InvalidHeaderError, 422, "Unsupported header parameter: b64"},
    Row{Errc::algorithm_not_allowed, "algorithm_not_allowed", ErrorClass::JWTDecodeError, 422, "The specified alg value is not allowed"},
    Row{Errc::no_matching_key, "no_matching_key", ErrorClass::JWTDecodeError, 422, "No verification key fits the token"},
    Row{Errc::invalid_signature, "invalid_signature", ErrorClass::JWTDecodeError, 422, "Signature verification failed"},
    Row{Errc::invalid_payload_string, "invalid_payload_string", ErrorClass::JWTDecodeError, 422, "Invalid payload string: {detail}"},
    Row{Errc::iat_not_integer, "iat_not_integer", ErrorClass::JWTDecodeError, 422, "Issued At claim (iat) must be an integer."},
    Row{Errc::nbf_not_integer, "nbf_not_integer", ErrorClass::JWTDecodeError, 422, "Not Before claim (nbf) must be an integer."},
    Row{Errc::exp_not_integer, "exp_not_integer", ErrorClass::JWTDecodeError, 422, "Expiration Time claim (exp) must be an integer."},
    Row{Errc::immature_iat, "immature_iat", ErrorClass::JWTDecodeError, 422, "The token is not yet valid (iat)"},
    Row{Errc::immature_nbf, "immature_nbf", ErrorClass::JWTDecodeError, 422, "The token is not yet valid (nbf)"},
    Row{Errc::expired, "expired", ErrorClass::JWTDecodeError, 422, "Signature has expired"},
    Row{Errc::missing_required_claim, "missing_required_claim", ErrorClass::JWTDecodeError, 422, "Token is missing the \"{field}\" claim"},
    Row{Errc::invalid_issuer, "invalid_issuer", ErrorClass::JWTDecodeError, 422, "Invalid issuer"},
    Row{Errc::invalid_audience, "invalid_audience", ErrorClass::JWTDecodeError, 422, "Invalid audience"},
    Row{Errc::invalid_audience_format, "invalid_audience_format", ErrorClass::JWTDecodeError, 422, "Invalid claim format in token"},
    Row{Errc::missing_claim, "missing_claim", ErrorClass::JWTDecodeError, 422, "Missing claim: {field}"},
    Row{Errc::invalid_claim, "invalid_claim", ErrorClass::JWTDecodeError, 422, "Invalid claim: {field}"},
    Row{Errc::access_token_required, "access_token_required", ErrorClass::AccessTokenRequired, 422, "Only access tokens are allowed"},
    Row{Errc::refresh_token_required, "refresh_token_required", ErrorClass::RefreshTokenRequired, 422, "Only refresh tokens are allowed"},
    Row{Errc::fresh_token_required, "fresh_token_required", ErrorClass::FreshTokenRequired, 401, "Fresh token required"},
    Row{Errc::token_revoked, "token_revoked", ErrorClass::RevokedTokenError, 401, "Token has been revoked"},
    Row{Errc::insufficient_scope, "insufficient_scope", ErrorClass::InsufficientScope, 403, "Missing scope: {detail}"},
    Row{Errc::user_not_found, "user_not_found", ErrorClass::UserNotFound, 401, "User not found"},
    Row{Errc::missing_cookie, "missing_cookie", ErrorClass::MissingTokenError, 401, "Missing cookie {field}"},
    Row{Errc::missing_csrf, "missing_csrf", ErrorClass::CSRFError, 401, "Missing CSRF Token"},
    Row{Errc::csrf_mismatch, "csrf_mismatch", ErrorClass::CSRFError, 401, "CSRF double submit tokens do not match"},
    Row{Errc::unavailable, "unavailable", ErrorClass::AuthUnavailable, 503, "Authentication is not available"},
    Row{Errc::invalid_json, "invalid_json", ErrorClass::JWTDecodeError, 422, "{detail}"},
    Row{Errc::invalid_key, "invalid_key", ErrorClass::ConfigError, 500, "{detail}"},
    Row{Errc::invalid_setting, "invalid_setting", ErrorClass::ConfigError, 500, "{detail}"},
};

constexpr bool rows_stand_at_their_code() {
  for (std::size_t i = 0; i < kTable.size(); ++i) {
    if (static_cast<std::size_t>(kTable[i].code) != i) return false;
  }
  return kTable.size() == static_cast<std::size_t>(Errc::invalid_setting) + 1;
}
static_assert(rows_stand_at_their_code(), "one row for each Errc, in its order");

constexpr Row const& row(Errc code) noexcept { return kTable[static_cast<std::size_t>(code)]; }

void replace(std::string& text, std::string_view mark, std::string_view by) {
  if (auto at = text.find(mark); at != std::string::npos) text.replace(at, mark.size(), by);
}

}  // namespace

Error::Error(Errc code, std::string_view field, std::string_view detail)
    : code_{code}, field_{field}, message_{row(code).message} {
  // `{detail}` first: a field may be a name from a token, and must not be expanded again.
  replace(message_, "{detail}", detail);
  if (row(code).message.find("{field}") != std::string_view::npos) replace(message_, "{field}", field);
}

ErrorClass Error::error_class() const noexcept { return row(code_).error_class; }

int Error::status_code() const noexcept { return row(code_).status; }

std::string_view name(Errc code) noexcept { return row(code).name; }

}  // namespace authjwt
