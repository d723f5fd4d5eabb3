#include "jose/algorithm_table.hpp"

#include <authjwt/jose/algorithm.hpp>

#include <gtest/gtest.h>

#include <set>
#include <stdexcept>
#include <string>

namespace authjwt {
namespace {

using detail::KeyType;

TEST(Algorithm, every_row_is_found_by_its_own_name_alone) {
  std::set<std::string_view> names;
  for (Algorithm algorithm : all_algorithms()) {
    EXPECT_EQ(find_algorithm(name(algorithm)), algorithm);
    EXPECT_EQ(algorithm_named(name(algorithm)), algorithm);
    names.insert(name(algorithm));
  }
  EXPECT_EQ(names.size(), all_algorithms().size());
}

TEST(Algorithm, names_are_those_of_jwa) {
  EXPECT_EQ(to_string({Algorithm::HS256, Algorithm::HS384, Algorithm::HS512, Algorithm::RS256, Algorithm::RS384,
                       Algorithm::RS512, Algorithm::PS256, Algorithm::PS384, Algorithm::PS512, Algorithm::ES256,
                       Algorithm::ES384, Algorithm::ES512, Algorithm::ES256K, Algorithm::EdDSA}),
            "HS256, HS384, HS512, RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, ES256K, EdDSA");
}

TEST(Algorithm, none_is_not_among_them_in_any_case) {
  for (auto const* text : {"none", "None", "NONE", "nOnE"}) EXPECT_FALSE(find_algorithm(text)) << text;
}

TEST(Algorithm, names_are_compared_whole_and_in_their_case) {
  using namespace std::string_view_literals;
  for (auto const text : {""sv, "HS"sv, "hs256"sv, "HS256 "sv, " HS256"sv, "HS2566"sv, "HS256\0"sv, "Eddsa"sv}) {
    EXPECT_FALSE(find_algorithm(text)) << text;
  }
}

TEST(Algorithm, an_unknown_name_is_told_to_the_programmer) {
  try {
    (void)algorithm_named("HS257");
    FAIL();
  } catch (std::invalid_argument const& error) {
    EXPECT_STREQ(error.what(), "Algorithm HS257 could not be found");
  }
}

TEST(Algorithm, only_hmac_is_symmetric) {
  for (Algorithm algorithm : all_algorithms()) {
    EXPECT_EQ(is_symmetric(algorithm), name(algorithm).starts_with("HS")) << name(algorithm);
  }
}

TEST(AlgorithmSet, holds_what_was_put_in_and_nothing_else) {
  AlgorithmSet set;
  EXPECT_TRUE(set.empty());
  for (Algorithm algorithm : all_algorithms()) {
    EXPECT_FALSE(set.contains(algorithm));
    set.insert(algorithm);
    EXPECT_TRUE(set.contains(algorithm));
  }
  EXPECT_EQ((set & AlgorithmSet{Algorithm::EdDSA, Algorithm::HS256}),
            (AlgorithmSet{Algorithm::HS256, Algorithm::EdDSA}));
  EXPECT_TRUE((AlgorithmSet{Algorithm::HS256} & AlgorithmSet{Algorithm::HS384}).empty());
  EXPECT_EQ(to_string({}), "");
}

TEST(AlgorithmTable, a_key_gets_the_rows_of_its_type_size_and_curve) {
  AlgorithmSet const rsa{Algorithm::RS256, Algorithm::RS384, Algorithm::RS512,
                         Algorithm::PS256, Algorithm::PS384, Algorithm::PS512};
  EXPECT_EQ(detail::algorithms_for(KeyType::RSA, 2048, nullptr), rsa);
  EXPECT_TRUE(detail::algorithms_for(KeyType::RSA, 2047, nullptr).empty());
  for (Algorithm algorithm : all_algorithms()) {
    auto const& row = detail::row_of(algorithm);
    for (auto const& curve : row.curves) {
      EXPECT_EQ(detail::algorithms_for(row.type, row.minimum_bits, &curve), AlgorithmSet{algorithm}) << curve.name;
    }
  }
}

}  // namespace
}  // namespace authjwt
