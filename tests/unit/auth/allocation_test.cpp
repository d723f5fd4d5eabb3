#include "unit/support.hpp"

#include <authjwt/auth/auth_jwt.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdlib>
#include <new>
#include <string>
#include <utility>
#include <vector>

// The heap is counted by replacing the global operator new of this program. Sanitizers replace it themselves, so there
// is nothing to count under them.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define AUTHJWT_TEST_COUNTS_ALLOCATIONS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define AUTHJWT_TEST_COUNTS_ALLOCATIONS 0
#endif
#endif
#ifndef AUTHJWT_TEST_COUNTS_ALLOCATIONS
#define AUTHJWT_TEST_COUNTS_ALLOCATIONS 1
#endif

namespace {
thread_local std::size_t allocations = 0;
}

#if AUTHJWT_TEST_COUNTS_ALLOCATIONS
void* operator new(std::size_t size) {
  ++allocations;
  if (void* const at = std::malloc(size)) return at;
  throw std::bad_alloc{};
}
void operator delete(void* at) noexcept { std::free(at); }
void operator delete(void* at, std::size_t) noexcept { std::free(at); }
#endif

namespace authjwt {
namespace {

using test::FakeRequest;
using test::Service;

template <class Call>
std::size_t allocations_of(Call call) {
  std::size_t const before = allocations;
  call();
  return allocations - before;
}

class Allocations : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!AUTHJWT_TEST_COUNTS_ALLOCATIONS) GTEST_SKIP() << "a sanitizer owns the heap";
  }
  Service service;
};

TEST_F(Allocations, are_counted_at_all) {
  EXPECT_EQ(allocations_of([] { static_cast<void>(std::string(1'000, 'x')); }), 1U);
}

TEST_F(Allocations, a_guard_makes_one_for_the_pages_token) {
  AuthJWT const maker{service.authority};
  FakeRequest const request =
      FakeRequest::with_bearer(maker.create_access_token("test", {.user_claims = {{"foo", {"fiz", "baz"}}}}));
  auto guard = [&] {
    AuthJWT authorize{service.authority, request};
    if (!authorize.try_jwt_required()) std::abort();
  };
  guard();  // fills what a thread keeps
  EXPECT_LE(allocations_of(guard), 1U);
}

TEST_F(Allocations, a_later_guard_and_the_subject_make_none) {
  FakeRequest const request = FakeRequest::with_bearer(AuthJWT{service.authority}.create_access_token("test"));
  AuthJWT authorize{service.authority, request};
  ASSERT_TRUE(authorize.try_jwt_required().has_value());
  EXPECT_EQ(allocations_of([&] { static_cast<void>(authorize.try_jwt_optional()); }), 0U);
  EXPECT_EQ(allocations_of([&] { static_cast<void>(authorize.get_jwt_subject()); }), 0U);
}

TEST_F(Allocations, the_claims_are_built_in_few_and_once) {
  AuthJWT const maker{service.authority};
  FakeRequest const request =
      FakeRequest::with_bearer(maker.create_access_token("test", {.user_claims = {{"foo", {"fiz", "baz"}}}}));
  AuthJWT authorize{service.authority, request};
  ASSERT_TRUE(authorize.try_jwt_required().has_value());
  EXPECT_LE(allocations_of([&] { static_cast<void>(authorize.get_raw_jwt()); }), 8U);
  EXPECT_EQ(allocations_of([&] { static_cast<void>(authorize.get_raw_jwt()); }), 0U);
}

TEST_F(Allocations, finding_a_key_makes_none_among_a_thousand) {
  std::vector<Key> keys;
  for (std::size_t i = 0; i < kMaxKeys; ++i) {
    keys.push_back(Key::from_secret(test::kSecret, {Algorithm::HS256}, "kid-" + std::to_string(i)).value());
  }
  KeySet const set = KeySet::from_keys(std::move(keys)).value();
  EXPECT_EQ(allocations_of([&] { static_cast<void>(set.verification_key(Algorithm::HS256, "kid-999")); }), 0U);
  EXPECT_EQ(allocations_of([&] { static_cast<void>(set.signing_key(Algorithm::HS256)); }), 0U);
}

}  // namespace
}  // namespace authjwt
