// The part of Authority that judges tokens: its own, and those of the issuers it trusts.

#include "auth/callback.hpp"
#include "auth/other_issuers.hpp"

#include <authjwt/auth/authority.hpp>

namespace authjwt {
namespace {

/// What `judge` says of the token of another issuer with the keys that this one has now.
template <class Judge>
Result<VerifiedToken> judged(Authority const& authority, detail::OtherIssuer const& issuer,
                             UnverifiedToken const& token, Judge const& judge) {
  Result<KeySet> const keys = called(authority, "keys of a trusted issuer", [&issuer] { return issuer.keys->keys(); });
  // Without keys, too: an algorithm that is not allowed stays a bad token.
  Result<VerifiedToken> verified = judge(issuer.validator, keys ? *keys : KeySet{});
  if (verified || verified.error().code() != Errc::no_matching_key) return verified;
  if (!keys) return Error{Errc::unavailable};
  if (token.header().kid && issuer.keys->ask_for_newer()) return Error{Errc::unavailable};
  // Newer ones may have come since the keys were taken, and been the reason why no more are asked for.
  Result<KeySet> const newest =
      called(authority, "keys of a trusted issuer", [&issuer] { return issuer.keys->keys(); });
  return newest ? judge(issuer.validator, *newest) : newest.error();
}

}  // namespace

Result<VerifiedToken> Authority::verify(std::string_view token, IssuerCheck issuer) const {
  Result<UnverifiedToken> const unverified = UnverifiedToken::parse(token, validator_.policy().limits);
  if (!unverified) return unverified.error();
  detail::OtherIssuer const* const other = other_issuers_->find(*unverified);
  if (other == nullptr) return validator_.validate(*unverified, keys(), now(), issuer);
  return judged(*this, *other, *unverified, [&](Validator const& validator, KeySet const& keys) {
    return validator.validate(*unverified, keys, now(), IssuerCheck::enforce);
  });
}

Result<VerifiedToken> Authority::authenticate(std::string_view token) const {
  Result<UnverifiedToken> const unverified = UnverifiedToken::parse(token, validator_.policy().limits);
  if (!unverified) return unverified.error();
  detail::OtherIssuer const* const other = other_issuers_->find(*unverified);
  if (other == nullptr) return validator_.authenticate(*unverified, keys());
  return judged(*this, *other, *unverified, [&](Validator const& validator, KeySet const& keys) {
    return validator.authenticate(*unverified, keys);
  });
}

Result<void> Authority::check_claims(VerifiedToken const& token, IssuerCheck issuer) const {
  if (!token.is_foreign()) return validator_.check_claims(token, now(), issuer);
  detail::OtherIssuer const* const other = other_issuers_->find(token);
  if (other == nullptr) return Error{Errc::invalid_issuer, name(Claim::iss)};  // another authority has verified it
  return other->validator.check_claims(token, now(), IssuerCheck::enforce);
}

}  // namespace authjwt
