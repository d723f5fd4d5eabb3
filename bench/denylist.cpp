#include "denylist.hpp"

#include <authjwt/revocation/denylist.hpp>

#include <benchmark/benchmark.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <memory>
#include <mutex>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace authjwt::bench {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

constexpr std::size_t kPerSecond = 10'000;
constexpr std::size_t kBlocks = 300;
constexpr std::size_t kBlock = 2'000;  // samples, of which the twentieth largest is the 99th percentile
constexpr std::string_view kIssuer = "https://issuer.example";

/// A number in all its bits (SplitMix64).
std::uint64_t mixed(std::uint64_t number) {
  number += 0x9E3779B97F4A7C15;
  number = (number ^ (number >> 30)) * 0xBF58476D1CE4E5B9;
  number = (number ^ (number >> 27)) * 0x94D049BB133111EB;
  return number ^ (number >> 31);
}

/// As long as a UUID is written, and as random.
std::string id_of(std::uint64_t number) {
  std::string text(36, '-');
  std::snprintf(text.data(), text.size() + 1, "%016llx-%019llx", static_cast<unsigned long long>(mixed(number)),
                static_cast<unsigned long long>(mixed(~number)));
  return text;
}

/// One of ten is about a subject.
Revocation fact_of(std::uint64_t number) {
  using Kind = Revocation::Kind;
  return {.issuer = std::string{kIssuer}, .id = id_of(number), .kind = number % 10 == 0 ? Kind::subject : Kind::id};
}

/// A log of as many entries as one says, made when they are read: the index alone takes memory.
class CountedLog final : public RevocationLog {
 public:
  void grow_to(Position last) {
    {
      std::lock_guard const lock{mutex_};
      last_ = last;
    }
    grown_.notify_all();
  }

  using RevocationLog::append;
  Result<Position> append(std::span<Revocation const>) override { return Error{Errc::unavailable}; }
  Result<std::vector<Entry>> read_after(Position position, std::size_t at_most) override {
    std::vector<Entry> entries;
    Position const end = std::min<Position>(last_, position + at_most);
    while (position < end) entries.push_back({++position, fact_of(position)});
    return entries;
  }
  Result<Tail> tail() override { return Tail{"a log", last_}; }
  void wait_after(Position position, std::chrono::milliseconds at_most, std::stop_token stop) override {
    std::unique_lock lock{mutex_};
    grown_.wait_for(lock, stop, at_most, [&] { return last_ > position; });
  }
  bool is_durable() noexcept override { return false; }

 private:
  std::mutex mutex_;
  std::condition_variable_any grown_;
  std::atomic<Position> last_{0};
};

std::size_t resident_bytes() {
  std::ifstream file{"/proc/self/statm"};
  std::size_t all = 0;
  std::size_t resident = 0;
  file >> all >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

// --- memory
// -----------------------------------------------------------------------------------------------------------

void fill(CountedLog& log, Denylist const& list, std::size_t entries) {
  std::size_t const before = resident_bytes();
  double worst = 0;
  double next_line = 0;
  std::printf("%12s %16s %16s\n", "entries", "bytes an entry", "resident");
  for (double next = 1'000; next < 1.05 * static_cast<double>(entries); next *= 1.05) {
    std::size_t const size = std::min(entries, static_cast<std::size_t>(next));
    log.grow_to(size);
    while (list.size() < size) std::this_thread::sleep_for(100us);
    auto const each = [size](std::size_t bytes) { return static_cast<double>(bytes) / static_cast<double>(size); };
    if (size >= 50'000) worst = std::max(worst, each(list.memory()));
    if (next < next_line && size < entries) continue;
    next_line = 2 * next;
    std::printf("%12zu %16.1f %16.1f\n", size, each(list.memory()), each(resident_bytes() - before));
  }
  std::printf("the most an entry took, from 50,000 on: %.1f bytes\n\n", worst);
}

// --- time
// -------------------------------------------------------------------------------------------------------------

/// So many words of memory, all written once.
class Words {
 public:
  Words(std::size_t bytes, bool is_huge) : size_{bytes / sizeof(std::uint64_t)}, bytes_{bytes} {
    words_ =
        static_cast<std::uint64_t*>(::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    if (words_ == MAP_FAILED) throw std::bad_alloc{};
    if (is_huge) ::madvise(words_, bytes, MADV_HUGEPAGE);
    for (std::size_t i = 0; i < size_; ++i) words_[i] = i;
  }
  ~Words() { ::munmap(words_, bytes_); }
  Words(Words const&) = delete;
  Words& operator=(Words const&) = delete;

  [[nodiscard]] std::uint64_t const volatile* any(std::uint64_t number) const { return words_ + mixed(number) % size_; }

 private:
  std::size_t size_;
  std::size_t bytes_;
  std::uint64_t* words_;
};

enum Kind { nothing, read, huge_read, jti_alone, whole, kKinds };
constexpr std::array<char const*, kKinds> kNames = {"nothing (subtracted)", "random read", "same, huge pages",
                                                    "check: jti", "check: jti, sid, subject"};

/// What a token says, written long before it is looked up.
struct Token {
  std::string jti;
  std::string sid;
  std::string subject;
  std::string other;
  std::uint64_t number;
};

std::vector<Token> tokens_of(std::uint64_t& number) {
  std::vector<Token> tokens;
  for (std::size_t i = 0; i < kBlock; ++i) {
    number -= 4;
    tokens.push_back({id_of(number), id_of(number + 1), '"' + id_of(number + 2) + '"', id_of(number + 3), number});
  }
  return tokens;
}

using Samples = std::array<std::vector<double>, kKinds>;

template <class Work>
void sample(std::vector<double>& samples, Work const& work) {
  Steady::time_point const begun = Steady::now();
  work();
  samples.push_back(std::chrono::duration<double, std::nano>(Steady::now() - begun).count());
}

/// One block of each kind, mixed, so that a slow moment of the machine meets all of them alike. False where a token
/// that is not revoked was refused.
bool sample_block(Denylist const& list, Words const& words, Words const& huge, std::vector<Token> const& tokens,
                  Samples& samples) {
  bool passed = true;
  TimePoint const login{1'700'000'000s};
  for (Token const& token : tokens) {
    std::uint64_t const volatile* const word = words.any(token.number);
    std::uint64_t const volatile* const huge_word = huge.any(token.number);
    sample(samples[nothing], [] {});
    sample(samples[read], [&] {
      std::uint64_t value = *word;
      benchmark::DoNotOptimize(value);
    });
    sample(samples[whole], [&] {
      passed &= list.check({kIssuer, token.jti, token.sid, token.subject, login}).has_value();
    });
    sample(samples[huge_read], [&] {
      std::uint64_t value = *huge_word;
      benchmark::DoNotOptimize(value);
    });
    sample(samples[jti_alone], [&] { passed &= list.check(kIssuer, token.other).has_value(); });
  }
  return passed;
}

double percentile(std::vector<double>& samples, double part) {
  auto const at = samples.begin() + static_cast<std::ptrdiff_t>(part * static_cast<double>(samples.size()));
  std::nth_element(samples.begin(), at, samples.end());
  return *at;
}

constexpr std::array<double, 3> kParts = {0.5, 0.9, 0.99};
using Percentiles = std::array<std::array<std::vector<double>, kParts.size()>, kKinds>;  // of each block

void add_block(Samples& samples, Percentiles& percentiles) {
  double const overhead = percentile(samples[nothing], 0.5);
  for (std::size_t kind = 0; kind < kKinds; ++kind) {
    for (std::size_t part = 0; part < kParts.size(); ++part) {
      double const time = percentile(samples[kind], kParts[part]);
      percentiles[kind][part].push_back(kind == nothing ? time : time - overhead);
    }
    samples[kind].clear();
  }
}

void print(Percentiles& percentiles) {
  std::printf("%-26s %10s %10s %10s   %s\n", "ns, medians of blocks", "50 %", "90 %", "99 %",
              "99 % to that of the read, of the read in huge pages");
  for (std::size_t kind = 0; kind < kKinds; ++kind) {
    std::printf("%-26s", kNames[kind]);
    for (std::vector<double> const& blocks : percentiles[kind]) {
      std::vector<double> sorted = blocks;
      std::printf(" %10.0f", percentile(sorted, 0.5));
    }
    for (Kind floor : {read, huge_read}) {
      std::vector<double> ratios;
      for (std::size_t i = 0; i < kBlocks; ++i) ratios.push_back(percentiles[kind][2][i] / percentiles[floor][2][i]);
      if (kind > huge_read) std::printf("   %.2f", percentile(ratios, 0.5));
    }
    std::printf("\n");
  }
}

/// Lets the log grow by 10,000 a second, ten at a time.
std::jthread writer_of(CountedLog& log, std::size_t last) {
  return std::jthread{[&log, last](std::stop_token const& stop) {
    Steady::time_point const begun = Steady::now();
    for (std::size_t i = 1; !stop.stop_requested(); ++i) {
      log.grow_to(last + 10 * i);
      std::this_thread::sleep_until(begun + i * (1'000'000us / (kPerSecond / 10)));
    }
  }};
}

}  // namespace

int measure_denylist(std::size_t entries) {
  auto const log = std::make_shared<CountedLog>();
  Denylist const list{
      log, system_clock(), {.log = [](std::string_view l) { std::printf("%.*s\n", int(l.size()), l.data()); }}};
  fill(*log, list, entries);
  Words const words{list.memory(), false};
  Words const huge{list.memory(), true};
  std::jthread const writer = writer_of(*log, entries);
  std::uint64_t number = UINT64_MAX;
  Samples samples;
  Percentiles percentiles;
  Steady::time_point const begun = Steady::now();
  for (std::size_t i = 0; i < kBlocks; ++i) {
    if (!sample_block(list, words, huge, tokens_of(number), samples)) {
      std::fprintf(stderr, "a token that is not revoked was refused\n");
      return 1;
    }
    add_block(samples, percentiles);
  }
  double const seconds = std::chrono::duration<double>(Steady::now() - begun).count();
  double const written = static_cast<double>(list.size() - entries);
  std::printf("%zu entries, %.0f more a second, last complete reading %lld ms ago\n", list.size(), written / seconds,
              static_cast<long long>(list.lag().count()));
  print(percentiles);
  return 0;
}

}  // namespace authjwt::bench
