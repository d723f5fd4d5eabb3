#include "jose/key_jwk.hpp"

#include "base/base64url.hpp"
#include "jose/key_text.hpp"
#include "jose/wiped_text.hpp"

#include <openssl/core_names.h>
#include <openssl/params.h>

#include <algorithm>
#include <bit>
#include <string>
#include <utility>

// From a JWK to a key (RFC 7517, RFC 7518 6, RFC 8037 2).
namespace authjwt {
namespace detail {
namespace {

using enum JwkMember;

constexpr std::size_t kMaxRsaOctets = 1024;

Error invalid(JwkMember member, std::string_view message) {
  return Error{Errc::invalid_key, name(member), "the JWK's " + std::string{name(member)} + " " + std::string{message}};
}

/// The octets of a member, at most `max`; the size is looked at before memory is taken.
Result<SecretBytes> octets(JwkMembers const& jwk, JwkMember member, std::size_t max) {
  std::string_view const text = jwk.text(member);
  if (!jwk.has(member)) return invalid(member, "is missing");
  if (text.size() > base64url::encoded_size(max)) return invalid(member, "is too long");
  WipedText bytes{base64url::decoded_size(text.size())};
  bytes.text().resize(base64url::decoded_size(text.size()));
  if (!base64url::decode(text, bytes.text().data())) {
    return invalid(member, "is not canonical base64url; write it without padding, with - and _ for + and /");
  }
  return bytes.secret();
}

Result<SecretBytes> octets_of_size(JwkMembers const& jwk, JwkMember member, Curve const& curve) {
  std::size_t const size = curve.coordinate_size();
  Result<SecretBytes> bytes = octets(jwk, member, size);
  if (!bytes || bytes->size() == size) return bytes;
  return invalid(member, "is too short: a key on " + std::string{curve.name} + " has " + std::to_string(size) +
                             " octets there, with zeros in front where it needs them");
}

/// RFC 7518 2, Base64urlUInt: big-endian, no octet more than needed.
Result<SecretBytes> number(JwkMembers const& jwk, JwkMember member) {
  Result<SecretBytes> bytes = octets(jwk, member, kMaxRsaOctets);
  if (!bytes) return bytes;
  if (bytes->empty()) return invalid(member, "is empty");
  if (bytes->expose_secret().front() == '\0') return invalid(member, "starts with a zero octet; write it without");
  return bytes;
}

/// What `EVP_PKEY_fromdata` takes; owns the values, and wipes them.
class Parameters {
 public:
  /// A name of the table's, which ends in a null byte: OpenSSL reads up to there.
  void add_group(std::string_view group) {
    list_.push_back(
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, const_cast<char*>(group.data()), group.size()));
  }
  void add_octets(char const* name, SecretBytes value) { add(name, OSSL_PARAM_OCTET_STRING, std::move(value)); }
  void add_number(char const* name, SecretBytes const& big_endian) {
    std::string_view const bytes = big_endian.expose_secret();
    WipedText native{bytes.size()};
    native.text() = bytes;
    if constexpr (std::endian::native == std::endian::little) std::ranges::reverse(native.text());
    add(name, OSSL_PARAM_UNSIGNED_INTEGER, native.secret());
  }

  /// Null where OpenSSL cannot make a key of them.
  [[nodiscard]] Pkey make_key(char const* type, int selection) {
    list_.push_back(OSSL_PARAM_construct_end());
    PkeyContext const context{EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr)};
    EVP_PKEY* pkey = nullptr;
    if (context && EVP_PKEY_fromdata_init(context.get()) == 1) {
      EVP_PKEY_fromdata(context.get(), &pkey, selection, list_.data());
    }
    return Pkey{pkey};
  }

 private:
  void add(char const* name, unsigned type, SecretBytes value) {
    // OpenSSL's parameters point to writable memory that it does not write to.
    auto* const data = const_cast<char*>(value.expose_secret().data());
    list_.push_back({name, type, data, value.size(), OSSL_PARAM_UNMODIFIED});
    values_.push_back(std::move(value));  // its bytes stay where they are
  }

  std::vector<OSSL_PARAM> list_;
  std::vector<SecretBytes> values_;
};

int selection_for(bool is_private) { return is_private ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY; }

Curve const* find_curve(KeyType type, std::string_view name) {
  for (AlgorithmRow const& row : all_rows()) {
    if (row.type != type) continue;
    auto const curve = std::ranges::find(row.curves, name, &Curve::name);
    if (curve != row.curves.end()) return &*curve;
  }
  return nullptr;
}

Result<Curve const*> curve_of(JwkMembers const& jwk, KeyType type) {
  if (Curve const* const curve = find_curve(type, jwk.text(crv))) return curve;
  std::string names;
  for (AlgorithmRow const& row : all_rows()) {
    for (Curve const& curve : row.curves) {
      if (row.type == type) names += (names.empty() ? "" : ", ") + std::string{curve.name};
    }
  }
  return invalid(crv, "is not one of those that sign with this kty: " + names);
}

Error not_a_key(std::string_view what) { return Error{Errc::invalid_key, {}, what}; }

Result<Pkey> make_ec_key(JwkMembers const& jwk, bool is_private) {
  Result<Curve const*> const curve = curve_of(jwk, KeyType::EC);
  if (!curve) return curve.error();
  Parameters parameters;
  parameters.add_group((*curve)->group);
  std::string point{'\x04'};  // uncompressed (SEC 1, 2.3.3)
  for (JwkMember const member : {x, y}) {
    Result<SecretBytes> const coordinate = octets_of_size(jwk, member, **curve);
    if (!coordinate) return coordinate.error();
    point += coordinate->expose_secret();
  }
  parameters.add_octets(OSSL_PKEY_PARAM_PUB_KEY, SecretBytes{point});
  if (is_private) {
    Result<SecretBytes> const scalar = octets_of_size(jwk, d, **curve);
    if (!scalar) return scalar.error();
    parameters.add_number(OSSL_PKEY_PARAM_PRIV_KEY, *scalar);
  }
  Pkey pkey = parameters.make_key("EC", selection_for(is_private));
  if (!pkey) return not_a_key("the JWK's x and y are no point on its curve, or its d is out of range; it is damaged");
  return pkey;
}

Result<Pkey> make_okp_key(JwkMembers const& jwk, bool is_private) {
  Result<Curve const*> const curve = curve_of(jwk, KeyType::OKP);
  if (!curve) return curve.error();
  Parameters parameters;
  Result<SecretBytes> point = octets_of_size(jwk, x, **curve);
  if (!point) return point.error();
  parameters.add_octets(OSSL_PKEY_PARAM_PUB_KEY, *std::move(point));
  if (is_private) {
    Result<SecretBytes> seed = octets_of_size(jwk, d, **curve);
    if (!seed) return seed.error();
    parameters.add_octets(OSSL_PKEY_PARAM_PRIV_KEY, *std::move(seed));
  }
  Pkey pkey = parameters.make_key((*curve)->openssl_type, selection_for(is_private));
  if (!pkey) return not_a_key("the JWK's x and d are no key on its curve; it is damaged");
  return pkey;
}

struct RsaPart {
  JwkMember member;
  char const* name;
};
constexpr RsaPart kRsaParts[] = {
    {n, OSSL_PKEY_PARAM_RSA_N},          {e, OSSL_PKEY_PARAM_RSA_E},
    {d, OSSL_PKEY_PARAM_RSA_D},          {p, OSSL_PKEY_PARAM_RSA_FACTOR1},
    {q, OSSL_PKEY_PARAM_RSA_FACTOR2},    {dp, OSSL_PKEY_PARAM_RSA_EXPONENT1},
    {dq, OSSL_PKEY_PARAM_RSA_EXPONENT2}, {qi, OSSL_PKEY_PARAM_RSA_COEFFICIENT1},
};
constexpr std::size_t kRsaPublicParts = 2;

Result<Pkey> make_rsa_key(JwkMembers const& jwk, bool is_private) {
  if (jwk.has_other_primes) return not_a_key("the JWK has more than two primes (oth); make an RSA key with two");
  Parameters parameters;
  for (RsaPart const& part : std::span{kRsaParts}.first(is_private ? std::size(kRsaParts) : kRsaPublicParts)) {
    if (is_private && !jwk.has(part.member)) {
      return invalid(part.member, "is missing: a private RSA key needs all of n, e, d, p, q, dp, dq and qi");
    }
    Result<SecretBytes> const value = number(jwk, part.member);
    if (!value) return value.error();
    parameters.add_number(part.name, *value);
  }
  Pkey pkey = parameters.make_key("RSA", selection_for(is_private));
  if (!pkey) return not_a_key("the JWK's numbers are no RSA key; it is damaged");
  return pkey;
}

/// A secret is for the algorithms that it is long enough for (RFC 7518 3.2).
Result<Key::Material> make_oct_key(JwkMembers const& jwk, std::string kid) {
  Result<SecretBytes> secret = octets(jwk, k, kMaxSecretSize);
  if (!secret) return secret.error();
  AlgorithmSet const fit = algorithms_for(KeyType::oct, static_cast<unsigned>(secret->size() * 8), nullptr);
  if (fit.empty()) return invalid(k, "is too short: HS256 needs 32 random octets, HS384 48, HS512 64");
  return make_secret_material(*std::move(secret), fit, std::move(kid), SecretForm::bytes);
}

Result<Key::Material> make_by_type(JwkMembers const& jwk) {
  std::string kid_text{jwk.text(kid)};
  std::string_view const type = jwk.text(kty);
  if (type == "oct") return make_oct_key(jwk, std::move(kid_text));
  bool const is_private = jwk.has(d);
  auto const make = type == "RSA" ? make_rsa_key : type == "EC" ? make_ec_key : type == "OKP" ? make_okp_key : nullptr;
  if (make == nullptr) return invalid(kty, "is not one of RSA, EC, OKP and oct");
  ErrorQueueMark const mark;
  Result<Pkey> pkey = make(jwk, is_private);
  if (!pkey) return pkey.error();
  return make_material(*std::move(pkey), is_private, std::move(kid_text));
}

/// What `use` and `key_ops` leave of the key; an error where that is nothing.
std::optional<Error> restrict_use(Key::Material& material, JwkMembers const& jwk) {
  if (jwk.has(use) && jwk.text(use) != "sig") return invalid(use, "is not \"sig\": the key is not for signatures");
  if (!jwk.has_key_ops) return std::nullopt;
  bool const is_pair = material.is_private && material.type != KeyType::oct;
  material.may_sign = jwk.ops_sign;
  material.may_verify = jwk.ops_verify || (is_pair && jwk.ops_sign);
  if (material.may_verify || (material.is_private && material.may_sign)) return std::nullopt;
  return not_a_key(material.is_private ? "the JWK's key_ops have neither \"sign\" nor \"verify\""
                                       : "the JWK's key_ops have no \"verify\", and it is no private key");
}

std::optional<Error> restrict_algorithm(Key::Material& material, JwkMembers const& jwk) {
  if (!jwk.has(alg)) return std::nullopt;
  std::optional<Algorithm> const algorithm = find_algorithm(jwk.text(alg));
  if (!algorithm || !material.algorithms.contains(*algorithm)) {
    return invalid(alg, "is none that the key is fit for: that would be " + to_string(material.algorithms));
  }
  material.algorithms = {*algorithm};
  return std::nullopt;
}

}  // namespace

Result<Key::Material> make_jwk_material(JwkMembers const& jwk) {
  if (!jwk.ill_typed.empty()) {
    std::string const member{jwk.ill_typed};
    return Error{Errc::invalid_key, member,
                 "the JWK's " + member + " must be " + (member == "key_ops" ? "a list of texts" : "a text")};
  }
  Result<Key::Material> material = make_by_type(jwk);
  if (!material) return material;
  if (auto error = restrict_use(*material, jwk)) return *std::move(error);
  if (auto error = restrict_algorithm(*material, jwk)) return *std::move(error);
  return material;
}

}  // namespace detail

Result<Key> Key::from_jwk(std::string_view jwk) {
  Result<detail::JwkMembers> const members = detail::read_jwk(jwk);
  if (!members) return members.error();
  return of(detail::make_jwk_material(*members));
}

}  // namespace authjwt
