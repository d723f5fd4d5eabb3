#pragma once

#include <authjwt/base/clock.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

/// SQLite's C interface with owners and exceptions. `SqliteLog` catches these; no text in them comes from a token.
namespace authjwt::detail {

enum class SqliteTrouble : std::uint8_t {
  locked,       ///< by another connection, for longer than the timeout
  cannot_open,  ///< there is no such file, or it may not be opened
  no_database,  ///< the file is something else
  moved,        ///< the file was deleted, or another one lies in its place
  newer,        ///< the tables are of a later version of this library
  other,        ///< full, read-only, corrupt, input and output: the text says which
};

class SqliteFailure : public std::runtime_error {
 public:
  SqliteFailure(SqliteTrouble trouble, std::string const& text) : std::runtime_error{text}, trouble_{trouble} {}
  [[nodiscard]] SqliteTrouble trouble() const noexcept { return trouble_; }

 private:
  SqliteTrouble trouble_;
};

/// Makes an empty file that only its owner may read, where there is none: SQLite gives its other files the same mode.
/// No error of its own: opening tells.
void create_private_file(std::string const& path) noexcept;

/// One connection. One thread at a time, and never across a fork. All but the destructor throw `SqliteFailure`.
class SqliteConnection {
 public:
  /// Opens a file that is there.
  SqliteConnection(std::string const& path, std::chrono::milliseconds busy_timeout);
  ~SqliteConnection();
  SqliteConnection(SqliteConnection const&) = delete;
  SqliteConnection& operator=(SqliteConnection const&) = delete;

  void execute(char const* sql);
  /// The first column of the first row.
  [[nodiscard]] std::int64_t ask_integer(char const* sql);
  [[nodiscard]] std::string ask_text(char const* sql);
  /// Throws where the file is not at its path any more: what is written there would be lost.
  void check_not_moved();
  /// Whether a transaction is open.
  [[nodiscard]] bool in_transaction() const noexcept;
  /// Before a connection is closed only to be opened again: nothing is moved out of the write-ahead log.
  void skip_checkpoint_on_close() noexcept;
  [[nodiscard]] sqlite3* get() const noexcept { return database_; }

 private:
  sqlite3* database_ = nullptr;
};

/// A prepared statement; its connection must outlive it.
class SqliteStatement {
 public:
  SqliteStatement(SqliteConnection& connection, std::string_view sql);
  ~SqliteStatement();
  SqliteStatement(SqliteStatement const&) = delete;
  SqliteStatement& operator=(SqliteStatement const&) = delete;
  [[nodiscard]] sqlite3_stmt* get() const noexcept { return statement_; }

 private:
  sqlite3_stmt* statement_ = nullptr;
};

/// One run of a statement with values for its parameters, in their order. Texts are bound as they are, any bytes, and
/// must outlive it. When it is destroyed the statement can be run again.
class SqliteQuery {
 public:
  template <class... Values>
  explicit SqliteQuery(SqliteStatement& statement, Values const&... values) : statement_{statement.get()} {
    int index = 0;
    (bind(++index, values), ...);
  }
  ~SqliteQuery();
  SqliteQuery(SqliteQuery const&) = delete;
  SqliteQuery& operator=(SqliteQuery const&) = delete;

  /// Whether there is another row.
  [[nodiscard]] bool step();
  /// For a statement without rows.
  void run() { static_cast<void>(step()); }

  // Of the current row, by the number of the column from 0.
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] std::optional<std::string> optional_text(int column) const;
  [[nodiscard]] TimePoint time(int column) const { return TimePoint{std::chrono::seconds{integer(column)}}; }
  [[nodiscard]] std::optional<TimePoint> optional_time(int column) const;

 private:
  void bind(int index, std::int64_t value);
  void bind(int index, std::string_view text);
  void bind(int index, std::string const& text) { bind(index, std::string_view{text}); }
  void bind(int index, TimePoint time) { bind(index, std::int64_t{time.time_since_epoch().count()}); }
  void bind_null(int index);
  template <class T>
  void bind(int index, std::optional<T> const& value) {
    value ? bind(index, *value) : bind_null(index);
  }
  void check(int code) const;

  sqlite3_stmt* statement_;
};

}  // namespace authjwt::detail
