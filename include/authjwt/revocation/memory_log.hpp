#pragma once

#include <authjwt/base/clock.hpp>
#include <authjwt/revocation/revocation_log.hpp>

#include <memory>

namespace authjwt {

/// A log in the memory of this process: it ends with it, and with it all revocations. Entries that nobody can need any
/// more by `clock` are dropped as new ones come.
///
/// A fork of the process would have a copy of its own that hears of nothing, so there every call is
/// `Errc::unavailable`, and tokens are refused: a service that forks makes its log in each child.
class MemoryLog final : public RevocationLog {
 public:
  /// `clock` must outlive the log.
  explicit MemoryLog(Clock const& clock = system_clock());
  ~MemoryLog() override;
  MemoryLog(MemoryLog const&) = delete;
  MemoryLog& operator=(MemoryLog const&) = delete;

  [[nodiscard]] Result<Position> append(Revocation const& revocation) override;
  [[nodiscard]] Result<std::vector<Entry>> read_after(Position position, std::size_t at_most) override;
  void wait_after(Position position, std::chrono::milliseconds at_most, std::stop_token stop) override;
  [[nodiscard]] bool is_durable() const noexcept override { return false; }

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace authjwt
