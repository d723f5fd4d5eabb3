#include "unit/jose/rsa_8192.hpp"
#include "unit/jose/test_keys.hpp"

#include <authjwt/jose/key.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace authjwt {
namespace {

AlgorithmSet const kRsaAlgorithms{Algorithm::RS256, Algorithm::RS384, Algorithm::RS512,
                                  Algorithm::PS256, Algorithm::PS384, Algorithm::PS512};

testing::AssertionResult refuses(std::string_view pem, std::string_view because) {
  auto const key = Key::from_pem(pem);
  if (key) return testing::AssertionFailure() << "it was taken as " << key.value().description();
  if (key.error().code() != Errc::invalid_key) return testing::AssertionFailure() << name(key.error().code());
  if (key.error().message().find(because) != std::string::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << key.error().message();
}

std::string refusal(EVP_PKEY* pkey) {
  auto const key = Key::from_pem(test::public_pem(pkey));
  return key ? std::string{} : key.error().message();
}

/// A key made with one parameter more than its type.
test::Pkey make_with(char const* type, OSSL_PARAM parameter) {
  detail::PkeyContext const context{EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr)};
  OSSL_PARAM const parameters[] = {parameter, OSSL_PARAM_construct_end()};
  EVP_PKEY* pkey = nullptr;
  test::require(EVP_PKEY_keygen_init(context.get()) == 1 && EVP_PKEY_CTX_set_params(context.get(), parameters) == 1 &&
                EVP_PKEY_generate(context.get(), &pkey) == 1);
  return test::Pkey{pkey};
}

OSSL_PARAM text(char const* name, char const* value) {
  return OSSL_PARAM_construct_utf8_string(name, const_cast<char*>(value), 0);
}

TEST(KeyFromPem, reads_every_form_of_an_rsa_key) {
  EVP_PKEY* const rsa = test::shared_rsa();
  for (auto const& pem : {test::private_pem(rsa), test::traditional_pem(rsa)}) {
    Key const key = Key::from_pem(pem).value();
    EXPECT_TRUE(key.can_sign());
    EXPECT_EQ(key.algorithms(), kRsaAlgorithms);
  }
  for (auto const& pem : {test::public_pem(rsa), test::pkcs1_public_pem(rsa), test::certificate_pem(rsa)}) {
    Key const key = Key::from_pem(pem).value();
    EXPECT_FALSE(key.can_sign());
    EXPECT_EQ(key.algorithms(), kRsaAlgorithms);
  }
}

TEST(KeyFromPem, reads_every_form_of_an_ec_key) {
  auto const ec = test::make_ec("secp384r1");
  AlgorithmSet const es384{Algorithm::ES384};
  for (auto const& pem : {test::private_pem(ec.get()), test::traditional_pem(ec.get()), test::public_pem(ec.get()),
                          test::certificate_pem(ec.get())}) {
    EXPECT_EQ(Key::from_pem(pem).value().algorithms(), es384);
  }
}

TEST(KeyFromPem, reads_a_compressed_point) {
  auto const ec = test::make_ec("prime256v1");
  test::require(EVP_PKEY_set_utf8_string_param(ec.get(), OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "compressed") ==
                1);
  std::string const pem = test::public_pem(ec.get());
  ASSERT_LT(test::der_of(pem).size(), 65U);
  EXPECT_TRUE(Key::from_pem(pem));
}

TEST(KeyFromPem, reads_past_text_before_it_and_ec_parameters) {
  auto const ec = test::make_ec("prime256v1");
  std::string const parameters = test::pem_of("EC PARAMETERS", "\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07");
  EXPECT_TRUE(Key::from_pem(parameters + test::traditional_pem(ec.get())));
  EXPECT_TRUE(Key::from_pem("Bag Attributes\n    friendlyName: x\n" + test::private_pem(ec.get())));
  EXPECT_TRUE(refuses(parameters, "no line that starts with -----BEGIN"));
  EXPECT_TRUE(refuses(parameters + test::private_pem(ec.get()), "EC PARAMETERS are no key"));
  EXPECT_TRUE(refuses(parameters + parameters + test::traditional_pem(ec.get()), "EC PARAMETERS are no key"));
}

TEST(KeyFromPem, reads_other_line_ends_a_byte_order_mark_and_blanks_around) {
  std::string const pem = test::public_pem(test::shared_rsa());
  std::string dos;
  for (char const c : pem) c == '\n' ? dos += "\r\n" : dos += c;
  EXPECT_TRUE(Key::from_pem(dos));
  EXPECT_TRUE(Key::from_pem("\xEF\xBB\xBF" + pem));
  EXPECT_TRUE(Key::from_pem("\n \t" + pem + "\n\n"));
  EXPECT_TRUE(Key::from_pem(pem.substr(0, pem.size() - 1)));
}

TEST(KeyFromPem, refuses_what_is_not_pem) {
  for (auto const* pem : {"", " ", "secret", "{}", "BEGIN PUBLIC KEY", "-----BEGIN"}) {
    EXPECT_TRUE(refuses(pem, "not a PEM text")) << pem;
  }
  EXPECT_TRUE(refuses(test::der_of(test::public_pem(test::shared_rsa())), "not a PEM text"));
}

TEST(KeyFromPem, refuses_a_damaged_text_whatever_is_missing) {
  auto const ec = test::make_ec("prime256v1");
  std::string const pem = test::public_pem(ec.get());
  for (std::size_t size = 0; size + 6 < pem.size(); ++size) {
    EXPECT_FALSE(Key::from_pem(pem.substr(0, size))) << size;
  }
  EXPECT_TRUE(refuses("-----BEGIN PUBLIC KEY-----\n!!!!\n-----END PUBLIC KEY-----\n", "damaged"));
  EXPECT_TRUE(refuses("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "damaged"));
  EXPECT_TRUE(refuses("-----BEGIN PUBLIC KEY-----\\nAAAA\\n-----END PUBLIC KEY-----", "not the two characters \\n"));
}

TEST(KeyFromPem, refuses_no_change_of_a_byte_with_a_crash) {
  auto const ec = test::make_ec("prime256v1");
  std::string const der = test::der_of(test::private_pem(ec.get()));
  for (std::size_t i = 0; i < der.size(); ++i) {
    for (unsigned const mask : {0x01U, 0x80U, 0xffU}) {
      std::string changed = der;
      changed[i] = static_cast<char>(static_cast<unsigned char>(changed[i]) ^ mask);
      auto const key = Key::from_pem(test::pem_of("PRIVATE KEY", changed));
      EXPECT_TRUE(!key || key->verify(Algorithm::ES256, "x", key->sign(Algorithm::ES256, "x").value())) << i;
    }
  }
}

TEST(KeyFromPem, refuses_a_second_key_and_anything_else_behind_the_first) {
  auto const ec = test::make_ec("prime256v1");
  std::string const pem = test::private_pem(ec.get());
  for (auto const& after : {pem, test::public_pem(ec.get()), std::string{"x"}, std::string{"-----BEGIN"}}) {
    EXPECT_TRUE(refuses(pem + after, "something after the END line"));
  }
}

TEST(KeyFromPem, refuses_der_that_goes_on_or_ends_early) {
  for (auto const& [label, der] :
       {std::pair{"PUBLIC KEY", test::der_of(test::public_pem(test::shared_rsa()))},
        std::pair{"PRIVATE KEY", test::der_of(test::private_pem(test::shared_rsa()))},
        std::pair{"RSA PRIVATE KEY", test::der_of(test::traditional_pem(test::shared_rsa()))},
        std::pair{"RSA PUBLIC KEY", test::der_of(test::pkcs1_public_pem(test::shared_rsa()))},
        std::pair{"CERTIFICATE", test::der_of(test::certificate_pem(test::shared_rsa()))}}) {
    EXPECT_TRUE(Key::from_pem(test::pem_of(label, der))) << label;
    EXPECT_TRUE(refuses(test::pem_of(label, der + '\0'), "not what its BEGIN line says")) << label;
    EXPECT_TRUE(refuses(test::pem_of(label, der.substr(0, der.size() - 1)), "not what its BEGIN line says")) << label;
  }
}

TEST(KeyFromPem, takes_nothing_private_under_a_public_label_or_the_other_way_round) {
  std::string const public_der = test::der_of(test::public_pem(test::shared_rsa()));
  std::string const private_der = test::der_of(test::private_pem(test::shared_rsa()));
  for (auto const* label : {"PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"}) {
    EXPECT_TRUE(refuses(test::pem_of(label, public_der), "not what its BEGIN line says")) << label;
  }
  for (auto const* label : {"PUBLIC KEY", "RSA PUBLIC KEY", "CERTIFICATE"}) {
    EXPECT_TRUE(refuses(test::pem_of(label, private_der), "not what its BEGIN line says")) << label;
  }
}

TEST(KeyFromPem, refuses_another_type_than_the_label_names) {
  auto const ec = test::make_ec("prime256v1");
  std::string const rsa_der = test::der_of(test::private_pem(test::shared_rsa()));
  EXPECT_TRUE(refuses(test::pem_of("EC PRIVATE KEY", rsa_der), "not what its BEGIN line says"));
  EXPECT_TRUE(refuses(test::pem_of("RSA PRIVATE KEY", test::der_of(test::private_pem(ec.get()))),
                      "not what its BEGIN line says"));
  EXPECT_TRUE(refuses(test::pem_of("RSA PUBLIC KEY", test::der_of(test::public_pem(ec.get()))),
                      "not what its BEGIN line says"));
  EXPECT_TRUE(refuses(test::pem_of("PUBLIC KEY", test::der_of(test::certificate_pem(ec.get()))),
                      "not what its BEGIN line says"));
  EXPECT_TRUE(
      refuses(test::pem_of("CERTIFICATE", test::der_of(test::public_pem(ec.get()))), "not what its BEGIN line says"));
}

TEST(KeyFromPem, refuses_encrypted_keys_in_both_forms_and_under_a_false_label) {
  std::string const encrypted = test::private_pem(test::shared_rsa(), EVP_aes_128_cbc());
  EXPECT_TRUE(refuses(encrypted, "encrypted"));
  EXPECT_TRUE(refuses(test::traditional_pem(test::shared_rsa(), EVP_aes_128_cbc()), "encrypted"));
  EXPECT_TRUE(refuses(test::pem_of("PRIVATE KEY", test::der_of(encrypted)), "not what its BEGIN line says"));
}

TEST(KeyFromPem, names_the_labels_it_knows_and_helps_with_openssh) {
  EXPECT_TRUE(refuses(test::pem_of("CERTIFICATE REQUEST", "x"), "not one of PRIVATE KEY"));
  EXPECT_TRUE(refuses(test::pem_of("OPENSSH PRIVATE KEY", "x"), "ssh-keygen"));
}

TEST(KeyFromPem, takes_rsa_from_2048_to_8192_bits) {
  EXPECT_NE(refusal(test::rsa_public_of(2047).get()).find("too short"), std::string::npos);
  EXPECT_EQ(refusal(test::rsa_public_of(2048).get()), "");
  EXPECT_EQ(refusal(test::rsa_public_of(2049).get()), "");
  EXPECT_EQ(refusal(test::rsa_public_of(8191).get()), "");
  EXPECT_EQ(refusal(test::rsa_public_of(8192).get()), "");
  EXPECT_NE(refusal(test::rsa_public_of(8193).get()).find("too long"), std::string::npos);
  EXPECT_NE(refusal(test::rsa_public_of(8200).get()).find("too long"), std::string::npos);
}

TEST(KeyFromPem, uses_the_longest_rsa_key) {
  Key const key = Key::from_pem(test::kRsa8192).value();
  for (Algorithm algorithm : {Algorithm::RS512, Algorithm::PS512}) {
    std::string const signature = key.sign(algorithm, "input").value();
    EXPECT_EQ(signature.size(), kMaxSignatureSize);
    EXPECT_TRUE(key.verify(algorithm, "input", signature));
  }
}

TEST(KeyFromPem, uses_an_rsa_key_whose_size_is_no_multiple_of_eight) {
  auto const rsa = test::make_rsa(2050);
  Key const key = Key::from_pem(test::private_pem(rsa.get())).value();
  for (Algorithm algorithm : {Algorithm::RS256, Algorithm::PS256}) {
    std::string const signature = key.sign(algorithm, "input").value();
    EXPECT_EQ(signature.size(), 257U);
    EXPECT_TRUE(key.verify(algorithm, "input", signature));
  }
}

TEST(KeyFromPem, takes_odd_exponents_from_3_to_below_2_to_the_33) {
  for (auto const* good : {"3", "5", "010001", "1FFFFFFFF"}) {
    EXPECT_EQ(refusal(test::rsa_public_of(2048, good).get()), "") << good;
  }
  for (auto const* bad : {"1", "2", "010000", "200000000", "200000001", "10000000000000001"}) {
    EXPECT_NE(refusal(test::rsa_public_of(2048, bad).get()).find("exponent"), std::string::npos) << bad;
  }
}

TEST(KeyFromPem, refuses_an_rsa_modulus_that_is_even_or_has_small_factors) {
  auto const exponent = test::number("010001");
  auto const even = test::modulus_of(2048);
  BN_sub_word(even.get(), 1);
  EXPECT_NE(refusal(test::rsa_public(even.get(), exponent.get()).get()), "");
  auto const factored = test::modulus_of(2040);
  BN_mul_word(factored.get(), 251);
  ASSERT_EQ(BN_num_bits(factored.get()), 2048);
  EXPECT_NE(refusal(test::rsa_public(factored.get(), exponent.get()).get()), "");
}

TEST(KeyFromPem, refuses_a_private_rsa_key_whose_parts_do_not_belong_together) {
  struct Swap {
    char const* part;
    char const* because;
  };
  for (auto const& [swapped, because] :
       {Swap{OSSL_PKEY_PARAM_RSA_D, "do not belong together"}, Swap{OSSL_PKEY_PARAM_RSA_N, "do not belong together"},
        Swap{OSSL_PKEY_PARAM_RSA_FACTOR1, "do not belong together"},
        Swap{OSSL_PKEY_PARAM_RSA_FACTOR2, "do not belong together"}}) {
    test::ParameterBuilder const builder{OSSL_PARAM_BLD_new()};
    std::vector<test::BigNumber> parts;
    for (auto const* name : {OSSL_PKEY_PARAM_RSA_N, OSSL_PKEY_PARAM_RSA_E, OSSL_PKEY_PARAM_RSA_D,
                             OSSL_PKEY_PARAM_RSA_FACTOR1, OSSL_PKEY_PARAM_RSA_FACTOR2, OSSL_PKEY_PARAM_RSA_EXPONENT1,
                             OSSL_PKEY_PARAM_RSA_EXPONENT2, OSSL_PKEY_PARAM_RSA_COEFFICIENT1}) {
      bool const swap = std::string_view{name} == swapped;
      parts.push_back(test::part(swap ? test::other_rsa() : test::shared_rsa(), name));
      test::require(OSSL_PARAM_BLD_push_BN(builder.get(), name, parts.back().get()) == 1);
    }
    auto const mixed = test::from_parts(builder, "RSA", EVP_PKEY_KEYPAIR);
    EXPECT_TRUE(refuses(test::private_pem(mixed.get()), because)) << swapped;
    EXPECT_TRUE(refuses(test::traditional_pem(mixed.get()), because)) << swapped;
  }
}

TEST(KeyFromPem, refuses_an_ec_private_key_with_another_public_half) {
  auto const one = test::make_ec("prime256v1");
  auto const other = test::make_ec("prime256v1");
  std::string der = test::der_of(test::private_pem(one.get()));
  std::string const foreign = test::der_of(test::public_pem(other.get()));
  der.replace(der.size() - 65, 65, foreign.substr(foreign.size() - 65));
  EXPECT_TRUE(refuses(test::pem_of("PRIVATE KEY", der), "does not fit its public half"));
}

TEST(KeyFromPem, refuses_an_ec_point_off_its_curve_and_at_infinity) {
  auto const ec = test::make_ec("prime256v1");
  std::string const der = test::der_of(test::public_pem(ec.get()));
  for (std::size_t i = der.size() - 64; i < der.size(); ++i) {
    std::string changed = der;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(Key::from_pem(test::pem_of("PUBLIC KEY", changed))) << i;
  }
  std::string infinity = der.substr(0, der.size() - 66) + std::string(2, '\0');
  infinity[1] = static_cast<char>(infinity.size() - 2);
  infinity[infinity.size() - 3] = 2;  // the BIT STRING holds no unused bits and the one byte 00
  EXPECT_FALSE(Key::from_pem(test::pem_of("PUBLIC KEY", infinity)));
}

TEST(KeyFromPem, refuses_curves_without_a_row_and_explicit_parameters) {
  for (auto const* group : {"secp224r1", "prime192v1", "brainpoolP256r1"}) {
    EXPECT_TRUE(refuses(test::private_pem(test::make_ec(group).get()), "on a curve that no algorithm uses")) << group;
  }
  auto const ec = test::make_ec("prime256v1");
  test::require(EVP_PKEY_set_utf8_string_param(ec.get(), OSSL_PKEY_PARAM_EC_ENCODING, "explicit") == 1);
  EXPECT_TRUE(refuses(test::private_pem(ec.get()), "spells its curve out"));
  EXPECT_TRUE(refuses(test::public_pem(ec.get()), "spells its curve out"));
}

TEST(KeyFromPem, refuses_types_without_a_row) {
  for (auto const* type : {"X25519", "X448", "SM2"}) {
    auto const pkey = test::make_of_type(type);
    EXPECT_TRUE(refuses(test::private_pem(pkey.get()), "no algorithm uses")) << type;
    EXPECT_TRUE(refuses(test::public_pem(pkey.get()), "no algorithm uses")) << type;
  }
  auto const dh = make_with("DH", text(OSSL_PKEY_PARAM_GROUP_NAME, "ffdhe2048"));
  EXPECT_TRUE(refuses(test::public_pem(dh.get()), "no algorithm uses"));
}

TEST(KeyFromPem, refuses_id_rsassa_pss_keys) {
  std::size_t bits = 2048;
  auto const pss = make_with("RSA-PSS", OSSL_PARAM_construct_size_t(OSSL_PKEY_PARAM_RSA_BITS, &bits));
  EXPECT_TRUE(refuses(test::private_pem(pss.get()), "id-RSASSA-PSS"));
  EXPECT_TRUE(refuses(test::public_pem(pss.get()), "id-RSASSA-PSS"));
}

TEST(KeyFromPem, takes_the_key_of_a_certificate_that_has_expired) {
  Key const verifier = Key::from_pem(test::certificate_pem(test::shared_rsa())).value();
  Key const signer = Key::from_pem(test::private_pem(test::shared_rsa())).value();
  EXPECT_TRUE(verifier.verify(Algorithm::PS384, "x", signer.sign(Algorithm::PS384, "x").value()));
}

TEST(KeyFromPem, never_tells_what_the_text_holds) {
  auto const key = Key::from_pem("hunter2\n-----BEGIN hunter2-----\nAAAA\n-----END hunter2-----\n");
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().message().find("hunter2"), std::string::npos);
}

TEST(KeyFromPem, leaves_the_error_queue_empty) {
  ERR_clear_error();
  (void)Key::from_pem("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n");
  (void)Key::from_pem(test::private_pem(test::shared_rsa(), EVP_aes_128_cbc()));
  (void)Key::from_pem(test::public_pem(test::shared_rsa()));
  EXPECT_EQ(ERR_peek_error(), 0U);
}

}  // namespace
}  // namespace authjwt
