#include "jose/key_material.hpp"

#include "jose/edwards_point.hpp"
#include "jose/rsa_modulus.hpp"

#include <openssl/core_names.h>
#include <openssl/rsa.h>

#include <array>
#include <atomic>
#include <cstring>
#include <utility>

namespace authjwt::detail {
namespace {

constexpr int kMinRsaBits = 2048;
constexpr int kMaxRsaBits = 8192;
constexpr int kMaxRsaExponentBits = 33;

Error invalid(std::string_view message) { return Error{Errc::invalid_key, {}, message}; }

/// An empty text: nothing is wrong.
using Complaint = std::string_view;

BigNumber parameter(EVP_PKEY const* pkey, char const* name) {
  BIGNUM* number = nullptr;
  EVP_PKEY_get_bn_param(pkey, name, &number);
  return BigNumber{number};
}

Complaint check_rsa_public(EVP_PKEY const* pkey) {
  int const bits = EVP_PKEY_get_bits(pkey);
  if (bits < kMinRsaBits) return "the RSA key is too short; use one of at least 2048 bits";
  if (bits > kMaxRsaBits) return "the RSA key is too long; use one of at most 8192 bits";
  BigNumber const n = parameter(pkey, OSSL_PKEY_PARAM_RSA_N);
  BigNumber const e = parameter(pkey, OSSL_PKEY_PARAM_RSA_E);
  if (!n || !e) return "the RSA key cannot be read";
  bool const good_exponent =
      BN_is_odd(e.get()) == 1 && BN_is_one(e.get()) == 0 && BN_num_bits(e.get()) <= kMaxRsaExponentBits;
  if (!good_exponent) return "the RSA key's public exponent must be odd, at least 3 and below 2^33; make a new key";
  return complaint_about_modulus(n.get());
}

/// Whether `a` times `b` leaves the remainder 1 modulo `prime - 1`.
bool inverse_below(BIGNUM const* a, BIGNUM const* b, BIGNUM const* prime, BN_CTX* context) {
  BigNumber const modulus{BN_dup(prime)};
  BigNumber const product{BN_new()};
  return modulus && product && BN_sub_word(modulus.get(), 1) == 1 &&
         BN_mod_mul(product.get(), a, b, modulus.get(), context) == 1 && BN_is_one(product.get()) == 1;
}

/// Whether `exponent` is what `d` leaves modulo `prime - 1`.
bool is_rest_below(BIGNUM const* exponent, BIGNUM const* d, BIGNUM const* prime, BN_CTX* context) {
  BigNumber const modulus{BN_dup(prime)};
  BigNumber const rest{BN_new()};
  return modulus && rest && BN_sub_word(modulus.get(), 1) == 1 && BN_mod(rest.get(), d, modulus.get(), context) == 1 &&
         BN_cmp(rest.get(), exponent) == 0;
}

/// Signing by way of wrong CRT parts tells the factors (Boneh, DeMillo, Lipton 1997).
bool crt_parts_fit(EVP_PKEY const* pkey, BIGNUM const* d, BIGNUM const* p, BIGNUM const* q, BN_CTX* context) {
  BigNumber const dp = parameter(pkey, OSSL_PKEY_PARAM_RSA_EXPONENT1);
  BigNumber const dq = parameter(pkey, OSSL_PKEY_PARAM_RSA_EXPONENT2);
  BigNumber const qi = parameter(pkey, OSSL_PKEY_PARAM_RSA_COEFFICIENT1);
  BigNumber const product{BN_new()};
  return dp && dq && qi && product && is_rest_below(dp.get(), d, p, context) &&
         is_rest_below(dq.get(), d, q, context) && BN_mod_mul(product.get(), qi.get(), q, p, context) == 1 &&
         BN_is_one(product.get()) == 1;
}

/// OpenSSL's own check proves both primes again, which takes seconds for the larger keys.
Complaint check_rsa_private(EVP_PKEY const* pkey) {
  constexpr Complaint kBad = "the parts of the RSA private key do not belong together; it is damaged";
  BigNumber const n = parameter(pkey, OSSL_PKEY_PARAM_RSA_N);
  BigNumber const e = parameter(pkey, OSSL_PKEY_PARAM_RSA_E);
  BigNumber const d = parameter(pkey, OSSL_PKEY_PARAM_RSA_D);
  BigNumber const p = parameter(pkey, OSSL_PKEY_PARAM_RSA_FACTOR1);
  BigNumber const q = parameter(pkey, OSSL_PKEY_PARAM_RSA_FACTOR2);
  BigNumberContext const context{BN_CTX_secure_new()};
  BigNumber const product{BN_new()};
  if (!n || !e || !d || !p || !q || !context || !product) return kBad;
  bool const factors = BN_mul(product.get(), p.get(), q.get(), context.get()) == 1 &&
                       BN_cmp(product.get(), n.get()) == 0 && BN_is_one(p.get()) == 0 && BN_is_one(q.get()) == 0;
  bool const inverse = factors && inverse_below(d.get(), e.get(), p.get(), context.get()) &&
                       inverse_below(d.get(), e.get(), q.get(), context.get());
  return inverse && crt_parts_fit(pkey, d.get(), p.get(), q.get(), context.get()) ? Complaint{} : kBad;
}

std::string text_parameter(EVP_PKEY const* pkey, char const* name) {
  std::array<char, 64> text{};
  std::size_t size = 0;
  if (EVP_PKEY_get_utf8_string_param(pkey, name, text.data(), text.size(), &size) != 1) return {};
  return {text.data(), size};
}

Complaint check_ec(EVP_PKEY const* pkey) {
  int from_explicit = 0;
  EVP_PKEY_get_int_param(pkey, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &from_explicit);
  bool const named = text_parameter(pkey, OSSL_PKEY_PARAM_EC_ENCODING) == OSSL_PKEY_EC_ENCODING_GROUP;
  if (from_explicit != 0 || !named) {
    return "the EC key spells its curve out; write it again with a named curve (openssl -param_enc named_curve)";
  }
  return {};
}

/// From 1 to the order less 1: OpenSSL takes larger ones, which would be second texts for the same key.
Complaint check_ec_private(EVP_PKEY const* pkey) {
  BigNumber const scalar = parameter(pkey, OSSL_PKEY_PARAM_PRIV_KEY);
  BigNumber const order = parameter(pkey, OSSL_PKEY_PARAM_EC_ORDER);
  bool const in_range = scalar && order && BN_is_zero(scalar.get()) == 0 && BN_cmp(scalar.get(), order.get()) < 0;
  return in_range ? Complaint{} : "the EC private key is out of range; it is damaged";
}

Complaint check_edwards(EVP_PKEY const* pkey) {
  std::array<unsigned char, 64> point{};
  std::size_t size = point.size();
  if (EVP_PKEY_get_raw_public_key(pkey, point.data(), &size) != 1) return "the key's public half cannot be read";
  return complaint_about_point({reinterpret_cast<char const*>(point.data()), size});
}

Complaint check_private(Key::Material const& material) {
  switch (material.type) {
    case KeyType::RSA: return check_rsa_private(material.pkey.get());
    case KeyType::EC: return check_ec_private(material.pkey.get());
    default: return {};
  }
}

Curve const* find_curve(EVP_PKEY const* pkey) {
  std::string const group = text_parameter(pkey, OSSL_PKEY_PARAM_GROUP_NAME);
  for (AlgorithmRow const& row : all_rows()) {
    for (Curve const& curve : row.curves) {
      if (EVP_PKEY_is_a(pkey, curve.openssl_type) != 1) continue;
      if (curve.group.empty() || curve.group == group) return &curve;
    }
  }
  return nullptr;
}

Complaint without_a_row(EVP_PKEY const* pkey) {
  if (EVP_PKEY_is_a(pkey, "RSA-PSS") == 1) {
    return "the key is an id-RSASSA-PSS key; write it as a plain RSA key (rsaEncryption)";
  }
  if (EVP_PKEY_is_a(pkey, "EC") == 1) return "the EC key is on a curve that no algorithm uses";
  return "the key is of a type that no algorithm uses; use RSA, EC, Ed25519 or Ed448";
}

/// Finds out type and curve.
Complaint classify(Key::Material& material) {
  EVP_PKEY const* const pkey = material.pkey.get();
  material.bits = static_cast<unsigned>(EVP_PKEY_get_bits(pkey));
  if (EVP_PKEY_is_a(pkey, "RSA") == 1) {
    material.type = KeyType::RSA;
    return check_rsa_public(pkey);
  }
  material.curve = find_curve(pkey);
  if (material.curve == nullptr) return without_a_row(pkey);
  bool const is_ec = std::strcmp(material.curve->openssl_type, "EC") == 0;
  material.type = is_ec ? KeyType::EC : KeyType::OKP;
  return is_ec ? check_ec(pkey) : check_edwards(pkey);
}

/// OpenSSL's check of RSA is replaced by `check_rsa_public`.
bool public_half_is_valid(Key::Material const& material) {
  if (material.type == KeyType::RSA) return true;
  EVP_PKEY* const pkey = material.pkey.get();
  PkeyContext const context{EVP_PKEY_CTX_new_from_pkey(nullptr, pkey, nullptr)};
  return context && EVP_PKEY_public_check(context.get()) == 1;
}

/// Whether the private half signs what the public half verifies.
bool halves_fit(Key::Material const& material) {
  constexpr std::string_view kInput = "authjwt";
  for (AlgorithmRow const& row : all_rows()) {
    if (!material.algorithms.contains(row.algorithm)) continue;
    std::string signature(row.scheme->signature_size(row, material), '\0');
    return row.scheme->sign(row, material, kInput, signature) && row.scheme->verify(row, material, kInput, signature);
  }
  return false;
}

}  // namespace

std::uint64_t next_key_id() noexcept {
  static std::atomic<std::uint64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

Key::Material copy_of(Key::Material const& material) {
  if (material.pkey) EVP_PKEY_up_ref(material.pkey.get());
  return {.id = material.id,
          .kid = material.kid,
          .algorithms = material.algorithms,
          .type = material.type,
          .curve = material.curve,
          .bits = material.bits,
          .is_private = material.is_private,
          .may_sign = material.may_sign,
          .may_verify = material.may_verify,
          .public_jwk = material.public_jwk,
          .thumbprint = material.thumbprint,
          .secret = material.secret,
          .pkey = Pkey{material.pkey.get()}};
}

Result<Key::Material> make_material(Pkey pkey, bool is_private, std::string kid) {
  ErrorQueueMark const mark;
  Key::Material material;
  material.id = next_key_id();
  material.kid = std::move(kid);
  material.is_private = is_private;
  material.pkey = std::move(pkey);
  if (Complaint const complaint = classify(material); !complaint.empty()) return invalid(complaint);
  if (!public_half_is_valid(material)) return invalid("the public key is not valid; it is damaged");
  material.algorithms = algorithms_for(material.type, material.bits, material.curve);
  if (!describe_public_half(material)) return Error{Errc::unavailable};
  if (!is_private) return material;
  if (Complaint const complaint = check_private(material); !complaint.empty()) return invalid(complaint);
  if (!halves_fit(material)) return invalid("the private key does not fit its public half; it is damaged");
  return material;
}

}  // namespace authjwt::detail
