#include "jose/key_der.hpp"
#include "jose/key_material.hpp"
#include "jose/key_text.hpp"

#include <authjwt/base/json.hpp>
#include <authjwt/jose/key.hpp>

#include <openssl/asn1.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

// What a public text must never become: with it as the secret, everybody could sign (RFC 8725 3.2).
namespace authjwt {
namespace {

using namespace std::string_view_literals;

using detail::is_blank;

constexpr std::string_view kEmpty = "the secret is empty or blank; give one of at least 32 random bytes";

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

bool looks_like_pem(std::string_view text) { return contains(text, "-----BEGIN") || contains(text, "---- BEGIN SSH2"); }

bool starts_with_openssh_type(std::string_view text) {
  constexpr std::array kTypes{"ssh-rsa"sv,     "ssh-dss"sv, "ssh-ed25519"sv, "ssh-ed448"sv,
                              "ecdsa-sha2-"sv, "sk-ssh-"sv, "sk-ecdsa-"sv};
  return std::ranges::any_of(kTypes, [&](std::string_view type) { return text.starts_with(type); });
}

/// A line of `authorized_keys`: the type, a blank, the key.
bool looks_like_openssh(std::string_view text) { return contains(text, " ") && starts_with_openssh_type(text); }

/// The key in such a line, decoded: the size of the type in four bytes, the type.
bool looks_like_openssh_blob(std::string_view bytes) {
  return bytes.size() > 4 && starts_with_openssh_type(bytes.substr(4));
}

bool is_jwk(json::value const& value) {
  auto const* const object = value.if_object();
  return object != nullptr && (object->contains("kty") || object->contains("keys"));
}

bool looks_like_jwk(std::string_view text) {
  if (!text.starts_with('{') && !text.starts_with('[')) return false;
  auto const value = json::read(text);
  // What our strict reader refuses, another one may well have published as a key.
  if (!value) return contains(text, "\"kty\"") || contains(text, "\"keys\"");
  if (auto const* const array = value->if_array()) return std::ranges::any_of(*array, is_jwk);
  return is_jwk(*value);
}

/// The bytes of DER from its start, without what follows: an ASN.1 SEQUENCE tells its own length.
bool looks_like_der(std::string_view secret) {
  unsigned char const* in = detail::bytes(secret);
  long size = 0;
  int tag = 0;
  int tag_class = 0;
  detail::ErrorQueueMark const mark;
  int const kind = ASN1_get_object(&in, &size, &tag, &tag_class, static_cast<long>(secret.size()));
  if (kind != V_ASN1_CONSTRUCTED || tag != V_ASN1_SEQUENCE || size <= 0) return false;
  std::size_t const whole = static_cast<std::size_t>(in - detail::bytes(secret)) + static_cast<std::size_t>(size);
  return is_blank(secret.substr(whole)) && detail::is_der_key(secret.substr(0, whole));
}

/// Why these bytes cannot be a secret, as they stand; empty where they can.
std::string_view complaint_as_it_stands(std::string_view secret) {
  std::string_view const text = detail::without_left_margin(secret);
  if (text.empty()) return kEmpty;
  if (looks_like_pem(text)) return "the secret is a PEM text; give it as private_key or public_key";
  if (looks_like_openssh(text)) {
    return "the secret is an OpenSSH public key; convert it to PEM and give it as public_key";
  }
  if (looks_like_jwk(text)) return "the secret is a JWK; give its key as private_key or public_key, in PEM";
  if (looks_like_der(text)) {
    return "the secret is a DER key or certificate; convert it to PEM and give it as private_key or public_key";
  }
  return {};
}

/// Environment files, Kubernetes and JWKS-like documents hold keys as base64 of any of these, in either alphabet and in
/// lines. The bytes of `text`; empty where it is no base64.
SecretBytes decoded_base64(std::string_view text) {
  std::string packed;
  packed.reserve(text.size() + 3);  // grows in no place that is not wiped
  for (char const c : text) {
    if (is_blank({&c, 1}) || c == '=') continue;
    packed += c == '-' ? '+' : c == '_' ? '/' : c;
  }
  std::size_t const padding = (4 - packed.size() % 4) % 4;
  packed.append(padding, '=');
  std::string bytes(packed.size() / 4 * 3, '\0');
  int const size = EVP_DecodeBlock(detail::bytes(bytes.data()), detail::bytes(packed), static_cast<int>(packed.size()));
  SecretBytes decoded;
  if (size > 0 && padding < 3) decoded = std::string_view{bytes}.substr(0, static_cast<std::size_t>(size) - padding);
  OPENSSL_cleanse(packed.data(), packed.size());
  OPENSSL_cleanse(bytes.data(), bytes.size());
  return decoded;
}

std::string_view complaint(std::string_view secret) {
  std::string_view const why_not = complaint_as_it_stands(secret);
  if (!why_not.empty()) return why_not;
  SecretBytes const decoded = decoded_base64(detail::without_left_margin(secret));
  std::string_view const bytes = decoded.expose_secret();
  if (looks_like_openssh_blob(bytes)) return "the secret is an OpenSSH public key; convert it to PEM, as public_key";
  return detail::is_blank(bytes) ? std::string_view{} : complaint_as_it_stands(bytes);
}

Error invalid(std::string_view message) { return Error{Errc::invalid_key, {}, message}; }

}  // namespace

Result<Key::Material> detail::make_secret_material(SecretBytes secret, AlgorithmSet algorithms, std::string kid,
                                                   SecretForm form) {
  if (secret.empty()) return invalid(kEmpty);
  if (secret.size() > kMaxSecretSize) return invalid("the secret is longer than 64 KiB; give 32 to 64 random bytes");
  bool const may_be_blank = form == SecretForm::bytes && is_blank(secret.expose_secret());
  std::string_view const why_not = may_be_blank ? std::string_view{} : complaint(secret.expose_secret());
  if (!why_not.empty()) return invalid(why_not);
  AlgorithmSet const for_secrets = detail::algorithms_for(detail::KeyType::oct, ~0U, nullptr);
  if (algorithms.empty() || !((algorithms & for_secrets) == algorithms)) {
    return invalid("a secret is for " + to_string(for_secrets) + " only, and for at least one of them");
  }
  Key::Material material;
  material.id = detail::next_key_id();
  material.kid = std::move(kid);
  material.algorithms = algorithms;
  material.bits = static_cast<unsigned>(secret.size() * 8);
  material.is_private = true;
  material.secret = std::move(secret);
  return material;
}

Result<Key> Key::from_secret(SecretBytes const& secret, AlgorithmSet algorithms, std::string kid) {
  return of(detail::make_secret_material(secret, algorithms, std::move(kid), detail::SecretForm::text));
}

}  // namespace authjwt
