#pragma once

#include <authjwt/revocation/revocation.hpp>
#include <authjwt/revocation/session_store.hpp>

#include <optional>
#include <string>

namespace authjwt::detail {

/// What a store keeps of one session, and what becomes of it. The engines whose store cannot decide by itself read one
/// of these, let it decide, and write it back in the same transaction.
struct SessionRecord {
  /// `last_used` is also when `before` was used up, and `ends` when `token` expires.
  Session session;
  SessionToken token;                        ///< the refresh token in use
  std::optional<std::string> before = {};    ///< the `jti` it followed; nothing: it is the first
  std::optional<TimePoint> keep_until = {};  ///< nothing: for ever

  /// A login at `now`.
  [[nodiscard]] static SessionRecord begun(Session session, SessionToken token, std::optional<TimePoint> keep_until,
                                           TimePoint now);
  /// A session that is first heard of when its token is changed.
  [[nodiscard]] static SessionRecord begun(Rotation const& rotation, TimePoint now);
  /// Makes the rotation, unless the token that is shown was used up before: `rotated`, `replay` or `reused`. The caller
  /// has looked for revocations, and revokes the session where it is `reused`.
  [[nodiscard]] Rotated rotate(Rotation const& rotation, TimePoint now);
};

/// The fact that follows a reuse: it holds for every token that the record has given out.
[[nodiscard]] Revocation reuse_of(SessionRecord const& record);

}  // namespace authjwt::detail
