#include "jose/jwk_reader.hpp"
#include "jose/key_jwk.hpp"
#include "jose/key_set_index.hpp"
#include "jose/wiped_text.hpp"

#include <algorithm>
#include <string>
#include <utility>

// Sets of keys as JWKS (RFC 7517 5).
namespace authjwt {
namespace {

using detail::JwkMember;
using detail::JwkMembers;

Error invalid(std::string_view message) { return Error{Errc::invalid_key, {}, message}; }

bool mixes_secrets_with_other_keys(std::vector<Key> const& keys) {
  return std::ranges::any_of(keys, &Key::is_secret) && !std::ranges::all_of(keys, &Key::is_secret);
}

/// Whether a token could mean either of the two, had the one not been passed over.
bool is_twin(JwkMembers const& skipped, JwkMembers const& taken, Key const& key) {
  if (skipped.text(JwkMember::kid) != taken.text(JwkMember::kid)) return false;
  if (skipped.text(JwkMember::kty) != taken.text(JwkMember::kty)) return false;
  if (skipped.has(JwkMember::use) && skipped.text(JwkMember::use) != "sig") return false;
  if (!skipped.has(JwkMember::alg)) return true;
  auto const algorithm = find_algorithm(skipped.text(JwkMember::alg));
  return algorithm && key.algorithms().contains(*algorithm);
}

/// The entries of a JWKS, sorted into what can be used and what cannot.
class Entries {
 public:
  explicit Entries(std::vector<JwkMembers> entries) : entries_{std::move(entries)} {}

  void sort(Result<Key> (*read)(JwkMembers const&)) {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      Result<Key> key = read(entries_[i]);
      if (key) {
        keys.push_back(key->named());
        taken_.push_back(i);
      } else {
        skipped.push_back({i, printable(entries_[i].text(JwkMember::kid)), key.error().message()});
      }
    }
  }

  [[nodiscard]] std::optional<Error> complaint() const {
    if (mixes_secrets_with_other_keys(keys)) {
      return invalid(
          "the JWKS holds secrets (kty oct) beside other keys, whose public halves are for publishing; keep secrets in "
          "a set of their own");
    }
    for (SkippedKey const& skip : skipped) {
      JwkMembers const& entry = entries_[skip.index];
      if (!entry.has(JwkMember::kid)) continue;
      for (std::size_t i = 0; i < keys.size(); ++i) {
        if (!is_twin(entry, entries_[taken_[i]], keys[i])) continue;
        return invalid("two keys have the same kid \"" + skip.kid + "\", and one cannot be used: " + skip.reason);
      }
    }
    return std::nullopt;
  }

  std::vector<Key> keys;
  std::vector<SkippedKey> skipped;

 private:
  std::vector<JwkMembers> entries_;
  std::vector<std::size_t> taken_;  // for each of `keys`, its entry
};

}  // namespace

Result<KeySet> KeySet::from_jwks(std::string_view jwks) {
  Result<std::vector<JwkMembers>> members = detail::read_jwks(jwks);
  if (!members) return members.error();
  Entries entries{*std::move(members)};
  entries.sort([](JwkMembers const& entry) { return Key::of(detail::make_jwk_material(entry)); });
  if (auto error = entries.complaint()) return *std::move(error);
  return make(std::move(entries.keys), std::move(entries.skipped));
}

std::vector<SkippedKey> const& KeySet::skipped() const noexcept {
  static std::vector<SkippedKey> const none;
  return index_ ? index_->skipped : none;
}

std::string KeySet::to_public_jwks() const {
  std::string json = R"({"keys":[)";
  for (Key const& key : keys()) {
    if (key.is_secret()) continue;
    if (json.back() != '[') json += ',';
    json += key.to_public_jwk();
  }
  return json += "]}";
}

Result<SecretBytes> KeySet::to_private_jwks() const {
  std::vector<SecretBytes> jwks;
  std::size_t size = 16;
  for (Key const& key : keys()) {
    Result<SecretBytes> jwk =
        key.is_private() ? key.to_private_jwk() : Result<SecretBytes>{SecretBytes{key.to_public_jwk()}};
    if (!jwk) return jwk.error();
    size += jwk->size() + 1;
    jwks.push_back(*std::move(jwk));
  }
  detail::WipedText json{size};
  json.text() += R"({"keys":[)";
  for (SecretBytes const& jwk : jwks) {
    if (json.text().back() != '[') json.text() += ',';
    json.text() += jwk.expose_secret();
  }
  json.text() += "]}";
  return json.secret();
}

}  // namespace authjwt
