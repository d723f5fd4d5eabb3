#include "revocation/sqlite_database.hpp"

#include <sqlite3.h>
#include <sys/stat.h>

#include <algorithm>
#include <limits>

namespace authjwt::detail {
namespace {

SqliteTrouble trouble_of(int code) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return SqliteTrouble::locked;
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH: return SqliteTrouble::cannot_open;
    case SQLITE_NOTADB: return SqliteTrouble::no_database;
    default: return SqliteTrouble::other;
  }
}

// What a person can do something about.
std::string_view meaning_of(int code) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return "it is locked by another connection for longer than the timeout";
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH: return "it cannot be opened";
    case SQLITE_NOTADB: return "it is not an SQLite database";
    case SQLITE_READONLY: return "it is read-only";
    case SQLITE_FULL: return "the disk is full";
    case SQLITE_CORRUPT: return "it is corrupt";
    case SQLITE_IOERR: return "it cannot be read or written";
    default: return "it does not work";
  }
}

[[noreturn]] void fail(sqlite3* database, int code) {
  std::string text{meaning_of(code)};
  text.append(" (SQLite: ").append(database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(code));
  text.append(", ").append(std::to_string(code)).append(")");
  throw SqliteFailure{trouble_of(code), text};
}

// SQLite makes its other files as read-only as the first one is. They must not stay so when that one is writable again.
void give_same_mode_to_others(std::string const& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return;
  mode_t const mode = status.st_mode & 0777U;
  for (char const* const other : {"-wal", "-shm"}) {
    std::string const its_path = path + other;
    if (::stat(its_path.c_str(), &status) != 0 || (status.st_mode & 0777U) == mode) continue;
    static_cast<void>(::chmod(its_path.c_str(), mode));
  }
}

void check_code(sqlite3* database, int code) {
  if (code != SQLITE_OK) fail(database, code);
}

}  // namespace

void create_private_file(std::string const& path) noexcept {
  // Not open() and close(): closing any descriptor of a file gives up all locks that this process has on it.
  static_cast<void>(::mknod(path.c_str(), S_IFREG | S_IRUSR | S_IWUSR, 0));
}

// --- the connection --------------------------------------------------------------------------------------------------

SqliteConnection::SqliteConnection(std::string const& path, std::chrono::milliseconds busy_timeout) {
  give_same_mode_to_others(path);
  constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  int const code = sqlite3_open_v2(path.c_str(), &database_, kFlags, nullptr);
  if (code != SQLITE_OK) {
    std::string const text = database_ != nullptr ? sqlite3_errmsg(database_) : sqlite3_errstr(code);
    sqlite3_close(database_);
    throw SqliteFailure{trouble_of(code), std::string{meaning_of(code)} + " (SQLite: " + text + ")"};
  }
  constexpr std::int64_t kLongest = std::numeric_limits<int>::max();
  sqlite3_busy_timeout(database_, static_cast<int>(std::clamp<std::int64_t>(busy_timeout.count(), 0, kLongest)));
}

SqliteConnection::~SqliteConnection() { sqlite3_close(database_); }

void SqliteConnection::execute(char const* sql) {
  check_code(database_, sqlite3_exec(database_, sql, nullptr, nullptr, nullptr));
}

std::int64_t SqliteConnection::ask_integer(char const* sql) {
  SqliteStatement statement{*this, sql};
  SqliteQuery query{statement};
  return query.step() ? query.integer(0) : 0;
}

std::string SqliteConnection::ask_text(char const* sql) {
  SqliteStatement statement{*this, sql};
  SqliteQuery query{statement};
  return query.step() ? query.text(0) : std::string{};
}

void SqliteConnection::check_not_moved() {
  int has_moved = 0;
  check_code(database_, sqlite3_file_control(database_, "main", SQLITE_FCNTL_HAS_MOVED, &has_moved));
  if (has_moved != 0) throw SqliteFailure{SqliteTrouble::moved, "the file was deleted or replaced"};
}

bool SqliteConnection::in_transaction() const noexcept { return sqlite3_get_autocommit(database_) == 0; }

void SqliteConnection::skip_checkpoint_on_close() noexcept {
  sqlite3_db_config(database_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

// --- statements ------------------------------------------------------------------------------------------------------

SqliteStatement::SqliteStatement(SqliteConnection& connection, std::string_view sql) {
  check_code(connection.get(), sqlite3_prepare_v3(connection.get(), sql.data(), static_cast<int>(sql.size()),
                                                  SQLITE_PREPARE_PERSISTENT, &statement_, nullptr));
}

SqliteStatement::~SqliteStatement() { sqlite3_finalize(statement_); }

SqliteQuery::~SqliteQuery() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

void SqliteQuery::check(int code) const { check_code(sqlite3_db_handle(statement_), code); }

bool SqliteQuery::step() {
  int const code = sqlite3_step(statement_);
  if (code != SQLITE_ROW && code != SQLITE_DONE) fail(sqlite3_db_handle(statement_), code);
  return code == SQLITE_ROW;
}

void SqliteQuery::bind(int index, std::int64_t value) { check(sqlite3_bind_int64(statement_, index, value)); }

void SqliteQuery::bind(int index, std::string_view text) {
  // A null pointer would be NULL, and not the empty text.
  void const* const bytes = text.empty() ? "" : text.data();
  check(sqlite3_bind_blob64(statement_, index, bytes, text.size(), SQLITE_STATIC));
}

void SqliteQuery::bind_null(int index) { check(sqlite3_bind_null(statement_, index)); }

std::int64_t SqliteQuery::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string SqliteQuery::text(int column) const {
  auto const* const bytes = static_cast<char const*>(sqlite3_column_blob(statement_, column));
  auto const size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  if (bytes == nullptr && size != 0) throw std::bad_alloc{};
  return bytes != nullptr ? std::string(bytes, size) : std::string{};
}

std::optional<std::string> SqliteQuery::optional_text(int column) const {
  if (sqlite3_column_type(statement_, column) == SQLITE_NULL) return std::nullopt;
  return text(column);
}

std::optional<TimePoint> SqliteQuery::optional_time(int column) const {
  if (sqlite3_column_type(statement_, column) == SQLITE_NULL) return std::nullopt;
  return time(column);
}

}  // namespace authjwt::detail
