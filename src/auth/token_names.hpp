#pragma once

#include <authjwt/auth/settings.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace authjwt {

enum class TokenType : std::uint8_t { access, refresh };

[[nodiscard]] constexpr std::string_view name(TokenType type) noexcept {
  return type == TokenType::access ? "access" : "refresh";
}

/// The settings that exist once for each type of token, by reference.
struct TokenNames {
  std::string const& cookie;
  std::string const& cookie_path;
  std::string const& csrf_cookie;
  std::string const& csrf_cookie_path;
  std::string const& csrf_header;
  std::string const& json_key;
};

[[nodiscard]] inline TokenNames names_of(TokenType type, Settings const& settings) noexcept {
  if (type == TokenType::access) {
    return {settings.access_cookie_key,       settings.access_cookie_path,      settings.access_csrf_cookie_key,
            settings.access_csrf_cookie_path, settings.access_csrf_header_name, settings.json_key};
  }
  return {settings.refresh_cookie_key,       settings.refresh_cookie_path,      settings.refresh_csrf_cookie_key,
          settings.refresh_csrf_cookie_path, settings.refresh_csrf_header_name, settings.refresh_json_key};
}

}  // namespace authjwt
