#pragma once

#include "base/base64url.hpp"
#include "unit/jose/test_keys.hpp"

#include <authjwt/base/json.hpp>
#include <authjwt/jose/key.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <type_traits>

/// JWKs to change a member of, and what becomes of them.
namespace authjwt::test {

inline json::object object_of(std::string_view text) { return json::read(text).value().as_object(); }

/// A private JWK of `pkey`.
inline json::object jwk_of(EVP_PKEY* pkey) {
  return object_of(Key::from_pem(private_pem(pkey)).value().to_private_jwk().value().expose_secret());
}
/// The public half.
inline json::object public_jwk_of(EVP_PKEY* pkey) {
  return object_of(Key::from_pem(public_pem(pkey)).value().to_public_jwk());
}
inline json::object secret_jwk(std::size_t size, char filler = 'k') {
  return object_of(Key::from_secret(std::string(size, filler)).value().to_private_jwk().value().expose_secret());
}

/// `value`: a text or any JSON value.
template <class Value>
json::object with(json::object jwk, std::string_view member, Value const& value) {
  if constexpr (std::is_convertible_v<Value, std::string_view>) {
    jwk[member] = std::string_view{value};
  } else {
    jwk[member] = value;
  }
  return jwk;
}
inline json::object without(json::object jwk, std::string_view member) {
  jwk.erase(member);
  return jwk;
}

inline Result<Key> read_jwk(json::object const& jwk) { return Key::from_jwk(json::write(jwk)); }

inline testing::AssertionResult refuses_jwk(std::string_view jwk, std::string_view because) {
  auto const key = Key::from_jwk(jwk);
  if (key) return testing::AssertionFailure() << "it was taken as " << key.value().description();
  if (key.error().code() != Errc::invalid_key) return testing::AssertionFailure() << name(key.error().code());
  if (key.error().message().find(because) != std::string::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << key.error().message();
}
inline testing::AssertionResult refuses_jwk(json::object const& jwk, std::string_view because) {
  return refuses_jwk(json::write(jwk), because);
}

inline std::string octets_of(json::object const& jwk, std::string_view member) {
  std::string_view const text = jwk.at(member).as_string();
  std::string octets(base64url::decoded_size(text.size()), '\0');
  require(base64url::decode(text, octets.data()));
  return octets;
}
inline std::string encoded(std::string_view octets) {
  std::string text;
  base64url::append_encoded(text, octets);
  return text;
}

}  // namespace authjwt::test
