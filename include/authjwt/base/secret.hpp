#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace authjwt {

/// Bytes that must not leak: wiped when destroyed or replaced, no stream operator, no comparison.
/// Copies are wiped on their own. Not synchronised: one writer, or many readers.
class SecretBytes {
 public:
  SecretBytes() noexcept = default;
  SecretBytes(char const* text) : SecretBytes{std::string_view{text}} {}  // NOLINT(google-explicit-constructor)
  SecretBytes(std::string_view bytes);                                    // NOLINT(google-explicit-constructor)
  // NOLINTNEXTLINE(google-explicit-constructor)
  SecretBytes(std::string const& bytes) : SecretBytes{std::string_view{bytes}} {}
  SecretBytes(SecretBytes const& other) : SecretBytes{other.expose_secret()} {}
  SecretBytes(SecretBytes&& other) noexcept
      : data_{std::exchange(other.data_, nullptr)}, size_{std::exchange(other.size_, 0)} {}
  SecretBytes& operator=(SecretBytes other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~SecretBytes();

  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// The only way to the bytes. The view is valid while this object lives and is not assigned to.
  [[nodiscard]] std::string_view expose_secret() const noexcept { return {data_, size_}; }

 private:
  char* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace authjwt
