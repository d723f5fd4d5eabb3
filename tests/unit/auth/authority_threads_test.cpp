// One authority, at once: tokens are verified while keys go round, sessions are revoked and refresh tokens used up.
// Shows its teeth under the thread sanitizer (make threads).
#include "unit/support.hpp"

#include <authjwt/auth/auth_jwt.hpp>
#include <authjwt/revocation/memory_log.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace authjwt {
namespace {

using namespace std::chrono_literals;

constexpr int kRounds = 25;
constexpr int kOfEachKind = 2;

Key key_named(std::string kid) { return Key::generate(Algorithm::EdDSA, {.kid = std::move(kid)}).value(); }

/// EdDSA keys, sessions, and a log of revocations, at one moment.
struct Busy {
  [[nodiscard]] std::string judge(std::string_view access_token) const {
    auto const request = testing::FakeRequest::with_bearer(access_token);
    return test::outcome(AuthJWT{authority, request}.try_jwt_required());
  }
  [[nodiscard]] TokenPair login(std::string_view who) const { return authority.begin_session(Subject{who}).value(); }

  testing::FakeClock clock{test::at(test::kNow)};
  std::atomic<int> reuses{0};
  Authority authority{KeySet::from_keys({key_named("k0")}).value(),
                      {.algorithm = "EdDSA", .sessions_enabled = true},
                      {.clock = &clock,
                       .revocation_log = std::make_shared<MemoryLog>(clock),
                       .on_reuse = [this](SessionReuse const&) { ++reuses; }}};
};

/// What went otherwise than it must, in the threads of one test.
class Mistakes {
 public:
  void expect(std::string_view is, std::string_view should_be) { count_ += is == should_be ? 0 : 1; }
  [[nodiscard]] int count() const noexcept { return count_.load(); }

 private:
  std::atomic<int> count_{0};
};

void verify_made_tokens(Busy const& service, Mistakes& mistakes) {
  std::string const kept = service.login("reader").access_token;
  for (int round = 0; round < kRounds; ++round) {
    mistakes.expect(service.judge(service.login("reader").access_token), "ok");
    mistakes.expect(service.judge(kept), "ok");
    std::string forged = kept;
    forged[forged.rfind('.') + 1] = forged[forged.rfind('.') + 1] == 'A' ? 'B' : 'A';
    mistakes.expect(service.judge(forged), "invalid_signature");
  }
}

void turn_keys(Busy& service, Mistakes&) {
  for (int round = 1; round <= kRounds; ++round) {
    std::string const kid = "k" + std::to_string(round);
    service.authority.publish_key(key_named(kid));
    service.authority.activate_key(kid);
  }
}

void revoke(Busy const& service, Mistakes& mistakes, std::string_view who) {
  std::string const other = service.login("stays").access_token;
  for (int round = 0; round < kRounds; ++round) {
    std::string const gone = service.login(who).access_token;
    mistakes.expect(service.judge(gone), "ok");
    mistakes.expect(test::outcome(service.authority.revoke(gone)), "ok");
    mistakes.expect(service.judge(gone), "token_revoked");
    mistakes.expect(service.judge(other), "ok");
  }
}

void refresh(Busy const& service, Mistakes& mistakes, std::string_view who) {
  TokenPair pair = service.login(who);
  for (int round = 0; round < kRounds; ++round) {
    Result<TokenPair> next = service.authority.rotate(pair.refresh_token);
    mistakes.expect(test::outcome(next), "ok");
    if (!next) return;
    mistakes.expect(service.judge(pair.access_token), "ok");
    mistakes.expect(service.judge(next->access_token), "ok");
    pair = *std::move(next);
  }
  mistakes.expect(std::to_string(service.authority.sessions(Subject{who}).value().size()), "1");
}

/// Runs all of `jobs` at the same time, each in a thread.
void run_at_once(std::vector<std::function<void()>> const& jobs) {
  std::vector<std::thread> threads;
  std::atomic<bool> go{false};
  threads.reserve(jobs.size());
  for (std::function<void()> const& job : jobs) {
    threads.emplace_back([&] {
      go.wait(false);
      job();
    });
  }
  go = true;
  go.notify_all();
  for (std::thread& thread : threads) thread.join();
}

TEST(AuthorityThreads, verify_while_keys_go_round_and_sessions_are_revoked_and_refreshed) {
  Busy service;
  Mistakes mistakes;
  std::vector<std::function<void()>> jobs{[&] { turn_keys(service, mistakes); }};
  for (int i = 0; i < kOfEachKind; ++i) {
    std::string const number = std::to_string(i);
    jobs.emplace_back([&] { verify_made_tokens(service, mistakes); });
    jobs.emplace_back([&, number] { revoke(service, mistakes, "revoked " + number); });
    jobs.emplace_back([&, number] { refresh(service, mistakes, "refreshed " + number); });
  }
  run_at_once(jobs);
  EXPECT_EQ(mistakes.count(), 0);
  EXPECT_EQ(service.reuses, 0);
  EXPECT_EQ(service.authority.keys().keys().size(), std::size_t{kRounds} + 1) << "none has expired yet";
}

TEST(AuthorityThreads, a_person_logged_out_everywhere_is_out_in_every_thread) {
  Busy service;
  std::vector<std::string> tokens;
  for (int i = 0; i < kRounds; ++i) tokens.push_back(service.login("leaves").access_token);
  std::string const other = service.login("stays").access_token;
  std::atomic<bool> is_out{false};
  Mistakes mistakes;
  std::vector<std::function<void()>> jobs{[&] {
    mistakes.expect(test::outcome(service.authority.revoke_subject("leaves")), "ok");
    is_out = true;
  }};
  for (int i = 0; i < 3; ++i) {
    jobs.emplace_back([&] {
      for (std::string const& token : tokens) {
        bool const must_be_out = is_out.load();  // asked before: whoever is out then is out in the judgement
        std::string const judged = service.judge(token);
        mistakes.expect(must_be_out || judged != "ok" ? judged : "token_revoked", "token_revoked");
        mistakes.expect(service.judge(other), "ok");
      }
    });
  }
  run_at_once(jobs);
  EXPECT_EQ(mistakes.count(), 0);
  for (std::string const& token : tokens) EXPECT_EQ(service.judge(token), "token_revoked");
}

}  // namespace
}  // namespace authjwt
