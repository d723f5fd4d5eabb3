#pragma once

#include "jose/openssl_handles.hpp"

#include <string_view>

namespace authjwt::detail {

/// What is wrong with this modulus, as far as it can be told without factoring it; empty where nothing is. Takes less
/// than a millisecond for 8192 bits. It is not tested for being prime, as OpenSSL does for a quarter of a second: who
/// chooses the modulus knows its factors in any case.
[[nodiscard]] std::string_view complaint_about_modulus(BIGNUM const* modulus) noexcept;

}  // namespace authjwt::detail
