#pragma once

#include <authjwt/base/clock.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace authjwt {

/// The fact that something is revoked: one token, one session, or a person's logins up to a time. A token's identity is
/// the configured issuer whose key verified it and its `jti`, never its text or a hash of it. All texts may be any
/// bytes.
struct Revocation {
  enum class Kind : std::uint8_t {
    id,       ///< a token by its `jti`, or a session by its `sid`: a session may be named by the `jti` that began it
    subject,  ///< all tokens of a subject from logins up to `logins_until`
  };

  std::string issuer;  ///< empty where no issuer is configured
  std::string id;      ///< the `jti`, the `sid`, or the subject as JSON: `"7"` and `7` are two people
  std::optional<TimePoint> keep_until = {};  ///< when nothing can accept the tokens any more; nothing: for ever
  Kind kind = Kind::id;
  TimePoint logins_until = {};  ///< of `Kind::subject`

  friend bool operator==(Revocation const&, Revocation const&) = default;
};

/// What a token says of itself that a revocation may be about. The views must outlive the call they are passed to.
struct TokenIdentity {
  std::string_view issuer;
  std::string_view jti;
  std::optional<std::string_view> sid = {};
  std::optional<std::string_view> subject = {};  ///< as JSON, see `Revocation::id`
  /// When the person logged in: `auth_time`, else `iat`. A revocation of the subject holds for a token that does not
  /// tell.
  std::optional<TimePoint> login = {};
};

}  // namespace authjwt
