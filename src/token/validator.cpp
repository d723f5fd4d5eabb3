#include "base/ascii.hpp"
#include "base/base64url.hpp"
#include "jose/signature_cache.hpp"
#include "token/claims_reader.hpp"
#include "token/numeric_date.hpp"
#include "token/payload.hpp"

#include <authjwt/token/validator.hpp>

#include <algorithm>

namespace authjwt {
namespace {

using Kind = ClaimValue::Kind;

/// `now` and the leeway as plain seconds. Both are small (Authority bounds the leeway), so that sums do not overflow.
struct Moment {
  std::int64_t latest_start;  ///< `iat` and `nbf` may not lie after it
  std::int64_t last_ended;    ///< `exp` must lie after it
};

std::optional<Error> check_not_before(ClaimValue const& value, Fraction fraction, Moment const& moment, Claim claim,
                                      Errc not_integer, Errc immature) {
  if (value.kind == Kind::absent) return std::nullopt;
  std::optional<std::int64_t> const date = numeric_date(value, fraction);
  if (!date) return Error{not_integer, name(claim)};
  if (*date > moment.latest_start) return Error{immature, name(claim)};
  return std::nullopt;
}

std::optional<Error> check_expiry(ClaimValue const& value, Moment const& moment, bool required) {
  if (value.kind == Kind::absent) {
    return required ? std::optional{Error{Errc::missing_required_claim, name(Claim::exp)}} : std::nullopt;
  }
  std::optional<std::int64_t> const date = numeric_date(value, Fraction::cut);
  if (!date) return Error{Errc::exp_not_integer, name(Claim::exp)};
  if (*date <= moment.last_ended) return Error{Errc::expired, name(Claim::exp)};
  return std::nullopt;
}

std::optional<Error> check_issuer(ClaimValue const& value, std::optional<std::string> const& issuer) {
  if (value.kind == Kind::absent) return Error{Errc::missing_required_claim, name(Claim::iss)};
  if (!issuer || value.kind != Kind::text || value.text != *issuer)
    return Error{Errc::invalid_issuer, name(Claim::iss)};
  return std::nullopt;
}

std::optional<Error> check_audience(AudienceMatch match, bool audience_configured) {
  if (!audience_configured) {
    if (match == AudienceMatch::none) return std::nullopt;
    return Error{Errc::invalid_audience, name(Claim::aud)};
  }
  switch (match) {
    case AudienceMatch::wanted: return std::nullopt;
    case AudienceMatch::none: return Error{Errc::missing_required_claim, name(Claim::aud)};
    case AudienceMatch::malformed: return Error{Errc::invalid_audience_format, name(Claim::aud)};
    case AudienceMatch::other: break;
  }
  return Error{Errc::invalid_audience, name(Claim::aud)};
}

std::optional<Error> check_jti(ClaimValue const& value) {
  if (value.kind == Kind::absent || value.kind == Kind::text) return std::nullopt;
  return Error{Errc::invalid_claim, name(Claim::jti)};
}

/// RFC 7515 4.1.9: a media type, whose case does not matter and whose `application/` may be left out.
bool is_typ(std::optional<std::string> const& typ, std::string_view wanted) {
  constexpr std::string_view kPrefix = "application/";
  std::string_view text = typ ? std::string_view{*typ} : std::string_view{};
  if (equal_ignoring_case(text.substr(0, kPrefix.size()), kPrefix)) text.remove_prefix(kPrefix.size());
  return equal_ignoring_case(text, wanted);
}

std::optional<Error> check_typ(std::optional<std::string> const& typ, ClaimValue const& type,
                               TokenPolicy const& policy) {
  if (policy.typ && !is_typ(typ, *policy.typ)) return Error{Errc::invalid_typ, "typ"};
  if (!policy.access_typ) return std::nullopt;
  bool const is_access = type.kind == Kind::text && type.text == "access";
  if (is_typ(typ, *policy.access_typ) == is_access) return std::nullopt;
  return Error{Errc::invalid_typ, "typ"};
}

/// The claims of a token, in the recorded order.
std::optional<Error> check(RegisteredClaims const& claims, TokenPolicy const& policy, TimePoint now,
                           IssuerCheck issuer) {
  std::int64_t const seconds = now.time_since_epoch().count();
  Moment const moment{.latest_start = seconds + policy.leeway.count(), .last_ended = seconds - policy.leeway.count()};
  // An `iat` within the current second has not begun, an `nbf` has: what the recorded peer does.
  if (auto error = check_not_before(claims[Claim::iat], Fraction::round_up, moment, Claim::iat, Errc::iat_not_integer,
                                    Errc::immature_iat)) {
    return error;
  }
  if (auto error = check_not_before(claims[Claim::nbf], Fraction::cut, moment, Claim::nbf, Errc::nbf_not_integer,
                                    Errc::immature_nbf)) {
    return error;
  }
  if (auto error = check_expiry(claims[Claim::exp], moment, policy.require_exp)) return error;
  if (issuer == IssuerCheck::enforce && policy.issuer) {
    if (auto error = check_issuer(claims[Claim::iss], policy.issuer)) return error;
  }
  if (auto error = check_audience(claims.audience, !policy.audience.empty())) return error;
  return check_jti(claims[Claim::jti]);
}

std::shared_ptr<detail::SignatureCache> cache_for(TokenPolicy const& policy) {
  auto const is_worth_it = [&policy](Algorithm algorithm) {
    return policy.algorithms.contains(algorithm) && !is_symmetric(algorithm);
  };
  if (policy.signature_cache_size == 0 || std::ranges::none_of(all_algorithms(), is_worth_it)) return nullptr;
  return std::make_shared<detail::SignatureCache>(policy.signature_cache_size);
}

}  // namespace

Validator::Validator(TokenPolicy policy) : policy_{std::move(policy)}, signatures_{cache_for(policy_)} {}

Result<VerifiedToken> Validator::validate(std::string_view token, KeySet const& keys, TimePoint now,
                                          IssuerCheck issuer) const {
  Result<UnverifiedToken> const unverified = UnverifiedToken::parse(token, policy_.limits);
  if (!unverified) return unverified.error();
  return validate(*unverified, keys, now, issuer);
}

Result<VerifiedToken> Validator::validate(UnverifiedToken const& token, KeySet const& keys, TimePoint now,
                                          IssuerCheck issuer) const {
  Result<VerifiedToken> verified = verify_signature(token, keys);
  if (!verified) return verified;
  if (auto error = check(verified->payload_->claims, policy_, now, issuer)) return *std::move(error);
  return verified;
}

Result<VerifiedToken> Validator::authenticate(std::string_view token, KeySet const& keys) const {
  Result<UnverifiedToken> const unverified = UnverifiedToken::parse(token, policy_.limits);
  if (!unverified) return unverified.error();
  return authenticate(*unverified, keys);
}

Result<VerifiedToken> Validator::authenticate(UnverifiedToken const& token, KeySet const& keys) const {
  return verify_signature(token, keys);
}

Result<void> Validator::check_claims(VerifiedToken const& token, TimePoint now, IssuerCheck issuer) const {
  if (auto error = check(token.payload_->claims, policy_, now, issuer)) return *std::move(error);
  return {};
}

/// Signature first, over the bytes as they came; only then is the payload decoded and read.
Result<VerifiedToken> Validator::verify_signature(UnverifiedToken const& token, KeySet const& keys) const {
  jws::Compact const& compact = token.compact_;
  std::optional<Algorithm> const algorithm =
      compact.header.alg ? find_algorithm(*compact.header.alg) : std::optional<Algorithm>{};
  if (!algorithm || !policy_.algorithms.contains(*algorithm)) return Error{Errc::algorithm_not_allowed, "alg"};
  Result<Key const*> const key = keys.verification_key(*algorithm, compact.header.kid);
  if (!key) return key.error();
  bool const is_signed =
      signatures_ ? signatures_->verify(compact, **key, *algorithm) : jws::verify(compact, **key, *algorithm);
  if (!is_signed) return Error{Errc::invalid_signature};

  auto payload = VerifiedToken::Payload::make(base64url::decoded_size(compact.payload_segment.size()), compact.text);
  payload->algorithm = *algorithm;
  if (!base64url::decode(compact.payload_segment, payload->data())) {
    return Error{Errc::invalid_payload_string, {}, "not canonical base64url"};
  }
  if (auto reason = read_registered_claims(payload->json(), policy_.audience, payload->claims)) {
    return Error{Errc::invalid_payload_string, {}, *reason};
  }
  payload->foreign = policy_.foreign;
  if (policy_.foreign) {  // the keys were chosen by what the token said of itself before it was verified
    if (auto error = check_issuer(payload->claims[Claim::iss], policy_.issuer)) return *std::move(error);
  }
  if (auto error = check_typ(compact.header.typ, payload->claims[Claim::type], policy_)) return *std::move(error);
  return VerifiedToken{std::move(payload)};
}

}  // namespace authjwt
