#include "fixture.hpp"
#include "measurements.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rsa.h>

#include <array>
#include <memory>
#include <string>

namespace authjwt::bench {
namespace {

template <auto Free>
struct FreeWith {
  template <class T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};
using Mac = std::unique_ptr<EVP_MAC, FreeWith<EVP_MAC_free>>;
using MacContext = std::unique_ptr<EVP_MAC_CTX, FreeWith<EVP_MAC_CTX_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, FreeWith<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, FreeWith<EVP_MD_CTX_free>>;
using Digest = std::unique_ptr<EVP_MD, FreeWith<EVP_MD_free>>;

unsigned char const* bytes(std::string_view text) { return reinterpret_cast<unsigned char const*>(text.data()); }

std::string signing_input(Algorithm algorithm) {
  std::string token = page_token(algorithm);
  token.resize(token.rfind('.'));
  return token;
}

/// HMAC with a context that was made and keyed once and is only initialised again.
void hmac(benchmark::State& state) {
  std::string const input = signing_input(Algorithm::HS256);
  Mac const mac{EVP_MAC_fetch(nullptr, "HMAC", nullptr)};
  MacContext const context{EVP_MAC_CTX_new(mac.get())};
  std::string digest = "SHA256";
  std::array const parameters = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
                                 OSSL_PARAM_construct_end()};
  if (EVP_MAC_init(context.get(), bytes(kSecret), kSecret.size(), parameters.data()) != 1) {
    state.SkipWithError("no HMAC");
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  std::size_t size = 0;
  for (auto _ : state) {
    int const done = EVP_MAC_init(context.get(), nullptr, 0, nullptr) &
                     EVP_MAC_update(context.get(), bytes(input), input.size()) &
                     EVP_MAC_final(context.get(), out.data(), &size, out.size());
    if (done != 1) state.SkipWithError("HMAC failed");
    benchmark::DoNotOptimize(out);
  }
}

/// What a context needs besides its digest.
bool choose_padding(EVP_PKEY_CTX* context, Algorithm algorithm) {
  return algorithm != Algorithm::PS256 || (EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
                                           EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1);
}

std::string signature(Algorithm algorithm, EVP_MD const* digest, std::string_view input) {
  EVP_PKEY* const key = key_pair(algorithm);
  DigestContext const context{EVP_MD_CTX_new()};
  EVP_PKEY_CTX* parameters = nullptr;
  std::size_t size = static_cast<std::size_t>(EVP_PKEY_get_size(key));
  std::string out(size, '\0');
  if (EVP_DigestSignInit(context.get(), &parameters, digest, nullptr, key) != 1 ||
      !choose_padding(parameters, algorithm) ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size, bytes(input), input.size()) !=
          1) {
    return {};
  }
  out.resize(size);
  return out;
}

/// The digest of the bytes and the verification of its signature, with contexts and digest made once.
void verify_digest(benchmark::State& state, Algorithm algorithm) {
  Digest const digest{EVP_MD_fetch(nullptr, algorithm == Algorithm::ES384 ? "SHA384" : "SHA256", nullptr)};
  std::string const input = signing_input(algorithm);
  std::string const signed_by = signature(algorithm, digest.get(), input);
  KeyContext const context{EVP_PKEY_CTX_new(key_pair(algorithm), nullptr)};
  DigestContext const hash{EVP_MD_CTX_new()};
  if (EVP_PKEY_verify_init(context.get()) != 1 || EVP_PKEY_CTX_set_signature_md(context.get(), digest.get()) != 1 ||
      !choose_padding(context.get(), algorithm)) {
    state.SkipWithError("no verification");
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> hashed{};
  auto const hashed_size = static_cast<std::size_t>(EVP_MD_get_size(digest.get()));
  for (auto _ : state) {
    int const done = EVP_DigestInit_ex2(hash.get(), digest.get(), nullptr) &
                     EVP_DigestUpdate(hash.get(), input.data(), input.size()) &
                     EVP_DigestFinal_ex(hash.get(), hashed.data(), nullptr);
    if (done != 1 ||
        EVP_PKEY_verify(context.get(), bytes(signed_by), signed_by.size(), hashed.data(), hashed_size) != 1) {
      state.SkipWithError("verification failed");
    }
  }
}

/// EdDSA has no digest apart from itself, and its context is good for one verification.
void verify_message(benchmark::State& state, Algorithm algorithm) {
  std::string const input = signing_input(algorithm);
  std::string const signed_by = signature(algorithm, nullptr, input);
  DigestContext const context{EVP_MD_CTX_new()};
  for (auto _ : state) {
    if (EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key_pair(algorithm)) != 1 ||
        EVP_DigestVerify(context.get(), bytes(signed_by), signed_by.size(), bytes(input), input.size()) != 1) {
      state.SkipWithError("verification failed");
    }
  }
}

/// The bare signature, with contexts and digest made once.
void sign_digest(benchmark::State& state, Algorithm algorithm) {
  Digest const digest{EVP_MD_fetch(nullptr, "SHA256", nullptr)};
  std::string const input = signing_input(algorithm);
  KeyContext const context{EVP_PKEY_CTX_new(key_pair(algorithm), nullptr)};
  DigestContext const hash{EVP_MD_CTX_new()};
  if (EVP_PKEY_sign_init(context.get()) != 1 || EVP_PKEY_CTX_set_signature_md(context.get(), digest.get()) != 1) {
    state.SkipWithError("no signing");
  }
  std::array<unsigned char, 32> hashed{};
  std::array<unsigned char, 1024> out{};
  for (auto _ : state) {
    std::size_t size = out.size();
    int const done = EVP_DigestInit_ex2(hash.get(), digest.get(), nullptr) &
                     EVP_DigestUpdate(hash.get(), input.data(), input.size()) &
                     EVP_DigestFinal_ex(hash.get(), hashed.data(), nullptr);
    if (done != 1 || EVP_PKEY_sign(context.get(), out.data(), &size, hashed.data(), hashed.size()) != 1) {
      state.SkipWithError("signing failed");
    }
  }
}

void sign_message(benchmark::State& state, Algorithm algorithm) {
  std::string const input = signing_input(algorithm);
  DigestContext const context{EVP_MD_CTX_new()};
  std::array<unsigned char, 256> out{};
  for (auto _ : state) {
    std::size_t size = out.size();
    if (EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_pair(algorithm)) != 1 ||
        EVP_DigestSign(context.get(), out.data(), &size, bytes(input), input.size()) != 1) {
      state.SkipWithError("signing failed");
    }
  }
}

}  // namespace

std::vector<Measurement> floors() {
  return {
      {"HmacFloor", "", hmac},
      {"VerifyFloorRS256", "", [](benchmark::State& state) { verify_digest(state, Algorithm::RS256); }},
      {"VerifyFloorPS256", "", [](benchmark::State& state) { verify_digest(state, Algorithm::PS256); }},
      {"VerifyFloorES384", "", [](benchmark::State& state) { verify_digest(state, Algorithm::ES384); }},
      {"VerifyFloorES256", "", [](benchmark::State& state) { verify_digest(state, Algorithm::ES256); }},
      {"VerifyFloorEdDSA", "", [](benchmark::State& state) { verify_message(state, Algorithm::EdDSA); }},
      {"SignFloorRS256", "", [](benchmark::State& state) { sign_digest(state, Algorithm::RS256); }},
      {"SignFloorES256", "", [](benchmark::State& state) { sign_digest(state, Algorithm::ES256); }},
      {"SignFloorEdDSA", "", [](benchmark::State& state) { sign_message(state, Algorithm::EdDSA); }},
  };
}

}  // namespace authjwt::bench
