#pragma once

#include <authjwt/auth/settings.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// How a value of each type a setting may have is read from JSON and from the text of an environment variable.
/// A reader is a type with `Value`, `from_json(json::value, name)` and `from_text(text, name)`; both throw
/// `ConfigError` naming the setting and what it must be, never its value, which may be a secret.
namespace authjwt::detail {

/// Throws `ConfigError{name + " " + must}`.
[[noreturn]] void refuse_setting(std::string_view name, std::string_view must);
/// The same, and says of which JSON type the value is.
[[noreturn]] void refuse_type(std::string_view name, std::string_view must, json::value const& found);
/// Without the ASCII white space at both ends, which the Python package takes off every text too.
[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept;

/// A text; `""` is refused, as in the Python package: leaving the setting out is how it is not set.
struct TextReader {
  using Value = std::string;
  static Value from_json(json::value const& value, std::string_view name);
  static Value from_text(std::string_view text, std::string_view name);
};

/// A text that may be empty or null: `header_type`, where both say that no type stands before the token.
struct TextOrNoneReader {
  using Value = std::string;
  static Value from_json(json::value const& value, std::string_view name);
  static Value from_text(std::string_view text, std::string_view name);
};

struct SecretReader {
  using Value = SecretBytes;
  static Value from_json(json::value const& value, std::string_view name);
  static Value from_text(std::string_view text, std::string_view name);
};

/// A PEM text. Environment files hold one line per variable, so PEM is often written there with `\n` as two characters;
/// those become line ends (PEM itself has no backslash).
struct PemReader {
  using Value = SecretBytes;
  static Value from_json(json::value const& value, std::string_view name);
  static Value from_text(std::string_view text, std::string_view name);
};

struct BoolReader {
  using Value = bool;
  static Value from_json(json::value const& value, std::string_view name);
  static Value from_text(std::string_view text, std::string_view name);
};

/// A list of texts; comma-separated in a text, where an empty list cannot be written.
struct ListReader {
  using Value = std::vector<std::string>;
  static Value from_json(json::value const& value, std::string_view name);
  static Value from_text(std::string_view text, std::string_view name);
};

struct AudienceReader {
  using Value = Audience;
  static Value from_json(json::value const& value, std::string_view name);
  static Value from_text(std::string_view text, std::string_view name);
};

/// Seconds, or `false` for never.
struct LifetimeReader {
  using Value = Lifetime;
  static Value from_json(json::value const& value, std::string_view name);
  static Value from_text(std::string_view text, std::string_view name);
};

/// Seconds, not negative.
struct SecondsReader {
  using Value = std::chrono::seconds;
  static Value from_json(json::value const& value, std::string_view name);
  static Value from_text(std::string_view text, std::string_view name);
};

/// A number of bytes, at least one.
struct SizeReader {
  using Value = std::size_t;
  static Value from_json(json::value const& value, std::string_view name);
  static Value from_text(std::string_view text, std::string_view name);
};

/// How many of something, 0 or more.
struct CountReader {
  using Value = std::size_t;
  static Value from_json(json::value const& value, std::string_view name);
  static Value from_text(std::string_view text, std::string_view name);
};

/// What `Reader` reads, or null: the setting is not set.
template <class Reader, class Optional = typename Reader::Value>
struct OrNull {
  using Value = Optional;
  static Value from_json(json::value const& value, std::string_view name) {
    return value.is_null() ? Value{} : Value{Reader::from_json(value, name)};
  }
  static Value from_text(std::string_view text, std::string_view name) { return Reader::from_text(text, name); }
};
template <class Reader>
using Maybe = OrNull<Reader, std::optional<typename Reader::Value>>;

}  // namespace authjwt::detail
