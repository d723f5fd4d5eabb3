// The SQLite log of the installed tree: it is compiled, linked and run.
#include <authjwt/revocation/sqlite_log.hpp>

#include <cstdio>

int main() {
  char const* const path = "sqlite_consumer.db";
  std::remove(path);
  authjwt::SqliteLog log{{.path = path}};
  bool const works = log.append(authjwt::Revocation{"issuer", "id"}).has_value() && log.is_durable();
  return works ? 0 : 1;
}
