#include "jose/contexts.hpp"

namespace authjwt::detail {
namespace {

bool prepare(Contexts& contexts, AlgorithmRow const&, Key::Material const&) noexcept {
  contexts.digest.reset(EVP_MD_CTX_new());
  return contexts.digest != nullptr;
}

std::size_t signature_size(AlgorithmRow const&, Key::Material const& key) noexcept { return key.curve->signature_size; }

bool verify(AlgorithmRow const& row, Key::Material const& key, std::string_view input,
            std::string_view signature) noexcept {
  ErrorQueueMark const mark;
  Contexts* const contexts = thread_contexts(Use::verify, row, key, prepare);
  if (contexts == nullptr) return false;
  EVP_MD_CTX* const context = contexts->digest.get();
  // One context verifies one message: later versions of OpenSSL refuse a second one without this.
  return EVP_DigestVerifyInit_ex(context, nullptr, nullptr, nullptr, nullptr, key.pkey.get(), nullptr) == 1 &&
         EVP_DigestVerify(context, bytes(signature), signature.size(), bytes(input), input.size()) == 1;
}

bool sign(AlgorithmRow const& row, Key::Material const& key, std::string_view input, std::span<char> out) noexcept {
  ErrorQueueMark const mark;
  Contexts* const contexts = thread_contexts(Use::sign, row, key, prepare);
  if (contexts == nullptr) return false;
  EVP_MD_CTX* const context = contexts->digest.get();
  std::size_t size = out.size();
  return EVP_DigestSignInit_ex(context, nullptr, nullptr, nullptr, nullptr, key.pkey.get(), nullptr) == 1 &&
         EVP_DigestSign(context, bytes(out.data()), &size, bytes(input), input.size()) == 1 && size == out.size();
}

}  // namespace

Scheme const kEddsa{signature_size, verify, sign};

}  // namespace authjwt::detail
