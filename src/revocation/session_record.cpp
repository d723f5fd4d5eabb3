#include "revocation/session_record.hpp"

#include <algorithm>
#include <utility>

namespace authjwt::detail {
namespace {

void put_in_use(SessionRecord& record, SessionToken token, TimePoint now) {
  record.session.last_used = now;
  record.session.ends = token.exp;
  record.token = std::move(token);
}

std::optional<TimePoint> later_of(std::optional<TimePoint> a, std::optional<TimePoint> b) {
  if (!a || !b) return std::nullopt;
  return std::max(*a, *b);
}

// A clock that was set back makes the predecessor look as if it were used in the future: that is no theft.
bool is_within_grace(TimePoint used, std::chrono::seconds grace, TimePoint now) {
  return now < used || now - used <= grace;
}

}  // namespace

SessionRecord SessionRecord::begun(Session session, SessionToken token, std::optional<TimePoint> keep_until,
                                   TimePoint now) {
  SessionRecord record{std::move(session), {}, {}, keep_until};
  put_in_use(record, std::move(token), now);
  return record;
}

SessionRecord SessionRecord::begun(Rotation const& rotation, TimePoint now) {
  Session session{rotation.issuer, rotation.sid, rotation.subject, rotation.login.value_or(TimePoint{})};
  SessionRecord record = begun(std::move(session), rotation.successor, rotation.keep_until, now);
  record.before = rotation.presented;
  return record;
}

Rotated SessionRecord::rotate(Rotation const& rotation, TimePoint now) {
  keep_until = later_of(keep_until, rotation.keep_until);
  if (rotation.presented == token.jti) {
    // The copies come first: where memory runs out, nothing has changed.
    Rotated rotated{Rotated::Outcome::rotated, rotation.successor};
    SessionToken successor = rotation.successor;
    before = std::exchange(token.jti, {});
    put_in_use(*this, std::move(successor), now);
    return rotated;
  }
  if (rotation.presented == before && is_within_grace(session.last_used, rotation.grace, now)) {
    return {Rotated::Outcome::replay, token};
  }
  return {Rotated::Outcome::reused};
}

Revocation reuse_of(SessionRecord const& record) {
  return {record.session.issuer, record.session.sid, record.keep_until};
}

}  // namespace authjwt::detail
