#pragma once

#include <authjwt/revocation/revocation_log.hpp>

#include <atomic>
#include <memory>
#include <string>

namespace authjwt::detail {

/// What a log has shown of itself, to this process and to those it was forked from: by that a lost one is noticed.
/// One thread of each process writes; a fork may be made at any moment.
class KnownLog {
 public:
  KnownLog() = default;
  ~KnownLog() { std::unique_ptr<std::string const> const owned{identity_.load()}; }
  KnownLog(KnownLog const&) = delete;
  KnownLog& operator=(KnownLog const&) = delete;

  /// What is wrong with a log that was lost, for ever; else null.
  [[nodiscard]] char const* complaint() const noexcept { return complaint_.load(); }
  /// Learns from a log that has been read up to `read`, and gives `complaint()`. Throws `std::bad_alloc`.
  [[nodiscard]] char const* look(RevocationLog::Tail const& tail, RevocationLog::Position read) {
    if (identity_.load() == nullptr) identity_.store(std::make_unique<std::string const>(tail.identity).release());
    if (*identity_.load() != tail.identity) complaint_ = "it is another one than it was";
    if (tail.last < read || tail.last < last_.load()) complaint_ = "it ends before what it held already";
    if (complaint() == nullptr) last_ = tail.last;
    return complaint();
  }

 private:
  std::atomic<std::string const*> identity_{nullptr};
  std::atomic<RevocationLog::Position> last_{0};
  std::atomic<char const*> complaint_{nullptr};
};

}  // namespace authjwt::detail
