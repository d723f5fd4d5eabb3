#include "revocation/revoked_table.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <new>

namespace authjwt::detail {
namespace {

constexpr std::size_t kPage = 4096;
constexpr std::size_t kHugePage = 2 * 1024 * 1024;
constexpr std::size_t kCountLane = RevokedTable::kSlots;
constexpr std::uint16_t kUncounted = UINT16_MAX;  // so many went past a bucket that it is never known to be none

// All that is shared with readers is read and written through these.
std::uint64_t load(std::uint64_t& word) noexcept {
  return std::atomic_ref<std::uint64_t>{word}.load(std::memory_order_acquire);
}
void store(std::uint64_t& word, std::uint64_t value) noexcept {
  std::atomic_ref<std::uint64_t>{word}.store(value, std::memory_order_release);
}

std::uint64_t packed(RevokedTerms terms) noexcept { return std::uint64_t{terms.keep_until} << 32 | terms.logins_until; }
RevokedTerms unpacked(std::uint64_t word) noexcept {
  return {static_cast<std::uint32_t>(word >> 32), static_cast<std::uint32_t>(word)};
}

constexpr std::uint64_t in_each_lane(std::uint16_t value) noexcept { return value * 0x0001'0001'0001'0001ULL; }

/// The highest bit of each lane of 16 bits that equals `tag`.
std::uint64_t lanes_with(std::uint64_t word, std::uint16_t tag) noexcept {
  std::uint64_t const different = word ^ in_each_lane(tag);
  return ~(((different & in_each_lane(0x7FFF)) + in_each_lane(0x7FFF)) | different | in_each_lane(0x7FFF));
}

std::uint16_t lane_of(std::uint64_t word, std::size_t lane) noexcept {
  return static_cast<std::uint16_t>(word >> (16 * (lane % 4)));
}

}  // namespace

// --- one table
// --------------------------------------------------------------------------------------------------------

RevokedTable::RevokedTable(std::size_t pages) : pages_{pages}, buckets_{slots_in(pages) / kSlots} {
  bool const is_large = bytes() >= kHugePage;
  mapped_ = bytes() + (is_large ? kHugePage : 0);
  mapping_ = ::mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapping_ == MAP_FAILED) throw std::bad_alloc{};
  void* memory = mapping_;
  if (is_large) {
    // The tags, which every search reads, come to lie in few pages. Where there are no huge ones, that is all.
    std::size_t space = mapped_;
    memory = std::align(kHugePage, bytes(), memory, space);
    ::madvise(memory, bytes(), MADV_HUGEPAGE);
  }
  tags_ = static_cast<std::uint64_t*>(memory);
  slots_ = reinterpret_cast<Slot*>(tags_ + kTagWords * buckets_);
}

RevokedTable::~RevokedTable() { ::munmap(mapping_, mapped_); }

std::size_t RevokedTable::slots_in(std::size_t pages) noexcept {
  constexpr std::size_t kBucket = kTagWords * sizeof(std::uint64_t) + kSlots * sizeof(Slot);
  return pages * kPage / kBucket * kSlots;
}

std::size_t RevokedTable::bytes() const noexcept { return pages_ * kPage; }

/// The upper half of a product: as even as a remainder, and it keeps the order, so that a table is copied from its
/// beginning to its end.
std::size_t RevokedTable::home_of(RevokedKey key) const noexcept {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::size_t>(Wide{key.place} * buckets_ >> 64);
}

std::uint16_t RevokedTable::lane(At at) const noexcept { return lane_of(load(tag_word(at)), at.lane); }

void RevokedTable::set_lane(At at, std::uint16_t value) noexcept {
  std::size_t const shift = 16 * (at.lane % 4);
  std::uint64_t const others = load(tag_word(at)) & ~(std::uint64_t{UINT16_MAX} << shift);
  store(tag_word(at), others | std::uint64_t{value} << shift);
}

/// Gives `visit` each slot with the tag of `key` until it says true.
template <class Visit>
bool RevokedTable::find(RevokedKey key, Visit const& visit) const noexcept {
  std::size_t bucket = home_of(key);
  for (std::size_t i = 0; i < buckets_; ++i, bucket = after(bucket)) {
    std::uint64_t word = 0;
    for (std::size_t first = 0; first < kSlots; first += 4) {
      word = load(tag_word({bucket, first}));
      for (std::uint64_t hits = lanes_with(word, key.tag); hits != 0; hits &= hits - 1) {
        std::size_t const lane = first + static_cast<std::size_t>(std::countr_zero(hits)) / 16;
        if (lane != kCountLane && visit(slot({bucket, lane}))) return true;
      }
    }
    if (lane_of(word, kCountLane) == 0) return false;
  }
  return false;
}

bool RevokedTable::contains(RevokedKey key, std::uint32_t login) const noexcept {
  return find(key, [&](Slot& slot) {
    if (load(slot.place) != key.place) return false;
    std::uint64_t const terms = load(slot.terms);
    // Another one may have come into the slot meanwhile: it writes its terms first.
    return load(slot.place) == key.place && login <= unpacked(terms).logins_until;
  });
}

bool RevokedTable::extend(RevokedKey key, RevokedTerms terms) noexcept {
  return find(key, [&](Slot& slot) {
    if (load(slot.place) != key.place) return false;
    RevokedTerms const before = unpacked(load(slot.terms));
    store(slot.terms,
          packed({std::max(before.keep_until, terms.keep_until), std::max(before.logins_until, terms.logins_until)}));
    return true;
  });
}

void RevokedTable::add(RevokedKey key, RevokedTerms terms) noexcept {
  std::size_t bucket = home_of(key);
  std::size_t lane = free_lane(bucket);
  for (; lane == kCountLane; lane = free_lane(bucket)) {
    std::uint16_t const past = this->lane({bucket, kCountLane});
    if (past != kUncounted) set_lane({bucket, kCountLane}, static_cast<std::uint16_t>(past + 1));
    bucket = after(bucket);
  }
  At const at{bucket, lane};
  store(slot(at).place, ~key.place);
  store(slot(at).terms, packed(terms));
  store(slot(at).place, key.place);
  set_lane(at, key.tag);
}

/// `kCountLane` for none.
std::size_t RevokedTable::free_lane(std::size_t bucket) const noexcept {
  for (std::size_t first = 0; first < kSlots; first += 4) {
    std::uint64_t const free = lanes_with(load(tag_word({bucket, first})), 0);
    if (free != 0) return std::min(kCountLane, first + static_cast<std::size_t>(std::countr_zero(free)) / 16);
  }
  return kCountLane;
}

void RevokedTable::drop(At at) noexcept {
  set_lane(at, 0);
  for (std::size_t bucket = home_of({.place = load(slot(at).place)}); bucket != at.bucket; bucket = after(bucket)) {
    std::uint16_t const past = lane({bucket, kCountLane});
    if (past != kUncounted) set_lane({bucket, kCountLane}, static_cast<std::uint16_t>(past - 1));
  }
}

template <class Visit>
void RevokedTable::each(std::size_t bucket, Visit const& visit) const noexcept {
  for (std::size_t lane = 0; lane < kSlots; ++lane) {
    At const at{bucket, lane};
    if (std::uint16_t const tag = this->lane(at); tag != 0) {
      visit(at, RevokedKey{.place = load(slot(at).place), .tag = tag}, unpacked(load(slot(at).terms)));
    }
  }
}

std::size_t RevokedTable::sweep(std::size_t bucket, TimePoint now) noexcept {
  std::size_t dropped = 0;
  each(bucket, [&](At at, RevokedKey, RevokedTerms terms) {
    if (!terms.has_expired(now)) return;
    drop(at);
    ++dropped;
  });
  return dropped;
}

std::size_t RevokedTable::count(TimePoint now) const noexcept {
  std::size_t kept = 0;
  for (std::size_t bucket = 0; bucket < buckets_; ++bucket) {
    each(bucket, [&](At, RevokedKey, RevokedTerms terms) { kept += terms.has_expired(now) ? 0U : 1U; });
  }
  return kept;
}

void RevokedTable::copy_to(RevokedTable& other, TimePoint now) const noexcept {
  for (std::size_t bucket = 0; bucket < buckets_; ++bucket) {
    each(bucket, [&](At, RevokedKey key, RevokedTerms terms) {
      if (!terms.has_expired(now)) other.add(key, terms);
    });
  }
}

void RevokedTable::clear() noexcept {
  if (::madvise(tags_, bytes(), MADV_DONTNEED) == 0) return;
  // Memory that is locked cannot be given back.
  std::size_t const words = bytes() / sizeof(std::uint64_t);
  for (std::size_t i = 0; i < words; ++i) store(tags_[i], 0);
}

// --- all of them
// ------------------------------------------------------------------------------------------------------

std::size_t RevokedTables::pages_for(std::size_t entries) noexcept {
  std::size_t pages = kFewestPages;
  while (100 * entries > 45 * RevokedTable::slots_in(pages)) pages += std::max(pages / 8, std::size_t{1});
  return pages;
}

RevokedTable& RevokedTables::take(std::size_t entries) {
  std::size_t const pages = pages_for(entries);
  std::lock_guard const lock{mutex_};
  for (Owned& owned : all_) {
    if (owned.is_used || owned.table->pages() != pages) continue;
    owned.is_used = true;
    return *owned.table;
  }
  all_.push_back({std::make_unique<RevokedTable>(pages), true});
  return *all_.back().table;
}

void RevokedTables::give_back(RevokedTable& table) noexcept {
  table.clear();
  std::lock_guard const lock{mutex_};
  std::ranges::find(all_, &table, [](Owned const& owned) { return owned.table.get(); })->is_used = false;
}

std::size_t RevokedTables::bytes() const noexcept {
  std::size_t sum = 0;
  std::lock_guard const lock{mutex_};
  for (Owned const& owned : all_) sum += sizeof(RevokedTable) + (owned.is_used ? owned.table->bytes() : 0);
  return sum;
}

}  // namespace authjwt::detail
