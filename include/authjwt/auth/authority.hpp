#pragma once

#include <authjwt/auth/exceptions.hpp>
#include <authjwt/auth/settings.hpp>
#include <authjwt/auth/token_from.hpp>
#include <authjwt/auth/user_lookup.hpp>
#include <authjwt/base/clock.hpp>
#include <authjwt/jose/key_set.hpp>
#include <authjwt/revocation/denylist.hpp>
#include <authjwt/revocation/revocation_log.hpp>
#include <authjwt/token/validator.hpp>

#include <functional>
#include <memory>
#include <string_view>

namespace authjwt {

enum class LogLevel : std::uint8_t { warning, error };

/// What an `Authority` calls, or asks. Every callback may be called from any thread at once.
/// The order of the fields is API; new ones are appended.
struct Hooks {
  /// Receives warnings (a short secret) and the text of unexpected errors; never a token or a key.
  /// Without it they go to standard error.
  std::function<void(LogLevel, std::string_view)> log = {};
  /// The time; must outlive the `Authority`. Null: the machine's clock.
  Clock const* clock = nullptr;
  /// Says whether a token has been revoked; asked once per request, for the types in `denylist_token_checks`, where
  /// `denylist_enabled` is set. What it throws is logged, and the request is refused with 503.
  std::function<bool(VerifiedToken const&)> token_in_denylist_loader = {};
  /// The log of revocations that `Authority::revoke` writes and every guard heeds, whatever `denylist_enabled` says.
  std::shared_ptr<RevocationLog> revocation_log = {};
  Denylist::Options denylist = {};  ///< of the index that follows `revocation_log`
  /// Finds the person whom a token is about: every guard that lets a token in asks once per request, and refuses with
  /// `UserNotFound` (401) where there is nobody. Throwing is 503.
  UserLookup user_lookup_loader = {};
  /// More claims and header parameters for each new token; those of the call win. Throwing is 503.
  std::function<json::object(Subject const&)> additional_claims_loader = {};
  std::function<json::object(Subject const&)> additional_headers_loader = {};
};

/// One configuration, checked: keys parsed, names resolved, everything a request needs prepared.
/// Immutable, thread-safe, neither copied nor moved; must outlive every `AuthJWT` made from it. One per configuration,
/// as many as wanted in one process.
class Authority {
 public:
  /// Throws `ConfigError`, with a text that says what to do, for settings that cannot work: no usable key, a key that
  /// does not fit `algorithm`, a public key that is not the private one's, a name that HTTP does not allow, ...
  explicit Authority(Settings settings, Hooks hooks = {});
  Authority(Authority const&) = delete;
  Authority& operator=(Authority const&) = delete;
  ~Authority();

  [[nodiscard]] Settings const& settings() const noexcept { return settings_; }
  [[nodiscard]] KeySet const& keys() const noexcept { return keys_; }
  [[nodiscard]] Validator const& validator() const noexcept { return validator_; }
  /// `Settings::algorithm`.
  [[nodiscard]] Algorithm algorithm() const noexcept { return algorithm_; }
  [[nodiscard]] TimePoint now() const noexcept { return clock_->now(); }
  [[nodiscard]] Hooks const& hooks() const noexcept { return hooks_; }
  /// `Settings::token_location`.
  [[nodiscard]] Locations locations() const noexcept { return locations_; }

  /// What the denylist says of a token: its callback, its log, or both; nothing where neither is on. Errors:
  /// `Errc::token_revoked`; `Errc::missing_claim` or `invalid_claim` for one without a text `jti`; `Errc::unavailable`
  /// when it cannot be known.
  [[nodiscard]] Result<void> check_revoked(VerifiedToken const& token) const;
  /// Revokes a token of this configuration, and with it all that were renewed from the same login's
  /// (`implicit_refresh_within`): when it returns without error, every guard here refuses them, and soon every guard of
  /// all that follow the same log and name the same issuer (`decode_issuer`, else `encode_issuer`). Only the signature
  /// is asked for: a token for another audience, or one that is not valid yet, can be revoked; one that has expired is
  /// not written down. Errors: those of a guard about form, key and signature; `Errc::missing_claim` for a token
  /// without `jti`; `Errc::unavailable` when the log did not take it: the token is not revoked. Throws
  /// `std::logic_error` without `Hooks::revocation_log`.
  [[nodiscard]] Result<void> revoke(std::string_view token) const;
  [[nodiscard]] Result<void> revoke(VerifiedToken const& token) const;
  /// The index of `Hooks::revocation_log`; null without one.
  [[nodiscard]] Denylist const* denylist() const noexcept { return denylist_.get(); }

  /// To the log callback, or to standard error. What the callback throws is swallowed.
  void log(LogLevel level, std::string_view text) const noexcept;

 private:
  [[nodiscard]] Denylist& writable_denylist() const;
  [[nodiscard]] bool asks_callback_about(VerifiedToken const& token) const;

  Settings settings_;
  Hooks hooks_;
  Clock const* clock_;
  Algorithm algorithm_;
  Locations locations_;
  KeySet keys_;
  Validator validator_;
  std::unique_ptr<Denylist> denylist_;
};

}  // namespace authjwt
