#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace authjwt::base64url {

/// Size of the text for `size` bytes, without padding.
[[nodiscard]] constexpr std::size_t encoded_size(std::size_t size) noexcept { return (size * 4 + 2) / 3; }
/// Size of the bytes that a text of `size` characters stands for; meaningless where `size % 4 == 1`.
[[nodiscard]] constexpr std::size_t decoded_size(std::size_t size) noexcept { return size / 4 * 3 + size % 4 * 3 / 4; }

/// Appends the base64url text of `bytes`, without padding (RFC 7515, appendix C).
void append_encoded(std::string& out, std::string_view bytes);

/// Decodes canonical, unpadded base64url: its own alphabet only, no length of 1 modulo 4, unused bits zero; otherwise
/// two texts would stand for the same bytes. Writes `decoded_size(text.size())` bytes to `out`, also where it returns
/// false.
[[nodiscard]] bool decode(std::string_view text, char* out) noexcept;

}  // namespace authjwt::base64url
