#pragma once

#include <authjwt/jose/jws.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace authjwt {

class UnverifiedToken;

namespace detail {
[[nodiscard]] std::optional<std::string> peek_issuer(UnverifiedToken const& token);  // src/token/issuer_peek.hpp
}

/// A token that somebody sent. It shows its header only; its claims exist for nobody until `Validator` has made a
/// `VerifiedToken` of it. Refers to the text it was parsed from, which must outlive it.
class UnverifiedToken {
 public:
  /// Errors: those of `jws::parse`.
  [[nodiscard]] static Result<UnverifiedToken> parse(std::string_view text, jws::Limits const& limits = {});

  [[nodiscard]] jws::Header const& header() const noexcept { return compact_.header; }

 private:
  friend class Validator;
  friend std::optional<std::string> detail::peek_issuer(UnverifiedToken const& token);
  explicit UnverifiedToken(jws::Compact compact) noexcept : compact_{std::move(compact)} {}
  jws::Compact compact_;
};

}  // namespace authjwt
