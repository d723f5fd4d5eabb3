// RedisLog as a store of sessions: one record each, and two indexes for each subject.
#include "revocation/redis_log_impl.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace authjwt {
namespace {

using detail::RedisAnswer;
using detail::RedisScript;
using std::chrono::milliseconds;

constexpr std::size_t kMostSessions = 1'000;
constexpr std::chrono::seconds kLongestGrace = std::chrono::hours{24 * 365};

/// Reads what `rotate` gives back: `used token` or the token again.
bool read_token(RedisAnswer& answer, SessionToken& token) {
  if (answer.list.size() != 5) return false;
  std::optional<TimePoint> iat;
  if (!detail::read_redis_time(answer.list[2].text, iat) || !iat) return false;
  if (!detail::read_redis_time(answer.list[3].text, token.exp)) return false;
  token.iat = *iat;
  token.jti = std::move(answer.list[1].text);
  token.csrf = std::move(answer.list[4].text);
  return true;
}

/// Reads one of `sessions_of`, all but its issuer and subject.
bool read_session(RedisAnswer& answer, Session& session) {
  if (answer.list.size() != 5) return false;
  std::optional<TimePoint> login;
  auto const used = detail::redis_number<std::int64_t>(answer.list[2].text);
  if (!used || !detail::read_redis_time(answer.list[1].text, login)) return false;
  if (!detail::read_redis_time(answer.list[3].text, session.ends)) return false;
  session.login = login.value_or(TimePoint{});
  session.last_used = TimePoint{std::chrono::floor<std::chrono::seconds>(milliseconds{*used})};
  session.sid = std::move(answer.list[0].text);
  session.label = std::move(answer.list[4].text);
  return true;
}

}  // namespace

Result<void> RedisLog::begin(Session const& session, SessionToken const& token, std::optional<TimePoint> keep_until) {
  std::vector<std::string> keys = impl_->script_keys(3);
  keys.push_back(impl_->key("session", session.issuer, session.sid));
  keys.push_back(impl_->key("logins", session.issuer, session.subject));
  keys.push_back(impl_->key("ends", session.issuer, session.subject));
  std::array<std::string, 9> const args{session.sid,
                                        session.subject,
                                        detail::redis_time(session.login),
                                        session.label,
                                        token.jti,
                                        detail::redis_time(token.iat),
                                        detail::redis_time(token.exp),
                                        token.csrf,
                                        detail::redis_time(keep_until)};
  std::optional<RedisAnswer> const answer = impl_->run(RedisScript::begin, keys, args);
  if (!answer) return Error{Errc::unavailable};
  if (answer->text != "begun") return impl_->not_understood("begin");
  return {};
}

Result<Rotated> RedisLog::rotate(Rotation const& rotation) {
  std::vector<std::string> keys = impl_->script_keys(6);
  keys.push_back(impl_->key("id", rotation.issuer, rotation.sid));
  keys.push_back(impl_->key("id", rotation.issuer, rotation.presented));
  keys.push_back(impl_->key("subject", rotation.issuer, rotation.subject));
  keys.push_back(impl_->key("session", rotation.issuer, rotation.sid));
  keys.push_back(impl_->key("logins", rotation.issuer, rotation.subject));
  keys.push_back(impl_->key("ends", rotation.issuer, rotation.subject));
  SessionToken const& next = rotation.successor;
  milliseconds const grace = std::min(rotation.grace, kLongestGrace);
  std::array<std::string, 11> const args{rotation.issuer,
                                         rotation.sid,
                                         rotation.subject,
                                         detail::redis_time(rotation.login),
                                         rotation.presented,
                                         next.jti,
                                         detail::redis_time(next.iat),
                                         detail::redis_time(next.exp),
                                         next.csrf,
                                         std::to_string(grace.count()),
                                         detail::redis_time(rotation.keep_until)};
  std::optional<RedisAnswer> answer = impl_->run(RedisScript::rotate, keys, args);
  if (!answer) return Error{Errc::unavailable};
  using enum Rotated::Outcome;
  std::string_view const outcome = answer->list.empty() ? std::string_view{} : answer->list[0].text;
  if (outcome == "rotated") return Rotated{rotated, next};
  if (outcome == "revoked") return Rotated{revoked};
  if (outcome == "reused" && answer->list.size() == 2) {
    auto const position = detail::redis_number<Position>(answer->list[1].text);
    auto* const here = impl_->process();
    if (position && here != nullptr) here->seen.saw(*position);
    return Rotated{reused};
  }
  Rotated again{replay};
  if (outcome != "replay" || !read_token(*answer, again.token)) return impl_->not_understood("rotate");
  return again;
}

Result<std::vector<Session>> RedisLog::sessions_of(std::string_view issuer, std::string_view subject,
                                                   std::size_t at_most) {
  std::vector<std::string> keys = impl_->script_keys(3);
  keys.push_back(impl_->key("subject", issuer, subject));
  keys.push_back(impl_->key("logins", issuer, subject));
  keys.push_back(impl_->key("ends", issuer, subject));
  std::array<std::string, 4> const args{impl_->key("session", issuer, {}), impl_->key("id", issuer, {}),
                                        std::string{subject}, std::to_string(std::min(at_most, kMostSessions))};
  std::optional<RedisAnswer> answer = impl_->run(RedisScript::sessions, keys, args);
  if (!answer) return Error{Errc::unavailable};
  if (answer->kind != RedisAnswer::Kind::list) return impl_->not_understood("sessions_of");
  std::vector<Session> sessions;
  for (RedisAnswer& one : answer->list) {
    Session session{.issuer = std::string{issuer}, .sid = {}, .subject = std::string{subject}};
    if (!read_session(one, session)) return impl_->not_understood("sessions_of");
    sessions.push_back(std::move(session));
  }
  return sessions;
}

}  // namespace authjwt
