#pragma once

#include <authjwt/base/json.hpp>

#include <array>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace authjwt {

/// The claims this library gives a meaning to: RFC 7519 4.1, the Python package's own, and those of sessions.
/// A claim's name, and the order in which new tokens carry them, stand in `kClaimNames`.
enum class Claim : std::uint8_t { sub, iat, nbf, jti, exp, iss, aud, type, fresh, csrf, sid, auth_time };

inline constexpr std::array<std::string_view, 12> kClaimNames = {"sub", "iat",  "nbf",   "jti",  "exp", "iss",
                                                                 "aud", "type", "fresh", "csrf", "sid", "auth_time"};

[[nodiscard]] constexpr std::string_view name(Claim claim) noexcept {
  return kClaimNames[static_cast<std::size_t>(claim)];
}
[[nodiscard]] constexpr std::optional<Claim> find_claim(std::string_view name) noexcept {
  for (std::size_t i = 0; i < kClaimNames.size(); ++i) {
    if (kClaimNames[i] == name) return static_cast<Claim>(i);
  }
  return std::nullopt;
}

/// Whom a token is about: a text or an integer, never `bool`. `7` and `"7"` differ.
class Subject {
 public:
  Subject(char const* text) : value_{std::string{text}} {}         // NOLINT(google-explicit-constructor)
  Subject(std::string_view text) : value_{std::string{text}} {}    // NOLINT(google-explicit-constructor)
  Subject(std::string text) noexcept : value_{std::move(text)} {}  // NOLINT(google-explicit-constructor)
  template <std::integral Integer>
  requires(!std::same_as<Integer, bool> && !std::same_as<Integer, char> && sizeof(Integer) <= sizeof(std::int64_t))
      // NOLINTNEXTLINE(google-explicit-constructor)
      Subject(Integer number)
      : value_{checked(number)} {}

  [[nodiscard]] bool is_text() const noexcept { return std::holds_alternative<std::string>(value_); }
  /// Throws `std::bad_variant_access` when it is an integer.
  [[nodiscard]] std::string const& text() const { return std::get<std::string>(value_); }
  /// Throws `std::bad_variant_access` when it is a text.
  [[nodiscard]] std::int64_t integer() const { return std::get<std::int64_t>(value_); }
  /// The text, or the integer in decimal: for logs and for systems that know texts alone.
  [[nodiscard]] std::string to_string() const { return is_text() ? text() : std::to_string(integer()); }
  [[nodiscard]] json::value to_json() const;
  [[nodiscard]] bool operator==(Subject const&) const = default;

 private:
  template <std::integral Integer>
  static std::int64_t checked(Integer number) {
    if (!std::in_range<std::int64_t>(number)) throw_out_of_range();
    return static_cast<std::int64_t>(number);
  }
  [[noreturn]] static void throw_out_of_range();  // std::invalid_argument
  std::variant<std::string, std::int64_t> value_;
};

/// Whom a token is for (RFC 7519 4.1.3): nobody in particular, one text, or a list. Built from `"api"` as well as from
/// `{"api", "web"}`; one text is written as a text, a list as a list, even of one. Braces make a list:
/// `Audience{"api"}` is a list of one, `Audience("api")` the text.
class Audience {
 public:
  /// One name. It exists because a `std::string` can be made of two `char const*`, a begin and an end: with plain
  /// strings `{{"api", "web"}}` compiles and reads out of bounds.
  class Name {
   public:
    Name(char const* text) : text_{text} {}                      // NOLINT(google-explicit-constructor)
    Name(std::string_view text) : text_{text} {}                 // NOLINT(google-explicit-constructor)
    Name(std::string text) noexcept : text_{std::move(text)} {}  // NOLINT(google-explicit-constructor)
    [[nodiscard]] std::string const& text() const noexcept { return text_; }

   private:
    std::string text_;
  };

  Audience() noexcept = default;
  Audience(char const* one) : Audience(std::string_view{one}) {}         // NOLINT(google-explicit-constructor)
  Audience(std::string_view one) : names_{std::string{one}} {}           // NOLINT(google-explicit-constructor)
  Audience(std::string const& one) : Audience(std::string_view{one}) {}  // NOLINT(google-explicit-constructor)
  Audience(std::initializer_list<Name> list);                            // NOLINT(google-explicit-constructor)
  Audience(std::vector<std::string> list) noexcept                       // NOLINT(google-explicit-constructor)
      : names_{std::move(list)}, is_list_{true} {}

  [[nodiscard]] bool empty() const noexcept { return names_.empty(); }
  [[nodiscard]] bool is_list() const noexcept { return is_list_; }
  [[nodiscard]] std::vector<std::string> const& names() const noexcept { return names_; }
  [[nodiscard]] bool contains(std::string_view name) const noexcept;
  [[nodiscard]] json::value to_json() const;
  [[nodiscard]] bool operator==(Audience const&) const = default;

 private:
  std::vector<std::string> names_;
  bool is_list_ = false;
};

}  // namespace authjwt
