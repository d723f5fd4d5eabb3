#pragma once

#include <authjwt/base/clock.hpp>
#include <authjwt/jose/key_set.hpp>

#include <atomic>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace authjwt::detail {

/// The keys of an authority, which may change while any thread uses them. Whoever asks gets a snapshot; each thread
/// keeps one of its own, so that asking takes no lock and shares no counter as long as nothing has changed. A fork
/// waits until no thread changes keys or takes a new snapshot.
class KeyRing {
 public:
  explicit KeyRing(KeySet const& keys);
  KeyRing(KeyRing const&) = delete;
  KeyRing& operator=(KeyRing const&) = delete;

  /// The keys at this moment, without those whose time is over. Thread-safe, as all of these.
  [[nodiscard]] KeySet keys(Clock const& clock);

  /// These instead of all there were. Errors: those of `KeySet::from_keys`, and then nothing changes.
  [[nodiscard]] Result<void> replace(KeySet const& keys);
  /// One more, behind all others: it verifies, and signs nothing that another one signs.
  [[nodiscard]] Result<void> add(Key key);
  /// The key of this `kid` that signs with `algorithm`, before all others. Those that signed so far, and their
  /// namesakes, are dropped at `retire_at`; nothing: never. Errors: `Errc::invalid_key` where there is none, and where
  /// nothing would be left to sign with one of `accepted`.
  [[nodiscard]] Result<void> put_first(std::string_view kid, Algorithm algorithm, AlgorithmSet accepted,
                                       std::optional<TimePoint> retire_at);

 private:
  struct Member {
    Key key;
    std::optional<TimePoint> ends;  // nothing: stays
  };
  using Members = std::vector<Member>;

  [[nodiscard]] Result<void> use(Members members);
  void drop_ended(TimePoint now);
  [[nodiscard]] bool signs_so_far(Key const& key, AlgorithmSet algorithms) const;
  [[nodiscard]] std::optional<Error> last_signer_goes(Members const& members, AlgorithmSet accepted) const;

  std::uint64_t const id_;  // never given to another ring of this process
  std::atomic<std::uint64_t> generation_{0};
  std::atomic<TimePoint::rep> first_end_;

  // Guarded, with every change of the two above, by the lock in key_ring.cpp.
  Members members_;
  KeySet keys_;
};

}  // namespace authjwt::detail
