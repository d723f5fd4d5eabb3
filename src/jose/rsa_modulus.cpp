#include "jose/rsa_modulus.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace authjwt::detail {
namespace {

constexpr unsigned kLargestPrime = 751;  // SP 800-56B 6.4.2.1 asks for no factor below 752
constexpr unsigned kLargestRocaPrime = 167;

/// For each number, whether it is an odd prime.
constexpr auto kIsOddPrime = [] {
  std::array<bool, kLargestPrime + 1> is_prime{};
  for (unsigned i = 3; i <= kLargestPrime; i += 2) is_prime[i] = true;
  for (unsigned i = 3; i * i <= kLargestPrime; i += 2) {
    for (unsigned multiple = i * i; multiple <= kLargestPrime; multiple += i) is_prime[multiple] = false;
  }
  return is_prime;
}();

constexpr bool is_power_of_65537(std::uint64_t number, std::uint64_t prime) noexcept {
  std::uint64_t power = 1;
  do {
    if (power == number) return true;
    power = power * 65537 % prime;
  } while (power != 1);
  return false;
}

}  // namespace

std::string_view complaint_about_modulus(BIGNUM const* modulus) noexcept {
  if (BN_is_odd(modulus) != 1) return "the RSA key has an even modulus; it is damaged";
  // Nemec et al., "The Return of Coppersmith's Attack" (2017): the primes of these chips are powers of 65537 modulo
  // all small primes, and so is their product; that of others is with a chance below one in a hundred million.
  bool has_roca_fingerprint = true;
  for (unsigned prime = 3; prime <= kLargestPrime; ++prime) {
    if (!kIsOddPrime[prime]) continue;
    std::uint64_t const rest = BN_mod_word(modulus, prime);
    if (rest == 0) return "the RSA key's modulus has a small factor; it is damaged";
    if (prime <= kLargestRocaPrime && has_roca_fingerprint) has_roca_fingerprint = is_power_of_65537(rest, prime);
  }
  if (has_roca_fingerprint) {
    return "the RSA key was made by a chip whose keys can be factored (ROCA, CVE-2017-15361); make a new one elsewhere";
  }
  return {};
}

}  // namespace authjwt::detail
