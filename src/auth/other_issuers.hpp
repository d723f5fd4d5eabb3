#pragma once

#include <authjwt/auth/settings.hpp>
#include <authjwt/auth/trusted_issuer.hpp>
#include <authjwt/auth/user_lookup.hpp>
#include <authjwt/jose/key_source.hpp>
#include <authjwt/token/unverified_token.hpp>
#include <authjwt/token/validator.hpp>
#include <authjwt/token/verified_token.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace authjwt::detail {

/// What it takes to judge the tokens of another issuer.
struct OtherIssuer {
  std::shared_ptr<KeySource> keys;
  Validator validator;
};

/// The issuers that an authority trusts beside itself. Immutable, thread-safe.
class OtherIssuers {
 public:
  /// Throws `ConfigError` for issuers that could not be told apart, from each other or from the service's own, and for
  /// what would let in too much or nobody.
  OtherIssuers(std::vector<TrustedIssuer> const& trusted, Settings const& settings);

  /// By what the token says of itself, which nobody has verified. Null: it is to be judged as one of our own.
  [[nodiscard]] OtherIssuer const* find(UnverifiedToken const& token) const;
  /// Null where the token is none of theirs.
  [[nodiscard]] OtherIssuer const* find(VerifiedToken const& token) const;

 private:
  std::map<std::string, OtherIssuer, std::less<>> by_name_;
};

/// The settings of a service that trusts these. Throws `ConfigError` where its own tokens could not be told from
/// theirs.
[[nodiscard]] Settings settings_beside(std::vector<TrustedIssuer> const& trusted, Settings settings, bool has_own_keys);
/// Throws `ConfigError` for a lookup by the subject alone: two issuers may mean two people by one.
void check_lookup_beside(std::vector<TrustedIssuer> const& trusted, UserLookup const& lookup);

}  // namespace authjwt::detail
