// What libjwt and cpp-jwt, as Debian has them, make of the tokens that this library refuses: the table of
// docs/security.md. It is built by hand, with run.sh; the project does not depend on either.
#include "comparison.hpp"

#include <jwt/jwt.hpp>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstdio>
#include <exception>
#include <string>
#include <system_error>

namespace {

std::string const kKey = "the-secret-key-of-at-least-32-bytes";
std::string const kHeader = R"({"alg":"HS256","typ":"JWT"})";
std::string const kClaims = R"({"sub":"a"})";
std::string const kPublicPem =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEXH8UTNG72bfocs3+257rn0s2ldbqkL\n"
    "JK2KRiMohYjlrQ==\n-----END PUBLIC KEY-----\n";

std::string base64(std::string const& bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  int const size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<unsigned char const*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  text.resize(text.find_last_not_of('=') + 1);
  for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return text;
}

std::string sign(std::string const& header, std::string const& claims, std::string const& key) {
  std::string const input = base64(header) + "." + base64(claims);
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<unsigned char const*>(input.data()),
       input.size(), mac, &size);
  return input + "." + base64({reinterpret_cast<char const*>(mac), size});
}

std::string cpp_jwt_says(std::string const& token, std::string const& key) {
  try {
    std::error_code error;
    auto const jwt = jwt::decode(token, jwt::params::algorithms({"HS256"}), error, jwt::params::secret(key),
                                 jwt::params::verify(true));
    if (error) return "refuses: " + error.message();
    return "accepts, sub " + jwt.payload().get_claim_value<std::string>("sub");
  } catch (std::exception const& error) {
    return std::string{"the call with an error code throws: "} + error.what();
  }
}

void show(char const* what, std::string const& token, std::string const& key = kKey) {
  std::printf("%-24s libjwt: %-18s cpp-jwt: %s\n", what, libjwt_says(token, key).c_str(),
              cpp_jwt_says(token, key).c_str());
}

}  // namespace

int main() {
  show("a good token", sign(kHeader, kClaims, kKey));
  show("alg none", base64(R"({"alg":"none"})") + "." + base64(kClaims) + ".");
  show("an empty key", sign(kHeader, kClaims, ""), "");
  show("a public PEM as secret", sign(kHeader, kClaims, kPublicPem), kPublicPem);
  show("an unknown crit", sign(R"({"alg":"HS256","crit":["x"],"x":1})", kClaims, kKey));
  show("b64 false", sign(R"({"alg":"HS256","crit":["b64"],"b64":false})", kClaims, kKey));
  show("sub twice", sign(kHeader, R"({"sub":"a","sub":"b"})", kKey));
  show("a padded signature", sign(kHeader, kClaims, kKey) + "=");
  show("exp as a text", sign(kHeader, R"({"sub":"a","exp":"soon"})", kKey));
  show("claims that are a list", sign(kHeader, "[1]", kKey));
}
