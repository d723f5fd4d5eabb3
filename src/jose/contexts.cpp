#include "jose/contexts.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace authjwt::detail {
namespace {

constexpr std::size_t kSlots = 16;

struct Owner {
  std::uint64_t key_id = 0;  // no key has this id
  Algorithm algorithm{};
  Use use{};
  bool operator==(Owner const&) const noexcept = default;
};

struct Slot {
  Owner owner;
  std::uint64_t last_used = 0;
  Contexts contexts;
};

class ContextCache {
 public:
  Contexts* find(Owner const& owner) noexcept {
    if (slots_[latest_].owner == owner) return &slots_[latest_].contexts;
    auto const slot = std::ranges::find(slots_, owner, &Slot::owner);
    return slot == slots_.end() ? nullptr : use(*slot);
  }

  Contexts* replace_oldest(Owner const& owner, AlgorithmRow const& row, Key::Material const& key,
                           Prepare prepare) noexcept {
    Slot& slot = *std::ranges::min_element(slots_, {}, &Slot::last_used);
    slot = Slot{};
    if (!prepare(slot.contexts, row, key)) {
      slot = Slot{};
      return nullptr;
    }
    slot.owner = owner;
    return use(slot);
  }

 private:
  Contexts* use(Slot& slot) noexcept {
    slot.last_used = ++uses_;
    latest_ = static_cast<std::size_t>(&slot - slots_.data());
    return &slot.contexts;
  }

  std::array<Slot, kSlots> slots_{};
  std::size_t latest_ = 0;
  std::uint64_t uses_ = 0;
};

using Digests = std::array<EVP_MD const*, 32>;

Digests fetch_digests() noexcept {
  Digests digests{};
  for (AlgorithmRow const& row : all_rows()) {
    if (row.digest == nullptr) continue;
    digests[static_cast<std::size_t>(row.algorithm)] = EVP_MD_fetch(nullptr, row.digest, nullptr);
  }
  return digests;
}

}  // namespace

Contexts* thread_contexts(Use use, AlgorithmRow const& row, Key::Material const& key, Prepare prepare) noexcept {
  thread_local ContextCache cache;
  Owner const owner{key.id, row.algorithm, use};
  if (Contexts* const kept = cache.find(owner)) return kept;
  return cache.replace_oldest(owner, row, key, prepare);
}

EVP_MD const* fetched_digest(AlgorithmRow const& row) noexcept {
  // Never freed: a static key may be used until the last static object is gone.
  static Digests const digests = fetch_digests();
  return digests[static_cast<std::size_t>(row.algorithm)];
}

bool digest(AlgorithmRow const& row, Contexts const& contexts, std::string_view input, unsigned char* out) noexcept {
  EVP_MD_CTX* const context = contexts.digest.get();
  return EVP_DigestInit_ex2(context, fetched_digest(row), nullptr) == 1 &&
         EVP_DigestUpdate(context, input.data(), input.size()) == 1 && EVP_DigestFinal_ex(context, out, nullptr) == 1;
}

bool prepare_for_digest(Contexts& contexts, AlgorithmRow const& row, Key::Material const& key,
                        int (*begin)(EVP_PKEY_CTX*)) noexcept {
  EVP_MD const* const md = fetched_digest(row);
  if (md == nullptr) return false;
  contexts.digest.reset(EVP_MD_CTX_new());
  contexts.pkey.reset(EVP_PKEY_CTX_new_from_pkey(nullptr, key.pkey.get(), nullptr));
  return contexts.digest && contexts.pkey && begin(contexts.pkey.get()) == 1 &&
         EVP_PKEY_CTX_set_signature_md(contexts.pkey.get(), md) == 1;
}

}  // namespace authjwt::detail
