// The arithmetic of docs/scaling.md, tried on the real index and logs: a smaller crowd lives through simulated days,
// and a node that comes back reads what it missed. Usage: authjwt_scaling [FACTS]

#include <authjwt/revocation/denylist.hpp>
#include <authjwt/revocation/memory_log.hpp>
#include <authjwt/revocation/sqlite_log.hpp>
#include <authjwt/testing/fake_clock.hpp>

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace authjwt {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

constexpr std::size_t kBatch = 1'000;

void wait_for(auto const& holds) {
  while (!holds()) std::this_thread::sleep_for(1ms);
}

double seconds_since(Steady::time_point begun) { return std::chrono::duration<double>{Steady::now() - begun}.count(); }

// --- a crowd over simulated days
// ---------------------------------------------------------------------------------------

struct Crowd {
  std::size_t users;
  double logouts_a_day;  // of one user
  std::chrono::hours kept;
};

/// As many facts as come in the time that one is kept: Little's law.
double predicted_facts(Crowd const& crowd) {
  return static_cast<double>(crowd.users) * crowd.logouts_a_day * static_cast<double>(crowd.kept.count()) / 24;
}

void live(Crowd const& crowd) {
  testing::FakeClock clock;
  auto const log = std::make_shared<MemoryLog>(clock);
  Denylist list{log, clock, {.max_staleness = 1h, .heartbeat = 1ms, .clock_settles = 0s}};
  auto const an_hour = static_cast<std::size_t>(static_cast<double>(crowd.users) * crowd.logouts_a_day / 24);
  std::size_t session = 0;
  std::size_t most = 0;
  for (auto hour = 0h; hour < 2 * crowd.kept; ++hour) {
    std::vector<Revocation> facts;
    for (std::size_t i = 0; i < an_hour; ++i) {
      facts.push_back({"issuer", "session " + std::to_string(++session), clock.now() + crowd.kept});
    }
    if (!list.revoke(facts)) throw std::runtime_error{"the log took nothing"};
    clock.advance(1h);
    most = std::max(most, list.size());
  }
  // What has expired goes little by little.
  auto const wanted = static_cast<std::size_t>(1.05 * predicted_facts(crowd));
  wait_for([&] { return list.size() <= wanted; });
  std::printf("| %zu | %.2f | %lld | %.0f | %zu | %zu | %.1f |\n", crowd.users, crowd.logouts_a_day,
              static_cast<long long>(crowd.kept.count()), predicted_facts(crowd), list.size(), most,
              static_cast<double>(list.memory()) / static_cast<double>(list.size()));
}

// --- a node that comes back
// ---------------------------------------------------------------------------------------

void fill(RevocationLog& log, std::size_t count) {
  std::vector<Revocation> facts;
  for (std::size_t i = 0; i < count; ++i) {
    facts.push_back({"https://issuer.example", "0b0cb36e-7a1d-4b3e-9ef0-" + std::to_string(100'000'000'000 + i),
                     system_clock().now() + std::chrono::days{31}});
    if (facts.size() < kBatch && i + 1 < count) continue;
    if (!log.append(facts)) throw std::runtime_error{"the log took nothing"};
    facts.clear();
  }
}

void come_back(std::size_t count) {
  std::filesystem::path const directory = std::filesystem::temp_directory_path() / "authjwt-scaling";
  std::filesystem::remove_all(directory);
  std::filesystem::create_directory(directory);
  std::string const path = (directory / "log.db").string();
  auto const log = std::make_shared<SqliteLog>(SqliteLog::Options{.path = path});
  Steady::time_point begun = Steady::now();
  fill(*log, count);
  double const filled = seconds_since(begun);
  begun = Steady::now();
  Denylist const list{log};
  wait_for([&] { return list.is_ready(); });
  double const read = seconds_since(begun);
  auto const size = static_cast<double>(count);
  double const bytes = static_cast<double>(std::filesystem::file_size(path));
  std::printf("| SQLite | %zu | %.0f | %.0f | %.2f | %.0f | %.1f |\n", count, bytes / size, size / filled, read,
              size / read, static_cast<double>(list.memory()) / size);
  std::filesystem::remove_all(directory);
}

void run(std::size_t facts) {
  std::puts("| users | logouts a day each | kept, hours | facts predicted | facts held | most at once | bytes each |");
  std::puts("|---|---|---|---|---|---|---|");
  live({100'000, 0.1, 49h});
  live({100'000, 0.1, 31 * 24h + 1h});
  live({1'000'000, 0.1, 49h});
  std::puts("\n| log | facts | bytes each on disk | appended a second | ready after, s | read a second | bytes each |");
  std::puts("|---|---|---|---|---|---|---|");
  come_back(facts / 10);
  come_back(facts);
}

}  // namespace
}  // namespace authjwt

int main(int argc, char** argv) try {
  authjwt::run(argc > 1 ? std::stoul(argv[1]) : 1'000'000);
  return EXIT_SUCCESS;
} catch (std::exception const& error) {
  std::fprintf(stderr, "authjwt_scaling: %s\n", error.what());
  return EXIT_FAILURE;
}
