#include "base/forks.hpp"
#include "base/uuid.hpp"
#include "revocation/pause.hpp"
#include "revocation/session_record.hpp"

#include <authjwt/revocation/memory_log.hpp>

#include <algorithm>
#include <condition_variable>
#include <iterator>
#include <limits>
#include <map>
#include <mutex>
#include <set>
#include <stdexcept>
#include <tuple>
#include <utility>

namespace authjwt {
namespace {

using detail::SessionRecord;
using Position = RevocationLog::Position;

constexpr std::size_t kMostPassedOver = 1'000;  // records in one list
constexpr int kSweptByFact = 4;                 // more than one, or what has expired would outnumber the rest
constexpr std::chrono::milliseconds kLongestWait =
    std::chrono::hours{1};  // the sum with the time of day must not overflow

bool has_passed(std::optional<TimePoint> keep_until, TimePoint now) { return keep_until && *keep_until <= now; }

// Drops what has expired among the next few elements behind the key `swept`, and goes on at the first after the last.
template <class Map, class Keep, class Erase>
void sweep(Map& map, typename Map::key_type& swept, TimePoint now, Keep keep_until, Erase erase) {
  for (int i = 0; i < kSweptByFact && !map.empty(); ++i) {
    auto element = map.upper_bound(swept);
    if (element == map.end()) element = map.begin();
    swept = element->first;
    if (has_passed(keep_until(element->second), now)) erase(element);
  }
}

// The facts in order, and by what they are about.
class Facts {
 public:
  // All or none, where memory runs out too. The position of the last one.
  Position append(std::span<Revocation const> facts, TimePoint now) {
    std::map<Position, Revocation> entries;
    std::set<About> index;
    Position position = last_;
    for (Revocation const& fact : facts) {
      ++position;
      if (has_passed(fact.keep_until, now)) continue;
      auto const entry = entries.emplace_hint(entries.end(), position, fact);
      index.insert(about(*entry));
    }
    entries_.merge(entries);
    index_.merge(index);
    last_ = position;
    for (std::size_t i = 0; i < facts.size(); ++i) drop_expired(now);
    return position;
  }

  [[nodiscard]] std::vector<RevocationLog::Entry> read_after(Position position, std::size_t at_most) const {
    std::vector<RevocationLog::Entry> read;
    for (auto entry = entries_.upper_bound(position); entry != entries_.end() && read.size() < at_most; ++entry) {
      read.push_back({entry->first, entry->second});
    }
    return read;
  }

  [[nodiscard]] bool has_id(std::string_view issuer, std::string_view id) const {
    return latest(Revocation::Kind::id, issuer, id).has_value();
  }
  // The logins of a subject that are revoked.
  [[nodiscard]] std::optional<TimePoint> logins_until(std::string_view issuer, std::string_view subject) const {
    return latest(Revocation::Kind::subject, issuer, subject);
  }
  [[nodiscard]] bool has_subject(std::string_view issuer, std::string_view subject,
                                 std::optional<TimePoint> login) const {
    std::optional<TimePoint> const until = logins_until(issuer, subject);
    return until && (!login || *login <= *until);
  }
  [[nodiscard]] Position last() const { return last_; }
  // Not `last`: the entry it numbers may have been dropped, and who waits for it would read nothing, for ever.
  [[nodiscard]] Position last_kept() const { return entries_.empty() ? 0 : entries_.rbegin()->first; }

 private:
  // The views are those of the entry, which stays where it is in memory.
  using About = std::tuple<Revocation::Kind, std::string_view, std::string_view, TimePoint, Position>;

  static About about(std::pair<Position const, Revocation> const& entry) {
    Revocation const& fact = entry.second;
    return {fact.kind, fact.issuer, fact.id, fact.logins_until, entry.first};
  }
  void drop_expired(TimePoint now) {
    sweep(
        entries_, swept_, now, [](Revocation const& fact) { return fact.keep_until; },
        [this](auto entry) {
          index_.erase(about(*entry));
          entries_.erase(entry);
        });
  }
  // The `logins_until` that goes farthest.
  [[nodiscard]] std::optional<TimePoint> latest(Revocation::Kind kind, std::string_view issuer,
                                                std::string_view id) const {
    auto const after = index_.upper_bound({kind, issuer, id, TimePoint::max(), std::numeric_limits<Position>::max()});
    if (after == index_.begin()) return std::nullopt;
    auto const& [its_kind, its_issuer, its_id, logins_until, position] = *std::prev(after);
    if (its_kind != kind || its_issuer != issuer || its_id != id) return std::nullopt;
    return logins_until;
  }

  std::map<Position, Revocation> entries_;
  std::set<About> index_;
  Position last_ = 0;
  Position swept_ = 0;
};

// The records, and those of one subject, the latest login first.
class Records {
 public:
  using Key = std::pair<std::string, std::string>;  // issuer and sid

  void put(SessionRecord record, TimePoint now) {
    Key key{record.session.issuer, record.session.sid};
    Of of = key_of(record.session);
    if (auto const old = records_.find(key); old != records_.end()) erase(old);
    auto const placed = of_subject_.insert(std::move(of)).first;
    try {
      records_.emplace(std::move(key), std::move(record));
    } catch (...) {
      of_subject_.erase(placed);
      throw;
    }
    sweep(
        records_, swept_, now, [](SessionRecord const& kept) { return kept.keep_until; },
        [this](auto expired) { erase(expired); });
  }

  [[nodiscard]] SessionRecord* find(std::string const& issuer, std::string const& sid) {
    auto const found = records_.find({issuer, sid});
    return found != records_.end() ? &found->second : nullptr;
  }

  // A fact that is kept as long says all of a session: its record would only be passed over in lists.
  void drop_revoked(Revocation const& fact) {
    auto const record = records_.find({fact.issuer, fact.id});
    if (record == records_.end()) return;
    std::optional<TimePoint> const kept = record->second.keep_until;
    if (!fact.keep_until || (kept && *kept <= *fact.keep_until)) erase(record);
  }

  // Those from logins after `until`.
  template <class Living>
  [[nodiscard]] std::vector<Session> sessions_of(std::string_view issuer, std::string_view subject,
                                                 std::optional<TimePoint> until, std::size_t at_most,
                                                 Living is_living) const {
    std::vector<Session> found;
    std::size_t passed_over = 0;
    Of const first{std::string{issuer}, std::string{subject}, std::numeric_limits<TimePoint::rep>::min(), {}};
    for (auto of = of_subject_.lower_bound(first); of != of_subject_.end(); ++of) {
      auto const& [its_issuer, its_subject, login, sid] = *of;
      if (its_issuer != issuer || its_subject != subject) break;
      Session const& session = records_.at({its_issuer, sid}).session;
      if (found.size() == at_most || passed_over == kMostPassedOver || (until && session.login <= *until)) break;
      if (is_living(session))
        found.push_back(session);
      else
        ++passed_over;
    }
    return found;
  }

 private:
  // Issuer, subject, the login (its complement, for the latest to come first), sid.
  using Of = std::tuple<std::string, std::string, TimePoint::rep, std::string>;
  using Map = std::map<Key, SessionRecord>;

  static Of key_of(Session const& session) {
    return {session.issuer, session.subject, ~session.login.time_since_epoch().count(), session.sid};
  }
  void erase(Map::iterator record) {
    of_subject_.erase(key_of(record->second.session));
    records_.erase(record);
  }

  Map records_;
  std::set<Of> of_subject_;
  Key swept_;
};

struct State {
  std::mutex mutex;
  std::condition_variable_any grown;
  std::string identity;
  Facts facts;
  Records records;

  [[nodiscard]] bool is_revoked(Rotation const& rotation) const {
    return facts.has_id(rotation.issuer, rotation.sid) || facts.has_id(rotation.issuer, rotation.presented) ||
           facts.has_subject(rotation.issuer, rotation.subject, rotation.login);
  }
  // As far as its subject's logins do not matter.
  [[nodiscard]] bool is_living(Session const& session, TimePoint now) const {
    return !has_passed(session.ends, now) && !facts.has_id(session.issuer, session.sid);
  }
  // Precondition: the mutex is held.
  Position append(std::span<Revocation const> revocations, TimePoint now) {
    Position const position = facts.append(revocations, now);
    for (Revocation const& fact : revocations) {
      if (fact.kind == Revocation::Kind::id && !has_passed(fact.keep_until, now)) records.drop_revoked(fact);
    }
    return position;
  }
  // Precondition: the mutex is held.
  [[nodiscard]] Rotated rotate(Rotation const& rotation, TimePoint now) {
    if (is_revoked(rotation)) return {Rotated::Outcome::revoked};
    SessionRecord* const record = records.find(rotation.issuer, rotation.sid);
    if (record == nullptr) {
      records.put(SessionRecord::begun(rotation, now), now);
      return {Rotated::Outcome::rotated, rotation.successor};
    }
    Rotated rotated = record->rotate(rotation, now);
    if (rotated.outcome == Rotated::Outcome::reused) {
      Revocation const fact = detail::reuse_of(*record);
      append(std::span{&fact, 1}, now);
    }
    return rotated;
  }
};

std::unique_ptr<State> new_state() {
  auto state = std::make_unique<State>();
  if (!append_uuid(state->identity)) throw std::runtime_error{"no random bytes for the identity of a log"};
  return state;
}

}  // namespace

struct MemoryLog::Impl {
  Clock const* clock;
  detail::OfOneProcess<State> state;
};

MemoryLog::MemoryLog(Clock const& clock) : impl_{new Impl{&clock, detail::OfOneProcess<State>{new_state()}}} {}

MemoryLog::~MemoryLog() = default;

Result<Position> MemoryLog::append(std::span<Revocation const> facts) {
  State* const state = impl_->state.get();
  if (state == nullptr) return Error{Errc::unavailable};
  if (facts.empty()) return Position{0};
  TimePoint const now = impl_->clock->now();
  Position position = 0;
  {
    std::lock_guard const lock{state->mutex};
    position = state->append(facts, now);
  }
  state->grown.notify_all();
  return position;
}

Result<std::vector<RevocationLog::Entry>> MemoryLog::read_after(Position position, std::size_t at_most) {
  State* const state = impl_->state.get();
  if (state == nullptr) return Error{Errc::unavailable};
  std::lock_guard const lock{state->mutex};
  return state->facts.read_after(position, at_most);
}

Result<RevocationLog::Tail> MemoryLog::tail() {
  State* const state = impl_->state.get();
  if (state == nullptr) return Error{Errc::unavailable};
  std::lock_guard const lock{state->mutex};
  return Tail{state->identity, state->facts.last()};
}

void MemoryLog::wait_after(Position position, std::chrono::milliseconds at_most, std::stop_token stop) {
  std::chrono::milliseconds const bounded = std::min(at_most, kLongestWait);
  State* const state = impl_->state.get();
  if (state == nullptr) return detail::pause(bounded, std::move(stop));
  std::unique_lock lock{state->mutex};
  state->grown.wait_for(lock, std::move(stop), bounded,
                        [state, position] { return state->facts.last_kept() > position; });
}

Result<void> MemoryLog::begin(Session const& session, SessionToken const& token, std::optional<TimePoint> keep_until) {
  State* const state = impl_->state.get();
  if (state == nullptr) return Error{Errc::unavailable};
  TimePoint const now = impl_->clock->now();
  SessionRecord record = SessionRecord::begun(session, token, keep_until, now);
  std::lock_guard const lock{state->mutex};
  state->records.put(std::move(record), now);
  return {};
}

Result<Rotated> MemoryLog::rotate(Rotation const& rotation) {
  State* const state = impl_->state.get();
  if (state == nullptr) return Error{Errc::unavailable};
  Rotated rotated;
  {
    std::lock_guard const lock{state->mutex};
    rotated = state->rotate(rotation, impl_->clock->now());
  }
  if (rotated.outcome == Rotated::Outcome::reused) state->grown.notify_all();
  return rotated;
}

Result<std::vector<Session>> MemoryLog::sessions_of(std::string_view issuer, std::string_view subject,
                                                    std::size_t at_most) {
  State* const state = impl_->state.get();
  if (state == nullptr) return Error{Errc::unavailable};
  TimePoint const now = impl_->clock->now();
  std::lock_guard const lock{state->mutex};
  return state->records.sessions_of(issuer, subject, state->facts.logins_until(issuer, subject), at_most,
                                    [state, now](Session const& session) { return state->is_living(session, now); });
}

}  // namespace authjwt
