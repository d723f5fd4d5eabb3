#pragma once

#include <authjwt/auth/auth_jwt.hpp>
#include <authjwt/auth/authority.hpp>
#include <authjwt/jose/algorithm.hpp>

#include <openssl/types.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace authjwt::bench {

inline constexpr std::string_view kSecret = "the-secret-key-of-at-least-32-bytes";

/// The algorithms that are measured, each with a key of its own, made once when the program starts.
inline constexpr Algorithm kMeasured[] = {Algorithm::HS256, Algorithm::RS256, Algorithm::PS256,
                                          Algorithm::ES256, Algorithm::ES384, Algorithm::EdDSA};

/// The key pair of an asymmetric `algorithm`. Lives as long as the program.
[[nodiscard]] EVP_PKEY* key_pair(Algorithm algorithm);
/// The page's configuration with `algorithm`. It remembers so many verified signatures. Lives as long as the program.
[[nodiscard]] Authority const& authority(Algorithm algorithm, std::size_t remembered = 0);
/// The page's configuration with HS256 and a million revocations. Lives as long as the program.
[[nodiscard]] Authority const& authority_with_revocations();
/// The page's token: subject "test", `foo` = ["fiz", "baz"].
[[nodiscard]] std::string page_token(Algorithm algorithm);

}  // namespace authjwt::bench
