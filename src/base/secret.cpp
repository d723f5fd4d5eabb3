#include <authjwt/base/secret.hpp>

#include <openssl/crypto.h>

#include <cstring>

namespace authjwt {

SecretBytes::SecretBytes(std::string_view bytes) {
  if (bytes.empty()) return;
  data_ = new char[bytes.size()];
  size_ = bytes.size();
  std::memcpy(data_, bytes.data(), size_);
}

SecretBytes::~SecretBytes() {
  // A plain memset of memory that is about to be freed is optimised away.
  if (data_ != nullptr) OPENSSL_cleanse(data_, size_);
  delete[] data_;
}

}  // namespace authjwt
