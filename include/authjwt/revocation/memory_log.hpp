#pragma once

#include <authjwt/base/clock.hpp>
#include <authjwt/revocation/revocation_log.hpp>
#include <authjwt/revocation/session_store.hpp>

#include <memory>

namespace authjwt {

/// A log and its sessions in the memory of this process: they end with it. What nobody can need any more by `clock` is
/// dropped as new entries and sessions come.
///
/// A fork of the process would have a copy of its own that hears of nothing, so there every call is
/// `Errc::unavailable`, and tokens are refused: a service that forks makes its log in each child.
class MemoryLog final : public RevocationLog, public SessionStore {
 public:
  /// `clock` must outlive the log. Throws `std::runtime_error` where there are no random bytes for the identity.
  explicit MemoryLog(Clock const& clock = system_clock());
  ~MemoryLog() override;
  MemoryLog(MemoryLog const&) = delete;
  MemoryLog& operator=(MemoryLog const&) = delete;

  using RevocationLog::append;
  [[nodiscard]] Result<Position> append(std::span<Revocation const> facts) override;
  [[nodiscard]] Result<std::vector<Entry>> read_after(Position position, std::size_t at_most) override;
  [[nodiscard]] Result<Tail> tail() override;
  void wait_after(Position position, std::chrono::milliseconds at_most, std::stop_token stop) override;
  [[nodiscard]] bool is_durable() noexcept override { return false; }
  [[nodiscard]] SessionStore* sessions() noexcept override { return this; }

  [[nodiscard]] Result<void> begin(Session const& session, SessionToken const& token,
                                   std::optional<TimePoint> keep_until) override;
  [[nodiscard]] Result<Rotated> rotate(Rotation const& rotation) override;
  [[nodiscard]] Result<std::vector<Session>> sessions_of(std::string_view issuer, std::string_view subject,
                                                         std::size_t at_most) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace authjwt
