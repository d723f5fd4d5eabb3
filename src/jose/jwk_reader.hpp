#pragma once

#include <authjwt/base/result.hpp>
#include <authjwt/base/secret.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

/// JWKs as they stand in a text, before anything is made of them.
namespace authjwt::detail {

/// The members of a JWK that are texts and that somebody here looks at.
enum class JwkMember : std::uint8_t { kty, use, alg, kid, crv, x, y, n, e, d, p, q, dp, dq, qi, k };
inline constexpr std::array<std::string_view, 16> kJwkMemberNames = {
    "kty", "use", "alg", "kid", "crv", "x", "y", "n", "e", "d", "p", "q", "dp", "dq", "qi", "k"};

[[nodiscard]] constexpr std::string_view name(JwkMember member) noexcept {
  return kJwkMemberNames[static_cast<std::size_t>(member)];
}

struct JwkMembers {
  std::array<std::optional<SecretBytes>, kJwkMemberNames.size()> texts;
  std::string_view ill_typed;  ///< the first of these members, or `key_ops`, that is of another type; empty: none
  bool has_key_ops = false;
  bool ops_sign = false;
  bool ops_verify = false;
  bool has_other_primes = false;  ///< `oth`

  [[nodiscard]] bool has(JwkMember member) const noexcept {
    return texts[static_cast<std::size_t>(member)].has_value();
  }
  /// Its text; empty where it is absent.
  [[nodiscard]] std::string_view text(JwkMember member) const noexcept {
    auto const& text = texts[static_cast<std::size_t>(member)];
    return text ? text->expose_secret() : std::string_view{};
  }
};

/// The one JWK that the whole of `text` is. Errors: `Errc::invalid_key`.
[[nodiscard]] Result<JwkMembers> read_jwk(std::string_view text);

/// The entries of the JWKS that the whole of `text` is, as many as `kMaxKeys`. Errors: `Errc::invalid_key`.
[[nodiscard]] Result<std::vector<JwkMembers>> read_jwks(std::string_view text);

}  // namespace authjwt::detail
