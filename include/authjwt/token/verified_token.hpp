#pragma once

#include <authjwt/base/clock.hpp>
#include <authjwt/base/json.hpp>
#include <authjwt/base/result.hpp>
#include <authjwt/jose/algorithm.hpp>
#include <authjwt/token/claims.hpp>

#include <memory>
#include <optional>
#include <string_view>

namespace authjwt {

/// A token whose signature is good and whose claims `Validator` believes. Only `Validator` makes one.
/// Move-only. Views are valid while it lives and is not moved from. Reading it from several threads at once is safe
/// after the first call of `claims()`.
class VerifiedToken {
 public:
  VerifiedToken(VerifiedToken&&) noexcept;
  VerifiedToken& operator=(VerifiedToken&&) noexcept;
  ~VerifiedToken();

  /// All claims, built on the first call. Copies of them, and of values inside, may outlive the token and go to
  /// other threads.
  [[nodiscard]] json::object const& claims() const;
  /// Their JSON text, as it was signed: strict JSON with one object, for whoever makes something else of it.
  [[nodiscard]] std::string_view json_text() const noexcept;

  /// `sub`. Errors: `Errc::missing_claim`; `Errc::invalid_claim` when it is neither a text nor a 64-bit integer.
  [[nodiscard]] Result<Subject> subject() const;
  /// A claim that is a text; nothing where it is missing or something else.
  [[nodiscard]] std::optional<std::string_view> text(Claim claim) const noexcept;
  /// A claim that is a number in the range of 64-bit integers, without its fraction.
  [[nodiscard]] std::optional<std::int64_t> integer(Claim claim) const noexcept;
  [[nodiscard]] bool has(Claim claim) const noexcept;
  /// Whether the claim is the JSON literal `true`.
  [[nodiscard]] bool is_true(Claim claim) const noexcept;

  /// `exp`; nothing for a token that never expires.
  [[nodiscard]] std::optional<TimePoint> expires_at() const noexcept;
  [[nodiscard]] Algorithm algorithm() const noexcept;
  /// Whether it is another issuer's (`TokenPolicy::foreign`): then `text(Claim::iss)` is the one whose key verified it,
  /// `subject()` is somebody of theirs, and `type`, `fresh`, `csrf` and `sid` are none of ours.
  [[nodiscard]] bool is_foreign() const noexcept;
  /// The compact form it was made of: whoever has it is let in as this one.
  [[nodiscard]] std::string_view compact() const noexcept;
  /// Whether it was made of exactly this compact form.
  [[nodiscard]] bool is(std::string_view token) const noexcept;

  struct Payload;  // src/token/payload.hpp

 private:
  friend class Validator;
  explicit VerifiedToken(std::unique_ptr<Payload> payload) noexcept;
  std::unique_ptr<Payload> payload_;
};

}  // namespace authjwt
