#include "auth/background.hpp"

#include "support/in_a_fork.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <thread>
#include <vector>

namespace authjwt::detail {
namespace {

TEST(Background, works_on_another_thread) {
  Background background;
  std::promise<std::thread::id> promise;
  ASSERT_TRUE(background.post([&promise](bool) { promise.set_value(std::this_thread::get_id()); }));
  EXPECT_NE(promise.get_future().get(), std::this_thread::get_id());
}

TEST(Background, two_can_wait_at_once) {
  Background background;
  std::promise<void> first;
  std::promise<void> second;
  std::promise<void> both;
  ASSERT_TRUE(background.post([&](bool) {
    first.set_value();
    second.get_future().wait();
    both.set_value();
  }));
  ASSERT_TRUE(background.post([&](bool) {
    first.get_future().wait();
    second.set_value();
  }));
  both.get_future().wait();
}

TEST(Background, what_was_taken_is_done_before_it_ends) {
  std::atomic<int> done{0};
  {
    Background background;
    for (int i = 0; i < 200; ++i)
      ASSERT_TRUE(background.post([&done](bool is_in_time) { done += is_in_time ? 1 : 0; }));
  }
  EXPECT_EQ(done, 200);
}

TEST(Background, what_a_work_holds_ends_with_it_and_may_post_again) {
  Background background;
  std::promise<void> posted;
  auto again = std::shared_ptr<int>{new int{0}, [&](int const* number) {
                                      delete number;
                                      EXPECT_TRUE(background.post([&posted](bool) { posted.set_value(); }));
                                    }};
  ASSERT_TRUE(background.post([again = std::move(again)](bool) {}));
  posted.get_future().wait();
}

TEST(Background, a_fork_has_threads_of_its_own) {
#ifdef __SANITIZE_THREAD__
  GTEST_SKIP() << "ThreadSanitizer ends a fork that starts threads";
#endif
  Background background;
  EXPECT_TRUE(in_a_fork([&background] {
    auto const posted = std::make_shared<std::promise<void>>();
    bool const taken = background.post([posted](bool) { posted->set_value(); });
    if (taken) posted->get_future().wait();
    return taken;
  }));
}

}  // namespace
}  // namespace authjwt::detail
