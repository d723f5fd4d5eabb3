#include "base/base64url.hpp"
#include "jose/algorithm_table.hpp"
#include "unit/jose/table_cases.hpp"
#include "unit/jose/test_keys.hpp"

#include <authjwt/token/validator.hpp>

#include <gtest/gtest.h>
#include <openssl/hmac.h>
#include <openssl/objects.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// One token of each row of the algorithm table, spoilt in every way that a stranger can think of, against the whole
// validator. What concerns the signature's bytes alone is in tests/unit/jose/signature_test.cpp, for every row as well.
namespace authjwt {
namespace {

Validator validator_for(AlgorithmSet algorithms) {
  TokenPolicy policy;
  policy.algorithms = algorithms;
  return Validator{std::move(policy)};
}

using detail::KeyType;
using test::all_cases;
using test::case_name;
using test::cases_where;
using Case = test::TableCase;

/// A private key for every algorithm that its type and size allow.
/// RSA keys take long to make, so `rsa` makes one only where it is needed.
Key make_key(Case const& c, EVP_PKEY* (*rsa)(), char filler) {
  if (c.row->type == KeyType::oct) return Key::from_secret(std::string(64, filler), {c.row->algorithm}, "k").value();
  test::Pkey const own = c.curve == nullptr ? nullptr : test::make_on(*c.curve);
  return Key::from_pem(test::private_pem(own ? own.get() : rsa()), "k").value();
}

std::string encoded(std::string_view bytes) {
  std::string text;
  base64url::append_encoded(text, bytes);
  return text;
}

std::string decoded(std::string_view text) {
  std::string bytes(base64url::decoded_size(text.size()), '\0');
  EXPECT_TRUE(base64url::decode(text, bytes.data()));
  return bytes;
}

using Segments = std::array<std::string, 3>;

Segments split(std::string const& token) {
  std::size_t const first = token.find('.');
  std::size_t const second = token.find('.', first + 1);
  return {token.substr(0, first), token.substr(first + 1, second - first - 1), token.substr(second + 1)};
}

std::string join(Segments const& segments) { return segments[0] + '.' + segments[1] + '.' + segments[2]; }

class Torture : public testing::TestWithParam<Case> {
 protected:
  [[nodiscard]] Algorithm algorithm() const { return GetParam().row->algorithm; }
  [[nodiscard]] static std::string header_for(Algorithm algorithm) {
    return R"({"alg":")" + std::string{name(algorithm)} + R"(","kid":"k"})";
  }
  [[nodiscard]] static std::string sign(Key const& key, Algorithm algorithm) {
    return jws::sign(header_for(algorithm), R"({"sub":"a"})", key, algorithm).value();
  }
  [[nodiscard]] bool accepts(std::string_view token) const {
    Validator const validator = validator_for({algorithm()});
    return validator.validate(token, keys_, TimePoint{}).has_value();
  }

  Key key_ = make_key(GetParam(), test::shared_rsa, 'k');
  KeySet keys_ = KeySet::from_keys({key_}).value();
  std::string token_ = sign(key_, algorithm());
};

INSTANTIATE_TEST_SUITE_P(Table, Torture, testing::ValuesIn(all_cases()), case_name);

TEST_P(Torture, the_token_itself_is_accepted) { EXPECT_TRUE(accepts(token_)); }

TEST_P(Torture, every_flipped_bit_of_header_payload_and_signature_is_refused) {
  Segments const good = split(token_);
  for (std::size_t segment = 0; segment < good.size(); ++segment) {
    std::string bytes = decoded(good[segment]);
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
      char const mask = static_cast<char>(1U << (bit % 8));
      bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ mask);
      Segments changed = good;
      changed[segment] = encoded(bytes);
      EXPECT_FALSE(accepts(join(changed))) << "segment " << segment << ", bit " << bit;
      bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ mask);
    }
  }
  EXPECT_TRUE(accepts(token_));
}

TEST_P(Torture, every_other_letter_at_the_end_of_a_segment_is_refused) {
  // The last letter may hold bits that stand for nothing: with them set, one token would have several texts.
  Segments const good = split(token_);
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  for (std::size_t segment = 0; segment < good.size(); ++segment) {
    for (char const letter : kLetters) {
      Segments changed = good;
      changed[segment].back() = letter;
      EXPECT_EQ(accepts(join(changed)), changed == good) << "segment " << segment << ", " << letter;
    }
  }
}

TEST_P(Torture, every_truncation_is_refused) {
  for (std::size_t size = 0; size < token_.size(); ++size) {
    EXPECT_FALSE(accepts(std::string_view{token_}.substr(0, size))) << size;
    EXPECT_FALSE(accepts(std::string_view{token_}.substr(token_.size() - size))) << size;
  }
  Segments const good = split(token_);
  for (std::size_t segment = 0; segment < good.size(); ++segment) {
    std::string const bytes = decoded(good[segment]);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      Segments changed = good;
      changed[segment] = encoded(std::string_view{bytes}.substr(0, size));
      EXPECT_FALSE(accepts(join(changed))) << "segment " << segment << ", " << size;
    }
  }
}

TEST_P(Torture, every_extension_by_a_byte_is_refused) {
  Segments const good = split(token_);
  for (int byte = 0; byte < 256; ++byte) {
    std::string const extra(1, static_cast<char>(byte));
    EXPECT_FALSE(accepts(token_ + extra)) << byte;
    EXPECT_FALSE(accepts(extra + token_)) << byte;
  }
  for (std::size_t segment = 0; segment < good.size(); ++segment) {
    for (char const extra : {'\0', ' ', 'x', '\xff'}) {
      Segments changed = good;
      changed[segment] = encoded(decoded(good[segment]) + extra);
      EXPECT_FALSE(accepts(join(changed))) << "segment " << segment;
      changed[segment] = encoded(extra + decoded(good[segment]));
      EXPECT_FALSE(accepts(join(changed))) << "segment " << segment;
    }
  }
}

TEST_P(Torture, signatures_of_every_other_length_are_refused) {
  Segments changed = split(token_);
  std::size_t const size = decoded(changed[2]).size();
  for (std::size_t other = 0; other <= size + 8; ++other) {
    for (char const filler : {'\0', '\xff'}) {
      changed[2] = encoded(std::string(other, filler));
      EXPECT_FALSE(accepts(join(changed))) << other;
    }
  }
  for (std::size_t const other : {kMaxSignatureSize, kMaxSignatureSize + 1, 4 * kMaxSignatureSize}) {
    changed[2] = encoded(std::string(other, 'x'));
    EXPECT_FALSE(accepts(join(changed))) << other;
  }
}

TEST_P(Torture, the_token_of_another_key_of_the_same_name_is_refused) {
  Key const other = make_key(GetParam(), test::other_rsa, 'o');
  EXPECT_FALSE(accepts(sign(other, algorithm())));
}

TEST_P(Torture, the_token_of_another_kind_of_key_is_refused_under_either_name) {
  for (Case const& c : all_cases()) {
    Key const other = make_key(c, test::shared_rsa, 'k');
    if (other.algorithms().contains(algorithm())) continue;
    EXPECT_FALSE(accepts(sign(other, c.row->algorithm))) << c.row->name;
    Segments changed = split(sign(other, c.row->algorithm));
    changed[0] = encoded(header_for(algorithm()));
    EXPECT_FALSE(accepts(join(changed))) << c.row->name;
  }
}

TEST_P(Torture, the_token_of_another_algorithm_of_the_same_key_is_refused_under_either_name) {
  for (Algorithm const other : all_algorithms()) {
    if (other == algorithm() || !key_.algorithms().contains(other)) continue;
    EXPECT_FALSE(accepts(sign(key_, other))) << name(other);
    Segments changed = split(sign(key_, other));
    changed[0] = encoded(header_for(algorithm()));
    EXPECT_FALSE(accepts(join(changed))) << name(other);
  }
}

TEST_P(Torture, a_pinned_key_takes_no_other_algorithm_even_where_the_policy_does) {
  AlgorithmSet all;
  for (Algorithm const each : all_algorithms()) all.insert(each);
  Validator const validator = validator_for(all);
  KeySet const pinned = KeySet::from_keys({key_.only_for({algorithm()}).value()}).value();
  EXPECT_TRUE(validator.validate(token_, pinned, TimePoint{}));
  for (Algorithm const other : all_algorithms()) {
    if (other == algorithm() || !key_.algorithms().contains(other)) continue;
    EXPECT_EQ(validator.validate(sign(key_, other), pinned, TimePoint{}).error().code(), Errc::no_matching_key);
  }
}

class KeyPairTorture : public Torture {};

INSTANTIATE_TEST_SUITE_P(Table, KeyPairTorture,
                         testing::ValuesIn(cases_where([](KeyType type) { return type != KeyType::oct; })), case_name);

TEST_P(KeyPairTorture, the_public_half_as_an_hmac_secret_is_refused) {
  std::string const input = encoded(R"({"alg":"HS256","kid":"k"})") + ".e30";
  for (std::string const& text :
       {key_.to_public_pem().value(), key_.to_public_der().value(), key_.to_public_jwk(), keys_.to_public_jwks()}) {
    EXPECT_FALSE(Key::from_secret(text));
    std::string mac(EVP_MAX_MD_SIZE, '\0');
    unsigned size = 0;
    test::require(HMAC(EVP_sha256(), text.data(), static_cast<int>(text.size()), detail::bytes(input), input.size(),
                       detail::bytes(mac.data()), &size) != nullptr);
    std::string const forged = input + "." + encoded(std::string_view{mac}.substr(0, size));
    EXPECT_FALSE(accepts(forged));
    Validator const lax = validator_for({algorithm(), Algorithm::HS256});
    EXPECT_FALSE(lax.validate(forged, keys_, TimePoint{}));
  }
}

/// ECDSA signatures are two numbers, and there is more than one way to write them.
class EcdsaTorture : public Torture {
 protected:
  [[nodiscard]] std::string with_signature(std::string_view bytes) const {
    Segments changed = split(token_);
    changed[2] = encoded(bytes);
    return join(changed);
  }
  [[nodiscard]] std::string signature() const { return decoded(split(token_)[2]); }
  [[nodiscard]] test::BigNumber order() const {
    std::unique_ptr<EC_GROUP, detail::Release<EC_GROUP_free>> const group{
        EC_GROUP_new_by_curve_name(OBJ_sn2nid(GetParam().curve->group.data()))};
    return test::BigNumber{BN_dup(EC_GROUP_get0_order(group.get()))};
  }
};

INSTANTIATE_TEST_SUITE_P(Table, EcdsaTorture,
                         testing::ValuesIn(cases_where([](KeyType type) { return type == KeyType::EC; })), case_name);

TEST_P(EcdsaTorture, r_or_s_of_zero_or_the_order_or_raised_by_it_is_refused) {
  std::string const good = signature();
  std::size_t const half = good.size() / 2;
  auto const bytes_of = [half](BIGNUM const* number) {
    std::string bytes(half, '\0');
    bool const fits = BN_bn2binpad(number, detail::bytes(bytes.data()), static_cast<int>(half)) > 0;
    return fits ? bytes : std::string{};
  };
  for (std::size_t const at : {std::size_t{0}, half}) {
    test::BigNumber const raised{BN_bin2bn(detail::bytes(good) + at, static_cast<int>(half), nullptr)};
    BN_add(raised.get(), raised.get(), order().get());
    for (std::string const& value :
         {std::string(half, '\0'), bytes_of(order().get()), bytes_of(raised.get()), std::string(half, '\xff')}) {
      if (value.empty()) continue;  // does not fit into the octets there are
      EXPECT_FALSE(accepts(with_signature(std::string{good}.replace(at, half, value)))) << "at " << at;
    }
  }
  EXPECT_FALSE(accepts(with_signature(std::string(good.size(), '\0'))));
}

TEST_P(EcdsaTorture, the_der_form_is_refused) {
  std::string const good = signature();
  int const half = static_cast<int>(good.size() / 2);
  detail::EcdsaSignature const pair{ECDSA_SIG_new()};
  ECDSA_SIG_set0(pair.get(), BN_bin2bn(detail::bytes(good), half, nullptr),
                 BN_bin2bn(detail::bytes(good) + half, half, nullptr));
  std::string der(static_cast<std::size_t>(i2d_ECDSA_SIG(pair.get(), nullptr)), '\0');
  unsigned char* out = detail::bytes(der.data());
  i2d_ECDSA_SIG(pair.get(), &out);
  EXPECT_FALSE(accepts(with_signature(der)));
  der.resize(good.size(), '\0');
  EXPECT_FALSE(accepts(with_signature(der)));
}

}  // namespace
}  // namespace authjwt
