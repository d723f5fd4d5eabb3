#pragma once

#include "base/siphash.hpp"

#include <authjwt/base/clock.hpp>
#include <authjwt/revocation/revocation.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <vector>

namespace authjwt::detail {

/// Part of a `RevokedSet`: an open-addressing table with a lock of its own. Thread-safe.
class RevokedShard {
 public:
  [[nodiscard]] bool contains(Hash128 key) const noexcept;
  void insert(Hash128 key, std::int64_t keep_until, TimePoint now);
  /// Looks at `slots` slots more and drops what has expired there.
  void sweep(std::size_t slots, TimePoint now);
  [[nodiscard]] std::size_t size() const noexcept { return size_.load(std::memory_order_acquire); }

 private:
  static constexpr std::int64_t kEmpty = INT64_MIN;
  struct Slot {
    Hash128 key;
    std::int64_t keep_until = kEmpty;  // seconds since 1970
  };

  [[nodiscard]] std::size_t find(Hash128 key) const noexcept;
  void sweep_locked(std::size_t slots, TimePoint now);
  void erase(std::size_t index) noexcept;
  void rebuild(TimePoint now);
  void resize_count(std::size_t size) noexcept { size_.store(size, std::memory_order_release); }

  mutable std::mutex mutex_;
  std::vector<Slot> slots_;  // a power of two of them, at most three quarters full; or none
  std::size_t swept_ = 0;    // where the next sweep begins
  std::atomic<std::size_t> size_{0};
};

/// The revoked tokens that somebody could still show. Thread-safe; no call holds a lock for longer than it takes to
/// rebuild one table of 256.
///
/// A token is held as a keyed hash of 128 bits, 32 to 64 bytes in all, so its issuer and `jti` may be any bytes. Two
/// tokens with one hash would at worst be refused both.
class RevokedSet {
 public:
  /// Throws `std::exception` where the system gives no random numbers.
  RevokedSet();

  [[nodiscard]] bool contains(std::string_view issuer, std::string_view jti) const noexcept;
  /// What has expired by `now` is not kept, and a few others that have are dropped. Throws `std::bad_alloc`.
  void insert(Revocation const& revocation, TimePoint now);
  /// Drops some of those that have expired by `now`: all of them within `slots / 128` calls, where `slots` is the size
  /// of the largest table. Throws `std::bad_alloc`, having dropped them.
  void sweep(TimePoint now);
  [[nodiscard]] std::size_t size() const noexcept;

 private:
  static constexpr std::size_t kShards = 256;

  [[nodiscard]] Hash128 key_of(std::string_view issuer, std::string_view jti) const noexcept;

  Hash128 secret_;
  std::array<RevokedShard, kShards> shards_;
};

}  // namespace authjwt::detail
