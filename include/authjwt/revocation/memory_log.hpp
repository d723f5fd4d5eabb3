#pragma once

#include <authjwt/revocation/revocation_log.hpp>

#include <condition_variable>
#include <deque>
#include <mutex>

namespace authjwt {

/// A log in the memory of this process: it ends with it, and with it all revocations. Entries that nobody can need any
/// more by `clock` are dropped as new ones come.
class MemoryLog final : public RevocationLog {
 public:
  /// `clock` must outlive the log.
  explicit MemoryLog(Clock const& clock = system_clock()) noexcept : clock_{&clock} {}

  [[nodiscard]] Result<Position> append(Revocation const& revocation) override;
  [[nodiscard]] Result<std::vector<Entry>> read_after(Position position, std::size_t at_most) override;
  void wait_after(Position position, std::chrono::milliseconds at_most, std::stop_token stop) override;
  [[nodiscard]] bool is_durable() const noexcept override { return false; }

 private:
  Clock const* clock_;
  std::mutex mutex_;
  std::condition_variable_any grown_;
  std::deque<Entry> entries_;
  Position last_ = 0;
};

}  // namespace authjwt
