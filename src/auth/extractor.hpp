#pragma once

#include <authjwt/auth/settings.hpp>
#include <authjwt/base/result.hpp>
#include <authjwt/http/message.hpp>

#include <span>
#include <string_view>
#include <vector>

namespace authjwt {

/// One place where a request may carry its token.
struct Extractor {
  std::string_view location;  ///< its name in `Settings::token_location`
  /// The token, as a view valid for the request. An error of class MissingTokenError means: not here, look on.
  /// Any other error is final.
  Result<std::string_view> (*extract)(http::Request const& request, Settings const& settings);
};

/// The one list of places, in the order in which they are searched.
[[nodiscard]] std::span<Extractor const> extractors() noexcept;

/// The token of `request`, from the places the settings name. Errors: what the last place said.
[[nodiscard]] Result<std::string_view> find_token(http::Request const& request, Settings const& settings);

}  // namespace authjwt
