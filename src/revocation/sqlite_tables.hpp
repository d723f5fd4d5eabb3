#pragma once

#include "revocation/session_record.hpp"
#include "revocation/sqlite_database.hpp"

#include <authjwt/revocation/revocation_log.hpp>
#include <authjwt/revocation/session_store.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace authjwt::detail {

/// The connection that writes: facts, records, transactions. One thread at a time; throws `SqliteFailure`.
class SqliteWriter {
 public:
  /// Opens the file, and makes the tables where it has none and `may_create`.
  SqliteWriter(std::string const& path, std::chrono::milliseconds busy_timeout, bool may_create);

  /// Waits until no other connection writes.
  void begin();
  /// What was written since `begin` is on the disk when it returns.
  void commit();
  void roll_back() noexcept;

  RevocationLog::Position append(Revocation const& fact);
  void put(SessionRecord const& record);
  [[nodiscard]] Rotated rotate(Rotation const& rotation, TimePoint now);
  /// Drops facts and records that have expired, at most so many of each.
  void drop_expired(TimePoint now, std::size_t at_most);

  /// As the connection itself says.
  [[nodiscard]] bool is_durable();
  void skip_checkpoint_on_close() noexcept { connection_.skip_checkpoint_on_close(); }

 private:
  [[nodiscard]] bool is_revoked(Rotation const& rotation);
  [[nodiscard]] std::optional<SessionRecord> find(std::string const& issuer, std::string const& sid);

  SqliteConnection connection_;  // before the statements, which end first
  SqliteStatement append_;
  SqliteStatement last_position_;
  SqliteStatement drop_facts_;
  SqliteStatement drop_sessions_;
  SqliteStatement drop_session_;
  SqliteStatement put_session_;
  SqliteStatement find_session_;
  SqliteStatement is_revoked_;
};

/// The connection that reads, beside any writer. One thread at a time; throws `SqliteFailure`.
class SqliteReader {
 public:
  using Position = RevocationLog::Position;

  SqliteReader(std::string const& path, std::chrono::milliseconds busy_timeout);

  [[nodiscard]] std::vector<RevocationLog::Entry> read_after(Position position, std::size_t at_most);
  [[nodiscard]] bool has_after(Position position);
  [[nodiscard]] RevocationLog::Tail tail();
  [[nodiscard]] std::vector<Session> sessions_of(std::string_view issuer, std::string_view subject, std::size_t at_most,
                                                 TimePoint now);
  /// Another number than before when another connection, of any process, has written.
  [[nodiscard]] std::int64_t version();
  /// Throws where the file is not at its path any more.
  void check_not_moved() { connection_.check_not_moved(); }
  void skip_checkpoint_on_close() noexcept { connection_.skip_checkpoint_on_close(); }

 private:
  [[nodiscard]] std::int64_t logins_until(std::string_view issuer, std::string_view subject);

  SqliteConnection connection_;  // before the statements, which end first
  SqliteStatement read_after_;
  SqliteStatement has_after_;
  SqliteStatement tail_;
  SqliteStatement logins_until_;
  SqliteStatement sessions_of_;
  SqliteStatement version_;
};

}  // namespace authjwt::detail
