// A compact token from a stranger, through every guard, against a fixed verifier: what passes has been signed.
#include "fuzz/fuzz.hpp"

#include <authjwt/token/inspect.hpp>

namespace authjwt::fuzz {
namespace {

/// `guard` must leave nothing to read where it refuses, and let in nothing that OpenSSL does not call signed.
template <class Guard>
void try_guard(std::string_view token, Guard guard) {
  auto const request = test::FakeRequest::with_bearer(token);
  AuthJWT handle{authority(), request};
  Result<void> const entered = guard(handle);
  if (entered && handle.get_verified_token() != nullptr) {
    require(is_signed(handle.get_verified_token()->compact()), "what a guard lets in is signed");
    require(handle.get_raw_jwt() != nullptr, "who is let in has claims");
  } else {
    require(handle.get_raw_jwt() == nullptr, "who is not let in has no claims");
  }
}

}  // namespace

void run(std::string_view token) {
  try_guard(token, [](AuthJWT& handle) { return handle.try_jwt_required(); });
  try_guard(token, [](AuthJWT& handle) { return handle.try_jwt_refresh_token_required(); });
  try_guard(token, [](AuthJWT& handle) { return handle.try_fresh_jwt_required(); });
  try_guard(token, [](AuthJWT& handle) { return handle.try_jwt_optional(); });
  try_guard(token, [&](AuthJWT& handle) { return handle.try_jwt_required(WebSocketToken{token}); });

  Result<VerifiedToken> const whose = authority().validator().authenticate(token, authority().keys());
  if (whose) require(is_signed(token), "what is authenticated is signed");
  Result<InspectedToken> const inspected = inspect_unverified(token);
  if (whose && inspected) require(whose->claims() == inspected->claims, "both readers see the same claims");
}

}  // namespace authjwt::fuzz
