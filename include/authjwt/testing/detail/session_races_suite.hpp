#pragma once

#include <authjwt/testing/detail/session_records_suite.hpp>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <barrier>
#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace authjwt::testing {

/// Many that show the same token at once.
template <class Store>
class SessionRaces : public SessionFixture<Store> {
 protected:
  using Outcome = Rotated::Outcome;

  /// Exactly one made the change, and all the others were given its successor.
  static void expect_one_successor(std::vector<Rotated> const& all) {
    auto const is_first = [](Rotated const& one) { return one.outcome == Outcome::rotated; };
    EXPECT_EQ(std::ranges::count_if(all, is_first), 1);
    auto const first = std::ranges::find_if(all, is_first);
    ASSERT_NE(first, all.end());
    for (Rotated const& one : all) {
      EXPECT_TRUE(one.outcome == Outcome::rotated || one.outcome == Outcome::replay) << static_cast<int>(one.outcome);
      EXPECT_EQ(one.token, first->token);
    }
  }
  /// `count` threads show the token "1" at the same time, each with a handle of its own.
  std::vector<Rotated> rotate_in_threads(std::size_t count) {
    std::vector<Rotated> all(count);
    std::barrier at_once{static_cast<std::ptrdiff_t>(count)};
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < count; ++i) {
      threads.emplace_back([&, i] {
        auto const own = i % 8 == 0 ? this->store.open() : this->log;
        Rotation const rotation = this->rotation("1", std::to_string(100 + i));
        at_once.arrive_and_wait();
        if (auto const rotated = own->sessions()->rotate(rotation)) all[i] = *rotated;
      });
    }
    threads.clear();
    return all;
  }
  /// The same in forks of this process. What each was given stands in the pipe as outcome and `jti`, one byte each.
  std::vector<Rotated> rotate_in_processes(std::size_t count) {
    std::array<int, 2> start{};
    std::array<int, 2> results{};
    if (::pipe(start.data()) != 0 || ::pipe(results.data()) != 0) throw std::runtime_error{"no pipe"};
    std::vector<pid_t> children;
    for (std::size_t i = 0; i < count; ++i) {
      children.push_back(::fork());
      if (children.back() == 0) rotate_in_child(i, start, results);
    }
    ::close(start[0]);
    ::close(start[1]);  // the children's reading ends: all start at once
    ::close(results[1]);
    std::vector<Rotated> all;
    std::array<char, 2> one{};
    while (::read(results[0], one.data(), one.size()) == 2) {
      all.push_back({static_cast<Outcome>(one[0]), this->token(std::string(1, one[1]))});
    }
    ::close(results[0]);
    for (pid_t const child : children) ::waitpid(child, nullptr, 0);
    return all;
  }

 private:
  [[noreturn]] void rotate_in_child(std::size_t i, std::array<int, 2> const& start, std::array<int, 2> const& results) {
    ::close(start[1]);
    char nothing = 0;
    static_cast<void>(::read(start[0], &nothing, 1));
    auto const own = this->store.open();
    auto const rotated = own->sessions()->rotate(this->rotation("1", std::string(1, static_cast<char>('a' + i))));
    if (rotated && !rotated->token.jti.empty()) {
      std::array<char, 2> const one{static_cast<char>(rotated->outcome), rotated->token.jti[0]};
      static_cast<void>(::write(results[1], one.data(), one.size()));
    }
    ::_exit(0);
  }
};
TYPED_TEST_SUITE_P(SessionRaces);

TYPED_TEST_P(SessionRaces, of_64_threads_with_the_same_token_one_makes_the_successor) {
  this->begin();
  this->expect_one_successor(this->rotate_in_threads(64));
}

TYPED_TEST_P(SessionRaces, of_64_threads_one_begins_a_session_that_is_not_known) {
  this->expect_one_successor(this->rotate_in_threads(64));
  EXPECT_EQ(this->sids_of().size(), 1U);
}

TYPED_TEST_P(SessionRaces, of_8_processes_with_the_same_token_one_makes_the_successor) {
  if (!TypeParam::kAmongProcesses) GTEST_SKIP() << "a store of one process";
  this->begin();
  std::vector<Rotated> const all = this->rotate_in_processes(8);
  EXPECT_EQ(all.size(), 8U);
  this->expect_one_successor(all);
}

REGISTER_TYPED_TEST_SUITE_P(SessionRaces, of_64_threads_with_the_same_token_one_makes_the_successor,
                            of_64_threads_one_begins_a_session_that_is_not_known,
                            of_8_processes_with_the_same_token_one_makes_the_successor);

}  // namespace authjwt::testing
