#include "fixture.hpp"

#include <authjwt/revocation/memory_log.hpp>

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <chrono>
#include <map>
#include <memory>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

namespace authjwt::bench {
namespace {

EVP_PKEY* generate(Algorithm algorithm) {
  EVP_PKEY* key = nullptr;
  if (algorithm == Algorithm::RS256 || algorithm == Algorithm::PS256) key = EVP_RSA_gen(2048);
  if (algorithm == Algorithm::ES256) key = EVP_EC_gen("P-256");
  if (algorithm == Algorithm::ES384) key = EVP_EC_gen("P-384");
  if (algorithm == Algorithm::EdDSA) key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  if (key == nullptr) throw std::runtime_error{"no key for " + std::string{name(algorithm)}};
  return key;
}

SecretBytes private_pem(EVP_PKEY* key) {
  std::unique_ptr<BIO, decltype(&BIO_free)> const memory{BIO_new(BIO_s_mem()), &BIO_free};
  PEM_write_bio_PrivateKey(memory.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  char* text = nullptr;
  auto const size = BIO_get_mem_data(memory.get(), &text);
  return SecretBytes{std::string_view{text, static_cast<std::size_t>(size)}};
}

Settings settings(Algorithm algorithm) {
  Settings settings;
  settings.algorithm = name(algorithm);
  // The tokens outlive the longest run; everything else is the page's.
  settings.access_token_expires = std::chrono::hours{24};
  if (is_symmetric(algorithm)) {
    settings.secret_key = kSecret;
  } else {
    settings.private_key = private_pem(key_pair(algorithm));
  }
  return settings;
}

}  // namespace

EVP_PKEY* key_pair(Algorithm algorithm) {
  static std::map<Algorithm, EVP_PKEY*> keys;
  auto const [found, is_new] = keys.try_emplace(algorithm, nullptr);
  if (is_new) found->second = generate(algorithm);
  return found->second;
}

Authority const& authority(Algorithm algorithm, std::size_t remembered) {
  static std::map<std::pair<Algorithm, std::size_t>, std::unique_ptr<Authority const>> authorities;
  std::unique_ptr<Authority const>& made = authorities[{algorithm, remembered}];
  if (!made) {
    Settings with_cache = settings(algorithm);
    with_cache.signature_cache_size = remembered;
    made = std::make_unique<Authority const>(std::move(with_cache));
  }
  return *made;
}

Authority const& authority_with_revocations() {
  static std::shared_ptr<MemoryLog> const log = [] {
    auto filled = std::make_shared<MemoryLog>();
    TimePoint const end = system_clock().now() + std::chrono::hours{24};
    for (int batch = 0; batch < 1'000; ++batch) {
      std::vector<Revocation> facts;
      for (int i = 0; i < 1'000; ++i) {
        facts.push_back({.issuer = {}, .id = "revoked-" + std::to_string(1'000 * batch + i), .keep_until = end});
      }
      if (!filled->append(facts)) throw std::runtime_error{"the log takes no revocations"};
    }
    return filled;
  }();
  static Authority const made{settings(Algorithm::HS256), Hooks{.revocation_log = log}};
  while (!made.denylist()->is_ready()) std::this_thread::yield();
  return made;
}

std::string page_token(Algorithm algorithm) {
  return AuthJWT{authority(algorithm)}.create_access_token("test", {.user_claims = {{"foo", {"fiz", "baz"}}}});
}

}  // namespace authjwt::bench
