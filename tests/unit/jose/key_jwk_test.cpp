#include "unit/jose/jwk_support.hpp"

#include <authjwt/jose/key.hpp>

#include <gtest/gtest.h>
#include <openssl/objects.h>

#include <string>
#include <string_view>
#include <vector>

namespace authjwt {
namespace {

using test::jwk_of;
using test::octets_of;
using test::public_jwk_of;
using test::read_jwk;
using test::refuses_jwk;
using test::secret_jwk;
using test::with;
using test::without;

/// One key of each type and curve that a JWK can hold.
std::vector<Key> every_private_key() {
  std::vector<Key> keys{Key::from_secret(std::string(64, 's')).value()};
  keys.push_back(Key::from_pem(test::private_pem(test::shared_rsa())).value());
  for (detail::AlgorithmRow const& row : detail::all_rows()) {
    for (detail::Curve const& curve : row.curves) {
      keys.push_back(Key::from_pem(test::private_pem(test::make_on(curve).get())).value());
    }
  }
  return keys;
}

TEST(KeyFromJwk, reads_every_private_key_that_was_written) {
  for (Key const& key : every_private_key()) {
    Key const again = Key::from_jwk(key.with_kid("k\"1").to_private_jwk().value().expose_secret()).value();
    EXPECT_EQ(again.description(), key.description());
    EXPECT_EQ(again.algorithms(), key.algorithms());
    EXPECT_EQ(again.thumbprint(), key.thumbprint());
    EXPECT_EQ(again.kid(), "k\"1");
    for (Algorithm const algorithm : all_algorithms()) {
      if (!key.algorithms().contains(algorithm)) continue;
      EXPECT_TRUE(key.verify(algorithm, "x", again.sign(algorithm, "x").value())) << name(algorithm);
    }
  }
}

TEST(KeyFromJwk, reads_every_public_key_that_was_written) {
  for (Key const& key : every_private_key()) {
    if (key.is_secret()) continue;
    Key const half = Key::from_jwk(key.to_public_jwk()).value();
    EXPECT_FALSE(half.can_sign());
    EXPECT_FALSE(half.is_private());
    EXPECT_TRUE(half.same_public_key(key));
    EXPECT_EQ(half.algorithms(), key.algorithms());
    EXPECT_EQ(half.to_public_jwk(), key.to_public_jwk());
  }
}

TEST(KeyFromJwk, passes_over_members_that_mean_nothing_to_it) {
  auto const ec = test::make_ec("prime256v1");
  json::object jwk = public_jwk_of(ec.get());
  jwk["x5u"] = "https://example.com";
  jwk["x5c"] = {"AAAA"};
  jwk["ext"] = true;
  jwk["nested"] = {{"d", "AA"}, {"key_ops", {1, 2}}, {"k", nullptr}};
  EXPECT_FALSE(read_jwk(jwk).value().is_private());
}

TEST(KeyFromJwk, refuses_what_is_no_object_of_strict_json) {
  EXPECT_TRUE(refuses_jwk("", "no strict JSON text"));
  EXPECT_TRUE(refuses_jwk("[]", "no JSON object"));
  EXPECT_TRUE(refuses_jwk("\"kty\"", "no JSON object"));
  EXPECT_TRUE(refuses_jwk("null", "no JSON object"));
  EXPECT_TRUE(refuses_jwk("{}", "kty"));
  EXPECT_TRUE(refuses_jwk(R"({"kty":"oct","kty":"oct"})", "duplicate member name"));
  EXPECT_TRUE(refuses_jwk(R"({"kty":"oct","k":"AA",})", "no strict JSON text"));
  EXPECT_TRUE(refuses_jwk(R"({"keys":[]})", "KeySet::from_jwks"));
}

TEST(KeyFromJwk, refuses_a_text_over_one_mebibyte_unread) {
  std::string jwk = json::write(secret_jwk(32));
  jwk.append(kMaxKeyTextSize - jwk.size(), ' ');
  EXPECT_TRUE(Key::from_jwk(jwk));
  EXPECT_TRUE(refuses_jwk(jwk + ' ', "longer than 1 MiB"));
  EXPECT_TRUE(refuses_jwk(std::string(kMaxKeyTextSize + 1, '{'), "longer than 1 MiB"));
}

TEST(KeyFromJwk, refuses_members_of_another_json_type) {
  json::object const rsa = jwk_of(test::shared_rsa());
  for (auto const* member : {"kty", "use", "alg", "kid", "n", "e", "d", "p", "q", "dp", "dq", "qi", "crv", "x", "k"}) {
    for (json::value const& value : {json::value(1), json::value(nullptr), json::value(true),
                                     json::value(json::array{"AQAB"}), json::value(json::object{{"a", "b"}})}) {
      EXPECT_TRUE(refuses_jwk(with(rsa, member, value), std::string{member} + " must be a text")) << member;
    }
  }
}

TEST(KeyFromJwk, refuses_key_types_and_curves_without_a_row) {
  auto const ec = test::make_ec("prime256v1");
  json::object const jwk = public_jwk_of(ec.get());
  for (auto const* type : {"", "ec", "RSA ", "OCT", "AKP", "none"}) {
    EXPECT_TRUE(refuses_jwk(with(jwk, "kty", type), "not one of RSA, EC, OKP and oct")) << type;
  }
  for (auto const* curve : {"", "p-256", "P-224", "Ed25519", "X25519", "BP-256"}) {
    EXPECT_TRUE(refuses_jwk(with(jwk, "crv", curve), "P-256, P-384, P-521, secp256k1")) << curve;
  }
  EXPECT_TRUE(refuses_jwk(without(jwk, "crv"), "crv"));
  auto const x25519 =
      json::object{{"kty", "OKP"}, {"crv", "X25519"}, {"x", "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg"}};
  EXPECT_TRUE(refuses_jwk(x25519, "Ed25519, Ed448"));
}

TEST(KeyFromJwk, refuses_the_members_of_one_type_under_another) {
  auto const ec = test::make_ec("prime256v1");
  auto const ed = test::make_of_type("ED25519");
  EXPECT_TRUE(refuses_jwk(with(jwk_of(ec.get()), "kty", "RSA"), "missing"));
  EXPECT_TRUE(refuses_jwk(with(jwk_of(ec.get()), "kty", "oct"), "JWK's k is missing"));
  EXPECT_TRUE(refuses_jwk(with(jwk_of(ec.get()), "kty", "OKP"), "crv"));
  EXPECT_TRUE(refuses_jwk(with(jwk_of(ed.get()), "kty", "EC"), "crv"));
  EXPECT_TRUE(refuses_jwk(with(jwk_of(test::shared_rsa()), "kty", "EC"), "crv"));
}

TEST(KeyFromJwk, refuses_a_missing_member) {
  auto const ec = test::make_ec("prime256v1");
  auto const ed = test::make_of_type("ED25519");
  for (auto const* member : {"x", "y"}) {
    EXPECT_TRUE(refuses_jwk(without(public_jwk_of(ec.get()), member), std::string{"JWK's "} + member + " is missing"));
  }
  EXPECT_TRUE(refuses_jwk(without(public_jwk_of(ed.get()), "x"), "x is missing"));
  EXPECT_TRUE(refuses_jwk(without(public_jwk_of(test::shared_rsa()), "n"), "n is missing"));
  EXPECT_TRUE(refuses_jwk(without(public_jwk_of(test::shared_rsa()), "e"), "e is missing"));
  EXPECT_TRUE(refuses_jwk(without(secret_jwk(32), "k"), "k is missing"));
}

TEST(KeyFromJwk, refuses_all_but_canonical_base64url) {
  auto const ec = test::make_ec("prime256v1");
  json::object const jwk = jwk_of(ec.get());
  std::string const x{std::string_view{jwk.at("x").as_string()}};
  for (std::string const& bad : {x.substr(0, 42) + "+", x.substr(0, 42) + "/", x.substr(0, 42) + "=", " " + x.substr(1),
                                 x.substr(0, 41) + "=="}) {
    EXPECT_TRUE(refuses_jwk(with(jwk, "x", bad), "canonical base64url")) << bad;
  }
  EXPECT_TRUE(refuses_jwk(with(jwk, "x", x + "="), "x is too long"));
  std::string loose = x;  // the last letter of 32 octets holds two bits that must be zero
  loose.back() = static_cast<char>(loose.back() + 1);
  EXPECT_TRUE(refuses_jwk(with(jwk, "x", loose), "canonical base64url"));
  EXPECT_TRUE(refuses_jwk(with(jwk, "d", "!"), "d is not canonical base64url"));
}

TEST(KeyFromJwk, refuses_coordinates_of_any_other_length_than_the_curves) {
  for (auto const* group : {"prime256v1", "secp384r1", "secp521r1", "secp256k1"}) {
    auto const ec = test::make_ec(group);
    json::object const jwk = jwk_of(ec.get());
    for (auto const* member : {"x", "y", "d"}) {
      std::string const octets = octets_of(jwk, member);
      EXPECT_TRUE(refuses_jwk(with(jwk, member, test::encoded(octets.substr(1))), "too short")) << member;
      EXPECT_TRUE(refuses_jwk(with(jwk, member, test::encoded('\0' + octets)), "too long")) << member;
      EXPECT_TRUE(refuses_jwk(with(jwk, member, ""), "too short")) << member;
    }
  }
  for (auto const* type : {"ED25519", "ED448"}) {
    auto const key = test::make_of_type(type);
    json::object const jwk = jwk_of(key.get());
    for (auto const* member : {"x", "d"}) {
      std::string const octets = octets_of(jwk, member);
      EXPECT_TRUE(refuses_jwk(with(jwk, member, test::encoded(octets.substr(1))), "too short")) << member;
      EXPECT_TRUE(refuses_jwk(with(jwk, member, test::encoded(octets + '\0')), "too long")) << member;
    }
  }
}

TEST(KeyFromJwk, refuses_a_point_off_its_curve) {
  auto const ec = test::make_ec("prime256v1");
  json::object const jwk = public_jwk_of(ec.get());
  std::string octets = octets_of(jwk, "y");
  octets.back() = static_cast<char>(octets.back() ^ 1);
  EXPECT_TRUE(refuses_jwk(with(jwk, "y", test::encoded(octets)), "no point on its curve"));
  EXPECT_TRUE(refuses_jwk(with(jwk, "x", test::encoded(std::string(32, '\xff'))), "no point on its curve"));
  std::string const zero = test::encoded(std::string(32, '\0'));
  EXPECT_TRUE(refuses_jwk(with(with(jwk, "x", zero), "y", zero), "no point on its curve"));
}

/// The order of `group`, plus `offset`, in `size` octets.
std::string order_plus(char const* group, unsigned offset, std::size_t size) {
  std::unique_ptr<EC_GROUP, detail::Release<EC_GROUP_free>> const curve{EC_GROUP_new_by_curve_name(OBJ_sn2nid(group))};
  test::BigNumber const order{BN_dup(EC_GROUP_get0_order(curve.get()))};
  BN_add_word(order.get(), offset);
  std::string octets(size, '\0');
  test::require(BN_bn2binpad(order.get(), detail::bytes(octets.data()), static_cast<int>(size)) > 0);
  return octets;
}

/// x and y of `scalar` times the generator, with `d` instead of it.
json::object with_scalar(EVP_PKEY* pkey, std::string_view d) { return with(jwk_of(pkey), "d", test::encoded(d)); }

TEST(KeyFromJwk, refuses_a_private_scalar_of_zero_or_from_the_order_on) {
  for (auto const* group : {"prime256v1", "secp384r1", "secp256k1"}) {
    auto const ec = test::make_ec(group);
    std::size_t const size = octets_of(jwk_of(ec.get()), "d").size();
    EXPECT_FALSE(read_jwk(with_scalar(ec.get(), std::string(size, '\0'))));
    EXPECT_FALSE(read_jwk(with_scalar(ec.get(), order_plus(group, 0, size))));
    EXPECT_FALSE(read_jwk(with_scalar(ec.get(), std::string(size, '\xff'))));
  }
}

TEST(KeyFromJwk, refuses_a_private_scalar_that_is_right_but_for_the_order_added) {
  // G has the scalar 1: n + 1 signs as well, but is a second text for the same key.
  json::object jwk{{"kty", "EC"},
                   {"crv", "P-256"},
                   {"x", "axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY"},
                   {"y", "T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"}};
  std::string one(32, '\0');
  one.back() = '\1';
  EXPECT_TRUE(read_jwk(with(jwk, "d", test::encoded(one))));
  EXPECT_FALSE(read_jwk(with(jwk, "d", test::encoded(order_plus("prime256v1", 1, 32)))));
}

TEST(KeyFromJwk, refuses_halves_that_do_not_belong_together) {
  for (auto const* type : {"ED25519", "ED448"}) {
    auto const one = test::make_of_type(type);
    auto const other = test::make_of_type(type);
    EXPECT_TRUE(refuses_jwk(with(jwk_of(one.get()), "d", jwk_of(other.get()).at("d")), "does not fit its public half"));
  }
  auto const one = test::make_ec("secp521r1");
  auto const other = test::make_ec("secp521r1");
  EXPECT_TRUE(refuses_jwk(with(jwk_of(one.get()), "d", jwk_of(other.get()).at("d")), "does not fit its public half"));
}

TEST(KeyFromJwk, refuses_rsa_numbers_with_a_leading_zero_octet_or_none_at_all) {
  json::object const jwk = jwk_of(test::shared_rsa());
  for (auto const* member : {"n", "e", "d", "p", "q", "dp", "dq", "qi"}) {
    std::string const octets = octets_of(jwk, member);
    EXPECT_TRUE(refuses_jwk(with(jwk, member, test::encoded('\0' + octets)), "starts with a zero octet")) << member;
    EXPECT_TRUE(refuses_jwk(with(jwk, member, "AA"), "starts with a zero octet")) << member;
    EXPECT_TRUE(refuses_jwk(with(jwk, member, ""), "is empty")) << member;
  }
}

TEST(KeyFromJwk, refuses_rsa_numbers_over_8192_bits_before_they_are_decoded) {
  json::object const jwk = jwk_of(test::shared_rsa());
  for (auto const* member : {"n", "e", "d", "p", "q", "dp", "dq", "qi"}) {
    EXPECT_TRUE(refuses_jwk(with(jwk, member, test::encoded(std::string(1025, '\xff'))), "is too long")) << member;
    EXPECT_TRUE(refuses_jwk(with(jwk, member, std::string(500'000, '!')), "is too long")) << member;
  }
}

TEST(KeyFromJwk, refuses_a_private_rsa_key_without_all_of_its_parts) {
  json::object const jwk = jwk_of(test::shared_rsa());
  for (auto const* member : {"p", "q", "dp", "dq", "qi"}) {
    EXPECT_TRUE(refuses_jwk(without(jwk, member), "needs all of n, e, d, p, q, dp, dq and qi")) << member;
  }
  json::object only_d = without(without(without(without(without(jwk, "p"), "q"), "dp"), "dq"), "qi");
  EXPECT_TRUE(refuses_jwk(only_d, "needs all of n, e, d, p, q, dp, dq and qi"));
  EXPECT_TRUE(refuses_jwk(with(jwk, "oth", json::array{}), "more than two primes"));
}

TEST(KeyFromJwk, refuses_a_private_rsa_key_with_one_part_of_another) {
  json::object const jwk = jwk_of(test::shared_rsa());
  json::object const other = jwk_of(test::other_rsa());
  for (auto const* member : {"n", "d", "p", "q", "dp", "dq", "qi"}) {
    EXPECT_TRUE(refuses_jwk(with(jwk, member, other.at(member)), "do not belong together")) << member;
  }
  EXPECT_TRUE(refuses_jwk(with(jwk, "e", "Aw"), "do not belong together"));
}

TEST(KeyFromJwk, refuses_rsa_sizes_and_exponents_as_everywhere) {
  auto const number = [](BIGNUM const* value) {
    std::string octets(static_cast<std::size_t>(BN_num_bytes(value)), '\0');
    BN_bn2bin(value, detail::bytes(octets.data()));
    return test::encoded(octets);
  };
  auto const jwk = [&](int bits, std::string_view e) {
    return with(with(json::object{{"kty", "RSA"}}, "n", number(test::modulus_of(bits).get())), "e", e);
  };
  EXPECT_TRUE(refuses_jwk(jwk(2047, "AQAB"), "too short"));
  EXPECT_TRUE(read_jwk(jwk(2048, "AQAB")));
  EXPECT_TRUE(read_jwk(jwk(8192, "AQAB")));
  EXPECT_TRUE(refuses_jwk(jwk(2048, "AQ"), "exponent"));
  EXPECT_TRUE(refuses_jwk(jwk(2048, "AgAAAAE"), "exponent"));
}

TEST(KeyFromJwk, takes_a_secret_only_where_it_is_long_enough_for_an_algorithm) {
  EXPECT_TRUE(refuses_jwk(json::object{{"kty", "oct"}, {"k", ""}}, "too short"));
  EXPECT_TRUE(refuses_jwk(secret_jwk(31), "HS256 needs 32"));
  EXPECT_EQ(read_jwk(secret_jwk(32)).value().algorithms(), AlgorithmSet{Algorithm::HS256});
  EXPECT_EQ(read_jwk(secret_jwk(48)).value().algorithms(), (AlgorithmSet{Algorithm::HS256, Algorithm::HS384}));
  EXPECT_TRUE(refuses_jwk(with(secret_jwk(63), "alg", "HS512"), "HS256, HS384"));
  EXPECT_TRUE(read_jwk(with(secret_jwk(64), "alg", "HS512")));
  EXPECT_TRUE(read_jwk(with(secret_jwk(32), "k", test::encoded(std::string(64 * 1024, 'k')))));
  EXPECT_TRUE(refuses_jwk(with(secret_jwk(32), "k", test::encoded(std::string(64 * 1024 + 1, 'k'))), "too long"));
}

TEST(KeyFromJwk, refuses_a_public_text_as_the_secret) {
  std::string const pem = test::public_pem(test::shared_rsa());
  std::string const jwk = json::write(public_jwk_of(test::shared_rsa()));
  for (std::string const& text : {pem, test::der_of(pem), test::certificate_pem(test::shared_rsa()), jwk}) {
    EXPECT_TRUE(refuses_jwk(with(secret_jwk(32), "k", test::encoded(text)), "the secret is a"));
  }
}

TEST(KeyFromJwk, leaves_the_algorithm_that_alg_names_alone) {
  json::object const rsa = jwk_of(test::shared_rsa());
  Key const key = read_jwk(with(rsa, "alg", "PS384")).value();
  EXPECT_EQ(key.algorithms(), AlgorithmSet{Algorithm::PS384});
  EXPECT_FALSE(key.verify(Algorithm::RS256, "x", read_jwk(rsa)->sign(Algorithm::RS256, "x").value()));
  EXPECT_THROW((void)key.sign(Algorithm::RS384, "x"), std::logic_error);
  for (auto const* alg : {"", "rs256", "ES256", "HS256", "none", "RSA-OAEP", "A128GCM"}) {
    EXPECT_TRUE(refuses_jwk(with(rsa, "alg", alg), "alg is none that the key is fit for")) << alg;
  }
  auto const ec = test::make_ec("secp384r1");
  EXPECT_TRUE(refuses_jwk(with(jwk_of(ec.get()), "alg", "ES256"), "that would be ES384"));
}

TEST(KeyFromJwk, refuses_a_key_for_another_use) {
  json::object const rsa = public_jwk_of(test::shared_rsa());
  EXPECT_TRUE(read_jwk(without(rsa, "use")));
  for (auto const* use : {"enc", "", "SIG", "tls"}) {
    EXPECT_TRUE(refuses_jwk(with(rsa, "use", use), "not for signatures")) << use;
  }
}

TEST(KeyFromJwk, does_only_what_key_ops_names) {
  json::object const secret = secret_jwk(32);
  Key const signs = read_jwk(with(secret, "key_ops", json::array{"sign"})).value();
  Key const verifies = read_jwk(with(secret, "key_ops", json::array{"encrypt", "verify"})).value();
  EXPECT_TRUE(signs.can_sign());
  EXPECT_FALSE(signs.can_verify());
  std::string const mac = signs.sign(Algorithm::HS256, "x").value();
  EXPECT_FALSE(signs.verify(Algorithm::HS256, "x", mac));
  EXPECT_TRUE(verifies.verify(Algorithm::HS256, "x", mac));
  EXPECT_FALSE(verifies.can_sign());
  EXPECT_THROW((void)verifies.sign(Algorithm::HS256, "x"), std::logic_error);
  for (json::array const& ops : {json::array{}, json::array{"encrypt", "decrypt"}, json::array{"sign, verify"}}) {
    EXPECT_TRUE(refuses_jwk(with(secret, "key_ops", json::value(ops)), "neither \"sign\" nor \"verify\""));
  }
}

TEST(KeyFromJwk, verifies_with_the_public_half_of_a_key_that_signs) {
  auto const ec = test::make_ec("prime256v1");
  Key const pair = read_jwk(with(jwk_of(ec.get()), "key_ops", json::array{"sign"})).value();
  EXPECT_TRUE(pair.can_sign());
  EXPECT_TRUE(pair.verify(Algorithm::ES256, "x", pair.sign(Algorithm::ES256, "x").value()));
  Key const verifies = read_jwk(with(jwk_of(ec.get()), "key_ops", json::array{"verify"})).value();
  EXPECT_FALSE(verifies.can_sign());
  EXPECT_TRUE(verifies.can_verify());
  EXPECT_TRUE(refuses_jwk(with(public_jwk_of(ec.get()), "key_ops", json::array{"sign"}), "have no \"verify\""));
}

TEST(KeyFromJwk, refuses_key_ops_that_are_no_list_of_texts) {
  for (json::value const& ops : {json::value("sign"), json::value(nullptr), json::value(json::object{{"sign", true}}),
                                 json::value(json::array{"sign", 1}), json::value(json::array{json::array{"sign"}}),
                                 json::value(json::array{"sign", json::object{}})}) {
    EXPECT_TRUE(refuses_jwk(with(secret_jwk(32), "key_ops", ops), "key_ops must be a list of texts"));
  }
}

TEST(KeyFromJwk, keeps_what_the_key_may_do_when_it_is_written_again) {
  for (json::array const& ops : {json::array{"sign"}, json::array{"verify"}}) {
    Key const key = read_jwk(with(secret_jwk(32), "key_ops", json::value(ops))).value();
    Key const again = Key::from_jwk(key.to_private_jwk().value().expose_secret()).value();
    EXPECT_EQ(again.can_sign(), key.can_sign());
    EXPECT_EQ(again.can_verify(), key.can_verify());
  }
}

TEST(KeyFromJwk, never_tells_what_the_text_holds) {
  json::object jwk = jwk_of(test::shared_rsa());
  for (auto const* member : {"kty", "alg", "use", "d", "n"}) {
    auto const key = read_jwk(with(jwk, member, "hunter2!"));
    ASSERT_FALSE(key);
    EXPECT_EQ(key.error().message().find("hunter2"), std::string::npos) << member;
  }
}

TEST(KeyFromJwk, leaves_the_error_queue_empty) {
  ERR_clear_error();
  (void)read_jwk(with(public_jwk_of(test::shared_rsa()), "n", test::encoded(std::string(300, '\x01'))));
  auto const ec = test::make_ec("prime256v1");
  (void)read_jwk(with(public_jwk_of(ec.get()), "x", test::encoded(std::string(32, '\xff'))));
  (void)read_jwk(jwk_of(ec.get()));
  EXPECT_EQ(ERR_peek_error(), 0U);
}

}  // namespace
}  // namespace authjwt
