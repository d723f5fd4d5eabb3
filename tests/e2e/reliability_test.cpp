// Services over one log, killed, starved and asked all at once. `make reliability` prints what they measured.

#include "e2e/process.hpp"
#include "e2e/raw_client.hpp"
#include "e2e/redis_server.hpp"

#include <authjwt/auth/auth_jwt.hpp>
#include <authjwt/revocation/memory_log.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <future>
#include <iostream>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace authjwt::e2e {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;
using ::testing::HasSubstr;

/// A running service, on a port of its own.
class Node {
 public:
  explicit Node(std::string const& log, std::chrono::milliseconds staleness = 5s)
      : process_{{AUTHJWT_TEST_NODE, log, std::to_string(staleness.count())}, {}} {
    constexpr std::string_view kBefore = "Serving on port ";
    std::string const& greeting = process_.read_until(kBefore);
    std::size_t const at = greeting.find(kBefore);
    if (at == std::string::npos) throw std::runtime_error{"no greeting: " + greeting};
    port_ = static_cast<std::uint16_t>(std::stoi(process_.read_until("\n").substr(at + kBefore.size())));
  }

  void kill() { process_.signal(SIGKILL); }
  /// 0 where nobody answers.
  [[nodiscard]] int status(std::string_view method, std::string_view path, std::string_view token = {}) const {
    return ask(method, path, token).status;
  }
  [[nodiscard]] RawAnswer ask(std::string_view method, std::string_view path, std::string_view token) const try {
    return RawClient{port_}.ask(std::string{method} + " " + std::string{path} + " HTTP/1.1\r\nHost: test\r\n" +
                                "Connection: close\r\nAuthorization: Bearer " + std::string{token} +
                                "\r\nContent-Length: 0\r\n\r\n");
  } catch (std::system_error const&) {
    return {};
  }
  [[nodiscard]] int claims(std::string_view token) const { return status("GET", "/claims", token); }
  [[nodiscard]] int logout(std::string_view token) const { return status("POST", "/logout", token); }
  [[nodiscard]] bool soon(std::string_view token, int wanted) const {
    auto const deadline = Steady::now() + kPatience;
    while (claims(token) != wanted) {
      if (Steady::now() > deadline) return false;
    }
    return true;
  }

 private:
  Process process_;
  std::uint16_t port_ = 0;
};

/// Makes what the nodes believe: they know the same secret.
class Maker {
 public:
  [[nodiscard]] TokenPair pair(std::string const& subject) const {
    AuthJWT const maker{authority_};
    return {maker.create_access_token(subject), maker.create_refresh_token(subject)};
  }
  [[nodiscard]] std::vector<std::string> access_tokens(int count) const {
    std::vector<std::string> tokens;
    for (int i = 0; i < count; ++i) tokens.push_back(pair("user " + std::to_string(i)).access_token);
    return tokens;
  }

 private:
  Authority authority_{{.secret_key = "the-secret-key-of-at-least-32-bytes", .sessions_enabled = true},
                       {.revocation_log = std::make_shared<MemoryLog>()}};
};

/// A log for several processes, of either engine.
class Shared {
 public:
  explicit Shared(std::string const& engine) {
    if (engine == "redis") {
      redis_.emplace(RedisServer::Options{.is_durable = true});
      place_ = redis_->url();
    } else {
      std::string pattern = (std::filesystem::temp_directory_path() / "authjwt-nodes-XXXXXX").string();
      if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error{"mkdtemp"};
      directory_ = pattern;
      place_ = directory_ + "/authjwt.db";
    }
  }
  ~Shared() {
    std::error_code ignored;
    if (!directory_.empty()) std::filesystem::remove_all(directory_, ignored);
  }
  Shared(Shared const&) = delete;
  Shared& operator=(Shared const&) = delete;

  [[nodiscard]] std::string const& place() const noexcept { return place_; }

 private:
  std::optional<RedisServer> redis_;
  std::string directory_;
  std::string place_;
};

class OverSharedLog : public ::testing::TestWithParam<std::string> {
 protected:
  Shared log{GetParam()};
  Maker maker;
};

/// Logs out with each of `tokens`, on four connections at once, until the node is gone; gives what was acknowledged.
std::vector<std::string> acknowledged(Node& node, std::vector<std::string> const& tokens, std::size_t killed_after) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::vector<std::string> done;
  std::vector<std::future<void>> clients;
  for (int i = 0; i < 4; ++i) {
    clients.push_back(std::async(std::launch::async, [&] {
      for (std::size_t at = next++; at < tokens.size() && node.logout(tokens[at]) == 200; at = next++) {
        std::lock_guard const lock{mutex};
        done.push_back(tokens[at]);
        if (done.size() == killed_after) node.kill();
      }
    }));
  }
  for (std::future<void>& client : clients) client.get();
  return done;
}

TEST_P(OverSharedLog, what_was_acknowledged_before_kill_9_is_refused_after_it_on_every_node) {
  std::vector<std::string> const tokens = maker.access_tokens(1'000);
  Node const other{log.place()};
  std::vector<std::string> done;
  {
    Node node{log.place()};
    done = acknowledged(node, tokens, 400);
  }
  ASSERT_GE(done.size(), 400U);
  ASSERT_LT(done.size(), tokens.size()) << "it was killed in the middle";
  Node const again{log.place()};
  std::string const living = maker.pair("somebody else").access_token;
  for (Node const* node : {&again, &other}) {
    ASSERT_TRUE(node->soon(living, 200));
    for (std::string const& token : done) ASSERT_TRUE(node->soon(token, 401));
  }
  std::cout << "measured: " << GetParam() << ": " << done.size() << " of 1000 were acknowledged before SIGKILL, "
            << "all of them are refused by the service started again and by another\n";
}

TEST_P(OverSharedLog, processes_that_rotate_one_token_at_once_give_one_successor) {
  std::vector<std::unique_ptr<Node>> nodes;
  for (int i = 0; i < 3; ++i) nodes.push_back(std::make_unique<Node>(log.place()));
  TokenPair const pair = maker.pair("test");
  ASSERT_TRUE(std::ranges::all_of(nodes, [&](auto const& node) { return node->soon(pair.access_token, 200); }));
  std::vector<std::future<RawAnswer>> answers;
  for (std::size_t i = 0; i < 24; ++i) {
    answers.push_back(std::async(
        std::launch::async, [&, i] { return nodes[i % nodes.size()]->ask("POST", "/refresh", pair.refresh_token); }));
  }
  std::set<std::string> successors;
  for (std::future<RawAnswer>& answer : answers) {
    RawAnswer const got = answer.get();
    ASSERT_EQ(got.status, 200) << got.body;
    successors.insert(std::string{json::read(got.body)->at("refresh_token").as_string()});
  }
  ASSERT_EQ(successors.size(), 1U);
  EXPECT_EQ(nodes[0]->status("POST", "/refresh", *successors.begin()), 200);
  EXPECT_EQ(nodes[1]->status("POST", "/refresh", pair.refresh_token), 401) << "a copy, after its successor was used";
  for (auto const& node : nodes) EXPECT_TRUE(node->soon(pair.access_token, 401));
}

TEST_P(OverSharedLog, a_logout_on_one_node_is_heard_of_on_the_others) {
  Node const here{log.place()};
  Node const there{log.place()};
  Node const elsewhere{log.place()};
  std::vector<std::string> const tokens = maker.access_tokens(100);
  ASSERT_TRUE(there.soon(tokens[0], 200) && elsewhere.soon(tokens[0], 200) && here.soon(tokens[0], 200));
  std::vector<double> delays;
  for (std::string const& token : tokens) {
    ASSERT_EQ(here.logout(token), 200);
    auto const begun = Steady::now();
    for (Node const* node : {&there, &elsewhere}) {
      ASSERT_TRUE(node->soon(token, 401));
      delays.push_back(std::chrono::duration<double, std::milli>{Steady::now() - begun}.count());
    }
  }
  std::ranges::sort(delays);
  std::cout << "measured: " << GetParam()
            << ": from the answer of a logout to the refusal by two other processes: median "
            << delays[delays.size() / 2] << " ms, 99th percentile " << delays[delays.size() * 99 / 100] << " ms\n";
}

INSTANTIATE_TEST_SUITE_P(Both, OverSharedLog, ::testing::Values("sqlite", "redis"),
                         [](auto const& one) { return one.param; });

TEST(OverRedis, a_store_that_hangs_lets_nobody_in_and_recovers_by_itself) {
  RedisServer redis{{.is_durable = true}};
  Node const node{redis.url(), 1s};
  Maker const maker;
  std::string const token = maker.pair("test").access_token;
  ASSERT_TRUE(node.soon(token, 200));
  redis.pause();
  EXPECT_EQ(node.logout(token), 503)
      << "never a silent success: asked of the store itself, while what is known is fresh";
  EXPECT_TRUE(node.soon(token, 503)) << "nobody knows whether it is revoked";
  EXPECT_EQ(node.status("GET", "/health"), 503);
  redis.resume();
  EXPECT_TRUE(node.soon(token, 200) || node.claims(token) == 401) << "the logout may have reached the store";
  redis.stop();
  std::string const other = maker.pair("other").access_token;
  EXPECT_TRUE(node.soon(other, 503));
  redis.start();
  EXPECT_TRUE(node.soon(other, 200));
  EXPECT_EQ(node.logout(other), 200);
  EXPECT_EQ(node.claims(other), 401);
}

TEST(OverRedis, a_store_that_lost_everything_lets_nobody_in) {
  RedisServer redis{{.is_durable = true}};
  Maker const maker;
  std::string const token = maker.pair("test").access_token;
  Node const node{redis.url(), 500ms};
  ASSERT_TRUE(node.soon(token, 200));
  ASSERT_EQ(node.logout(maker.pair("other").access_token), 200);
  ASSERT_EQ(redis.ask({"FLUSHALL"}), "+OK");
  EXPECT_TRUE(node.soon(token, 503));
  Node const started_again{redis.url(), 500ms};
  EXPECT_TRUE(started_again.soon(token, 200)) << "whoever starts it again says that the store can be trusted";
}

}  // namespace
}  // namespace authjwt::e2e
