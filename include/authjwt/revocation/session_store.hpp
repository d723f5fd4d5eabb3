#pragma once

#include <authjwt/base/clock.hpp>
#include <authjwt/base/result.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace authjwt {

/// As much of a refresh token as is needed to make it again; never the token.
struct SessionToken {
  std::string jti;
  TimePoint iat = {};
  std::optional<TimePoint> exp = {};  ///< nothing: it never expires
  std::string csrf = {};              ///< empty: the token has none

  friend bool operator==(SessionToken const&, SessionToken const&) = default;
};

/// One login, and all the tokens that come of it.
struct Session {
  std::string issuer;   ///< the configured one; empty where none is
  std::string sid;      ///< unique with the issuer
  std::string subject;  ///< as JSON, see `Revocation::id`
  TimePoint login = {};
  TimePoint last_used = {};            ///< by the store's clock: when it began, or its refresh token was last changed
  std::optional<TimePoint> ends = {};  ///< when the refresh token expires that is in use; nothing: never
  std::string label = {};              ///< the service's own text for the person: a device, a place

  friend bool operator==(Session const&, Session const&) = default;
};

/// A refresh token that is shown, and the one that shall follow it.
struct Rotation {
  std::string issuer;
  std::string sid;
  std::string subject;             ///< as JSON
  std::optional<TimePoint> login;  ///< nothing: not known; any revocation of the subject holds then
  std::string presented;           ///< the `jti` of the token that is shown
  SessionToken successor;
  std::chrono::seconds grace{0};             ///< how long after its use the predecessor still gets its successor
  std::optional<TimePoint> keep_until = {};  ///< of the record, and of the revocation where a token is shown again
};

/// What became of a `Rotation`.
struct Rotated {
  enum class Outcome : std::uint8_t {
    rotated,  ///< `token` is the successor; the token that was shown is used up
    replay,   ///< shown again within the grace period, its successor not used yet: `token` is that successor
    reused,   ///< used up long ago: the session is revoked now
    revoked,  ///< the token, the session or the subject's logins had been revoked
  };
  Outcome outcome = Outcome::revoked;
  SessionToken token = {};  ///< of `rotated` and `replay`
};

/// The sessions beside a log of revocations: one record each, kept until its `keep_until` has passed. Thread-safe.
/// Every call is one atomic step in the store, for all processes that share it.
class SessionStore {
 public:
  virtual ~SessionStore() = default;

  /// Writes down a login: `session` with its first refresh token. One that is there with this issuer and `sid` is
  /// replaced. `session.last_used` and `session.ends` are not read: they are the store's time and `token.exp`. Errors:
  /// `Errc::unavailable`; then it may or may not be there.
  [[nodiscard]] virtual Result<void> begin(Session const& session, SessionToken const& token,
                                           std::optional<TimePoint> keep_until) = 0;
  /// Decides, in this order: `revoked` where the log holds `sid` or `presented` as an id, or the subject with
  /// `logins_until` not before `login`; where no session is known by `sid`, it begins with this rotation; `rotated`
  /// where `presented` is the token in use; `replay` where it is the one before and, by the store's clock, was used up
  /// not longer than `grace` ago (or ahead, where the clock was set back); else `reused`, and the log has the session's
  /// `sid` as a revoked id from this step on. The record is kept until the latest `keep_until` it was given.
  /// Errors: `Errc::unavailable`; then the rotation may or may not have been made, and the same token shown again
  /// within `grace` gets the same successor.
  [[nodiscard]] virtual Result<Rotated> rotate(Rotation const& rotation) = 0;
  /// The subject's sessions that have neither ended nor been revoked, the latest login first; at most `at_most` of
  /// them. An engine may stop when it has passed over a thousand that have ended. Errors: `Errc::unavailable`.
  [[nodiscard]] virtual Result<std::vector<Session>> sessions_of(std::string_view issuer, std::string_view subject,
                                                                 std::size_t at_most) = 0;
};

}  // namespace authjwt
