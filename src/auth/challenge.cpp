#include <authjwt/auth/challenge.hpp>

#include <algorithm>
#include <string_view>

namespace authjwt {
namespace {

/// The error code of RFC 6750 3.1 or RFC 9470 3; empty for a request that showed no token, which is told none.
std::string_view code_of(Error const& error) noexcept {
  switch (error.error_class()) {
    case ErrorClass::MissingTokenError:
    case ErrorClass::CSRFError: return {};
    case ErrorClass::FreshTokenRequired: return "insufficient_user_authentication";
    case ErrorClass::InsufficientScope: return "insufficient_scope";
    default: return "invalid_token";
  }
}

/// RFC 6750 3 allows neither quotes nor backslashes in these values, escaped or not.
std::string quotable(std::string_view text) {
  std::string out{text};
  std::ranges::replace(out, '"', '\'');
  std::ranges::replace_if(
      out, [](char c) { return c < ' ' || c > '~' || c == '\\'; }, '?');
  return out;
}

std::string attribute(std::string_view name, std::string_view value) {
  return std::string{name} + "=\"" + quotable(value) + '"';
}

/// What stands behind the colon of the message: the scopes that are missing.
std::string_view missing_scopes(Error const& error) noexcept {
  std::string_view const message = error.message();
  return message.substr(std::min(message.find(": "), message.size() - 2) + 2);
}

}  // namespace

std::optional<std::string> challenge(Settings const& settings, Error const& error) {
  bool const is_about_scopes = error.error_class() == ErrorClass::InsufficientScope;
  if (!settings.www_authenticate || (error.status_code() != 401 && !is_about_scopes)) return std::nullopt;
  std::string value = settings.header_type.empty() ? "Bearer" : settings.header_type;
  std::string_view const code = code_of(error);
  if (code.empty()) return value;
  value += " " + attribute("error", code) + ", " + attribute("error_description", error.message());
  if (is_about_scopes) value += ", " + attribute("scope", missing_scopes(error));
  return value;
}

}  // namespace authjwt
