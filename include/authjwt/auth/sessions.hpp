#pragma once

#include <authjwt/auth/token_options.hpp>
#include <authjwt/base/result.hpp>
#include <authjwt/token/claims.hpp>

#include <functional>
#include <string>

namespace authjwt {

/// An access and a refresh token of one session.
struct TokenPair {
  std::string access_token;
  std::string refresh_token;
};

/// Options of `begin_session` and of a rotation. The order of the fields is API; new ones are appended.
struct SessionOptions {
  AccessTokenOptions access = {};
  RefreshTokenOptions refresh = {};
  /// Your own text for the person's list of sessions, as a device or a place: UTF-8, at most 256 bytes. Kept by the
  /// store, in no token; of `begin_session` alone.
  std::string label = {};
};

/// A refresh token that was used up was shown again: somebody has a copy of it. The session has been revoked.
struct SessionReuse {
  Subject subject;
  std::string sid;
  std::string jti;  ///< of the token that was shown
};

/// Receives what an asynchronous call gives, once, on a thread of the authority's, or at once on the caller's where
/// too much is waiting (`Errc::unavailable`). What it throws is logged.
template <class T>
using Completion = std::function<void(Result<T>)>;

}  // namespace authjwt
