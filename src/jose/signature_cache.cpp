#include "jose/signature_cache.hpp"

#include "jose/key_material.hpp"
#include "jose/openssl_handles.hpp"

#include <algorithm>
#include <bit>

namespace authjwt::detail {
namespace {

EVP_MD const* fetched_sha256() noexcept {
  static EVP_MD const* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);  // never freed, as all digests
  return sha256;
}

constexpr std::size_t kMost = std::size_t{1} << 32;
constexpr std::memory_order kRelaxed = std::memory_order_relaxed;  // an entry stands for nothing but itself

}  // namespace

SignatureCache::SignatureCache(std::size_t entries)
    : mask_{std::bit_ceil(std::clamp(entries, kWays, kMost)) / kWays - 1}, sets_{std::make_unique<Set[]>(mask_ + 1)} {}

bool SignatureCache::verify(jws::Compact const& token, Key const& key, Algorithm algorithm) noexcept {
  if (is_symmetric(algorithm)) return jws::verify(token, key, algorithm);
  // A copy of a key has its id, and may be for less.
  if (!key.can_verify() || !key.algorithms().contains(algorithm)) return false;
  std::optional<Digest> const digest = digest_of(token, key);
  if (digest && contains(*digest)) return true;
  if (!jws::verify(token, key, algorithm)) return false;
  if (digest) insert(*digest);
  return true;
}

bool SignatureCache::knows(jws::Compact const& token, Key const& key) const noexcept {
  std::optional<Digest> const digest = digest_of(token, key);
  return digest && contains(*digest);
}

std::optional<SignatureCache::Digest> SignatureCache::digest_of(jws::Compact const& token, Key const& key) noexcept {
  thread_local DigestContext const context{EVP_MD_CTX_new()};
  std::uint64_t const id = key.material_->id;
  Digest digest{};
  bool const is_done = context && EVP_DigestInit_ex2(context.get(), fetched_sha256(), nullptr) == 1 &&
                       EVP_DigestUpdate(context.get(), &id, sizeof id) == 1 &&
                       EVP_DigestUpdate(context.get(), token.text.data(), token.text.size()) == 1 &&
                       EVP_DigestFinal_ex(context.get(), reinterpret_cast<unsigned char*>(digest.data()), nullptr) == 1;
  // The one digest that an empty entry has must not be found there.
  bool const is_empty = digest == Digest{};
  return is_done && !is_empty ? std::optional{digest} : std::nullopt;
}

bool SignatureCache::contains(Digest const& digest) const noexcept {
  return std::ranges::any_of(set_of(digest).entries, [&digest](Entry const& entry) {
    return std::ranges::equal(entry, digest, {}, [](auto const& word) { return word.load(kRelaxed); });
  });
}

void SignatureCache::insert(Digest const& digest) noexcept {
  Set& set = set_of(digest);
  auto const is_empty = [](Entry const& entry) { return entry[0].load(kRelaxed) == 0; };
  auto place = std::ranges::find_if(set.entries, is_empty);
  // Not one that follows from the digest: two tokens that drive each other out would do so for ever.
  if (place == set.entries.end()) place = set.entries.begin() + (inserted_.fetch_add(1, kRelaxed) % kWays);
  for (std::size_t i = 0; i < digest.size(); ++i) (*place)[i].store(digest[i], kRelaxed);
}

}  // namespace authjwt::detail
