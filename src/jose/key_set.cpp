#include "base/utf8.hpp"
#include "jose/key_set_index.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace authjwt {
namespace {

Error invalid(std::string_view message) { return Error{Errc::invalid_key, "kid", message}; }

}  // namespace

std::optional<Error> KeySet::Index::fill() {
  for (Key const& key : keys) {
    if (!is_utf8(key.kid())) return invalid("a kid must be UTF-8: no token could name it, and no JWKS hold it");
    for (Algorithm const algorithm : all_algorithms()) {
      if (!key.algorithms().contains(algorithm)) continue;
      Row& row = rows[static_cast<std::size_t>(algorithm)];
      if (key.can_sign() && row.signs == nullptr) row.signs = &key;
      if (!key.can_verify()) continue;
      if (auto error = add_verifier(row, key, algorithm)) return error;
    }
  }
  return std::nullopt;
}

/// Two keys that a token could not tell apart are refused.
std::optional<Error> KeySet::Index::add_verifier(Row& row, Key const& key, Algorithm algorithm) {
  bool const is_first = row.verifiers++ == 0;
  std::string const what = "two keys for " + std::string{name(algorithm)};
  if (!is_first && (key.kid().empty() || row.sole->kid().empty())) {
    return invalid(what + ", and one has no kid; give each a kid of its own");
  }
  if (is_first) row.sole = &key;
  if (!row.by_kid.emplace(key.kid(), &key).second) {
    return invalid(what + " have the same kid \"" + printable(key.kid()) + "\"; give each a kid of its own");
  }
  return std::nullopt;
}

Key const* KeySet::Index::verifier(Algorithm algorithm, std::optional<std::string_view> kid) const noexcept {
  Row const& row = rows[static_cast<std::size_t>(algorithm)];
  // `sole` is meant only where it is the only one: with one key, it fits a token without `kid`, and where it has none
  // itself, any token.
  bool const is_alone = row.verifiers == 1;
  if (is_alone && (!kid || row.sole->kid().empty())) return row.sole;
  if (!kid) return nullptr;
  auto const found = row.by_kid.find(*kid);
  return found == row.by_kid.end() ? nullptr : found->second;
}

Result<KeySet> KeySet::from_keys(std::vector<Key> keys, MissingKid missing) {
  if (missing == MissingKid::thumbprint) std::ranges::transform(keys, keys.begin(), &Key::named);
  return make(std::move(keys), {});
}

Result<KeySet> KeySet::make(std::vector<Key> keys, std::vector<SkippedKey> skipped) {
  if (keys.size() > kMaxKeys) return invalid("there are more than " + std::to_string(kMaxKeys) + " keys in the set");
  auto index = std::make_shared<Index>();
  index->keys = std::move(keys);
  index->skipped = std::move(skipped);
  if (auto error = index->fill()) return *std::move(error);
  return KeySet{std::move(index)};
}

Result<Key const*> KeySet::verification_key(Algorithm algorithm, std::optional<std::string_view> kid) const {
  Key const* const found = index_ ? index_->verifier(algorithm, kid) : nullptr;
  if (found == nullptr) return Error{Errc::no_matching_key};
  return found;
}

Key const* KeySet::signing_key(Algorithm algorithm) const noexcept {
  return index_ ? index_->rows[static_cast<std::size_t>(algorithm)].signs : nullptr;
}

KeySet KeySet::isolated() const {
  auto const owner = std::make_shared<std::shared_ptr<Index const>>(index_);
  return KeySet{std::shared_ptr<Index const>{owner, index_.get()}};
}

std::vector<Key> const& KeySet::keys() const noexcept {
  static std::vector<Key> const none;
  return index_ ? index_->keys : none;
}

}  // namespace authjwt
