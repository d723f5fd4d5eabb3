#pragma once

#include <authjwt/base/json.hpp>
#include <authjwt/base/result.hpp>
#include <authjwt/jose/jws.hpp>

#include <string_view>

namespace authjwt {

/// What a token says, believed by nobody.
struct InspectedToken {
  json::object header;
  json::object claims;
};

/// Reads header and claims of `token` WITHOUT VERIFYING ANYTHING: for tools that show a token to a person. Whoever
/// decides by these claims lets in anyone who can write JSON; services use `AuthJWT` or `Validator`. That is why this
/// header is not part of <authjwt/authjwt.hpp>. Errors: those of `jws::parse`, and `Errc::invalid_payload_string`.
[[nodiscard]] Result<InspectedToken> inspect_unverified(std::string_view token, jws::Limits const& limits = {});

}  // namespace authjwt
