#include "unit/jose/test_keys.hpp"

#include <authjwt/jose/key.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

// Shows its teeth under the thread and the address sanitizer.
namespace authjwt {
namespace {

constexpr int kThreads = 8;
constexpr int kRounds = 60;

struct Shared {
  Key key;
  Algorithm algorithm;
  std::string signature;
};

Shared shared(Key key, Algorithm algorithm) {
  std::string signature = key.sign(algorithm, "input").value();
  return {std::move(key), algorithm, std::move(signature)};
}

std::vector<Shared> shared_keys() {
  auto const load = [](EVP_PKEY* pkey) { return Key::from_pem(test::private_pem(pkey)).value(); };
  return {shared(Key::from_secret(std::string(32, 'k')).value(), Algorithm::HS256),
          shared(load(test::shared_rsa()), Algorithm::RS256), shared(load(test::shared_rsa()), Algorithm::PS384),
          shared(load(test::make_ec("prime256v1").get()), Algorithm::ES256),
          shared(load(test::make_of_type("ED25519").get()), Algorithm::EdDSA)};
}

/// A key that is born, used and gone, while others are in use.
bool short_lived_key_works(int number) {
  Key const key = number % 2 == 0 ? Key::from_secret("secret " + std::to_string(number)).value()
                                  : Key::from_pem(test::private_pem(test::make_ec("prime256v1").get())).value();
  Algorithm const algorithm = number % 2 == 0 ? Algorithm::HS512 : Algorithm::ES256;
  return key.verify(algorithm, "input", key.sign(algorithm, "input").value());
}

bool shared_key_works(Shared const& one) {
  return one.key.verify(one.algorithm, "input", one.signature) &&
         !one.key.verify(one.algorithm, "Input", one.signature) &&
         one.key.verify(one.algorithm, "other", one.key.sign(one.algorithm, "other").value());
}

TEST(KeyThreads, eight_threads_use_the_same_keys_while_others_come_and_go) {
  std::vector<Shared> const keys = shared_keys();
  std::atomic<int> failures{0};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int round = 0; round < kRounds; ++round) {
        if (!short_lived_key_works(thread * kRounds + round)) ++failures;
        for (Shared const& one : keys) failures += shared_key_works(one) ? 0 : 1;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
}

TEST(KeyThreads, a_key_dies_in_another_thread_than_the_one_that_made_it) {
  for (int round = 0; round < kRounds; ++round) {
    auto key = std::make_unique<Key>(Key::from_secret("secret " + std::to_string(round)).value());
    std::string const signature = key->sign(Algorithm::HS256, "input").value();
    bool verified = false;
    std::thread{[&, own = std::move(key)]() mutable {
      verified = own->verify(Algorithm::HS256, "input", signature);
      own.reset();
    }}.join();
    EXPECT_TRUE(verified);
  }
}

TEST(KeyThreads, a_thread_may_end_before_or_after_the_keys_it_used) {
  Key const longer = Key::from_secret("longer").value();
  std::string const signature = longer.sign(Algorithm::HS256, "input").value();
  for (int round = 0; round < kRounds; ++round) {
    std::thread{[&] { EXPECT_TRUE(longer.verify(Algorithm::HS256, "input", signature)); }}.join();
  }
  EXPECT_TRUE(longer.verify(Algorithm::HS256, "input", signature));
}

}  // namespace
}  // namespace authjwt
