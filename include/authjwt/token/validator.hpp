#pragma once

#include <authjwt/base/clock.hpp>
#include <authjwt/base/result.hpp>
#include <authjwt/jose/algorithm.hpp>
#include <authjwt/jose/key_set.hpp>
#include <authjwt/token/claims.hpp>
#include <authjwt/token/unverified_token.hpp>
#include <authjwt/token/verified_token.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace authjwt {

/// What a token must be to be believed, whatever the route.
struct TokenPolicy {
  AlgorithmSet algorithms;            ///< the allow-list (RFC 8725 3.1)
  std::chrono::seconds leeway{0};     ///< for `iat`, `nbf` and `exp`; not negative
  std::optional<std::string> issuer;  ///< `iss` must equal it, where the caller asks for that check
  Audience audience;                  ///< `aud` must hold one of these; empty: the token may have no `aud`
  jws::Limits limits = {};
  bool require_exp = false;                    ///< a token without `exp` is refused
  std::optional<std::string> access_typ = {};  ///< `typ` of access tokens and of no other (RFC 8725 3.11, RFC 9068 4)
};

enum class IssuerCheck : bool { skip, enforce };

/// Decides whether to believe a token. Pure: the answer follows from the arguments alone. Immutable, thread-safe.
/// The order of the checks is the recorded one: algorithm, key, signature, payload, `iat`, `nbf`, `exp`, `iss`, `aud`,
/// `jti`.
class Validator {
 public:
  explicit Validator(TokenPolicy policy) : policy_{std::move(policy)} {}

  /// Parses, verifies and checks. Errors: every `Errc` up to `invalid_claim`. Never throws but for lack of memory.
  [[nodiscard]] Result<VerifiedToken> validate(std::string_view token, KeySet const& keys, TimePoint now,
                                               IssuerCheck issuer = IssuerCheck::skip) const;
  [[nodiscard]] Result<VerifiedToken> validate(UnverifiedToken const& token, KeySet const& keys, TimePoint now,
                                               IssuerCheck issuer = IssuerCheck::skip) const;

  /// The signature alone: whose the token is, not whether it is good now or here. For what is done to a token (revoking
  /// it, putting it into a cookie), never for letting somebody in.
  [[nodiscard]] Result<VerifiedToken> authenticate(std::string_view token, KeySet const& keys) const;

  /// Checks the claims of a token again that this validator has verified before: its time has gone on.
  [[nodiscard]] Result<void> check_claims(VerifiedToken const& token, TimePoint now,
                                          IssuerCheck issuer = IssuerCheck::skip) const;

  [[nodiscard]] TokenPolicy const& policy() const noexcept { return policy_; }

 private:
  [[nodiscard]] Result<VerifiedToken> verify_signature(UnverifiedToken const& token, KeySet const& keys) const;
  TokenPolicy policy_;
};

}  // namespace authjwt
