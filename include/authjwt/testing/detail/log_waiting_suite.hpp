#pragma once

#include <authjwt/testing/detail/log_entries_suite.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <stop_token>
#include <thread>

namespace authjwt::testing {

/// `wait_after`.
template <class Store>
class LogWaiting : public LogFixture<Store> {};
TYPED_TEST_SUITE_P(LogWaiting);

TYPED_TEST_P(LogWaiting, waiting_ends_at_once_where_there_is_an_entry) {
  this->append(this->fact("a"));
  EXPECT_LT(this->time_of([this] { this->log->wait_after(0, std::chrono::milliseconds::max(), {}); }), this->kLong);
}

TYPED_TEST_P(LogWaiting, waiting_ends_with_the_next_entry_of_any_handle) {
  for (auto const& writing : {this->log, this->store.open()}) {
    for (int i = 0; i < 10; ++i) {
      auto const last = this->log->tail().value().last;
      std::jthread const writer{[&] { static_cast<void>(writing->append(this->fact("a"))); }};
      auto const waited = this->time_of([&] {
        while (this->log->read_after(last, 1).value().empty()) this->log->wait_after(last, 2 * this->kLong, {});
      });
      ASSERT_LT(waited, this->kLong);
    }
  }
}

TYPED_TEST_P(LogWaiting, waiting_ends_when_it_is_told_to_stop) {
  auto const waited = this->time_of([this] {
    std::jthread waiter{[this](std::stop_token const& stop) { this->log->wait_after(0, 2 * this->kLong, stop); }};
    waiter.request_stop();
  });
  EXPECT_LT(waited, this->kLong);
}

TYPED_TEST_P(LogWaiting, waiting_ends_when_the_time_is_up_and_not_at_once) {
  auto const kept = this->append(this->fact("kept"));
  static_cast<void>(this->append(this->fact("has ended", this->store.clock.now())));
  bool const is_empty = this->ids_after(kept).empty();
  auto const waited = this->time_of([&] { this->log->wait_after(kept, std::chrono::milliseconds{50}, {}); });
  EXPECT_TRUE(!is_empty || waited >= std::chrono::milliseconds{25});
  EXPECT_LT(waited, this->kLong);
}

REGISTER_TYPED_TEST_SUITE_P(LogWaiting, waiting_ends_at_once_where_there_is_an_entry,
                            waiting_ends_with_the_next_entry_of_any_handle, waiting_ends_when_it_is_told_to_stop,
                            waiting_ends_when_the_time_is_up_and_not_at_once);

}  // namespace authjwt::testing
