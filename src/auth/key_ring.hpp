#pragma once

#include <authjwt/base/clock.hpp>
#include <authjwt/jose/key_set.hpp>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

namespace authjwt::detail {

/// The keys of an authority, which may change while any thread uses them. Whoever asks gets a snapshot; each thread
/// keeps one of its own, so that asking takes no lock and shares no counter as long as nothing has changed.
/// A process must not fork while another of its threads changes the keys.
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
  /// The key of this `kid` that signs with `algorithm`, before all others. Those that signed so far are dropped at
  /// `retire_at`; nothing: never. Errors: `Errc::invalid_key` where there is none.
  [[nodiscard]] Result<void> put_first(std::string_view kid, Algorithm algorithm, std::optional<TimePoint> retire_at);

 private:
  struct Member {
    Key key;
    std::optional<TimePoint> ends;  // nothing: stays
  };
  using Members = std::vector<Member>;

  [[nodiscard]] Result<void> use(Members members);
  void drop_ended(TimePoint now);
  [[nodiscard]] bool signs_so_far(Key const& key, AlgorithmSet algorithms) const;

  std::uint64_t const id_;  // never given to another ring of this process
  std::atomic<std::uint64_t> generation_{0};
  std::atomic<TimePoint::rep> first_end_;

  std::mutex mutex_;  // guards what follows, and every change of the two above
  Members members_;
  KeySet keys_;
};

}  // namespace authjwt::detail
