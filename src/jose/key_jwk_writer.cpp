#include "base/base64url.hpp"
#include "jose/key_material.hpp"
#include "jose/wiped_text.hpp"

#include <authjwt/base/json.hpp>

#include <openssl/core_names.h>

#include <array>
#include <stdexcept>
#include <string>

// From a key to a JWK (RFC 7517 4, RFC 7518 6, RFC 8037 2), and its thumbprint (RFC 7638).
namespace authjwt {
namespace detail {
namespace {

constexpr std::size_t kMaxNumberSize = 1024;  // RSA 8192

using Octets = std::array<unsigned char, kMaxNumberSize>;

std::string_view view(Octets const& octets, std::size_t size) {
  return {reinterpret_cast<char const*>(octets.data()), size};
}

void append_octets(std::string& json, std::string_view name, std::string_view octets) {
  json += '"';
  json += name;
  json += "\":\"";
  base64url::append_encoded(json, octets);
  json += '"';
}

/// `size` 0: as few octets as the number needs.
bool append_number(std::string& json, std::string_view name, EVP_PKEY const* pkey, char const* parameter,
                   std::size_t size = 0) {
  BIGNUM* read = nullptr;
  bool const is_read = EVP_PKEY_get_bn_param(pkey, parameter, &read) == 1;
  BigNumber const number{read};
  if (!is_read) return false;
  if (size == 0) size = static_cast<std::size_t>(BN_num_bytes(number.get()));
  Octets octets;
  bool const fits = size <= octets.size() &&
                    BN_bn2binpad(number.get(), octets.data(), static_cast<int>(size)) == static_cast<int>(size);
  if (fits) append_octets(json, name, view(octets, size));
  OPENSSL_cleanse(octets.data(), octets.size());
  return fits;
}

bool append_okp(std::string& json, std::string_view name, EVP_PKEY const* pkey,
                int (*get)(EVP_PKEY const*, unsigned char*, std::size_t*)) {
  Octets octets;
  std::size_t size = octets.size();
  bool const is_read = get(pkey, octets.data(), &size) == 1;
  if (is_read) append_octets(json, name, view(octets, size));
  OPENSSL_cleanse(octets.data(), octets.size());
  return is_read;
}

/// The members that RFC 7638 3.2 names, in its order.
bool append_public_members(std::string& json, Key::Material const& material) {
  EVP_PKEY const* const pkey = material.pkey.get();
  if (material.type == KeyType::RSA) {
    bool const has_e = append_number(json, "e", pkey, OSSL_PKEY_PARAM_RSA_E);
    json += R"(,"kty":"RSA",)";
    return has_e && append_number(json, "n", pkey, OSSL_PKEY_PARAM_RSA_N);
  }
  bool const is_ec = material.type == KeyType::EC;
  json += R"("crv":")" + std::string{material.curve->name} + R"(","kty":")" + (is_ec ? "EC" : "OKP") + R"(",)";
  if (!is_ec) return append_okp(json, "x", pkey, EVP_PKEY_get_raw_public_key);
  std::size_t const size = material.curve->coordinate_size();
  bool const has_x = append_number(json, "x", pkey, OSSL_PKEY_PARAM_EC_PUB_X, size);
  json += ',';
  return has_x && append_number(json, "y", pkey, OSSL_PKEY_PARAM_EC_PUB_Y, size);
}

bool append_private_rsa(std::string& json, EVP_PKEY const* pkey) {
  struct Part {
    std::string_view name;
    char const* parameter;
  };
  constexpr Part kParts[] = {
      {"d", OSSL_PKEY_PARAM_RSA_D},          {"p", OSSL_PKEY_PARAM_RSA_FACTOR1},
      {"q", OSSL_PKEY_PARAM_RSA_FACTOR2},    {"dp", OSSL_PKEY_PARAM_RSA_EXPONENT1},
      {"dq", OSSL_PKEY_PARAM_RSA_EXPONENT2}, {"qi", OSSL_PKEY_PARAM_RSA_COEFFICIENT1},
  };
  for (Part const& part : kParts) {
    json += ',';
    if (!append_number(json, part.name, pkey, part.parameter)) return false;
  }
  return true;
}

bool append_private_members(std::string& json, Key::Material const& material) {
  EVP_PKEY const* const pkey = material.pkey.get();
  switch (material.type) {
    case KeyType::oct:
      append_octets(json, "k", material.secret.expose_secret());
      json += R"(,"kty":"oct")";
      return true;
    case KeyType::RSA: return append_private_rsa(json, pkey);
    case KeyType::EC:
      json += ',';
      return append_number(json, "d", pkey, OSSL_PKEY_PARAM_PRIV_KEY, material.curve->coordinate_size());
    case KeyType::OKP: json += ','; return append_okp(json, "d", pkey, EVP_PKEY_get_raw_private_key);
  }
  return false;
}

/// `alg` where there is one algorithm: a JWK cannot say more of them.
std::string_view sole_algorithm(AlgorithmSet algorithms) {
  std::string_view sole;
  for (Algorithm const algorithm : all_algorithms()) {
    if (!algorithms.contains(algorithm)) continue;
    if (!sole.empty()) return {};
    sole = name(algorithm);
  }
  return sole;
}

void append_text(std::string& json, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  json += ",\"";
  json += name;
  json += "\":";
  json::append_text(json, value);
}

void append_purpose(std::string& json, Key::Material const& material) {
  append_text(json, "kid", material.kid);
  append_text(json, "alg", sole_algorithm(material.algorithms));
}

std::string_view key_ops_of(Key::Material const& material) {
  bool const signs = material.is_private && material.may_sign;
  bool const is_restricted = !material.may_verify || (material.is_private && !material.may_sign);
  if (!is_restricted) return R"(,"use":"sig"})";
  return signs ? R"(,"key_ops":["sign"]})" : R"(,"key_ops":["verify"]})";
}

/// More than all members of the largest key take.
std::size_t size_of_private_jwk(Key::Material const& material) {
  constexpr std::size_t kRsaNumbers = 6;  // n, d, and p, q, dp, dq, qi of half their size, rounded up
  return material.public_jwk.size() + 6 * material.kid.size() + base64url::encoded_size(material.secret.size()) +
         kRsaNumbers * base64url::encoded_size(kMaxNumberSize) + 256;
}

}  // namespace

bool describe_public_half(Key::Material& material) {
  std::string json{'{'};
  if (!append_public_members(json, material)) return false;
  json += '}';
  std::array<unsigned char, 32> hash;
  std::size_t size = 0;
  if (EVP_Q_digest(nullptr, "SHA256", nullptr, json.data(), json.size(), hash.data(), &size) != 1) return false;
  base64url::append_encoded(material.thumbprint, {reinterpret_cast<char const*>(hash.data()), size});
  material.public_jwk = std::move(json);
  return true;
}

}  // namespace detail

std::string Key::to_public_jwk() const {
  if (is_secret()) throw std::logic_error{"a secret has no public half to write"};
  std::string json = material_->public_jwk;
  json.pop_back();
  detail::append_purpose(json, *material_);
  return json += R"(,"use":"sig"})";
}

Result<SecretBytes> Key::to_private_jwk() const {
  if (!material_->is_private)
    throw std::logic_error{"this is a " + description() + ", without a private half to write"};
  detail::ErrorQueueMark const mark;
  detail::WipedText jwk{detail::size_of_private_jwk(*material_)};
  std::string& json = jwk.text();
  json += is_secret() ? std::string_view{"{"} : std::string_view{material_->public_jwk};
  if (!is_secret()) json.pop_back();
  if (!detail::append_private_members(json, *material_)) return Error{Errc::unavailable};
  detail::append_purpose(json, *material_);
  json += detail::key_ops_of(*material_);
  return jwk.secret();
}

}  // namespace authjwt
