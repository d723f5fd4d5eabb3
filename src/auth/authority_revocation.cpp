// The part of Authority that revokes tokens, and says which are revoked.

#include "auth/callback.hpp"
#include "auth/subject_id.hpp"
#include "auth/token_identity.hpp"
#include "auth/token_names.hpp"
#include "auth/token_times.hpp"

#include <authjwt/auth/authority.hpp>

#include <algorithm>
#include <stdexcept>
#include <string>

namespace authjwt {
namespace {

/// A token that lives longer than revocations of its subject are kept would come back to life.
Result<void> check_life(VerifiedToken const& token, std::chrono::seconds longest) {
  if (!token.expires_at()) return Error{Errc::missing_claim, name(Claim::exp)};
  std::optional<std::chrono::seconds> const life = life_of(token);
  if (!life || *life > longest) return Error{Errc::invalid_claim, name(Claim::exp)};
  return {};
}

/// Whether there may be more tokens of the same login that are revoked with this one.
bool has_relatives(VerifiedToken const& token, Settings const& settings) {
  return !token.is_foreign() && (token.has(Claim::sid) || settings.implicit_refresh_within);
}

/// Until nothing can accept the token, or one of the same login, any more. Nothing: for ever.
std::optional<TimePoint> keep_until(VerifiedToken const& token, Settings const& settings, TimePoint now) {
  std::optional<TimePoint> const expires = token.expires_at();
  if (!expires) return std::nullopt;
  if (!has_relatives(token, settings)) return later(std::max(now, *expires), kKeptAfterExpiry);
  std::optional<TimePoint> const relatives = token.has(Claim::sid) ? kept_for_new(settings, now) : now;
  if (!relatives) return std::nullopt;
  TimePoint ends = std::max(*relatives, *expires);
  if (settings.implicit_refresh_within) ends = std::max(ends, now + settings.implicit_refresh_cap);
  return later(ends, kKeptAfterExpiry);
}

}  // namespace

Result<void> Authority::check_revoked(VerifiedToken const& token) const {
  // A log that was given is always heeded: whoever revokes must not find that a setting had switched it off.
  bool const asks_callback = asks_callback_about(token);
  if (!asks_callback && denylist_ == nullptr) return {};
  if (Result<std::string_view> const jti = text_of(token, Claim::jti); !jti) return jti.error();
  if (denylist_ != nullptr) {
    if (Result<void> answer = check_log(token); !answer) return answer;
  }
  if (!asks_callback) return {};
  return called(*this, "token_in_denylist_loader", [&]() -> Result<void> {
    if (hooks_.token_in_denylist_loader(token)) return Error{Errc::token_revoked, name(Claim::jti)};
    return {};
  });
}

Result<void> Authority::check_log(VerifiedToken const& token) const {
  static thread_local std::string storage;  // one allocation for all requests of a thread
  Result<TokenIdentity> const identity = identity_of(token, settings_, storage);
  if (!identity) return identity.error();
  if (Result<void> answer = denylist_->check(*identity); !answer) return answer;
  if (token.is_foreign()) return {};  // it is revoked by itself alone, for as long as it lives
  std::optional<std::chrono::seconds> const longest = longest_life(settings_);
  return longest ? check_life(token, *longest) : Result<void>{};
}

bool Authority::asks_callback_about(VerifiedToken const& token) const {
  if (!settings_.denylist_enabled || !hooks_.token_in_denylist_loader) return false;
  // Another issuer's is let in as an access token, whatever it says of itself.
  std::optional<std::string_view> const type = token.is_foreign() ? name(TokenType::access) : token.text(Claim::type);
  auto const& types = settings_.denylist_token_checks;
  return type && std::ranges::find(types, *type) != types.end();
}

Denylist& Authority::writable_denylist(char const* call) const {
  if (denylist_ == nullptr) throw std::logic_error{std::string{call} + "() called without Hooks::revocation_log"};
  return *denylist_;
}

Result<void> Authority::revoke(std::string_view token) const {
  static_cast<void>(writable_denylist("revoke"));
  Result<VerifiedToken> const authentic = authenticate(token);
  return authentic ? revoke(*authentic) : authentic.error();
}

Result<void> Authority::revoke(VerifiedToken const& token) const {
  Denylist& denylist = writable_denylist("revoke");
  Result<std::string_view> const id = revocation_id_of(token);
  if (!id) return id.error();
  std::optional<TimePoint> const expires = token.expires_at();
  // No guard lets such a token in, and what is written down of it would stay for ever.
  if (token.is_foreign() && !expires) return Error{Errc::missing_required_claim, name(Claim::exp)};
  if (!has_relatives(token, settings_) && expires && *expires <= now() - kKeptAfterExpiry) return {};
  return denylist.revoke({.issuer = std::string{issuer_of(token, settings_)},
                          .id = std::string{*id},
                          .keep_until = keep_until(token, settings_, now())});
}

Result<void> Authority::revoke_session(std::string_view sid) const {
  return writable_denylist("revoke_session")
      .revoke({.issuer = std::string{issuer_of(settings_)},
               .id = std::string{sid},
               .keep_until = kept_for_new(settings_, now())});
}

Result<void> Authority::revoke_subject(Subject const& subject) const {
  return writable_denylist("revoke_subject")
      .revoke({.issuer = std::string{issuer_of(settings_)},
               .id = subject_id(subject),
               .keep_until = kept_for_new(settings_, now()),
               .kind = Revocation::Kind::subject,
               .logins_until = now()});
}

}  // namespace authjwt
