// RedisLog through the suites that every engine has to pass.
#include "e2e/redis_server.hpp"

#include <authjwt/revocation/redis_log.hpp>
#include <authjwt/testing/fake_clock.hpp>
#include <authjwt/testing/revocation_log_suite.hpp>

#include <atomic>
#include <memory>
#include <string>

namespace authjwt::testing {
namespace {

/// The part of one server that one prefix is.
struct RedisStore {
  static constexpr bool kAmongProcesses = true;

  std::shared_ptr<RevocationLog> open() {
    return std::make_shared<RedisLog>(
        server().url(),
        RedisLog::Options{
            .prefix = prefix, .connect_timeout = kPatience, .command_timeout = kPatience, .clock = &clock});
  }
  static e2e::RedisServer& server() {
    static e2e::RedisServer one;
    return one;
  }
  static std::string next_prefix() {
    static std::atomic<int> stores{0};
    return "store" + std::to_string(++stores);
  }

  FakeClock clock;
  std::string prefix = next_prefix();
};

AUTHJWT_REVOCATION_LOG_SUITE(Redis, RedisStore);
AUTHJWT_SESSION_STORE_SUITE(Redis, RedisStore);

}  // namespace
}  // namespace authjwt::testing
