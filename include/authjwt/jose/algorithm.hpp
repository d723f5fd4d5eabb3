#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace authjwt {

/// The signature algorithms of RFC 7518 3.1, RFC 8037 and RFC 8812, under their JWA names.
/// `none` is not among them. What each one is stands in one row of src/jose/algorithm.cpp.
enum class Algorithm : std::uint8_t {
  HS256,
  HS384,
  HS512,
  RS256,
  RS384,
  RS512,
  PS256,
  PS384,
  PS512,
  ES256,
  ES384,
  ES512,
  ES256K,
  EdDSA,
};

/// The JWA name, as it stands in `alg`.
[[nodiscard]] std::string_view name(Algorithm algorithm) noexcept;

/// The algorithm of exactly this JWA name (names are case-sensitive, RFC 7515 4.1.1); nothing for any other text.
[[nodiscard]] std::optional<Algorithm> find_algorithm(std::string_view name) noexcept;

/// The same for a name that the programmer wrote: throws `std::invalid_argument` ("Algorithm X could not be found").
[[nodiscard]] Algorithm algorithm_named(std::string_view name);

/// Whether one secret both signs and verifies (HMAC).
[[nodiscard]] bool is_symmetric(Algorithm algorithm) noexcept;

[[nodiscard]] std::span<Algorithm const> all_algorithms() noexcept;

/// A set of algorithms; a value, as cheap as an integer.
class AlgorithmSet {
 public:
  constexpr AlgorithmSet() noexcept = default;
  constexpr AlgorithmSet(std::initializer_list<Algorithm> algorithms) noexcept {
    for (Algorithm algorithm : algorithms) insert(algorithm);
  }
  constexpr void insert(Algorithm algorithm) noexcept { bits_ |= bit(algorithm); }
  [[nodiscard]] constexpr bool contains(Algorithm algorithm) const noexcept { return (bits_ & bit(algorithm)) != 0; }
  [[nodiscard]] constexpr bool empty() const noexcept { return bits_ == 0; }
  [[nodiscard]] constexpr AlgorithmSet operator&(AlgorithmSet other) const noexcept {
    AlgorithmSet both;
    both.bits_ = bits_ & other.bits_;
    return both;
  }
  [[nodiscard]] constexpr bool operator==(AlgorithmSet const&) const noexcept = default;

 private:
  static constexpr std::uint32_t bit(Algorithm algorithm) noexcept {
    return std::uint32_t{1} << static_cast<unsigned>(algorithm);
  }
  std::uint32_t bits_ = 0;
};

/// "HS256, HS384": for messages to the operator.
[[nodiscard]] std::string to_string(AlgorithmSet algorithms);

}  // namespace authjwt
