#include "jose/algorithm_table.hpp"
#include "unit/jose/table_cases.hpp"
#include "unit/jose/test_keys.hpp"

#include <authjwt/jose/key.hpp>

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/objects.h>

#include <string>
#include <utility>
#include <vector>

// Every row of the algorithm table goes through all of this.
namespace authjwt {
namespace {

using detail::KeyType;
using test::all_cases;
using test::case_name;
using test::cases_where;
using Case = test::TableCase;

constexpr std::string_view kInput = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ0ZXN0In0";

struct Pair {
  Key signer;
  Key verifier;
};

Pair make_pair(Case const& c, EVP_PKEY* rsa, char filler) {
  if (c.row->type == KeyType::oct) {
    Key const key = Key::from_secret(std::string(c.row->digest_size, filler)).value();
    return {key, key};
  }
  test::Pkey const own = c.curve == nullptr ? nullptr : test::make_on(*c.curve);
  EVP_PKEY* const pkey = own ? own.get() : rsa;
  return {Key::from_pem(test::private_pem(pkey)).value(), Key::from_pem(test::public_pem(pkey)).value()};
}

class EveryAlgorithm : public testing::TestWithParam<Case> {
 protected:
  [[nodiscard]] Algorithm algorithm() const { return GetParam().row->algorithm; }
  [[nodiscard]] std::string sign(std::string_view input = kInput) const {
    return keys_.signer.sign(algorithm(), input).value();
  }
  [[nodiscard]] bool verify(std::string_view signature, std::string_view input = kInput) const {
    return keys_.verifier.verify(algorithm(), input, signature);
  }

  Pair keys_ = make_pair(GetParam(), test::shared_rsa(), 'k');
};

INSTANTIATE_TEST_SUITE_P(Table, EveryAlgorithm, testing::ValuesIn(all_cases()), case_name);

TEST_P(EveryAlgorithm, verifies_what_it_signed) {
  std::string const signature = sign();
  EXPECT_TRUE(verify(signature));
  EXPECT_TRUE(keys_.signer.verify(algorithm(), kInput, signature));
  EXPECT_LE(signature.size(), kMaxSignatureSize);
}

TEST_P(EveryAlgorithm, signs_and_verifies_empty_input_and_input_with_null_bytes) {
  EXPECT_TRUE(verify(sign({}), {}));
  EXPECT_TRUE(verify(sign(std::string(3, '\0')), std::string(3, '\0')));
  EXPECT_FALSE(verify(sign(std::string(3, '\0')), std::string(2, '\0')));
  EXPECT_FALSE(verify(sign({}), kInput));
}

TEST_P(EveryAlgorithm, verifies_input_of_a_mebibyte) {
  std::string input(1024 * 1024, 'x');
  std::string const signature = sign(input);
  EXPECT_TRUE(verify(signature, input));
  input.back() = 'y';
  EXPECT_FALSE(verify(signature, input));
}

TEST_P(EveryAlgorithm, refuses_every_flipped_bit) {
  std::string signature = sign();
  for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
    char const mask = static_cast<char>(1U << (bit % 8));
    signature[bit / 8] = static_cast<char>(signature[bit / 8] ^ mask);
    EXPECT_FALSE(verify(signature)) << "bit " << bit;
    signature[bit / 8] = static_cast<char>(signature[bit / 8] ^ mask);
  }
  EXPECT_TRUE(verify(signature)) << "a refusal must not spoil the context that is used again";
}

TEST_P(EveryAlgorithm, refuses_every_truncation) {
  std::string const signature = sign();
  for (std::size_t size = 0; size < signature.size(); ++size) {
    EXPECT_FALSE(verify(std::string_view{signature}.substr(0, size))) << size;
    EXPECT_FALSE(verify(std::string_view{signature}.substr(signature.size() - size))) << size;
  }
}

TEST_P(EveryAlgorithm, refuses_a_byte_more_at_either_end) {
  std::string const signature = sign();
  for (char const extra : {'\0', 'x', '\xff'}) {
    EXPECT_FALSE(verify(signature + extra));
    EXPECT_FALSE(verify(extra + signature));
  }
  EXPECT_FALSE(verify(signature + signature));
  EXPECT_FALSE(verify(signature + std::string(kMaxSignatureSize, '\0')));
}

TEST_P(EveryAlgorithm, refuses_signatures_of_one_byte_throughout) {
  std::size_t const size = sign().size();
  for (char const filler : {'\0', '\x01', '\x7f', '\xff'}) EXPECT_FALSE(verify(std::string(size, filler)));
}

TEST_P(EveryAlgorithm, refuses_changed_input) {
  std::string const signature = sign();
  for (std::size_t i = 0; i < kInput.size(); ++i) {
    std::string input{kInput};
    input[i] = static_cast<char>(input[i] ^ 1);
    EXPECT_FALSE(verify(signature, input)) << i;
  }
  EXPECT_FALSE(verify(signature, kInput.substr(1)));
  EXPECT_FALSE(verify(signature, std::string{kInput} + '\0'));
}

TEST_P(EveryAlgorithm, refuses_another_key_of_the_same_kind) {
  Pair const other = make_pair(GetParam(), test::other_rsa(), 'o');
  std::string const signature = sign();
  EXPECT_FALSE(other.verifier.verify(algorithm(), kInput, signature));
  EXPECT_TRUE(other.verifier.verify(algorithm(), kInput, other.signer.sign(algorithm(), kInput).value()));
}

TEST_P(EveryAlgorithm, refuses_its_signature_under_every_other_algorithm) {
  std::string const signature = sign();
  for (Algorithm other : all_algorithms()) {
    EXPECT_EQ(keys_.verifier.verify(other, kInput, signature), other == algorithm()) << name(other);
    EXPECT_EQ(keys_.signer.verify(other, kInput, signature), other == algorithm()) << name(other);
  }
}

TEST_P(EveryAlgorithm, refuses_keys_of_every_other_kind) {
  std::string const signature = sign();
  for (Case const& other : all_cases()) {
    if (other.row->type == GetParam().row->type && other.curve == GetParam().curve) continue;
    Pair const keys = make_pair(other, test::other_rsa(), 'k');
    EXPECT_FALSE(keys.verifier.verify(algorithm(), kInput, signature)) << other.row->name;
    EXPECT_FALSE(keys.verifier.verify(other.row->algorithm, kInput, signature)) << other.row->name;
  }
}

TEST_P(EveryAlgorithm, signs_only_with_algorithms_that_the_key_carries) {
  for (Algorithm other : all_algorithms()) {
    if (keys_.signer.algorithms().contains(other)) continue;
    EXPECT_THROW((void)keys_.signer.sign(other, kInput), std::logic_error) << name(other);
  }
}

TEST_P(EveryAlgorithm, signs_with_no_public_key) {
  if (is_symmetric(algorithm())) {
    EXPECT_TRUE(keys_.verifier.can_sign());
    return;
  }
  EXPECT_FALSE(keys_.verifier.can_sign());
  EXPECT_THROW((void)keys_.verifier.sign(algorithm(), kInput), std::logic_error);
}

TEST_P(EveryAlgorithm, leaves_the_error_queue_as_it_found_it) {
  std::string signature = sign();
  signature.back() = static_cast<char>(signature.back() ^ 1);
  ERR_clear_error();
  EXPECT_FALSE(verify(signature));
  EXPECT_EQ(ERR_peek_error(), 0U);
  ERR_raise(ERR_LIB_USER, 7);
  EXPECT_FALSE(verify(signature));
  EXPECT_EQ(ERR_GET_REASON(ERR_get_error()), 7);
  EXPECT_EQ(ERR_peek_error(), 0U);
}

/// Not RSA: forty keys of it would take many seconds to make.
class EveryAlgorithmWithCheapKeys : public EveryAlgorithm {};

INSTANTIATE_TEST_SUITE_P(Table, EveryAlgorithmWithCheapKeys,
                         testing::ValuesIn(cases_where([](KeyType type) { return type != KeyType::RSA; })), case_name);

TEST_P(EveryAlgorithmWithCheapKeys, keeps_its_signatures_apart_when_more_keys_are_used_than_a_thread_keeps) {
  constexpr int kKeys = 40;
  std::vector<Pair> keys;
  std::vector<std::string> signatures;
  for (int i = 0; i < kKeys; ++i) {
    keys.push_back(make_pair(GetParam(), nullptr, static_cast<char>('0' + i)));
    signatures.push_back(keys.back().signer.sign(algorithm(), kInput).value());
  }
  for (std::size_t i = 0; i < kKeys; ++i) {
    EXPECT_TRUE(keys[i].verifier.verify(algorithm(), kInput, signatures[i]));
    EXPECT_FALSE(keys[i].verifier.verify(algorithm(), kInput, signatures[(i + 1) % kKeys]));
  }
}

class EveryEcdsaAlgorithm : public EveryAlgorithm {
 protected:
  /// `value` in the place of r (0) or s (1) of a good signature.
  [[nodiscard]] std::string with_half(int half, BIGNUM const* value) const {
    std::string signature = sign();
    std::size_t const size = signature.size() / 2;
    char* const at = signature.data() + static_cast<std::size_t>(half) * size;
    test::require(BN_bn2binpad(value, detail::bytes(at), static_cast<int>(size)) == static_cast<int>(size));
    return signature;
  }
  [[nodiscard]] test::BigNumber order_plus(int offset) const {
    std::unique_ptr<EC_GROUP, detail::Release<EC_GROUP_free>> const group{
        EC_GROUP_new_by_curve_name(OBJ_sn2nid(GetParam().curve->group.data()))};
    test::BigNumber value{BN_dup(EC_GROUP_get0_order(group.get()))};
    if (offset > 0) BN_add_word(value.get(), static_cast<BN_ULONG>(offset));
    if (offset < 0) BN_sub_word(value.get(), static_cast<BN_ULONG>(-offset));
    return value;
  }
};

INSTANTIATE_TEST_SUITE_P(Table, EveryEcdsaAlgorithm,
                         testing::ValuesIn(cases_where([](KeyType type) { return type == KeyType::EC; })), case_name);

TEST_P(EveryEcdsaAlgorithm, refuses_r_or_s_outside_one_to_order_minus_one) {
  test::BigNumber const zero{BN_new()};
  for (int const half : {0, 1}) {
    EXPECT_FALSE(verify(with_half(half, zero.get())));
    EXPECT_FALSE(verify(with_half(half, order_plus(-1).get())));
    EXPECT_FALSE(verify(with_half(half, order_plus(0).get())));
    EXPECT_FALSE(verify(with_half(half, order_plus(1).get())));
  }
}

TEST_P(EveryEcdsaAlgorithm, refuses_r_zero_with_s_zero_and_order_with_order) {
  std::string const order = with_half(0, order_plus(0).get()).substr(0, sign().size() / 2);
  EXPECT_FALSE(verify(order + order));
  EXPECT_FALSE(verify(std::string(order.size() * 2, '\0')));
}

TEST_P(EveryEcdsaAlgorithm, refuses_r_raised_by_the_order_where_it_still_fits) {
  // r + n is the same number modulo n: a signature with it is a second text for the same token.
  std::size_t const size = sign().size() / 2;
  for (int tries = 0; tries < 20; ++tries) {
    std::string const signature = sign();
    test::BigNumber const raised{BN_bin2bn(detail::bytes(signature), static_cast<int>(size), nullptr)};
    BN_add(raised.get(), raised.get(), order_plus(0).get());
    std::string changed = signature;
    if (BN_bn2binpad(raised.get(), detail::bytes(changed.data()), static_cast<int>(size)) < 0) continue;
    EXPECT_FALSE(verify(changed));
  }
}

TEST_P(EveryEcdsaAlgorithm, refuses_the_der_form) {
  std::string const signature = sign();
  int const half = static_cast<int>(signature.size() / 2);
  detail::EcdsaSignature const pair{ECDSA_SIG_new()};
  ECDSA_SIG_set0(pair.get(), BN_bin2bn(detail::bytes(signature), half, nullptr),
                 BN_bin2bn(detail::bytes(signature) + half, half, nullptr));
  std::string der(static_cast<std::size_t>(i2d_ECDSA_SIG(pair.get(), nullptr)), '\0');
  unsigned char* out = detail::bytes(der.data());
  i2d_ECDSA_SIG(pair.get(), &out);
  EXPECT_FALSE(verify(der));
  der.resize(signature.size(), '\0');
  EXPECT_FALSE(verify(der));
}

}  // namespace
}  // namespace authjwt
