#include "log.hpp"

#include <authjwt/revocation/memory_log.hpp>
#include <authjwt/revocation/redis_log.hpp>
#include <authjwt/revocation/sqlite_log.hpp>

#include <iostream>
#include <stdexcept>
#include <string>

namespace demo {
namespace {

bool is_redis(std::string_view where) {
  return where.starts_with("redis://") || where.starts_with("rediss://") || where.starts_with("unix://");
}

}  // namespace

void tell(std::string_view text) { std::cerr << "authjwt_demo: " + std::string{text} + "\n" << std::flush; }

std::shared_ptr<authjwt::RevocationLog> open_log(std::string_view where) {
  constexpr std::string_view kSqlite = "sqlite:";
  if (where == "memory") return std::make_shared<authjwt::MemoryLog>();
  if (where.starts_with(kSqlite) && where.size() > kSqlite.size()) {
    std::string path{where.substr(kSqlite.size())};
    return std::make_shared<authjwt::SqliteLog>(authjwt::SqliteLog::Options{.path = std::move(path), .log = tell});
  }
  if (is_redis(where)) {
    return std::make_shared<authjwt::RedisLog>(where, authjwt::RedisLog::Options{.log = tell});
  }
  throw std::invalid_argument{"the log is sqlite:FILE, redis://HOST:PORT or memory, not \"" + std::string{where} +
                              "\""};
}

}  // namespace demo
