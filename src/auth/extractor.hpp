#pragma once

#include "auth/token_names.hpp"

#include <authjwt/auth/authority.hpp>
#include <authjwt/auth/settings.hpp>
#include <authjwt/auth/token_from.hpp>
#include <authjwt/base/result.hpp>
#include <authjwt/http/message.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace authjwt {

/// What a guard looks for.
struct TokenSearch {
  http::Request const& request;
  Settings const& settings;
  TokenType type;
};

/// A token as it was found. Views are valid as long as the request and this object.
class FoundToken {
 public:
  explicit FoundToken(std::string_view text) noexcept : text_{text} {}
  /// For a token that does not stand in the request as it is.
  explicit FoundToken(std::string&& decoded) noexcept : decoded_{std::move(decoded)} {}

  [[nodiscard]] std::string_view text() const noexcept { return decoded_ ? std::string_view{*decoded_} : text_; }

  bool in_cookie = false;
  /// The value that the claim `csrf` must have; nothing where CSRF is not to be checked.
  std::optional<std::string_view> csrf = {};

 private:
  std::string_view text_;
  std::optional<std::string> decoded_;
};

/// One place where a request may carry its token.
struct Extractor {
  Location location;
  /// An error of class MissingTokenError means: not here, look on. Any other error is final.
  Result<FoundToken> (*extract)(TokenSearch const& search);
};

/// Whether a cookie counts with its CSRF value alone: for the methods of `csrf_methods`, whose case does not matter, as
/// in the Python package; `*` leaves the safe ones (RFC 9110 9.2.1) out.
[[nodiscard]] bool needs_csrf(std::string_view method, Settings const& settings) noexcept;

/// The one list of places, in the order in which they are searched.
[[nodiscard]] std::span<Extractor const> extractors() noexcept;

/// The token of `request`, from where `from` says, else from the places the settings name. Errors: what the last place
/// said. Precondition: `request` is not null, unless `from` is a `WebSocketToken`.
[[nodiscard]] Result<FoundToken> find_token(http::Request const* request, Authority const& authority, TokenType type,
                                            TokenFrom from);

}  // namespace authjwt
