#pragma once

#include <authjwt/jose/algorithm.hpp>
#include <authjwt/jose/key_source.hpp>
#include <authjwt/token/claims.hpp>

#include <memory>
#include <optional>
#include <string>

namespace authjwt {

/// Somebody else whose tokens are let in here, by `jwt_required` and `jwt_optional` alone. A token whose `iss` is
/// `issuer` is verified by these keys and no others, and these keys verify no other token. It must have `exp`, and an
/// `aud` that holds one of `audience`. What its `type`, `fresh`, `csrf` and `sid` say means nothing here.
/// The order of the fields is API; new ones are appended.
struct TrustedIssuer {
  std::string issuer = {};               ///< `iss`, compared whole
  std::shared_ptr<KeySource> keys = {};  ///< `remote::RemoteKeys`, `FixedKeys`, or your own
  AlgorithmSet algorithms = {};          ///< the ones it signs with: asymmetric, at least one
  Audience audience = {};                ///< the names that it has for this service: at least one
  std::optional<std::string> typ = {};   ///< where it is set, `typ` must be this (RFC 9068 4: `at+jwt`)
};

}  // namespace authjwt
