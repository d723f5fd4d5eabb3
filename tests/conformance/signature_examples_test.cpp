#include "base/base64url.hpp"
#include "conformance/rfc_examples.hpp"

#include <authjwt/jose/jws.hpp>
#include <authjwt/jose/key.hpp>

#include <gtest/gtest.h>

#include <string>

namespace authjwt {
namespace {

using test::Example;

std::string decoded(std::string_view text) {
  std::string bytes(base64url::decoded_size(text.size()), '\0');
  EXPECT_TRUE(base64url::decode(text, bytes.data()));
  return bytes;
}

Key key_of(Example const& example) {
  if (is_symmetric(example.algorithm)) return Key::from_secret(decoded(example.key)).value();
  return Key::from_pem(example.key).value();
}

class SignatureExamples : public testing::TestWithParam<Example> {};

INSTANTIATE_TEST_SUITE_P(Rfc, SignatureExamples, testing::ValuesIn(test::kExamples),
                         [](auto const& example) { return std::string{example.param.name}; });

TEST_P(SignatureExamples, is_verified_by_its_key_and_no_other_algorithm) {
  Key const key = key_of(GetParam());
  auto const token = jws::parse(GetParam().token).value();
  for (Algorithm algorithm : all_algorithms()) {
    EXPECT_EQ(jws::verify(token, key, algorithm), algorithm == GetParam().algorithm) << name(algorithm);
  }
  EXPECT_EQ(token.header.alg, name(GetParam().algorithm));
}

TEST_P(SignatureExamples, is_not_verified_with_a_changed_payload) {
  Key const key = key_of(GetParam());
  std::string changed{GetParam().token};
  char& c = changed[changed.find('.') + 1];
  c = c == 'A' ? 'B' : 'A';
  EXPECT_FALSE(jws::verify(jws::parse(changed).value(), key, GetParam().algorithm));
}

TEST_P(SignatureExamples, is_made_again_or_made_anew) {
  Key const key = key_of(GetParam());
  auto const token = jws::parse(GetParam().token).value();
  std::string const signature = key.sign(GetParam().algorithm, token.signing_input).value();
  EXPECT_EQ(signature == decoded(token.signature_segment), GetParam().reproducible);
  EXPECT_TRUE(key.verify(GetParam().algorithm, token.signing_input, signature));
}

}  // namespace
}  // namespace authjwt
