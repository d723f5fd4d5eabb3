// A JWK, JWKS, PEM or DER from somewhere else: what parses serialises back to the same key, and no private part shows.
#include "fuzz/fuzz.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace authjwt::fuzz {
namespace {

constexpr std::array<std::string_view, 9> kPrivateMembers = {"d", "p", "q", "dp", "dq", "qi", "k", "oth", "r"};

bool shows_a_private_part(json::object const& jwk) {
  return std::ranges::any_of(kPrivateMembers, [&](std::string_view name) { return jwk.contains(name); });
}

bool is_the_same(Result<Key> const& again, Key const& key) {
  return again && again->same_public_key(key) && again->thumbprint() == key.thumbprint();
}

void check_public_half(Key const& key) {
  std::string const jwk = key.to_public_jwk();
  require(!shows_a_private_part(json::read(jwk).value().as_object()), "a public JWK shows no private part");
  require(is_the_same(Key::from_jwk(jwk), key), "a public JWK is the same key");
  require(is_the_same(Key::from_pem(key.to_public_pem().value()), key), "a public PEM is the same key");
  require(is_the_same(Key::from_der(key.to_public_der().value()), key), "a public DER is the same key");
}

/// A JWK is stricter than a setting: it takes no secret that is shorter than the digest.
bool is_short(Key const& key) {
  return std::ranges::any_of(all_algorithms(), [&](Algorithm algorithm) { return key.is_short_for(algorithm); });
}

void check_private_half(Key const& key) {
  SecretBytes const jwk = key.to_private_jwk().value();
  Result<Key> const again = Key::from_jwk(jwk.expose_secret());
  if (is_short(key)) return;
  require(again && again->is_private(), "a private JWK is a private key");
  require(key.is_secret() || is_the_same(again, key), "a private JWK is the same key");
  require(again->to_private_jwk().value().expose_secret() == jwk.expose_secret(), "in the same text");
}

/// With the smallest algorithm alone: RSA is slow under the sanitizers.
void check_signatures(Key const& key) {
  for (Algorithm const algorithm : all_algorithms()) {
    if (!key.algorithms().contains(algorithm)) continue;
    std::string const signature = key.sign(algorithm, "input").value();
    require(!key.can_verify() || key.verify(algorithm, "input", signature), "what is signed verifies");
    require(!key.verify(algorithm, "other", signature), "and nothing else does");
    return;
  }
  require(false, "a key is for some algorithm");
}

void check(Key const& key) {
  static_cast<void>(key.description());
  if (!key.is_secret()) check_public_half(key);
  if (key.is_private()) check_private_half(key);
  if (key.can_sign()) check_signatures(key);
}

void check(KeySet const& keys) {
  std::string const text = keys.to_public_jwks();
  json::value const jwks = json::read(text, {.max_size = text.size(), .max_members = text.size()}).value();
  auto const secrets = std::ranges::count_if(keys.keys(), [](Key const& key) { return key.is_secret(); });
  json::array const& entries = jwks.at("keys").as_array();
  require(std::cmp_equal(entries.size() + static_cast<std::size_t>(secrets), keys.keys().size()), "no secret shows");
  require(std::ranges::none_of(entries, [](json::value const& jwk) { return shows_a_private_part(jwk.as_object()); }),
          "a public JWKS shows no private part");
  require(KeySet::from_jwks(text).has_value(), "a public JWKS is one");
}

}  // namespace

/// Every reader copes with every text. The input is copied to its size, so that the sanitizer sees one byte too many.
void run(std::string_view input) {
  std::unique_ptr<char[]> const copy{new char[input.size()]};
  std::ranges::copy(input, copy.get());
  std::string_view const text{copy.get(), input.size()};
  if (Result<Key> const key = Key::from_jwk(text)) check(*key);
  if (Result<Key> const key = Key::from_pem(text)) check(*key);
  if (Result<Key> const key = Key::from_der(text)) check(*key);
  if (Result<KeySet> const keys = KeySet::from_jwks(text)) check(*keys);
  Result<Key> const secret = Key::from_secret(SecretBytes{text});
  if (!secret) return;
  require(!Key::from_pem(text) && !Key::from_jwk(text), "a text that is a key is no secret");
  check(*secret);
}

}  // namespace authjwt::fuzz
