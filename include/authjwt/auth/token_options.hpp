#pragma once

#include <authjwt/auth/settings.hpp>
#include <authjwt/base/described.hpp>
#include <authjwt/base/json.hpp>
#include <authjwt/jose/algorithm.hpp>
#include <authjwt/token/claims.hpp>

#include <chrono>
#include <initializer_list>
#include <optional>
#include <utility>

namespace authjwt {

/// When a new token ends: by the setting (default), after a duration, or `never`. A negative duration makes a token
/// that has expired already; zero is `std::invalid_argument` from the call that makes the token.
class ExpiresTime {
 public:
  ExpiresTime() noexcept = default;
  ExpiresTime(Never) noexcept : lifetime_{never} {}  // NOLINT(google-explicit-constructor)
  template <class Rep, class Period>
  // NOLINTNEXTLINE(google-explicit-constructor)
  ExpiresTime(std::chrono::duration<Rep, Period> duration) : lifetime_{duration} {}
  ExpiresTime(Lifetime lifetime) noexcept : lifetime_{lifetime} {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] Lifetime or_setting(Lifetime setting) const noexcept { return lifetime_.value_or(setting); }

 private:
  std::optional<Lifetime> lifetime_;
};

/// Extra claims of a new token: a JSON object, written in place as `{{"foo", {"fiz", "baz"}}}`, or a struct of your own
/// that is described with Boost.Describe. Anyone who holds the token can read them: nothing sensitive goes in.
class UserClaims {
 public:
  UserClaims() = default;
  UserClaims(json::object object) : object_{std::move(object)} {}  // NOLINT(google-explicit-constructor)
  UserClaims(std::initializer_list<std::pair<boost::json::string_view, boost::json::value_ref>> members)
      : object_{members} {}
  template <Described T>
  UserClaims(T const& claims) : object_{to_object(claims)} {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] json::object const& object() const noexcept { return object_; }

 private:
  json::object object_;
};

/// Options of `create_access_token`. The order of the fields is API; new ones are appended.
struct AccessTokenOptions {
  bool fresh = false;                       ///< the person has just given the password
  std::optional<Algorithm> algorithm = {};  ///< default: the setting
  json::object headers = {};  ///< extra header parameters; not `alg`, `typ`, `crit`, `b64`, `jku`, `jwk`, `x5u`, `x5c`
  ExpiresTime expires_time = {};
  Audience audience = {};
  UserClaims user_claims = {};
};

/// Options of `create_refresh_token`. The order of the fields is API; new ones are appended.
struct RefreshTokenOptions {
  std::optional<Algorithm> algorithm = {};
  json::object headers = {};
  ExpiresTime expires_time = {};
  Audience audience = {};
  UserClaims user_claims = {};
};

}  // namespace authjwt
