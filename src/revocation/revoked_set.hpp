#pragma once

#include "base/siphash.hpp"
#include "revocation/revoked_table.hpp"

#include <authjwt/base/clock.hpp>
#include <authjwt/revocation/revocation.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string_view>

namespace authjwt::detail {

/// Part of a `RevokedSet`: one table, and the next one when it is too small or too large. Thread-safe; who looks
/// something up waits for nobody.
class alignas(64) RevokedShard {
 public:
  [[nodiscard]] bool contains(RevokedKey key, std::uint32_t login) const noexcept;
  /// Throws `std::bad_alloc`.
  void insert(RevokedKey key, RevokedTerms terms, TimePoint now, RevokedTables& tables);
  /// Drops what has expired of `buckets` buckets more. Throws `std::bad_alloc`, having dropped it.
  void sweep(std::size_t buckets, TimePoint now, RevokedTables& tables);
  [[nodiscard]] std::size_t size() const noexcept { return size_.load(std::memory_order_relaxed); }

 private:
  void sweep_locked(RevokedTable& table, std::size_t buckets, TimePoint now) noexcept;
  void rebuild(TimePoint now, RevokedTables& tables);

  std::atomic<RevokedTable*> table_{nullptr};
  std::atomic<std::uint64_t> generation_{0};  // of the table
  std::atomic<std::uint32_t> size_{0};
  std::uint32_t swept_ = 0;  // the bucket where the next sweep begins
  std::mutex mutex_;         // of those who change it
};

/// The facts that somebody could still come with a token for. Thread-safe.
///
/// A fact is held as 86 bits of a keyed hash of its issuer and text, so these may be any bytes and nobody can choose
/// ones that meet; two that did meet would at worst be refused both. It takes 33 to 61 bytes where there are more than
/// 20,000, and 1 MiB in all where there are fewer.
class RevokedSet {
 public:
  /// Throws `std::exception` where the system gives no random numbers.
  RevokedSet();

  /// Whether a fact about the token's `jti`, its `sid` or its subject's login is held. Waits for nobody.
  [[nodiscard]] bool contains(TokenIdentity const& token) const noexcept;
  /// Of two facts about one subject the later times hold, both. What has expired by `now` is not taken in, and a few
  /// others that have are dropped. Throws `std::bad_alloc`. Never waits for longer than it takes to rebuild one table
  /// of 64.
  void insert(Revocation const& revocation, TimePoint now);
  /// Drops some of those that have expired by `now`; each is reached after as many calls as there are hundreds in a
  /// table. Throws `std::bad_alloc`, having dropped them.
  void sweep(TimePoint now);
  [[nodiscard]] std::size_t size() const noexcept;
  /// In bytes.
  [[nodiscard]] std::size_t memory() const noexcept { return sizeof(*this) + tables_.bytes(); }

 private:
  static constexpr std::size_t kShards = 64;
  using Shards = std::array<RevokedShard, kShards>;

  Hash128 secret_;
  RevokedTables tables_;
  Shards ids_;
  Shards subjects_;  // apart: they are fewer, so that their tags are in a cache sooner
};

}  // namespace authjwt::detail
