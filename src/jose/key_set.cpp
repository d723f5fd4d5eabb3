#include <authjwt/jose/key_set.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace authjwt {
namespace {

/// What a token with the algorithms of both could not tell apart; empty where it can.
std::string conflict(Key const& one, Key const& other) {
  AlgorithmSet const shared = one.algorithms() & other.algorithms();
  if (shared.empty()) return {};
  std::string const what = "two keys for " + to_string(shared);
  if (one.kid().empty() || other.kid().empty()) return what + ", and one has no kid; give each a kid of its own";
  if (one.kid() == other.kid()) return what + " have the same kid \"" + one.kid() + "\"; give each a kid of its own";
  return {};
}

}  // namespace

Result<KeySet> KeySet::from_keys(std::vector<Key> keys) {
  for (auto key = keys.begin(); key != keys.end(); ++key) {
    for (auto other = std::next(key); other != keys.end(); ++other) {
      if (std::string const text = conflict(*key, *other); !text.empty()) return Error{Errc::invalid_key, "kid", text};
    }
  }
  return KeySet{std::move(keys)};
}

Result<Key const*> KeySet::verification_key(Algorithm algorithm, std::optional<std::string_view> kid) const {
  Key const* found = nullptr;
  for (Key const& key : keys_) {
    if (!key.algorithms().contains(algorithm)) continue;
    if (kid && !key.kid().empty() && key.kid() != *kid) continue;
    if (found != nullptr) return Error{Errc::no_matching_key};
    found = &key;
  }
  if (found == nullptr) return Error{Errc::no_matching_key};
  return found;
}

Key const* KeySet::signing_key(Algorithm algorithm) const noexcept {
  auto const signs = [&](Key const& key) { return key.can_sign() && key.algorithms().contains(algorithm); };
  auto const key = std::ranges::find_if(keys_, signs);
  return key == keys_.end() ? nullptr : &*key;
}

}  // namespace authjwt
