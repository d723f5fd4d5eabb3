#include "revocation/sqlite_tables.hpp"

#include "base/uuid.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace authjwt::detail {
namespace {

constexpr std::int64_t kVersion = 1;

// Texts are BLOBs: any bytes, compared as bytes. Times are seconds since 1970, NULL is for ever. The position of a fact
// that was deleted is not given again (AUTOINCREMENT).
constexpr char const* kTables = R"sql(
CREATE TABLE authjwt_store (name TEXT PRIMARY KEY NOT NULL, value NOT NULL) WITHOUT ROWID;
CREATE TABLE authjwt_facts (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  kind INTEGER NOT NULL,
  issuer BLOB NOT NULL,
  id BLOB NOT NULL,
  logins_until INTEGER NOT NULL,
  keep_until INTEGER);
CREATE INDEX authjwt_facts_about ON authjwt_facts (id, issuer, kind, logins_until);
CREATE INDEX authjwt_facts_expiring ON authjwt_facts (keep_until) WHERE keep_until IS NOT NULL;
CREATE TABLE authjwt_sessions (
  issuer BLOB NOT NULL,
  sid BLOB NOT NULL,
  subject BLOB NOT NULL,
  login INTEGER NOT NULL,
  last_used INTEGER NOT NULL,
  label BLOB NOT NULL,
  jti BLOB NOT NULL,
  iat INTEGER NOT NULL,
  exp INTEGER,
  csrf BLOB NOT NULL,
  before BLOB,
  keep_until INTEGER,
  PRIMARY KEY (sid, issuer)) WITHOUT ROWID;
CREATE INDEX authjwt_sessions_of ON authjwt_sessions (subject, issuer, login DESC, sid);
CREATE INDEX authjwt_sessions_expiring ON authjwt_sessions (keep_until) WHERE keep_until IS NOT NULL;
)sql";

constexpr std::string_view kAppend =
    "INSERT INTO authjwt_facts (kind, issuer, id, logins_until, keep_until) VALUES (?1, ?2, ?3, ?4, ?5)";
constexpr std::string_view kLastPosition = "SELECT last_insert_rowid()";
constexpr std::string_view kDropFacts =
    "DELETE FROM authjwt_facts WHERE position IN"
    " (SELECT position FROM authjwt_facts WHERE keep_until <= ?1 ORDER BY keep_until LIMIT ?2)";
constexpr std::string_view kDropSessions =
    "DELETE FROM authjwt_sessions WHERE (sid, issuer) IN"
    " (SELECT sid, issuer FROM authjwt_sessions WHERE keep_until <= ?1 ORDER BY keep_until LIMIT ?2)";
constexpr std::string_view kPutSession =
    "INSERT OR REPLACE INTO authjwt_sessions"
    " (issuer, sid, subject, login, last_used, label, jti, iat, exp, csrf, before, keep_until)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
constexpr std::string_view kDropSession =
    "DELETE FROM authjwt_sessions WHERE sid = ?1 AND issuer = ?2 AND (?3 IS NULL OR keep_until <= ?3)";
constexpr std::string_view kFindSession =
    "SELECT subject, login, last_used, label, jti, iat, exp, csrf, before, keep_until"
    " FROM authjwt_sessions WHERE sid = ?1 AND issuer = ?2";
constexpr std::string_view kIsRevoked =
    "SELECT EXISTS (SELECT 1 FROM authjwt_facts WHERE id IN (?2, ?3) AND issuer = ?1 AND kind = 0)"
    " OR EXISTS (SELECT 1 FROM authjwt_facts WHERE id = ?4 AND issuer = ?1 AND kind = 1"
    " AND logins_until >= ?5)";
constexpr std::string_view kReadAfter =
    "SELECT position, kind, issuer, id, logins_until, keep_until FROM authjwt_facts"
    " WHERE position > ?1 ORDER BY position LIMIT ?2";
constexpr std::string_view kHasAfter = "SELECT EXISTS (SELECT 1 FROM authjwt_facts WHERE position > ?1)";
constexpr std::string_view kTail =
    "SELECT value, coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'authjwt_facts'), 0)"
    " FROM authjwt_store WHERE name = 'identity'";
constexpr std::string_view kLoginsUntil =
    "SELECT max(logins_until) FROM authjwt_facts WHERE id = ?2 AND issuer = ?1 AND kind = 1";
constexpr std::string_view kSessionsOf =
    "SELECT sid, login, last_used, exp, label,"
    " EXISTS (SELECT 1 FROM authjwt_facts WHERE id = one.sid AND issuer = ?1 AND kind = 0)"
    " FROM authjwt_sessions AS one WHERE subject = ?2 AND issuer = ?1 AND login > ?3"
    " ORDER BY login DESC, sid LIMIT ?4";

static_assert(static_cast<int>(Revocation::Kind::id) == 0 && static_cast<int>(Revocation::Kind::subject) == 1);

constexpr std::size_t kMostPassedOver = 1'000;  // records in one list

std::int64_t limited(std::uint64_t number) {
  return static_cast<std::int64_t>(std::min<std::uint64_t>(number, std::numeric_limits<std::int64_t>::max()));
}

void make_tables(SqliteConnection& connection) {
  std::string identity;
  if (!append_uuid(identity)) throw SqliteFailure{SqliteTrouble::other, "there are no random bytes for its identity"};
  connection.execute(kTables);
  SqliteStatement insert{connection, "INSERT INTO authjwt_store VALUES ('version', ?1), ('identity', ?2)"};
  SqliteQuery{insert, kVersion, identity}.run();
}

bool has_tables(SqliteConnection& connection) {
  return connection.ask_integer("SELECT count(*) FROM sqlite_schema WHERE name = 'authjwt_store'") != 0;
}

void check_version(SqliteConnection& connection) {
  std::int64_t const version = connection.ask_integer("SELECT value FROM authjwt_store WHERE name = 'version'");
  if (version == kVersion) return;
  throw SqliteFailure{SqliteTrouble::newer, "its tables are of version " + std::to_string(version) +
                                                " and this authjwt knows " + std::to_string(kVersion) +
                                                ": use a newer authjwt, or another file"};
}

void prepare_tables(SqliteConnection& connection, bool may_create) {
  if (!has_tables(connection)) {
    if (!may_create) throw SqliteFailure{SqliteTrouble::other, "its tables are gone"};
    connection.execute("BEGIN IMMEDIATE");
    if (!has_tables(connection)) make_tables(connection);  // another process may have been quicker
    connection.execute("COMMIT");
  }
  check_version(connection);
}

SqliteConnection& prepared(SqliteConnection& connection, bool may_create) {
  if (connection.ask_text("PRAGMA journal_mode = WAL") != "wal") {
    throw SqliteFailure{SqliteTrouble::other, "there can be no write-ahead log (is it on a network disk?)"};
  }
  connection.execute(
      "PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;"
      "PRAGMA journal_size_limit = 16777216; PRAGMA cache_size = -16384");
  prepare_tables(connection, may_create);
  return connection;
}

SqliteConnection& read_only(SqliteConnection& connection) {
  connection.execute("PRAGMA query_only = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON");
  check_version(connection);
  return connection;
}

}  // namespace

// --- writing ---------------------------------------------------------------------------------------------------------

SqliteWriter::SqliteWriter(std::string const& path, std::chrono::milliseconds busy_timeout, bool may_create)
    : connection_{path, busy_timeout},
      append_{prepared(connection_, may_create), kAppend},
      last_position_{connection_, kLastPosition},
      drop_facts_{connection_, kDropFacts},
      drop_sessions_{connection_, kDropSessions},
      drop_session_{connection_, kDropSession},
      put_session_{connection_, kPutSession},
      find_session_{connection_, kFindSession},
      is_revoked_{connection_, kIsRevoked} {}

void SqliteWriter::begin() {
  connection_.execute("BEGIN IMMEDIATE");
  connection_.check_not_moved();
}

void SqliteWriter::commit() { connection_.execute("COMMIT"); }

void SqliteWriter::roll_back() noexcept try {
  if (connection_.in_transaction()) connection_.execute("ROLLBACK");
} catch (SqliteFailure const&) {
  return;  // the transaction is gone with the trouble that led here, or goes with the connection
}

RevocationLog::Position SqliteWriter::append(Revocation const& fact) {
  SqliteQuery{append_, static_cast<std::int64_t>(fact.kind), fact.issuer, fact.id, fact.logins_until, fact.keep_until}
      .run();
  // A fact that is kept as long says all of a session from now on: its record would only be passed over in lists.
  if (fact.kind == Revocation::Kind::id) SqliteQuery{drop_session_, fact.id, fact.issuer, fact.keep_until}.run();
  SqliteQuery position{last_position_};
  if (!position.step()) throw SqliteFailure{SqliteTrouble::other, "it tells no position"};
  return static_cast<RevocationLog::Position>(position.integer(0));
}

void SqliteWriter::put(SessionRecord const& record) {
  Session const& session = record.session;
  SessionToken const& token = record.token;
  SqliteQuery{put_session_,      session.issuer, session.sid,      session.subject, session.login,
              session.last_used, session.label,  token.jti,        token.iat,       token.exp,
              token.csrf,        record.before,  record.keep_until}
      .run();
}

std::optional<SessionRecord> SqliteWriter::find(std::string const& issuer, std::string const& sid) {
  SqliteQuery query{find_session_, sid, issuer};
  if (!query.step()) return std::nullopt;
  SessionToken token{query.text(4), query.time(5), query.optional_time(6), query.text(7)};
  Session session{issuer, sid, query.text(0), query.time(1), query.time(2), token.exp, query.text(3)};
  return SessionRecord{std::move(session), std::move(token), query.optional_text(8), query.optional_time(9)};
}

bool SqliteWriter::is_revoked(Rotation const& rotation) {
  // A login that is not known is before any.
  std::int64_t const login = rotation.login ? std::int64_t{rotation.login->time_since_epoch().count()}
                                            : std::numeric_limits<std::int64_t>::min();
  SqliteQuery query{is_revoked_, rotation.issuer, rotation.sid, rotation.presented, rotation.subject, login};
  return !query.step() || query.integer(0) != 0;
}

Rotated SqliteWriter::rotate(Rotation const& rotation, TimePoint now) {
  if (is_revoked(rotation)) return {Rotated::Outcome::revoked};
  std::optional<SessionRecord> record = find(rotation.issuer, rotation.sid);
  if (!record) {
    put(SessionRecord::begun(rotation, now));
    return {Rotated::Outcome::rotated, rotation.successor};
  }
  std::optional<TimePoint> const kept_until = record->keep_until;
  Rotated rotated = record->rotate(rotation, now);
  // A replay changes nothing, so it costs no write.
  if (rotated.outcome != Rotated::Outcome::replay || record->keep_until != kept_until) put(*record);
  if (rotated.outcome == Rotated::Outcome::reused) append(reuse_of(*record));
  return rotated;
}

void SqliteWriter::drop_expired(TimePoint now, std::size_t at_most) {
  SqliteQuery{drop_facts_, now, limited(at_most)}.run();
  SqliteQuery{drop_sessions_, now, limited(at_most)}.run();
}

bool SqliteWriter::is_durable() {
  constexpr std::int64_t kFull = 2;
  connection_.check_not_moved();
  return connection_.ask_text("PRAGMA journal_mode") == "wal" && connection_.ask_integer("PRAGMA synchronous") >= kFull;
}

// --- reading ---------------------------------------------------------------------------------------------------------

SqliteReader::SqliteReader(std::string const& path, std::chrono::milliseconds busy_timeout)
    : connection_{path, busy_timeout},
      read_after_{read_only(connection_), kReadAfter},
      has_after_{connection_, kHasAfter},
      tail_{connection_, kTail},
      logins_until_{connection_, kLoginsUntil},
      sessions_of_{connection_, kSessionsOf},
      version_{connection_, "PRAGMA data_version"} {}

std::vector<RevocationLog::Entry> SqliteReader::read_after(Position position, std::size_t at_most) {
  std::vector<RevocationLog::Entry> read;
  SqliteQuery query{read_after_, limited(position), limited(at_most)};
  while (query.step()) {
    Revocation::Kind const kind = query.integer(1) == 0 ? Revocation::Kind::id : Revocation::Kind::subject;
    read.push_back({static_cast<Position>(query.integer(0)),
                    {query.text(2), query.text(3), query.optional_time(5), kind, query.time(4)}});
  }
  return read;
}

bool SqliteReader::has_after(Position position) {
  SqliteQuery query{has_after_, limited(position)};
  return query.step() && query.integer(0) != 0;
}

RevocationLog::Tail SqliteReader::tail() {
  SqliteQuery query{tail_};
  if (!query.step()) throw SqliteFailure{SqliteTrouble::other, "it has no identity"};
  return {query.text(0), static_cast<Position>(query.integer(1))};
}

/// Logins up to then are revoked.
std::int64_t SqliteReader::logins_until(std::string_view issuer, std::string_view subject) {
  SqliteQuery query{logins_until_, issuer, subject};
  std::optional<TimePoint> const until = query.step() ? query.optional_time(0) : std::nullopt;
  return until ? std::int64_t{until->time_since_epoch().count()} : std::numeric_limits<std::int64_t>::min();
}

std::vector<Session> SqliteReader::sessions_of(std::string_view issuer, std::string_view subject, std::size_t at_most,
                                               TimePoint now) {
  std::vector<Session> found;
  std::size_t const at_most_rows = std::min(at_most, kMostPassedOver) + kMostPassedOver;
  SqliteQuery query{sessions_of_, issuer, subject, logins_until(issuer, subject), limited(at_most_rows)};
  while (found.size() < at_most && query.step()) {
    std::optional<TimePoint> const ends = query.optional_time(3);
    bool const is_living = query.integer(5) == 0 && (!ends || *ends > now);
    if (!is_living) continue;
    found.push_back(
        {std::string{issuer}, query.text(0), std::string{subject}, query.time(1), query.time(2), ends, query.text(4)});
  }
  return found;
}

std::int64_t SqliteReader::version() {
  SqliteQuery query{version_};
  return query.step() ? query.integer(0) : 0;
}

}  // namespace authjwt::detail
