#include "unit/jose/test_keys.hpp"

#include <authjwt/jose/key.hpp>

#include <gtest/gtest.h>
#include <openssl/rand.h>

#include <string>
#include <string_view>
#include <vector>

// With a public text as the secret, everybody could sign.
namespace authjwt {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kHidingPlaces[] = {
    "", " ", "\n\n", "\t\r\n", "\xEF\xBB\xBF", "\xEF\xBB\xBF \n", " \xEF\xBB\xBF"};

testing::AssertionResult refuses(std::string_view secret, std::string_view because) {
  auto const key = Key::from_secret(secret);
  if (key) return testing::AssertionFailure() << "it was taken";
  if (key.error().code() != Errc::invalid_key) return testing::AssertionFailure() << name(key.error().code());
  if (key.error().message().find(because) != std::string::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << key.error().message();
}

/// Refused as it is, behind everything that could hide it, and with line ends after it.
void expect_refused_anywhere(std::string const& secret, std::string_view because) {
  for (std::string_view const before : kHidingPlaces) {
    EXPECT_TRUE(refuses(std::string{before} + secret, because)) << "behind " << testing::PrintToString(before);
    EXPECT_TRUE(refuses(std::string{before} + secret + "\r\n", because));
  }
}

std::string base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  int const size = EVP_EncodeBlock(detail::bytes(text.data()), detail::bytes(bytes), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

/// Every DER form of a key, private ones too.
std::vector<std::string> der_forms(EVP_PKEY* pkey) {
  return {test::der_of(test::private_pem(pkey)), test::der_of(test::public_pem(pkey)),
          test::der_of(test::certificate_pem(pkey)), test::der_of(test::traditional_pem(pkey))};
}

TEST(KeyFromSecret, takes_any_other_bytes) {
  for (auto const secret : {"s"sv, "secret"sv, "testing"sv,
                            "\0\0"sv
                            "x"sv,
                            "{\"a\":1}"sv, "[1]"sv, "{"sv, "ssh-rsa-like"sv, "0"sv, "0\x03\x02\x01\x05"sv, "MIIB"sv,
                            "M"sv, "ssh"sv, "my ssh-rsa secret"sv, "-----"sv, "\xff\xfe\xfd"sv, "BEGIN"sv, "a b"sv}) {
    EXPECT_TRUE(Key::from_secret(secret)) << secret;
  }
}

TEST(KeyFromSecret, takes_random_bytes_that_begin_like_der) {
  for (int i = 0; i < 100; ++i) {
    std::string secret(34, '\0');
    ASSERT_EQ(RAND_bytes(detail::bytes(secret.data()), static_cast<int>(secret.size())), 1);
    secret[0] = '\x30';
    secret[1] = '\x20';
    ASSERT_TRUE(Key::from_secret(secret));
    ASSERT_TRUE(Key::from_secret(base64(secret)));
  }
}

TEST(KeyFromSecret, is_for_hmac_alone_and_for_what_was_said) {
  Key const both = Key::from_secret("secret", {Algorithm::HS256, Algorithm::HS512}).value();
  EXPECT_EQ(both.algorithms(), (AlgorithmSet{Algorithm::HS256, Algorithm::HS512}));
  EXPECT_TRUE(both.can_sign());
  EXPECT_EQ(Key::from_secret("secret").value().algorithms(),
            (AlgorithmSet{Algorithm::HS256, Algorithm::HS384, Algorithm::HS512}));
  EXPECT_FALSE(Key::from_secret("secret", {Algorithm::HS256, Algorithm::RS256}));
  EXPECT_FALSE(Key::from_secret("secret", {}));
}

TEST(KeyFromSecret, keeps_blanks_that_belong_to_the_secret) {
  Key const with = Key::from_secret(" secret\n").value();
  Key const without = Key::from_secret("secret").value();
  EXPECT_NE(with.sign(Algorithm::HS256, "x").value(), without.sign(Algorithm::HS256, "x").value());
}

TEST(KeyFromSecret, refuses_an_empty_or_blank_one) {
  for (auto const secret : {""sv, " "sv, "\n"sv, "\xEF\xBB\xBF"sv, "\0\0\0"sv}) EXPECT_TRUE(refuses(secret, "empty"));
}

TEST(KeyFromSecret, takes_64_kibibytes_and_refuses_a_byte_more) {
  EXPECT_TRUE(Key::from_secret(std::string(64 * 1024, 'k')));
  EXPECT_TRUE(refuses(std::string(64 * 1024 + 1, 'k'), "longer than 64 KiB"));
}

TEST(KeyFromSecret, refuses_every_pem_text) {
  EVP_PKEY* const rsa = test::shared_rsa();
  for (auto const& pem : {test::private_pem(rsa), test::public_pem(rsa), test::certificate_pem(rsa),
                          test::traditional_pem(rsa), test::pkcs1_public_pem(rsa)}) {
    expect_refused_anywhere(pem, "the secret is a PEM text; give it as private_key or public_key");
    EXPECT_TRUE(refuses("Bag Attributes: <No Attributes>\n" + pem, "PEM"));
  }
  expect_refused_anywhere("-----BEGIN", "PEM");
  expect_refused_anywhere("---- BEGIN SSH2 PUBLIC KEY ----", "PEM");
}

TEST(KeyFromSecret, refuses_every_der_key_and_certificate) {
  auto const ec = test::make_ec("prime256v1");
  auto const ed = test::make_of_type("ED25519");
  auto const exchange = test::make_of_type("X25519");
  std::vector<std::string> forms = der_forms(test::shared_rsa());
  forms.push_back(test::der_of(test::pkcs1_public_pem(test::shared_rsa())));
  for (std::string const& form : der_forms(ec.get())) forms.push_back(form);
  for (EVP_PKEY* const pkey : {ed.get(), exchange.get()}) {
    forms.push_back(test::der_of(test::private_pem(pkey)));
    forms.push_back(test::der_of(test::public_pem(pkey)));
  }
  for (std::string const& form : forms) {
    expect_refused_anywhere(form, "DER key or certificate");
    expect_refused_anywhere(base64(form), "DER key or certificate");
  }
}

TEST(KeyFromSecret, refuses_der_whose_last_byte_looks_like_a_blank) {
  std::string der;
  do {
    der = test::der_of(test::public_pem(test::make_of_type("ED25519").get()));
  } while (der.back() != ' ' && der.back() != '\0' && der.back() != '\n');
  expect_refused_anywhere(der, "DER key or certificate");
}

TEST(KeyFromSecret, refuses_base64_of_der_in_either_alphabet_and_in_lines) {
  std::string text = base64(test::der_of(test::public_pem(test::shared_rsa())));
  std::string url = text;
  for (char& c : url) c = c == '+' ? '-' : c == '/' ? '_' : c;
  std::erase(url, '=');
  EXPECT_TRUE(refuses(url, "DER"));
  text.insert(64, "\n");
  EXPECT_TRUE(refuses(text, "DER"));
}

TEST(KeyFromSecret, takes_der_that_is_cut_short_or_goes_on) {
  std::string const der = test::der_of(test::public_pem(test::shared_rsa()));
  EXPECT_TRUE(Key::from_secret(der.substr(0, der.size() - 1)));
  EXPECT_TRUE(Key::from_secret(der + "x"));
}

TEST(KeyFromSecret, refuses_a_jwk_and_a_jwk_set) {
  for (auto const* text : {R"({"kty":"RSA","n":"AQAB","e":"AQAB"})", R"({ "e" : "AQAB", "kty" : "EC" })",
                           R"({"keys":[]})", R"({"keys":[{"kty":"oct","k":"AA"}]})", R"({"k\u0074y":"EC"})",
                           R"([{"kty":"EC"}])", R"({"kty":"EC","kty":"RSA"})", R"({"kty":"EC",})"}) {
    expect_refused_anywhere(text, "the secret is a JWK");
  }
}

TEST(KeyFromSecret, refuses_an_openssh_public_key) {
  for (auto const* text : {"ssh-rsa AAAAB3NzaC1yc2E= me@here", "ssh-ed25519 AAAA", "ecdsa-sha2-nistp256 AAAA",
                           "ssh-dss AAAA", "sk-ssh-ed25519@openssh.com AAAA", "ssh-rsa-cert-v01@openssh.com AAAA"}) {
    expect_refused_anywhere(text, "OpenSSH");
  }
}

TEST(KeyFromSecret, refuses_base64_of_what_it_refuses) {
  std::string const pem = test::public_pem(test::make_of_type("ED25519").get());
  expect_refused_anywhere(base64(pem), "the secret is a PEM text");
  expect_refused_anywhere(base64(R"({"kty":"OKP","crv":"Ed25519","x":"AA"})"), "the secret is a JWK");
  expect_refused_anywhere(base64("\0\0\0\x0bssh-ed25519\0\0\0\x20"sv), "OpenSSH");
  EXPECT_TRUE(Key::from_secret(base64("thirty-two bytes that are random")));
}

TEST(KeyFromSecret, never_tells_the_secret) {
  auto const key = Key::from_secret("-----BEGIN hunter2");
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().message().find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace authjwt
