#include "revocation/revoked_set.hpp"

#include <algorithm>
#include <random>

namespace authjwt::detail {
namespace {

constexpr std::size_t kSweptByCall = 16;       // buckets of each shard
constexpr std::uint32_t kInsertsForSweep = 8;  // of a bucket: a quarter of a table goes in while all of it is swept

/// More than 55 of a hundred full: one bucket of two thousand overflows then, so that a search reads one line.
bool is_too_small(RevokedTable const& table, std::size_t entries) noexcept {
  return 100 * entries > 55 * table.slots();
}
/// Less than 30 of a hundred full, and a new one would be smaller.
bool is_too_large(RevokedTable const& table, std::size_t entries) noexcept {
  return 100 * entries < 30 * table.slots() && RevokedTables::pages_for(entries + 1) < table.pages();
}

Hash128 random_key() {
  std::random_device random;
  auto const word = [&random] { return std::uint64_t{random()} << 32 | random(); };
  std::uint64_t const low = word();
  return {low, word()};
}

/// The nearest time that fits.
std::uint32_t narrow(TimePoint time) noexcept {
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(time.time_since_epoch().count(), 0, UINT32_MAX));
}

/// The hash of the issuer is the key for the other text: where one ends and the other begins is never in doubt.
RevokedKey key_of(Hash128 issuer, std::string_view text) noexcept {
  Hash128 const hash = siphash(issuer, text);
  auto const tag = static_cast<std::uint16_t>(hash.low);
  return {hash.high, std::max<std::uint16_t>(tag, 1), static_cast<std::uint8_t>(hash.low >> 58)};
}

}  // namespace

// --- one shard
// --------------------------------------------------------------------------------------------------------

bool RevokedShard::contains(RevokedKey key, std::uint32_t login) const noexcept {
  for (;;) {
    std::uint64_t const generation = generation_.load(std::memory_order_acquire);
    RevokedTable const* const table = table_.load(std::memory_order_acquire);
    if (table == nullptr) return false;
    if (table->contains(key, login)) return true;
    // The table may have been replaced and cleared meanwhile; then there is a new generation.
    if (generation_.load(std::memory_order_acquire) == generation) return false;
  }
}

void RevokedShard::insert(RevokedKey key, RevokedTerms terms, TimePoint now, RevokedTables& tables) {
  std::lock_guard const lock{mutex_};
  RevokedTable* table = table_.load(std::memory_order_relaxed);
  if (table != nullptr && table->extend(key, terms)) return;
  if (table != nullptr && size() % kInsertsForSweep == 0) sweep_locked(*table, 1, now);
  if (table == nullptr || is_too_small(*table, size() + 1)) rebuild(now, tables);
  table_.load(std::memory_order_relaxed)->add(key, terms);
  size_.fetch_add(1, std::memory_order_relaxed);
}

void RevokedShard::sweep(std::size_t buckets, TimePoint now, RevokedTables& tables) {
  if (size() == 0) return;
  std::lock_guard const lock{mutex_};
  RevokedTable& table = *table_.load(std::memory_order_relaxed);
  sweep_locked(table, buckets, now);
  if (is_too_large(table, size())) rebuild(now, tables);
}

void RevokedShard::sweep_locked(RevokedTable& table, std::size_t buckets, TimePoint now) noexcept {
  for (std::size_t i = 0; i < std::min(buckets, table.buckets()); ++i) {
    if (swept_ >= table.buckets()) swept_ = 0;
    size_.fetch_sub(static_cast<std::uint32_t>(table.sweep(swept_++, now)), std::memory_order_relaxed);
  }
}

/// A new table for those that have not expired and one more.
void RevokedShard::rebuild(TimePoint now, RevokedTables& tables) {
  RevokedTable* const old = table_.load(std::memory_order_relaxed);
  std::size_t const kept = old != nullptr ? old->count(now) : 0;
  RevokedTable& table = tables.take(kept + 1);
  if (old != nullptr) old->copy_to(table, now);
  size_.store(static_cast<std::uint32_t>(kept), std::memory_order_relaxed);
  table_.store(&table, std::memory_order_release);
  generation_.fetch_add(1, std::memory_order_release);
  if (old != nullptr) tables.give_back(*old);
}

// --- all of them
// ------------------------------------------------------------------------------------------------------

RevokedSet::RevokedSet() : secret_{random_key()} {}

bool RevokedSet::contains(TokenIdentity const& token) const noexcept {
  Hash128 const issuer = siphash(secret_, token.issuer);
  // All are hashed before the first is looked for: their lines come from memory at the same time then.
  RevokedKey const jti = key_of(issuer, token.jti);
  RevokedKey const sid = token.sid ? key_of(issuer, *token.sid) : jti;
  RevokedKey const subject = token.subject ? key_of(issuer, *token.subject) : jti;
  return ids_[jti.shard].contains(jti, 0) || (token.sid && ids_[sid.shard].contains(sid, 0)) ||
         (token.subject && subjects_[subject.shard].contains(subject, token.login ? narrow(*token.login) : 0));
}

void RevokedSet::insert(Revocation const& revocation, TimePoint now) {
  if (revocation.keep_until && *revocation.keep_until <= now) return;
  bool const is_of_subject = revocation.kind == Revocation::Kind::subject;
  RevokedKey const key = key_of(siphash(secret_, revocation.issuer), revocation.id);
  RevokedTerms terms;
  if (revocation.keep_until) terms.keep_until = narrow(*revocation.keep_until);
  if (is_of_subject) terms.logins_until = narrow(revocation.logins_until);
  (is_of_subject ? subjects_ : ids_)[key.shard].insert(key, terms, now, tables_);
}

void RevokedSet::sweep(TimePoint now) {
  for (Shards* const shards : {&ids_, &subjects_}) {
    for (RevokedShard& shard : *shards) shard.sweep(kSweptByCall, now, tables_);
  }
}

std::size_t RevokedSet::size() const noexcept {
  std::size_t sum = 0;
  for (Shards const* const shards : {&ids_, &subjects_}) {
    for (RevokedShard const& shard : *shards) sum += shard.size();
  }
  return sum;
}

}  // namespace authjwt::detail
