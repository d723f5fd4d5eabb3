// The part of Authority that begins, rotates and lists sessions, and does what may wait on another thread.

#include "auth/background.hpp"
#include "auth/callback.hpp"
#include "auth/subject_id.hpp"
#include "auth/token_identity.hpp"
#include "auth/token_maker.hpp"
#include "auth/token_times.hpp"
#include "base/utf8.hpp"

#include <authjwt/auth/authority.hpp>

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <string>
#include <utility>

namespace authjwt {
namespace {

constexpr std::size_t kMostSessions = 1'000;
constexpr std::size_t kLongestLabel = 256;

void check_label(std::string_view label) {
  if (label.size() > kLongestLabel) throw std::invalid_argument{"a session's label has at most 256 bytes"};
  if (!is_utf8(label)) throw std::invalid_argument{"a session's label must be UTF-8"};
}

TokenPair pair_of(Authority const& authority, Subject const& subject, SessionOptions const& options,
                  Lineage const& lineage, SessionToken const& refresh) {
  return {.access_token = make_access_token(authority, subject, options.access, lineage),
          .refresh_token = make_refresh_token(authority, subject, options.refresh, lineage, &refresh)};
}

/// What a rotation asks of the token that is shown.
struct Presented {
  Subject subject;
  std::string_view jti;
  Lineage lineage;
};

/// Errors: those of the claims that it needs.
Result<Presented> presented_by(VerifiedToken const& token) {
  Result<Subject> subject = token.subject();
  if (!subject) return subject.error();
  Result<std::string_view> const jti = text_of(token, Claim::jti);
  if (!jti) return jti.error();
  Result<std::string_view> const sid = revocation_id_of(token);
  if (!sid) return sid.error();
  // A login that cannot be told lies in 1970: its session is over.
  return Presented{.subject = *std::move(subject),
                   .jti = *jti,
                   .lineage = {login_of(token).value_or(TimePoint{}), std::string{*sid}}};
}

}  // namespace

Denylist& Authority::denylist_with_sessions(char const* call) const {
  if (!settings_.sessions_enabled)
    throw std::logic_error{std::string{call} + "() called without authjwt_sessions_enabled"};
  return *denylist_;
}

Result<TokenPair> Authority::begin_session(Subject const& subject, SessionOptions const& options) const {
  Denylist const& denylist = denylist_with_sessions("begin_session");
  check_label(options.label);
  Lineage const lineage{now(), random_id()};
  SessionToken const refresh =
      make_stamp(*this, options.refresh.expires_time.or_setting(settings_.refresh_token_expires), lineage);
  TokenPair pair = pair_of(*this, subject, options, lineage, refresh);
  Session const session{.issuer = std::string{issuer_of(settings_)},
                        .sid = lineage.sid,
                        .subject = subject_id(subject),
                        .login = *lineage.login,
                        .label = options.label};
  Result<void> const written = denylist.log().sessions()->begin(session, refresh, kept_for_new(settings_, now()));
  if (!written) return written.error();
  return pair;
}

Result<TokenPair> Authority::rotate(std::string_view refresh_token, SessionOptions const& options) const {
  static_cast<void>(denylist_with_sessions("rotate"));
  IssuerCheck const issuer = settings_.always_check_issuer ? IssuerCheck::enforce : IssuerCheck::skip;
  Result<VerifiedToken> const token = validator_.validate(refresh_token, keys(), now(), issuer);
  if (!token) return token.error();
  if (Result<void> answer = check_revoked(*token); !answer) return answer.error();
  if (token->text(Claim::type) != name(TokenType::refresh))
    return Error{Errc::refresh_token_required, name(Claim::type)};
  return rotate(*token, options);
}

Result<TokenPair> Authority::rotate(VerifiedToken const& refresh_token, SessionOptions const& options) const {
  Denylist& denylist = denylist_with_sessions("rotate");
  if (refresh_token.is_foreign()) return Error{Errc::refresh_token_required, name(Claim::type)};
  Result<Presented> const presented = presented_by(refresh_token);
  if (!presented) return presented.error();
  if (*presented->lineage.login + settings_.session_lifetime <= now()) return Error{Errc::expired, name(Claim::exp)};
  Lifetime const lifetime = options.refresh.expires_time.or_setting(settings_.refresh_token_expires);
  Rotation const rotation{.issuer = std::string{issuer_of(settings_)},
                          .sid = presented->lineage.sid,
                          .subject = subject_id(presented->subject),
                          .login = presented->lineage.login,
                          .presented = std::string{presented->jti},
                          .successor = make_stamp(*this, lifetime, presented->lineage),
                          .grace = settings_.rotation_grace,
                          .keep_until = kept_for_new(settings_, now())};
  // Before the token is used up: a callback that fails must not cost the session.
  TokenPair pair = pair_of(*this, presented->subject, options, presented->lineage, rotation.successor);
  Result<Rotated> const rotated = denylist.rotate(rotation);
  if (!rotated) return rotated.error();
  switch (rotated->outcome) {
    case Rotated::Outcome::rotated: return pair;
    case Rotated::Outcome::replay:
      pair.refresh_token =
          make_refresh_token(*this, presented->subject, options.refresh, presented->lineage, &rotated->token);
      return pair;
    case Rotated::Outcome::reused: tell_reuse({presented->subject, rotation.sid, rotation.presented}); break;
    case Rotated::Outcome::revoked: break;
  }
  return Error{Errc::token_revoked, name(Claim::jti)};
}

void Authority::tell_reuse(SessionReuse const& reuse) const noexcept {
  log(LogLevel::warning, "a refresh token that was used up was shown again: its session has been revoked");
  if (!hooks_.on_reuse) return;
  Result<void> const told = called(*this, "on_reuse", [&]() -> Result<void> {
    hooks_.on_reuse(reuse);
    return {};
  });
  static_cast<void>(told);  // what it threw is in the log
}

Result<std::vector<Session>> Authority::sessions(Subject const& subject) const {
  SessionStore& store = *denylist_with_sessions("sessions").log().sessions();
  return store.sessions_of(issuer_of(settings_), subject_id(subject), kMostSessions);
}

Result<bool> Authority::revoke_session(Subject const& subject, std::string_view sid) const {
  Result<std::vector<Session>> const own = sessions(subject);
  if (!own) return own.error();
  if (std::ranges::find(*own, sid, &Session::sid) == own->end()) {
    if (own->size() < kMostSessions) return false;
    return Error{Errc::unavailable};  // it may be one of those that were not listed
  }
  if (Result<void> const revoked = revoke_session(sid); !revoked) return revoked.error();
  return true;
}

// --- without blocking
// ---------------------------------------------------------------------

namespace {

/// Lists leave half of the queue to what ends sessions.
constexpr std::size_t kMostLists = detail::Background::kLongestQueue / 2;

/// As much of a token as it takes to find it too large: a queue full of them must not fill the memory.
std::string bounded(std::string token, Settings const& settings) {
  if (token.size() <= settings.max_token_size) return token;
  return token.substr(0, settings.max_token_size + 1);
}

}  // namespace

/// `call()` on another thread, and `done` with what it gives.
template <class T, class Call>
void Authority::in_background(Call call, Completion<T> done, std::size_t at_most) const {
  auto const finish = std::make_shared<Completion<T> const>(std::move(done));
  auto const tell = [this, finish](Result<T> result) noexcept {
    Result<void> const told = called(*this, "the completion of an asynchronous call", [&]() -> Result<void> {
      (*finish)(std::move(result));
      return {};
    });
    static_cast<void>(told);  // what it threw is in the log
  };
  auto work = [this, tell, call = std::move(call)](bool is_in_time) noexcept {
    if (!is_in_time) return tell(Error{Errc::unavailable});
    tell(called(*this, "an asynchronous call", [&call]() -> Result<T> { return call(); }));
  };
  bool const taken = background_->post(std::move(work), at_most);
  if (!taken) tell(Error{Errc::unavailable});
}

void Authority::async_revoke(std::string token, Completion<void> done) const {
  static_cast<void>(writable_denylist("async_revoke"));
  in_background<void>([this, token = bounded(std::move(token), settings_)] { return revoke(token); }, std::move(done),
                      detail::Background::kLongestQueue);
}

void Authority::async_revoke_session(std::string sid, Completion<void> done) const {
  static_cast<void>(writable_denylist("async_revoke_session"));
  in_background<void>([this, sid = std::move(sid)] { return revoke_session(sid); }, std::move(done),
                      detail::Background::kLongestQueue);
}

void Authority::async_revoke_session(Subject subject, std::string sid, Completion<bool> done) const {
  static_cast<void>(denylist_with_sessions("async_revoke_session"));
  in_background<bool>(
      [this, subject = std::move(subject), sid = std::move(sid)] { return revoke_session(subject, sid); },
      std::move(done), kMostLists);
}

void Authority::async_revoke_subject(Subject subject, Completion<void> done) const {
  static_cast<void>(writable_denylist("async_revoke_subject"));
  in_background<void>([this, subject = std::move(subject)] { return revoke_subject(subject); }, std::move(done),
                      detail::Background::kLongestQueue);
}

void Authority::async_begin_session(Subject subject, SessionOptions options, Completion<TokenPair> done) const {
  static_cast<void>(denylist_with_sessions("async_begin_session"));
  in_background<TokenPair>(
      [this, subject = std::move(subject), options = std::move(options)] { return begin_session(subject, options); },
      std::move(done), detail::Background::kLongestQueue);
}

void Authority::async_rotate(std::string refresh_token, SessionOptions options, Completion<TokenPair> done) const {
  static_cast<void>(denylist_with_sessions("async_rotate"));
  in_background<TokenPair>([this, refresh_token = bounded(std::move(refresh_token), settings_),
                            options = std::move(options)] { return rotate(refresh_token, options); },
                           std::move(done), detail::Background::kLongestQueue);
}

void Authority::async_sessions(Subject subject, Completion<std::vector<Session>> done) const {
  static_cast<void>(denylist_with_sessions("async_sessions"));
  in_background<std::vector<Session>>([this, subject = std::move(subject)] { return sessions(subject); },
                                      std::move(done), kMostLists);
}

}  // namespace authjwt
