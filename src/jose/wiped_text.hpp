#pragma once

#include <authjwt/base/secret.hpp>

#include <openssl/crypto.h>

#include <cstddef>
#include <string>

namespace authjwt::detail {

/// A text of known largest size that becomes a secret: it never grows into other memory, and is wiped at its end.
class WipedText {
 public:
  explicit WipedText(std::size_t capacity) { text_.reserve(capacity); }
  WipedText(WipedText const&) = delete;
  WipedText& operator=(WipedText const&) = delete;
  ~WipedText() { OPENSSL_cleanse(text_.data(), text_.capacity()); }

  [[nodiscard]] std::string& text() noexcept { return text_; }
  [[nodiscard]] SecretBytes secret() const { return SecretBytes{text_}; }

 private:
  std::string text_;
};

}  // namespace authjwt::detail
