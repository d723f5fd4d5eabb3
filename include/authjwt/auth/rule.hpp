#pragma once

#include <authjwt/auth/token_from.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace authjwt {

/// How long ago the person may have logged in: `fresh_jwt_required(10min)`, or `Within{10min}` to read better.
class Within {
 public:
  /// Throws `std::invalid_argument` for less than a second.
  Within(std::chrono::seconds age);  // NOLINT(google-explicit-constructor)
  template <class Rep, class Period>
  Within(std::chrono::duration<Rep, Period> age)  // NOLINT(google-explicit-constructor)
      : Within{std::chrono::floor<std::chrono::seconds>(age)} {}
  [[nodiscard]] std::chrono::seconds age() const noexcept { return age_; }

 private:
  std::chrono::seconds age_;
};

/// What a route asks of a request, as a value: `AuthJWT::require` enforces it, the route table has one for each route,
/// and the OpenAPI document tells it.
///
///     Rule::public_()          Rule::access()           Rule::optional()
///     Rule::fresh()            Rule::fresh(10min)       Rule::refresh()
///     Rule::scopes({"read"})   Rule::fresh().and_scopes({"write"}).from(Location::headers)
class Rule {
 public:
  enum class Kind : std::uint8_t { public_, access, optional, fresh, refresh };

  /// Everyone, with or without a token, which is not looked at.
  [[nodiscard]] static Rule public_() { return Rule{Kind::public_}; }
  /// `jwt_required`
  [[nodiscard]] static Rule access() { return Rule{Kind::access}; }
  /// `jwt_optional`
  [[nodiscard]] static Rule optional() { return Rule{Kind::optional}; }
  /// `fresh_jwt_required`
  [[nodiscard]] static Rule fresh() { return Rule{Kind::fresh}; }
  /// `fresh_jwt_required(Within{age})`
  [[nodiscard]] static Rule fresh(std::chrono::seconds age);
  /// `jwt_refresh_token_required`
  [[nodiscard]] static Rule refresh() { return Rule{Kind::refresh}; }
  /// `jwt_required`, and all of these scopes.
  [[nodiscard]] static Rule scopes(std::vector<std::string> scopes) { return access().and_scopes(std::move(scopes)); }

  /// Throws `std::invalid_argument` for a public or optional rule, and for what is no scope (RFC 6749 3.3).
  [[nodiscard]] Rule and_scopes(std::vector<std::string> scopes) const;
  /// Tokens of `Hooks::trusted_issuers` too. Without it a rule lets in this service's own alone (all, where it has no
  /// keys of its own): a subject, a scope or a `jti` of somebody else's may be the same as one of ours. Throws
  /// `std::invalid_argument` for a public, fresh or refresh rule, which no token of theirs could pass.
  [[nodiscard]] Rule and_trusted_issuers() const;
  /// The places to look for the token instead of those of the settings.
  [[nodiscard]] Rule from(Locations locations) const;

  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  /// Whether whoever passes it has shown a token.
  [[nodiscard]] bool needs_token() const noexcept { return kind_ != Kind::public_ && kind_ != Kind::optional; }
  [[nodiscard]] std::optional<Within> within() const noexcept { return within_; }
  [[nodiscard]] std::vector<std::string> const& scopes() const noexcept { return scopes_; }
  [[nodiscard]] Locations locations() const noexcept { return locations_; }
  [[nodiscard]] bool takes_trusted_issuers() const noexcept { return takes_trusted_issuers_; }

 private:
  explicit Rule(Kind kind) noexcept : kind_{kind} {}

  Kind kind_;
  std::optional<Within> within_;
  std::vector<std::string> scopes_;
  Locations locations_;
  bool takes_trusted_issuers_ = false;
};

}  // namespace authjwt
