#include "jose/contexts.hpp"

#include <array>

namespace authjwt::detail {
namespace {

// SEQUENCE of two INTEGERs of P-521: 2 * (2 + 66) + 3, rounded up.
constexpr std::size_t kMaxDerSize = 144;
using Der = std::array<unsigned char, kMaxDerSize>;

bool prepare_verify(Contexts& contexts, AlgorithmRow const& row, Key::Material const& key) noexcept {
  return prepare_for_digest(contexts, row, key, EVP_PKEY_verify_init);
}

bool prepare_sign(Contexts& contexts, AlgorithmRow const& row, Key::Material const& key) noexcept {
  return prepare_for_digest(contexts, row, key, EVP_PKEY_sign_init);
}

std::size_t signature_size(AlgorithmRow const&, Key::Material const& key) noexcept { return key.curve->signature_size; }

/// The DER form of `r || s`, which is what OpenSSL verifies; its size, or 0.
std::size_t to_der(std::string_view signature, Der& der) noexcept {
  int const half = static_cast<int>(signature.size() / 2);
  BigNumber r{BN_bin2bn(bytes(signature), half, nullptr)};
  BigNumber s{BN_bin2bn(bytes(signature) + half, half, nullptr)};
  EcdsaSignature const pair{ECDSA_SIG_new()};
  if (!pair || !r || !s || ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) return 0;
  static_cast<void>(r.release());  // the pair owns both now
  static_cast<void>(s.release());
  int const size = i2d_ECDSA_SIG(pair.get(), nullptr);
  if (size <= 0 || static_cast<std::size_t>(size) > der.size()) return 0;
  unsigned char* out = der.data();
  return i2d_ECDSA_SIG(pair.get(), &out) == size ? static_cast<std::size_t>(size) : 0;
}

/// Writes `r || s` of a DER signature that OpenSSL made.
bool from_der(Der const& der, std::size_t size, std::span<char> out) noexcept {
  unsigned char const* in = der.data();
  EcdsaSignature const pair{d2i_ECDSA_SIG(nullptr, &in, static_cast<long>(size))};
  if (!pair) return false;
  int const half = static_cast<int>(out.size() / 2);
  return BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), bytes(out.data()), half) == half &&
         BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), bytes(out.data()) + half, half) == half;
}

bool verify(AlgorithmRow const& row, Key::Material const& key, std::string_view input,
            std::string_view signature) noexcept {
  ErrorQueueMark const mark;
  Contexts* const contexts = thread_contexts(Use::verify, row, key, prepare_verify);
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash;
  if (contexts == nullptr || !digest(row, *contexts, input, hash.data())) return false;
  Der der;
  std::size_t const size = to_der(signature, der);
  return size != 0 && EVP_PKEY_verify(contexts->pkey.get(), der.data(), size, hash.data(), row.digest_size) == 1;
}

bool sign(AlgorithmRow const& row, Key::Material const& key, std::string_view input, std::span<char> out) noexcept {
  ErrorQueueMark const mark;
  Contexts* const contexts = thread_contexts(Use::sign, row, key, prepare_sign);
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash;
  if (contexts == nullptr || !digest(row, *contexts, input, hash.data())) return false;
  Der der;
  std::size_t size = der.size();
  return EVP_PKEY_sign(contexts->pkey.get(), der.data(), &size, hash.data(), row.digest_size) == 1 &&
         from_der(der, size, out);
}

}  // namespace

Scheme const kEcdsa{signature_size, verify, sign};

}  // namespace authjwt::detail
