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
  std::int16_t status;
  /// `{field}` and `{detail}` stand for what the place of the error knows.
  std::string_view message;
};

using enum Errc;
using enum ErrorClass;

// The one table of errors. Texts and statuses of the Python package are its wire contract (tests/compat replays them).
constexpr std::array kTable = {
    Row{missing_header, "missing_header", MissingTokenError, 401, "Missing {field} Header"},
    Row{malformed_header, "malformed_header", InvalidHeaderError, 422, "Bad {field} header. Expected value '{detail}'"},
    Row{missing_query, "missing_query", MissingTokenError, 401, "Missing '{field}' query parameter"},
    Row{malformed_query, "malformed_query", InvalidHeaderError, 422, "Bad '{field}' query parameter: {detail}"},
    Row{missing_json, "missing_json", MissingTokenError, 401, "Missing \"{field}\" key in json data."},
    Row{malformed_json, "malformed_json", InvalidHeaderError, 422, "Bad \"{field}\" key in json data: {detail}"},
    Row{missing_websocket_token, "missing_websocket_token", MissingTokenError, 401,
        "Missing {field} token from Query or Path"},
    Row{token_too_large, "token_too_large", InvalidHeaderError, 422, "Token is larger than {detail} bytes"},
    Row{not_enough_segments, "not_enough_segments", InvalidHeaderError, 422, "Not enough segments"},
    Row{invalid_header_padding, "invalid_header_padding", InvalidHeaderError, 422, "Invalid header padding"},
    Row{invalid_payload_padding, "invalid_payload_padding", InvalidHeaderError, 422, "Invalid payload padding"},
    Row{invalid_crypto_padding, "invalid_crypto_padding", InvalidHeaderError, 422, "Invalid crypto padding"},
    Row{invalid_header_string, "invalid_header_string", InvalidHeaderError, 422, "Invalid header string: {detail}"},
    Row{kid_not_text, "kid_not_text", InvalidHeaderError, 422, "Key ID header parameter must be a string"},
    Row{kid_too_long, "kid_too_long", InvalidHeaderError, 422, "Key ID header parameter is longer than {detail} bytes"},
    Row{crit_not_list, "crit_not_list", InvalidHeaderError, 422, "Invalid 'crit' header: must be a non-empty list"},
    Row{crit_not_text, "crit_not_text", InvalidHeaderError, 422, "Invalid 'crit' header: values must be strings"},
    Row{crit_unsupported, "crit_unsupported", InvalidHeaderError, 422, "Unsupported critical extension{detail}"},
    Row{b64_unsupported, "b64_unsupported", InvalidHeaderError, 422, "Unsupported header parameter: b64"},
    Row{invalid_typ, "invalid_typ", JWTDecodeError, 422, "Invalid typ header parameter"},
    Row{algorithm_not_allowed, "algorithm_not_allowed", JWTDecodeError, 422, "The specified alg value is not allowed"},
    Row{no_matching_key, "no_matching_key", JWTDecodeError, 422, "No verification key fits the token"},
    Row{invalid_signature, "invalid_signature", JWTDecodeError, 422, "Signature verification failed"},
    Row{invalid_payload_string, "invalid_payload_string", JWTDecodeError, 422, "Invalid payload string: {detail}"},
    Row{iat_not_integer, "iat_not_integer", JWTDecodeError, 422, "Issued At claim (iat) must be an integer."},
    Row{nbf_not_integer, "nbf_not_integer", JWTDecodeError, 422, "Not Before claim (nbf) must be an integer."},
    Row{exp_not_integer, "exp_not_integer", JWTDecodeError, 422, "Expiration Time claim (exp) must be an integer."},
    Row{immature_iat, "immature_iat", JWTDecodeError, 422, "The token is not yet valid (iat)"},
    Row{immature_nbf, "immature_nbf", JWTDecodeError, 422, "The token is not yet valid (nbf)"},
    Row{expired, "expired", JWTDecodeError, 422, "Signature has expired"},
    Row{missing_required_claim, "missing_required_claim", JWTDecodeError, 422,
        "Token is missing the \"{field}\" claim"},
    Row{invalid_issuer, "invalid_issuer", JWTDecodeError, 422, "Invalid issuer"},
    Row{invalid_audience, "invalid_audience", JWTDecodeError, 422, "Invalid audience"},
    Row{invalid_audience_format, "invalid_audience_format", JWTDecodeError, 422, "Invalid claim format in token"},
    Row{missing_claim, "missing_claim", JWTDecodeError, 422, "Missing claim: {field}"},
    Row{invalid_claim, "invalid_claim", JWTDecodeError, 422, "Invalid claim: {field}"},
    Row{access_token_required, "access_token_required", AccessTokenRequired, 422, "Only access tokens are allowed"},
    Row{refresh_token_required, "refresh_token_required", RefreshTokenRequired, 422, "Only refresh tokens are allowed"},
    Row{fresh_token_required, "fresh_token_required", FreshTokenRequired, 401, "Fresh token required"},
    Row{token_revoked, "token_revoked", RevokedTokenError, 401, "Token has been revoked"},
    Row{insufficient_scope, "insufficient_scope", InsufficientScope, 403, "Missing scope: {detail}"},
    Row{user_not_found, "user_not_found", UserNotFound, 401, "User not found"},
    Row{missing_cookie, "missing_cookie", MissingTokenError, 401, "Missing cookie {field}"},
    Row{malformed_cookie, "malformed_cookie", InvalidHeaderError, 422, "Bad cookie {field}: {detail}"},
    Row{origin_not_allowed, "origin_not_allowed", CSRFError, 403, "Origin not allowed"},
    Row{missing_csrf, "missing_csrf", CSRFError, 401, "Missing CSRF Token"},
    Row{csrf_mismatch, "csrf_mismatch", CSRFError, 401, "CSRF double submit tokens do not match"},
    Row{unavailable, "unavailable", AuthUnavailable, 503, "Authentication is not available"},
    Row{invalid_json, "invalid_json", JWTDecodeError, 422, "{detail}"},
    Row{invalid_key, "invalid_key", ConfigError, 500, "{detail}"},
    Row{invalid_setting, "invalid_setting", ConfigError, 500, "{detail}"},
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
    : code_{code}, status_{row(code).status}, field_{field}, message_{row(code).message} {
  // `{detail}` first: a field may be a name from a token, and must not be expanded again.
  replace(message_, "{detail}", detail);
  if (row(code).message.find("{field}") != std::string_view::npos) replace(message_, "{field}", field);
}

ErrorClass Error::error_class() const noexcept { return row(code_).error_class; }

std::string_view name(Errc code) noexcept { return row(code).name; }

}  // namespace authjwt
