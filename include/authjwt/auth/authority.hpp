#pragma once

#include <authjwt/auth/exceptions.hpp>
#include <authjwt/auth/sessions.hpp>
#include <authjwt/auth/settings.hpp>
#include <authjwt/auth/token_from.hpp>
#include <authjwt/auth/trusted_issuer.hpp>
#include <authjwt/auth/user_lookup.hpp>
#include <authjwt/base/clock.hpp>
#include <authjwt/jose/key_set.hpp>
#include <authjwt/revocation/denylist.hpp>
#include <authjwt/revocation/revocation_log.hpp>
#include <authjwt/revocation/session_store.hpp>
#include <authjwt/token/validator.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace authjwt {

namespace detail {
class Background;
class KeyRing;
class OtherIssuers;
}  // namespace detail

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
  /// Told when a refresh token was used again and its session has been revoked: somebody has a copy of it.
  std::function<void(SessionReuse const&)> on_reuse = {};
  /// Whose tokens are let in beside this service's own. With them, `encode_issuer` or `decode_issuer` must be set,
  /// unless there are no keys of its own, every guard asks for it (`always_check_issuer`), and `user_lookup_loader` has
  /// to take the token. docs/remote-keys.md has the whole of it.
  std::vector<TrustedIssuer> trusted_issuers = {};
};

/// One configuration, checked: keys parsed, names resolved, everything a request needs prepared.
/// Immutable but for its keys, thread-safe, neither copied nor moved; must outlive every `AuthJWT` made from it. One
/// per configuration, as many as wanted in one process.
class Authority {
 public:
  /// Throws `ConfigError`, with a text that says what to do, for settings that cannot work: no usable key, a key that
  /// does not fit `algorithm`, a public key that is not the private one's, a name that HTTP does not allow, ...
  explicit Authority(Settings settings, Hooks hooks = {});
  /// The same with keys that do not come from the settings, which must have none: the first key that can signs, all
  /// others verify.
  explicit Authority(KeySet keys, Settings settings = {}, Hooks hooks = {});
  Authority(Authority const&) = delete;
  Authority& operator=(Authority const&) = delete;
  ~Authority();

  [[nodiscard]] Settings const& settings() const noexcept { return settings_; }
  /// The keys at this moment: a snapshot, which no change touches. Cheap: each thread keeps its own.
  [[nodiscard]] KeySet keys() const;
  [[nodiscard]] Validator const& validator() const noexcept { return validator_; }
  /// `Settings::algorithm`.
  [[nodiscard]] Algorithm algorithm() const noexcept { return algorithm_; }
  [[nodiscard]] TimePoint now() const noexcept { return clock_->now(); }
  [[nodiscard]] Hooks const& hooks() const noexcept { return hooks_; }
  /// `Settings::token_location`.
  [[nodiscard]] Locations locations() const noexcept { return locations_; }

  /// The token, after verifying it with the keys of its issuer: this service, or one of `Hooks::trusted_issuers`, whose
  /// own demands stand in for those of the settings. Errors: those of `Validator::validate`, and `Errc::unavailable`
  /// where another issuer's keys are not there. Neither `type` nor the denylist is asked.
  [[nodiscard]] Result<VerifiedToken> verify(std::string_view token, IssuerCheck issuer = IssuerCheck::skip) const;
  /// The signature alone, as `Validator::authenticate`: never for letting somebody in.
  [[nodiscard]] Result<VerifiedToken> authenticate(std::string_view token) const;
  /// `Validator::check_claims` for a token that this authority has verified, whoever its issuer is.
  [[nodiscard]] Result<void> check_claims(VerifiedToken const& token, IssuerCheck issuer = IssuerCheck::skip) const;

  /// What the denylist says of a token: its callback, its log, or both; nothing where neither is on. Errors:
  /// `Errc::token_revoked`; `Errc::missing_claim` or `invalid_claim` for one without a text `jti`; `Errc::unavailable`
  /// when it cannot be known.
  [[nodiscard]] Result<void> check_revoked(VerifiedToken const& token) const;

  // --- keys that change ---------------------------------------------------------------------------------------------
  // While any thread makes and verifies tokens: each is handled with the keys of one moment, and whatever begins after
  // one of these has returned has the new ones. All throw `ConfigError`, and then nothing has changed, for keys that no
  // token could tell apart. docs/keys.md leads through a rotation.

  /// These keys instead of all there were, at once: the first one that can signs. What keys that are gone signed is
  /// refused from here on. Throws `ConfigError` also for keys that do not verify what is accepted here, or do not sign
  /// with `algorithm` where the old ones did.
  void set_keys(KeySet const& keys);
  /// Makes the next key known: it stands in the public JWKS and verifies, and does not sign yet. An asymmetric one
  /// without `kid` gets its thumbprint.
  void publish_key(Key const& key);
  /// From here on, the key of this `kid` signs. The one that signed with `algorithm` so far verifies until the last
  /// token with a lifetime of the settings has expired (`max_token_lifetime`, else the longer of the two); then it is
  /// dropped. Throws `ConfigError` also where there is no such key that signs with `algorithm`, and where nothing would
  /// be left to sign with an accepted algorithm that is signed with now.
  void activate_key(std::string_view kid);

  // --- revocation ---------------------------------------------------------------------------------------------------
  // When one of these returns without error, every guard here refuses the tokens, and soon every guard of all that
  // follow the same log and name the same issuer (`decode_issuer`, else `encode_issuer`). `Errc::unavailable`: the log
  // did not take it, nothing is revoked for certain. All throw `std::logic_error` without `Hooks::revocation_log`.

  /// Revokes a token of this configuration: one with a `sid` together with its whole session, or with all that were
  /// renewed from the same login's (`implicit_refresh_within`). Only the signature is asked for: a token for another
  /// audience, or one that is not valid yet, can be revoked; one without `sid` that expired over 25 hours ago, for
  /// whatever clock and leeway another node has, is not written down. One of another issuer is revoked by itself, here.
  /// Errors: those of a guard about form, key and signature; `Errc::missing_claim` for a token without `jti`.
  [[nodiscard]] Result<void> revoke(std::string_view token) const;
  [[nodiscard]] Result<void> revoke(VerifiedToken const& token) const;
  /// Ends a session: all tokens with this `sid`. Whose it is, is not asked.
  [[nodiscard]] Result<void> revoke_session(std::string_view sid) const;
  /// Ends one of the living sessions of `subject`; `false` where there is no such: it is another's, or has ended.
  /// `Errc::unavailable` also where it is none of the latest thousand and there may be more: `revoke_subject` ends all.
  /// Throws `std::logic_error` without `Settings::sessions_enabled`.
  [[nodiscard]] Result<bool> revoke_session(Subject const& subject, std::string_view sid) const;
  /// Logs a person out everywhere: all tokens from logins up to now, this very second included, and those that do not
  /// tell their login.
  [[nodiscard]] Result<void> revoke_subject(Subject const& subject) const;

  // --- sessions -----------------------------------------------------------------------------------------------------
  // All throw `std::logic_error` without `Settings::sessions_enabled`. `Errc::unavailable`: the store did not answer.

  /// Logs a person in: a pair of tokens with a new `sid`, and a record of it in the store. Throws as
  /// `AuthJWT::create_access_token` does, and `std::invalid_argument` for a label that cannot be.
  [[nodiscard]] Result<TokenPair> begin_session(Subject const& subject, SessionOptions const& options = {}) const;
  /// Uses a refresh token up and gives its successor, with a new access token. Within `rotation_grace` the same token
  /// shown again gets the same successor, while that has not been used itself. Shown again later it is a copy: the
  /// session is revoked, `Hooks::on_reuse` is told, and the error is `Errc::token_revoked`. Errors: those of
  /// `jwt_refresh_token_required`, except for CSRF and the user's lookup. Throws as `begin_session` does.
  [[nodiscard]] Result<TokenPair> rotate(std::string_view refresh_token, SessionOptions const& options = {}) const;
  /// Precondition: a guard has let `refresh_token` in.
  [[nodiscard]] Result<TokenPair> rotate(VerifiedToken const& refresh_token, SessionOptions const& options = {}) const;
  /// The living sessions of a person, the latest login first, at most a thousand.
  [[nodiscard]] Result<std::vector<Session>> sessions(Subject const& subject) const;

  // --- without blocking ---------------------------------------------------------------------------------------------
  // The same for an event loop: they return at once, and a thread of this authority's waits for the log and calls
  // `done`. What the calls above throw about an argument, `done` gets as `Errc::unavailable`, and the log as text; so
  // it does, and nothing is done, where a call has waited over five seconds for its turn, for nobody waits for it any
  // more. The destructor waits for all that are under way.

  void async_revoke(std::string token, Completion<void> done) const;
  void async_revoke_session(std::string sid, Completion<void> done) const;
  void async_revoke_session(Subject subject, std::string sid, Completion<bool> done) const;
  void async_revoke_subject(Subject subject, Completion<void> done) const;
  void async_begin_session(Subject subject, SessionOptions options, Completion<TokenPair> done) const;
  void async_rotate(std::string refresh_token, SessionOptions options, Completion<TokenPair> done) const;
  void async_sessions(Subject subject, Completion<std::vector<Session>> done) const;

  /// The index of `Hooks::revocation_log`; null without one.
  [[nodiscard]] Denylist const* denylist() const noexcept { return denylist_.get(); }

  /// To the log callback, or to standard error. What the callback throws is swallowed.
  void log(LogLevel level, std::string_view text) const noexcept;

 private:
  Authority(Settings settings, Hooks hooks, std::optional<KeySet> keys);
  template <class T, class Call>
  void in_background(Call call, Completion<T> done, std::size_t at_most) const;
  [[nodiscard]] Denylist& writable_denylist(char const* call) const;
  [[nodiscard]] Denylist& denylist_with_sessions(char const* call) const;
  [[nodiscard]] Result<void> check_log(VerifiedToken const& token) const;
  void tell_reuse(SessionReuse const& reuse) const noexcept;
  [[nodiscard]] bool asks_callback_about(VerifiedToken const& token) const;

  Settings settings_;
  Hooks hooks_;
  Clock const* clock_;
  Algorithm algorithm_;
  Locations locations_;
  std::unique_ptr<detail::KeyRing> key_ring_;
  Validator validator_;
  std::unique_ptr<detail::OtherIssuers const> other_issuers_;
  std::unique_ptr<Denylist> denylist_;
  std::unique_ptr<detail::Background> background_;  // the last member: it ends before the others do
};

}  // namespace authjwt
