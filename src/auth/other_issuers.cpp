#include "auth/other_issuers.hpp"

#include "auth/settings_check.hpp"
#include "base/printable.hpp"
#include "base/utf8.hpp"
#include "http/ascii.hpp"
#include "token/issuer_peek.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace authjwt::detail {
namespace {

[[noreturn]] void refuse(TrustedIssuer const& trusted, std::string const& why) {
  refuse_settings("Hooks::trusted_issuers: \"" + printable(trusted.issuer) + "\" " + why);
}

bool is_name(std::string const& text) { return !text.empty() && is_utf8(text); }

void check_algorithms(TrustedIssuer const& trusted) {
  if (trusted.algorithms.empty()) refuse(trusted, "has no algorithms; name those it signs with, as RS256");
  for (Algorithm const algorithm : all_algorithms()) {
    if (!trusted.algorithms.contains(algorithm) || !is_symmetric(algorithm)) continue;
    refuse(trusted, "may not have " + std::string{name(algorithm)} + ": who can verify with it can sign with it");
  }
}

void check(TrustedIssuer const& trusted, Settings const& settings) {
  if (!is_name(trusted.issuer)) refuse(trusted, "is no issuer: it must be UTF-8, and not empty");
  if (trusted.issuer == settings.decode_issuer || trusted.issuer == settings.encode_issuer) {
    refuse(trusted, "is this service's own name (authjwt_encode_issuer, authjwt_decode_issuer)");
  }
  if (trusted.keys == nullptr) refuse(trusted, "has no keys");
  check_algorithms(trusted);
  if (trusted.audience.empty() || !std::ranges::all_of(trusted.audience.names(), is_name)) {
    refuse(trusted,
           "needs an audience, the name that it has for this service: else whoever is sent a token by another one of "
           "its clients could use it here");
  }
  if (trusted.typ && !http::is_token(*trusted.typ)) {
    refuse(trusted, "has a typ that is no media type without application/, as at+jwt");
  }
}

TokenPolicy policy_of(TrustedIssuer const& trusted, Settings const& settings) {
  TokenPolicy policy;
  policy.algorithms = trusted.algorithms;
  policy.leeway = settings.decode_leeway;
  policy.issuer = trusted.issuer;
  policy.audience = trusted.audience;
  policy.limits = {.max_token_size = settings.max_token_size, .max_kid_size = settings.max_kid_size};
  policy.require_exp = true;
  policy.typ = trusted.typ;
  policy.signature_cache_size = settings.signature_cache_size;
  policy.foreign = true;
  return policy;
}

}  // namespace

OtherIssuers::OtherIssuers(std::vector<TrustedIssuer> const& trusted, Settings const& settings) {
  for (TrustedIssuer const& each : trusted) {
    check(each, settings);
    bool const is_new =
        by_name_.try_emplace(each.issuer, OtherIssuer{each.keys, Validator{policy_of(each, settings)}}).second;
    if (!is_new) refuse(each, "is there twice");
  }
}

OtherIssuer const* OtherIssuers::find(UnverifiedToken const& token) const {
  if (by_name_.empty()) return nullptr;  // and no token is read before it is verified
  std::optional<std::string> const issuer = peek_issuer(token);
  auto const found = issuer ? by_name_.find(*issuer) : by_name_.end();
  return found == by_name_.end() ? nullptr : &found->second;
}

OtherIssuer const* OtherIssuers::find(VerifiedToken const& token) const {
  if (!token.is_foreign()) return nullptr;
  auto const found = by_name_.find(token.text(Claim::iss).value_or(std::string_view{}));
  return found == by_name_.end() ? nullptr : &found->second;
}

Settings settings_beside(std::vector<TrustedIssuer> const& trusted, Settings settings, bool has_own_keys) {
  if (trusted.empty()) return settings;
  bool const has_name = settings.encode_issuer || settings.decode_issuer;
  if (has_own_keys && !has_name) {
    refuse_settings(
        "Hooks::trusted_issuers needs authjwt_encode_issuer, or authjwt_decode_issuer where tokens are only read: "
        "every "
        "token has to say whose it is");
  }
  settings.always_check_issuer = settings.always_check_issuer || has_name;
  return settings;
}

void check_lookup_beside(std::vector<TrustedIssuer> const& trusted, UserLookup const& lookup) {
  if (trusted.empty() || !lookup || lookup.knows_token()) return;
  refuse_settings(
      "Hooks::user_lookup_loader has to take VerifiedToken const& beside Hooks::trusted_issuers: the same subject of "
      "two "
      "issuers is two people");
}

}  // namespace authjwt::detail
