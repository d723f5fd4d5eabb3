#include "auth/key_ring.hpp"

#include <pthread.h>

#include <algorithm>
#include <array>
#include <limits>
#include <mutex>
#include <new>
#include <string>
#include <utility>

namespace authjwt::detail {
namespace {

constexpr TimePoint::rep kNever = std::numeric_limits<TimePoint::rep>::max();

/// What a thread keeps of one ring.
struct Slot {
  std::uint64_t ring = 0;        // no ring has this id
  std::uint64_t generation = 0;  // no keys have this one
  std::uint64_t last_used = 0;
  KeySet keys;
};

/// This thread's place for the ring: of the last few rings it used, since a process has few configurations.
Slot& slot_of(std::uint64_t ring) noexcept {
  thread_local std::array<Slot, 8> slots;
  thread_local std::uint64_t uses = 0;
  auto slot = std::ranges::find(slots, ring, &Slot::ring);
  if (slot == slots.end()) {
    slot = std::ranges::min_element(slots, {}, &Slot::last_used);
    *slot = Slot{};
    slot->ring = ring;
  }
  slot->last_used = ++uses;
  return *slot;
}

/// One for all rings, which a fork waits for: locked by a thread that a child does not have, it would stay so for ever.
std::mutex changes;

void watch_forks_of_rings() {
  static int const watching =
      pthread_atfork([] { changes.lock(); }, [] { changes.unlock(); }, [] { changes.unlock(); });
  if (watching != 0) throw std::bad_alloc{};
}

struct ChangeLock {
  std::lock_guard<std::mutex> const lock{changes};
};

std::uint64_t next_ring_id() noexcept {
  static std::atomic<std::uint64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

}  // namespace

KeyRing::KeyRing(KeySet const& keys) : id_{next_ring_id()}, first_end_{kNever}, keys_{keys} {
  watch_forks_of_rings();
  for (Key const& key : keys.keys()) members_.push_back({key, std::nullopt});
  generation_.store(1, std::memory_order_release);
}

KeySet KeyRing::keys(Clock const& clock) {
  if (TimePoint::rep const end = first_end_.load(std::memory_order_relaxed); end != kNever) {
    TimePoint const now = clock.now();
    if (now.time_since_epoch().count() >= end) drop_ended(now);
  }
  Slot& slot = slot_of(id_);
  if (slot.generation != generation_.load(std::memory_order_acquire)) {
    ChangeLock const lock;
    slot.keys = keys_.isolated();
    slot.generation = generation_.load(std::memory_order_relaxed);
  }
  return slot.keys;
}

Result<void> KeyRing::replace(KeySet const& keys) {
  Members members;
  for (Key const& key : keys.keys()) members.push_back({key, std::nullopt});
  ChangeLock const lock;
  return use(std::move(members));
}

Result<void> KeyRing::add(Key key) {
  ChangeLock const lock;
  Members members = members_;
  members.push_back({std::move(key), std::nullopt});
  return use(std::move(members));
}

Result<void> KeyRing::put_first(std::string_view kid, Algorithm algorithm, AlgorithmSet accepted,
                                std::optional<TimePoint> retire_at) {
  ChangeLock const lock;
  Members members = members_;
  auto const first = std::ranges::find_if(members, [&](Member const& member) {
    return member.key.kid() == kid && member.key.can_sign() && member.key.algorithms().contains(algorithm);
  });
  if (first == members.end()) {
    return Error{Errc::invalid_key, "kid",
                 "there is no key of this kid that signs with " + std::string{name(algorithm)}};
  }
  first->ends.reset();
  for (Member& member : members) {
    if (&member != &*first && signs_so_far(member.key, first->key.algorithms())) member.ends = retire_at;
  }
  std::rotate(members.begin(), first, first + 1);
  if (std::optional<Error> error = last_signer_goes(members, accepted)) return *std::move(error);
  return use(std::move(members));
}

/// Whether the key is, or has the name of, the one that signs with one of these, as long as nothing has changed: what
/// only verifies goes with the half that signs.
bool KeyRing::signs_so_far(Key const& key, AlgorithmSet algorithms) const {
  return std::ranges::any_of(all_algorithms(), [&](Algorithm const algorithm) {
    Key const* const signer = algorithms.contains(algorithm) ? keys_.signing_key(algorithm) : nullptr;
    return signer != nullptr && signer->kid() == key.kid() && key.algorithms().contains(algorithm);
  });
}

/// An accepted algorithm that is signed with now, and that nothing signs with when those that end have gone.
std::optional<Error> KeyRing::last_signer_goes(Members const& members, AlgorithmSet accepted) const {
  for (Algorithm const algorithm : all_algorithms()) {
    if (!accepted.contains(algorithm) || keys_.signing_key(algorithm) == nullptr) continue;
    bool const has_signer = std::ranges::any_of(members, [algorithm](Member const& member) {
      return !member.ends && member.key.can_sign() && member.key.algorithms().contains(algorithm);
    });
    if (has_signer) continue;
    return Error{Errc::invalid_key, "kid",
                 "no key would sign with " + std::string{name(algorithm)} +
                     " when the one that signs now has been dropped; publish one for it too, or do not accept it"};
  }
  return std::nullopt;
}

Result<void> KeyRing::use(Members members) {
  std::vector<Key> keys;
  TimePoint::rep first_end = kNever;
  for (Member const& member : members) {
    keys.push_back(member.key);
    if (member.ends) first_end = std::min(first_end, member.ends->time_since_epoch().count());
  }
  Result<KeySet> set = KeySet::from_keys(std::move(keys), MissingKid::any);
  if (!set) return set.error();
  members_ = std::move(members);
  keys_ = *std::move(set);
  first_end_.store(first_end, std::memory_order_relaxed);
  generation_.fetch_add(1, std::memory_order_release);
  return {};
}

void KeyRing::drop_ended(TimePoint now) {
  ChangeLock const lock;
  Members members = members_;
  std::erase_if(members, [&](Member const& member) { return member.ends && *member.ends <= now; });
  if (members.size() == members_.size()) return;  // another thread was faster
  static_cast<void>(use(std::move(members)));     // fewer keys are in nobody's way
}

}  // namespace authjwt::detail
