#include "revocation/revoked_set.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <random>
#include <utility>

namespace authjwt::detail {
namespace {

constexpr std::int64_t kForEver = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t kSmallest = 16;      // slots of a table that holds something
constexpr std::size_t kSweptByInsert = 8;  // more than one, or a full table would never be swept to its end
constexpr std::size_t kSweptByCall = 128;

std::int64_t seconds_of(TimePoint time) noexcept { return time.time_since_epoch().count(); }

Hash128 random_key() {
  std::random_device random;
  auto const word = [&random] { return std::uint64_t{random()} << 32 | random(); };
  std::uint64_t const low = word();
  return {low, word()};
}

}  // namespace

// --- one table
// --------------------------------------------------------------------------------------------------------

bool RevokedShard::contains(Hash128 key) const noexcept {
  if (size() == 0) return false;
  std::lock_guard const lock{mutex_};
  return !slots_.empty() && slots_[find(key)].keep_until != kEmpty;
}

void RevokedShard::insert(Hash128 key, std::int64_t keep_until, TimePoint now) {
  std::lock_guard const lock{mutex_};
  sweep_locked(kSweptByInsert, now);
  if (4 * (size() + 1) > 3 * slots_.size()) rebuild(now);
  Slot& slot = slots_[find(key)];
  bool const is_new = slot.keep_until == kEmpty;
  slot = {key, std::max(slot.keep_until, keep_until)};
  if (is_new) resize_count(size() + 1);
}

void RevokedShard::sweep(std::size_t slots, TimePoint now) {
  if (size() == 0) return;
  std::lock_guard const lock{mutex_};
  sweep_locked(slots, now);
}

/// The slot that holds `key`, or the one where it belongs. Precondition: there are slots.
std::size_t RevokedShard::find(Hash128 key) const noexcept {
  std::size_t const mask = slots_.size() - 1;
  std::size_t index = key.high & mask;
  while (slots_[index].keep_until != kEmpty && slots_[index].key != key) index = (index + 1) & mask;
  return index;
}

void RevokedShard::sweep_locked(std::size_t slots, TimePoint now) {
  for (std::size_t i = 0; i < std::min(slots, slots_.size()); ++i) {
    std::int64_t const keep_until = slots_[swept_].keep_until;
    if (keep_until != kEmpty && keep_until <= seconds_of(now)) {
      erase(swept_);  // another one may stand there now
    } else if (++swept_ == slots_.size()) {
      swept_ = 0;
      if (slots_.size() > kSmallest && 8 * size() < slots_.size()) rebuild(now);
    }
  }
}

/// Closes the gap, so that no search ends at it too early.
void RevokedShard::erase(std::size_t index) noexcept {
  std::size_t const mask = slots_.size() - 1;
  std::size_t gap = index;
  for (std::size_t next = (gap + 1) & mask; slots_[next].keep_until != kEmpty; next = (next + 1) & mask) {
    std::size_t const from_home = (next - slots_[next].key.high) & mask;
    if (from_home < ((next - gap) & mask)) continue;  // its search begins behind the gap
    slots_[gap] = slots_[next];
    gap = next;
  }
  slots_[gap] = Slot{};
  resize_count(size() - 1);
}

/// A new table for those that have not expired, less than half full.
void RevokedShard::rebuild(TimePoint now) {
  auto const is_kept = [now](Slot const& slot) { return slot.keep_until > seconds_of(now); };
  auto const kept = static_cast<std::size_t>(std::ranges::count_if(slots_, is_kept));
  std::vector<Slot> old(std::max(kSmallest, std::bit_ceil(2 * kept + 1)));
  old.swap(slots_);
  swept_ = 0;
  for (Slot const& slot : old) {
    if (is_kept(slot)) slots_[find(slot.key)] = slot;
  }
  resize_count(kept);
}

// --- all of them
// ------------------------------------------------------------------------------------------------------

RevokedSet::RevokedSet() : secret_{random_key()} {}

bool RevokedSet::contains(std::string_view issuer, std::string_view jti) const noexcept {
  Hash128 const key = key_of(issuer, jti);
  return shards_[key.low % kShards].contains(key);
}

void RevokedSet::insert(Revocation const& revocation, TimePoint now) {
  if (revocation.keep_until && *revocation.keep_until <= now) return;
  Hash128 const key = key_of(revocation.issuer, revocation.jti);
  std::int64_t const keep_until = revocation.keep_until ? seconds_of(*revocation.keep_until) : kForEver;
  shards_[key.low % kShards].insert(key, keep_until, now);
}

void RevokedSet::sweep(TimePoint now) {
  for (RevokedShard& shard : shards_) shard.sweep(kSweptByCall, now);
}

std::size_t RevokedSet::size() const noexcept {
  std::size_t sum = 0;
  for (RevokedShard const& shard : shards_) sum += shard.size();
  return sum;
}

/// The hash of the issuer is the key for the `jti`: where one ends and the other begins is never in doubt.
Hash128 RevokedSet::key_of(std::string_view issuer, std::string_view jti) const noexcept {
  return siphash(siphash(secret_, issuer), jti);
}

}  // namespace authjwt::detail
