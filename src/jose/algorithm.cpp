#include "jose/algorithm_table.hpp"

#include <authjwt/jose/algorithm.hpp>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace authjwt {
namespace detail {
namespace {

constexpr std::array kP256{Curve{"P-256", "EC", "prime256v1", 64}};
constexpr std::array kP384{Curve{"P-384", "EC", "secp384r1", 96}};
constexpr std::array kP521{Curve{"P-521", "EC", "secp521r1", 132}};
constexpr std::array kSecp256k1{Curve{"secp256k1", "EC", "secp256k1", 64}};
constexpr std::array kEdwards{Curve{"Ed25519", "ED25519", "", 64}, Curve{"Ed448", "ED448", "", 114}};
constexpr std::span<Curve const> kNoCurve{};

constexpr std::array kRows{
    AlgorithmRow{Algorithm::HS256, "HS256", KeyType::oct, kNoCurve, "SHA256", 32, 256, &kHmac},
    AlgorithmRow{Algorithm::HS384, "HS384", KeyType::oct, kNoCurve, "SHA384", 48, 384, &kHmac},
    AlgorithmRow{Algorithm::HS512, "HS512", KeyType::oct, kNoCurve, "SHA512", 64, 512, &kHmac},
    AlgorithmRow{Algorithm::RS256, "RS256", KeyType::RSA, kNoCurve, "SHA256", 32, 2048, &kRsaPkcs1},
    AlgorithmRow{Algorithm::RS384, "RS384", KeyType::RSA, kNoCurve, "SHA384", 48, 2048, &kRsaPkcs1},
    AlgorithmRow{Algorithm::RS512, "RS512", KeyType::RSA, kNoCurve, "SHA512", 64, 2048, &kRsaPkcs1},
    AlgorithmRow{Algorithm::PS256, "PS256", KeyType::RSA, kNoCurve, "SHA256", 32, 2048, &kRsaPss},
    AlgorithmRow{Algorithm::PS384, "PS384", KeyType::RSA, kNoCurve, "SHA384", 48, 2048, &kRsaPss},
    AlgorithmRow{Algorithm::PS512, "PS512", KeyType::RSA, kNoCurve, "SHA512", 64, 2048, &kRsaPss},
    AlgorithmRow{Algorithm::ES256, "ES256", KeyType::EC, kP256, "SHA256", 32, 256, &kEcdsa},
    AlgorithmRow{Algorithm::ES384, "ES384", KeyType::EC, kP384, "SHA384", 48, 384, &kEcdsa},
    AlgorithmRow{Algorithm::ES512, "ES512", KeyType::EC, kP521, "SHA512", 64, 521, &kEcdsa},
    AlgorithmRow{Algorithm::ES256K, "ES256K", KeyType::EC, kSecp256k1, "SHA256", 32, 256, &kEcdsa},
    AlgorithmRow{Algorithm::EdDSA, "EdDSA", KeyType::OKP, kEdwards, nullptr, 0, 253, &kEddsa},
};

constexpr bool rows_stand_in_the_order_of_the_enum() {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (static_cast<std::size_t>(kRows[i].algorithm) != i) return false;
  }
  return true;
}
static_assert(rows_stand_in_the_order_of_the_enum(), "row_of() finds a row by its place");
static_assert(kRows.size() <= 32, "AlgorithmSet holds 32");

constexpr auto kAlgorithms = [] {
  std::array<Algorithm, kRows.size()> algorithms{};
  std::ranges::transform(kRows, algorithms.begin(), &AlgorithmRow::algorithm);
  return algorithms;
}();

bool has_curve(AlgorithmRow const& row, Curve const* curve) noexcept {
  if (curve == nullptr) return row.curves.empty();
  return std::ranges::find(row.curves, curve->name, &Curve::name) != row.curves.end();
}

}  // namespace

std::span<AlgorithmRow const> all_rows() noexcept { return kRows; }

AlgorithmRow const& row_of(Algorithm algorithm) noexcept { return kRows[static_cast<std::size_t>(algorithm)]; }

AlgorithmSet algorithms_for(KeyType type, unsigned bits, Curve const* curve) noexcept {
  AlgorithmSet fit;
  for (AlgorithmRow const& row : kRows) {
    if (row.type == type && bits >= row.minimum_bits && has_curve(row, curve)) fit.insert(row.algorithm);
  }
  return fit;
}

}  // namespace detail

std::string_view name(Algorithm algorithm) noexcept { return detail::row_of(algorithm).name; }

std::optional<Algorithm> find_algorithm(std::string_view name) noexcept {
  auto const row = std::ranges::find(detail::kRows, name, &detail::AlgorithmRow::name);
  if (row == detail::kRows.end()) return std::nullopt;
  return row->algorithm;
}

Algorithm algorithm_named(std::string_view name) {
  if (auto const found = find_algorithm(name)) return *found;
  throw std::invalid_argument{"Algorithm " + std::string{name} + " could not be found"};
}

bool is_symmetric(Algorithm algorithm) noexcept { return detail::row_of(algorithm).type == detail::KeyType::oct; }

std::span<Algorithm const> all_algorithms() noexcept { return detail::kAlgorithms; }

std::string to_string(AlgorithmSet algorithms) {
  std::string names;
  for (Algorithm algorithm : all_algorithms()) {
    if (!algorithms.contains(algorithm)) continue;
    if (!names.empty()) names += ", ";
    names += name(algorithm);
  }
  return names;
}

}  // namespace authjwt
