#include <authjwt/token/unverified_token.hpp>

namespace authjwt {

Result<UnverifiedToken> UnverifiedToken::parse(std::string_view text, jws::Limits const& limits) {
  Result<jws::Compact> compact = jws::parse(text, limits);
  if (!compact) return compact.error();
  return UnverifiedToken{std::move(*compact)};
}

}  // namespace authjwt
