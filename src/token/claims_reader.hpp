#pragma once

#include <authjwt/token/claims.hpp>

#include <array>
#include <cstdint>
#include <forward_list>
#include <optional>
#include <string>
#include <string_view>

namespace authjwt {

/// The value of one registered claim, as far as a decision may need it.
struct ClaimValue {
  enum class Kind : std::uint8_t { absent, null, boolean, integer, number, text, array, object };

  Kind kind = Kind::absent;
  bool truth = false;          ///< Kind::boolean
  std::int64_t integer = 0;    ///< Kind::integer
  double number = 0;           ///< Kind::number: everything that is no 64-bit signed integer
  std::string_view text = {};  ///< Kind::text
};

/// What `aud` says to the audiences of a policy.
enum class AudienceMatch : std::uint8_t {
  none,       ///< absent or empty, by the Python package's idea of empty: null, false, 0, "", [] or {}
  malformed,  ///< neither a text nor a list of texts
  other,      ///< texts, none of them wanted
  wanted,
};

/// The registered claims of a payload, captured while it is read; no tree is built.
struct RegisteredClaims {
  std::array<ClaimValue, kClaimNames.size()> values;
  AudienceMatch audience = AudienceMatch::none;
  std::forward_list<std::string> decoded;  ///< texts that were written with escapes; `ClaimValue::text` points here

  [[nodiscard]] ClaimValue const& operator[](Claim claim) const noexcept {
    return values[static_cast<std::size_t>(claim)];
  }
};

/// Reads a payload strictly. Views in `claims` point into `payload`, which must outlive it, and into `claims.decoded`.
/// Returns why it is no JSON object, or nothing.
[[nodiscard]] std::optional<std::string> read_registered_claims(std::string_view payload, Audience const& wanted,
                                                                RegisteredClaims& claims);

}  // namespace authjwt
