#include "jose/signature_cache.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

namespace authjwt::detail {
namespace {

struct Signed {
  explicit Signed(Key const& key, std::string const& claims = "{}", Algorithm algorithm = Algorithm::EdDSA)
      : text{jws::sign(R"({"alg":")" + std::string{name(algorithm)} + R"("})", claims, key, algorithm).value()} {}
  [[nodiscard]] jws::Compact token() const { return jws::parse(text, {}).value(); }
  std::string text;
};

Key key_of(Algorithm algorithm) { return Key::generate(algorithm).value(); }

TEST(SignatureCache, a_token_is_known_once_it_has_been_verified_and_by_the_key_that_did) {
  Key const key = key_of(Algorithm::EdDSA);
  Key const other = key_of(Algorithm::EdDSA);
  Signed const one{key};
  SignatureCache cache{16};
  EXPECT_FALSE(cache.knows(one.token(), key));
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(cache.verify(one.token(), key, Algorithm::EdDSA));
    EXPECT_TRUE(cache.knows(one.token(), key));
    EXPECT_FALSE(cache.knows(one.token(), other));
    EXPECT_FALSE(cache.verify(one.token(), other, Algorithm::EdDSA));
  }
}

TEST(SignatureCache, the_same_key_read_again_is_another_one) {
  Key const key = key_of(Algorithm::EdDSA);
  Key const again = Key::from_pem(key.to_private_pem().value().expose_secret()).value();
  Signed const one{key};
  SignatureCache cache{16};
  ASSERT_TRUE(cache.verify(one.token(), key, Algorithm::EdDSA));
  EXPECT_FALSE(cache.knows(one.token(), again));
  EXPECT_TRUE(cache.verify(one.token(), again, Algorithm::EdDSA));
}

TEST(SignatureCache, no_change_of_a_known_token_is_known) {
  Key const key = key_of(Algorithm::EdDSA);
  Signed const one{key, R"({"sub":"test"})"};
  SignatureCache cache{16};
  ASSERT_TRUE(cache.verify(one.token(), key, Algorithm::EdDSA));
  Signed other{one};
  for (std::size_t at = one.text.find('.') + 1; at < one.text.size(); ++at) {
    if (one.text[at] == '.') continue;
    other.text = one.text;
    other.text[at] = one.text[at] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(cache.verify(other.token(), key, Algorithm::EdDSA)) << at;
    EXPECT_FALSE(cache.knows(other.token(), key)) << at;
  }
  EXPECT_TRUE(cache.knows(one.token(), key));
}

TEST(SignatureCache, a_bad_signature_is_not_remembered) {
  Key const key = key_of(Algorithm::EdDSA);
  Signed forged{key};
  forged.text.replace(forged.text.rfind('.') + 1, std::string::npos, std::string(86, 'A'));
  SignatureCache cache{16};
  for (int i = 0; i < 2; ++i) {
    EXPECT_FALSE(cache.verify(forged.token(), key, Algorithm::EdDSA));
    EXPECT_FALSE(cache.knows(forged.token(), key));
  }
}

TEST(SignatureCache, a_known_token_is_good_for_no_other_algorithm) {
  Key const key = key_of(Algorithm::ES256);
  Signed const one{key, "{}", Algorithm::ES256};
  SignatureCache cache{16};
  ASSERT_TRUE(cache.verify(one.token(), key, Algorithm::ES256));
  EXPECT_FALSE(cache.verify(one.token(), key, Algorithm::EdDSA));
}

TEST(SignatureCache, an_hmac_is_computed_each_time) {
  Key const key = key_of(Algorithm::HS256);
  Signed const one{key, "{}", Algorithm::HS256};
  SignatureCache cache{16};
  EXPECT_TRUE(cache.verify(one.token(), key, Algorithm::HS256));
  EXPECT_FALSE(cache.knows(one.token(), key));
}

TEST(SignatureCache, its_memory_is_what_it_was_asked_for_whatever_comes) {
  EXPECT_EQ(SignatureCache{1}.memory(), 4U * 32);
  EXPECT_EQ(SignatureCache{5}.memory(), 8U * 32);
  Key const key = key_of(Algorithm::EdDSA);
  SignatureCache cache{8};
  std::vector<Signed> all;
  for (int i = 0; i < 64; ++i) all.emplace_back(key, "{\"n\":" + std::to_string(i) + "}");
  for (Signed const& one : all) ASSERT_TRUE(cache.verify(one.token(), key, Algorithm::EdDSA));
  auto const known = std::ranges::count_if(all, [&](Signed const& one) { return cache.knows(one.token(), key); });
  EXPECT_GE(known, 4);
  EXPECT_LE(known, 8);
  EXPECT_TRUE(cache.knows(all.back().token(), key)) << "what came last is there";
  EXPECT_EQ(cache.memory(), 8U * 32);
}

TEST(SignatureCache, threads_that_drive_each_others_tokens_out_let_no_forged_one_in) {
  Key const key = key_of(Algorithm::EdDSA);
  SignatureCache cache{4};
  std::vector<Signed> all;
  for (int i = 0; i < 16; ++i) all.emplace_back(key, "{\"n\":" + std::to_string(i) + "}");
  Signed forged{key};
  forged.text.replace(forged.text.rfind('.') + 1, std::string::npos, std::string(86, 'A'));
  std::vector<std::jthread> threads;
  for (std::size_t thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (std::size_t i = 0; i < 200; ++i) {
        EXPECT_TRUE(cache.verify(all[(i * (thread + 1)) % all.size()].token(), key, Algorithm::EdDSA));
        EXPECT_FALSE(cache.verify(forged.token(), key, Algorithm::EdDSA));
      }
    });
  }
}

}  // namespace
}  // namespace authjwt::detail
