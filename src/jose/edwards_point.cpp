#include "jose/edwards_point.hpp"

#include "jose/openssl_handles.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace authjwt::detail {
namespace {

constexpr std::string_view kDamaged = "the key's public half is no point on its curve; it is damaged";
constexpr std::string_view kSmallOrder =
    "the key's public half is a point of small order, with which anybody could sign";

/// a x^2 + y^2 = 1 + d x^2 y^2 modulo p (RFC 8032 5.1, 5.2), numbers in hexadecimal digits.
struct Edwards {
  std::size_t size;  // of an encoded point
  bool is_twisted;   // a is -1, else 1
  char const* p;
  char const* d;
  char const* order_8;  // the y of such points, of which the other one is its negative; null where there are none
};

constexpr std::array kCurves = {
    Edwards{32, true, "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed",
            "52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3",
            "05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826"},
    Edwards{57, false,
            "fffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffffffffffffffffffffffffffffffffffffffffffffff"
            "ffffff",
            "fffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffffffffffffffffffffffffffffffffffffffffffffff"
            "ff6756",
            nullptr},
};

BigNumber from_hex(char const* digits) noexcept {
  BIGNUM* number = nullptr;
  BN_hex2bn(&number, digits);
  return BigNumber{number};
}

/// y: the encoding without the bit that is the sign of x.
BigNumber y_of(std::string_view encoded) {
  std::string bytes{encoded};
  bytes.back() = static_cast<char>(bytes.back() & 0x7F);
  return BigNumber{
      BN_lebin2bn(reinterpret_cast<unsigned char const*>(bytes.data()), static_cast<int>(bytes.size()), nullptr)};
}

/// 0, 1 and -1 have the orders 4, 1 and 2. True too where there is no memory.
bool has_small_order(Edwards const& curve, BIGNUM const* p, BIGNUM const* y) {
  BigNumber const negative{BN_new()};
  if (!negative || BN_sub(negative.get(), p, y) != 1) return true;
  if (BN_is_zero(y) == 1 || BN_is_one(y) == 1 || BN_is_one(negative.get()) == 1) return true;
  if (curve.order_8 == nullptr) return false;
  BigNumber const other = from_hex(curve.order_8);
  return !other || BN_cmp(y, other.get()) == 0 || BN_cmp(negative.get(), other.get()) == 0;
}

/// Whether there is an x: (y^2 - 1) / (d y^2 - a) is a square (Euler's criterion), and so is the product of the two.
/// False too where there is no memory.
bool has_x(Edwards const& curve, BIGNUM const* p, BIGNUM const* y, BN_CTX* context) {
  BigNumber const d = from_hex(curve.d);
  BigNumber const square{BN_new()};
  BigNumber const denominator{BN_new()};
  BigNumber const exponent{BN_dup(p)};
  if (!d || !square || !denominator || !exponent) return false;
  bool const is_computed =
      BN_mod_sqr(square.get(), y, p, context) == 1 &&
      BN_mod_mul(denominator.get(), d.get(), square.get(), p, context) == 1 &&
      (curve.is_twisted ? BN_add_word(denominator.get(), 1) : BN_sub_word(denominator.get(), 1)) == 1 &&
      BN_sub_word(square.get(), 1) == 1 && BN_mod_mul(square.get(), square.get(), denominator.get(), p, context) == 1 &&
      BN_rshift1(exponent.get(), exponent.get()) == 1 &&
      BN_mod_exp(square.get(), square.get(), exponent.get(), p, context) == 1;
  return is_computed && BN_is_one(square.get()) == 1;
}

}  // namespace

std::string_view complaint_about_point(std::string_view encoded) {
  auto const curve = std::ranges::find(kCurves, encoded.size(), &Edwards::size);
  if (curve == kCurves.end()) return kDamaged;
  BigNumber const p = from_hex(curve->p);
  BigNumber const y = y_of(encoded);
  BigNumberContext const context{BN_CTX_new()};
  if (!p || !y || !context || BN_cmp(y.get(), p.get()) >= 0) return kDamaged;
  if (has_small_order(*curve, p.get(), y.get())) return kSmallOrder;
  return has_x(*curve, p.get(), y.get(), context.get()) ? std::string_view{} : kDamaged;
}

}  // namespace authjwt::detail
