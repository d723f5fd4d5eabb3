#pragma once

#include <authjwt/base/clock.hpp>

#include <optional>
#include <string>

namespace authjwt {

/// The fact that one token is revoked. A token's identity is the configured issuer whose key verified it and its
/// `jti`, never its text or a hash of it.
struct Revocation {
  std::string issuer;  ///< empty where no issuer is configured
  std::string jti;
  std::optional<TimePoint> keep_until = {};  ///< when nothing can accept the token any more; nothing: for ever
};

}  // namespace authjwt
