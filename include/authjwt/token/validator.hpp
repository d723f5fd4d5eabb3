#pragma once

#include <authjwt/base/clock.hpp>
#include <authjwt/base/result.hpp>
#include <authjwt/jose/algorithm.hpp>
#include <authjwt/jose/key_set.hpp>
#include <authjwt/token/claims.hpp>
#include <authjwt/token/unverified_token.hpp>
#include <authjwt/token/verified_token.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
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
  std::optional<std::string> typ = {};         ///< `typ` of every token
  /// The tokens are another issuer's: `iss` must equal `issuer` whatever the caller asks for, and `is_foreign()` says
  /// so of each.
  bool foreign = false;
  std::size_t signature_cache_size = 0;  ///< verified signatures to remember, of the asymmetric algorithms; 0: none
};

enum class IssuerCheck : bool { skip, enforce };

/// Decides whether to believe a token. Pure: the answer follows from the arguments alone; what is remembered of
/// verified signatures, copies share, and it changes no answer. Immutable, thread-safe. The order of the checks is the
/// recorded one: algorithm, key, signature, payload, `iat`, `nbf`, `exp`, `iss`, `aud`, `jti`.
class Validator {
 public:
  /// Throws `std::bad_alloc` where there is no memory for `signature_cache_size`.
  explicit Validator(TokenPolicy policy);

  /// Parses, verifies and checks. Errors: every `Errc` up to `invalid_claim`. Never throws but for lack of memory.
  [[nodiscard]] Result<VerifiedToken> validate(std::string_view token, KeySet const& keys, TimePoint now,
                                               IssuerCheck issuer = IssuerCheck::skip) const;
  [[nodiscard]] Result<VerifiedToken> validate(UnverifiedToken const& token, KeySet const& keys, TimePoint now,
                                               IssuerCheck issuer = IssuerCheck::skip) const;

  /// The signature alone: whose the token is, not whether it is good now or here. For what is done to a token (revoking
  /// it, putting it into a cookie), never for letting somebody in.
  [[nodiscard]] Result<VerifiedToken> authenticate(std::string_view token, KeySet const& keys) const;
  [[nodiscard]] Result<VerifiedToken> authenticate(UnverifiedToken const& token, KeySet const& keys) const;

  /// Checks the claims of a token again that this validator has verified before: its time has gone on.
  [[nodiscard]] Result<void> check_claims(VerifiedToken const& token, TimePoint now,
                                          IssuerCheck issuer = IssuerCheck::skip) const;

  [[nodiscard]] TokenPolicy const& policy() const noexcept { return policy_; }

 private:
  [[nodiscard]] Result<VerifiedToken> verify_signature(UnverifiedToken const& token, KeySet const& keys) const;
  TokenPolicy policy_;
  std::shared_ptr<detail::SignatureCache> signatures_;  // null: nothing is remembered
};

}  // namespace authjwt
