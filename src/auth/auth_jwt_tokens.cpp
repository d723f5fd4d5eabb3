// The part of AuthJWT that makes tokens.

#include "auth/refused.hpp"
#include "auth/token_identity.hpp"
#include "auth/token_maker.hpp"
#include "auth/token_times.hpp"

#include <authjwt/auth/auth_jwt.hpp>

#include <algorithm>
#include <stdexcept>

namespace authjwt {
namespace {

bool is_about(VerifiedToken const& token, Subject const& subject) {
  Result<Subject> const own = token.subject();
  return own && *own == subject;
}

}  // namespace

std::string AuthJWT::create_access_token(Subject const& subject, AccessTokenOptions const& options) const {
  return make_access_token(*authority_, subject, options, lineage_of(TokenType::access, subject, options.fresh));
}

std::string AuthJWT::create_refresh_token(Subject const& subject, RefreshTokenOptions const& options) const {
  return make_refresh_token(*authority_, subject, options, lineage_of(TokenType::refresh, subject, false));
}

/// The login that a new token comes of: that of the token which the request has shown, unless a password was given with
/// it, or it is another issuer's; else a new one. A login that cannot be told lies in 1970, where it is neither fresh
/// nor renewed, and its session is over.
Lineage AuthJWT::lineage_of(TokenType type, Subject const& subject, bool fresh) const {
  Settings const& settings = authority_->settings();
  if (!settings.sessions_enabled && !settings.implicit_refresh_within) return {};
  bool const has_own = let_in_ && !verified_->is_foreign();
  bool const goes_on = has_own && !fresh;
  TimePoint const login = goes_on ? login_of(*verified_).value_or(TimePoint{}) : authority_->now();
  if (!settings.sessions_enabled) return {login, {}};
  // A token of before there were sessions begins one, and is revoked with it.
  if (has_own && is_about(*verified_, subject)) return {login, std::string{revocation_id_of(*verified_).value()}};
  return drafted(type, subject);
}

/// One token of each type for a subject makes a session; what comes after them begins another.
Lineage AuthJWT::drafted(TokenType type, Subject const& subject) const {
  bool Draft::*const has_this = type == TokenType::access ? &Draft::has_access : &Draft::has_refresh;
  if (!draft_ || (*draft_).*has_this || draft_->subject != subject) {
    draft_ = Draft{.subject = subject, .sid = random_id(), .login = authority_->now()};
  }
  (*draft_).*has_this = true;
  return {draft_->login, draft_->sid};
}

/// When the successor of the access token that was let in ends; nothing where it is not time for one, or the cap is
/// reached. A token that was made short stays short.
std::optional<TimePoint> AuthJWT::renewed_until() const {
  Settings const& settings = authority_->settings();
  std::optional<TimePoint> const expires = verified_->expires_at();
  std::optional<TimePoint> const login = login_of(*verified_);
  std::optional<std::chrono::seconds> const life = life_of(*verified_);
  TimePoint const now = authority_->now();
  if (!login || !life || *expires - now >= *settings.implicit_refresh_within) return std::nullopt;
  std::chrono::seconds const cap = settings.sessions_enabled
                                       ? std::min(settings.implicit_refresh_cap, settings.session_lifetime)
                                       : settings.implicit_refresh_cap;
  TimePoint const ends = std::min(now + std::min(*life, settings.access_token_expires.seconds()), *login + cap);
  if (ends <= *expires || ends <= now) return std::nullopt;
  return ends;
}

TokenPair AuthJWT::begin_session(Subject const& subject, SessionOptions const& options) const {
  return authority_->begin_session(subject, options).value();
}

TokenPair AuthJWT::rotate_refresh_token(SessionOptions const& options) {
  return try_rotate_refresh_token(options).value();
}

Result<TokenPair> AuthJWT::try_rotate_refresh_token(SessionOptions const& options) {
  bool const is_refresh =
      let_in_ && !verified_->is_foreign() && verified_->text(Claim::type) == name(TokenType::refresh);
  if (!is_refresh) {
    throw std::logic_error{"rotate_refresh_token() called where jwt_refresh_token_required has let no token in"};
  }
  not_revoked_ = false;
  Result<TokenPair> pair = authority_->rotate(*verified_, options);
  if (!pair) return refused(pair.error(), authority_->settings());
  return pair;
}

Result<bool> AuthJWT::revoke_session(std::string_view sid) {
  if (!let_in_) throw std::logic_error{"revoke_session() called where no guard has let a token in"};
  if (verified_->is_foreign()) return false;  // a namesake of theirs has sessions here, and they none
  Result<Subject> const subject = verified_->subject();
  if (!subject) return refused(subject.error(), authority_->settings());
  not_revoked_ = false;
  return authority_->revoke_session(*subject, sid);
}

}  // namespace authjwt
