#pragma once

#include <authjwt/base/clock.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace authjwt::detail {

/// What a revoked id or subject is known by: bits of a keyed hash, so they are spread evenly whatever was hashed.
struct RevokedKey {
  std::uint64_t place = 0;  // the highest bits choose the bucket
  std::uint16_t tag = 1;    // not 0
  std::uint8_t shard = 0;
};

/// How long a revocation is kept, and for which logins it holds: seconds since 1970 in 32 bits, rounded to the safe
/// side where they do not fit.
struct RevokedTerms {
  static constexpr std::uint32_t kForEver = UINT32_MAX;

  std::uint32_t keep_until = kForEver;
  std::uint32_t logins_until = UINT32_MAX;

  [[nodiscard]] bool has_expired(TimePoint now) const noexcept {
    return keep_until != kForEver && keep_until <= now.time_since_epoch().count();
  }
};

/// A hash table in memory of its own: any number of threads look things up in it while one changes it. Never grows.
///
/// A bucket is 31 slots, and beside them one cache line with a tag of 16 bits for each: who looks for something that is
/// not there reads that line and no more. What finds its bucket full goes to the next one, and the full one counts it,
/// so that nothing is ever moved and a search ends at the first bucket that nothing went past.
class RevokedTable {
 public:
  static constexpr std::size_t kSlots = 31;

  /// Throws `std::bad_alloc`.
  explicit RevokedTable(std::size_t pages);
  ~RevokedTable();
  RevokedTable(RevokedTable const&) = delete;
  RevokedTable& operator=(RevokedTable const&) = delete;

  [[nodiscard]] static std::size_t slots_in(std::size_t pages) noexcept;
  [[nodiscard]] std::size_t pages() const noexcept { return pages_; }
  [[nodiscard]] std::size_t bytes() const noexcept;
  [[nodiscard]] std::size_t buckets() const noexcept { return buckets_; }
  [[nodiscard]] std::size_t slots() const noexcept { return buckets_ * kSlots; }

  // --- for any thread

  /// Whether `key` is there and holds for a login at `login`. Where the table is cleared or filled at the same time,
  /// it may overlook one, and never finds one that was never there.
  [[nodiscard]] bool contains(RevokedKey key, std::uint32_t login) const noexcept;

  // --- for one thread at a time

  /// True where `key` is there: it has the later of both times then.
  [[nodiscard]] bool extend(RevokedKey key, RevokedTerms terms) noexcept;
  /// Preconditions: `key` is not there, and a slot is free.
  void add(RevokedKey key, RevokedTerms terms) noexcept;
  /// Drops what has expired of one bucket, and gives how many that were.
  std::size_t sweep(std::size_t bucket, TimePoint now) noexcept;
  /// How many have not expired.
  [[nodiscard]] std::size_t count(TimePoint now) const noexcept;
  /// Adds what has not expired to `other`. Precondition: it has room.
  void copy_to(RevokedTable& other, TimePoint now) const noexcept;
  /// Empties it and gives the memory back to the system.
  void clear() noexcept;

 private:
  static constexpr std::size_t kTagWords = 8;
  struct Slot {
    std::uint64_t place;
    std::uint64_t terms;
  };
  struct At {
    std::size_t bucket;
    std::size_t lane;
  };

  [[nodiscard]] std::size_t home_of(RevokedKey key) const noexcept;
  [[nodiscard]] std::size_t after(std::size_t bucket) const noexcept { return bucket + 1 == buckets_ ? 0 : bucket + 1; }
  [[nodiscard]] std::uint64_t& tag_word(At at) const noexcept { return tags_[kTagWords * at.bucket + at.lane / 4]; }
  [[nodiscard]] Slot& slot(At at) const noexcept { return slots_[kSlots * at.bucket + at.lane]; }
  [[nodiscard]] std::uint16_t lane(At at) const noexcept;
  void set_lane(At at, std::uint16_t value) noexcept;
  [[nodiscard]] std::size_t free_lane(std::size_t bucket) const noexcept;
  template <class Visit>
  [[nodiscard]] bool find(RevokedKey key, Visit const& visit) const noexcept;
  template <class Visit>
  void each(std::size_t bucket, Visit const& visit) const noexcept;
  void drop(At at) noexcept;

  std::size_t pages_;
  std::size_t buckets_;
  std::size_t mapped_ = 0;  // bytes
  void* mapping_ = nullptr;
  std::uint64_t* tags_;  // of each bucket 31 tags, 0 for a free slot, and the number of those that went past it
  Slot* slots_;
};

/// Makes tables and keeps them: memory that was a table's remains one, so that a thread that still looks at it may do
/// so. Thread-safe.
class RevokedTables {
 public:
  static constexpr std::size_t kFewestPages = 2;

  /// Of the smallest table that `entries` fill to 45 of a hundred or less.
  [[nodiscard]] static std::size_t pages_for(std::size_t entries) noexcept;
  /// An empty one of so many pages. Throws `std::bad_alloc`.
  [[nodiscard]] RevokedTable& take(std::size_t entries);
  /// Clears it. Precondition: no thread begins to look at it any more.
  void give_back(RevokedTable& table) noexcept;
  /// Of those that are in use.
  [[nodiscard]] std::size_t bytes() const noexcept;

 private:
  struct Owned {
    std::unique_ptr<RevokedTable> table;
    bool is_used;
  };

  mutable std::mutex mutex_;
  std::vector<Owned> all_;
};

}  // namespace authjwt::detail
