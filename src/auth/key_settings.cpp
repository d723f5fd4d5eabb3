#include "auth/key_settings.hpp"

#include "auth/settings_check.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace authjwt {
namespace {

template <class T>
T usable(Result<T> result, std::string_view setting) {
  if (!result) refuse_settings("authjwt_" + std::string{setting} + ": " + result.error().message());
  return *std::move(result);
}

/// The private key where there is one (it verifies as well), else the public one.
std::optional<Key> asymmetric_key(Settings const& settings) {
  std::optional<Key> public_key;
  if (!settings.public_key.empty()) {
    public_key = usable(Key::from_pem(settings.public_key.expose_secret()), "public_key");
    if (public_key->can_sign())
      refuse_settings("authjwt_public_key holds a private key; give that one as authjwt_private_key");
  }
  if (settings.private_key.empty()) return public_key;
  Key private_key = usable(Key::from_pem(settings.private_key.expose_secret()), "private_key");
  if (!private_key.can_sign())
    refuse_settings("authjwt_private_key holds a public key; give that one as authjwt_public_key");
  if (public_key && !public_key->same_public_key(private_key)) {
    refuse_settings(
        "authjwt_public_key does not belong to authjwt_private_key; leave it out to have it taken from there");
  }
  return private_key;
}

std::vector<Key> single_keys(Settings const& settings) {
  std::vector<Key> keys;
  if (!settings.secret_key.empty()) keys.push_back(usable(Key::from_secret(settings.secret_key), "secret_key"));
  if (std::optional<Key> key = asymmetric_key(settings)) keys.push_back(*std::move(key));
  return keys;
}

/// A key that was given must fit the algorithm it was given for. A service that names the algorithm in each call may
/// have keys that `algorithm` itself does not use.
void check_fit(std::vector<Key> const& keys, Settings const& settings) {
  Algorithm const algorithm = algorithm_setting("algorithm", settings.algorithm);
  for (Key const& key : keys) {
    bool const same_family = key.is_secret() == is_symmetric(algorithm);
    if (!same_family || key.algorithms().contains(algorithm)) continue;
    refuse_settings("authjwt_algorithm is " + settings.algorithm + ", which does not fit the " + key.description() +
                    " that was given: that one is for " + to_string(key.algorithms()));
  }
}

void refuse_to_do_without_keys(Settings const& settings) {
  Algorithm const first = accepted_algorithms(settings).front();
  refuse_settings((is_symmetric(first) ? "authjwt_secret_key must be set when using symmetric algorithm "
                                       : "authjwt_public_key must be set when using asymmetric algorithm ") +
                  std::string{name(first)});
}

/// The set of public keys that a service publishes holds the half of its private key as well: that key goes by the name
/// it has there, and stands in its place.
std::vector<Key> joined(std::vector<Key> keys, std::vector<Key> const& others) {
  std::size_t const own = keys.size();
  for (Key const& other : others) {
    auto const end = keys.begin() + static_cast<std::ptrdiff_t>(own);
    auto const twin = std::find_if(keys.begin(), end, [&](Key const& key) { return key.same_public_key(other); });
    if (twin == end || other.is_private()) {
      keys.push_back(other);
    } else {
      *twin = usable(twin->with_kid(other.kid()).only_for(other.algorithms()), "jwks");
    }
  }
  return keys;
}

bool has_verifier(KeySet const& keys, Settings const& settings) {
  return std::ranges::any_of(accepted_algorithms(settings), [&](Algorithm const algorithm) {
    return std::ranges::any_of(
        keys.keys(), [algorithm](Key const& key) { return key.can_verify() && key.algorithms().contains(algorithm); });
  });
}

}  // namespace

KeySet configured_keys(Settings const& settings) {
  std::vector<Key> keys = single_keys(settings);
  check_fit(keys, settings);
  // A key that stands alone has no name, as in the Python package; among others each needs one.
  MissingKid missing = MissingKid::any;
  if (!settings.jwks.empty()) {
    missing = MissingKid::thumbprint;
    keys = joined(std::move(keys), usable(KeySet::from_jwks(settings.jwks.expose_secret()), "jwks").keys());
  }
  if (keys.empty()) refuse_to_do_without_keys(settings);
  Result<KeySet> set = KeySet::from_keys(std::move(keys), missing);
  if (!set) refuse_settings(set.error().message());
  return *std::move(set);
}

bool has_keys(Settings const& settings) noexcept {
  return !settings.secret_key.empty() || !settings.public_key.empty() || !settings.private_key.empty() ||
         !settings.jwks.empty();
}

std::string doubt_about_jwks(Settings const& settings) {
  if (settings.jwks.empty()) return {};
  Result<KeySet> const set = KeySet::from_jwks(settings.jwks.expose_secret());
  if (!set || set->skipped().empty()) return {};
  SkippedKey const& first = set->skipped().front();
  return "authjwt_jwks: " + std::to_string(set->skipped().size()) +
         " of its keys cannot be used; the first is number " + std::to_string(first.index + 1) + " (kid \"" +
         first.kid + "\"): " + first.reason;
}

KeySet given_keys(KeySet keys, Settings const& settings) {
  if (has_keys(settings)) {
    refuse_settings(
        "keys are given as a KeySet and in the settings as well; leave authjwt_secret_key, authjwt_public_key, "
        "authjwt_private_key and authjwt_jwks out");
  }
  if (keys.empty()) refuse_settings("the KeySet has no keys");
  return keys;
}

void check_next_keys(KeySet const& next, KeySet const& current, Settings const& settings) {
  Algorithm const algorithm = algorithm_setting("algorithm", settings.algorithm);
  if (!has_verifier(next, settings)) refuse_settings("none of the new keys verifies what is accepted here");
  if (current.signing_key(algorithm) != nullptr && next.signing_key(algorithm) == nullptr) {
    refuse_settings("none of the new keys signs with " + settings.algorithm + " (authjwt_algorithm)");
  }
  for (Key const& key : next.keys()) check_next_key(key, settings);
}

void check_next_key(Key const& next, Settings const& settings) {
  std::string const doubt = doubt_about_secret(next, settings);
  if (settings.strict && !doubt.empty()) refuse_settings(doubt + " (authjwt_strict is set)");
}

std::string doubt_about_secret(Key const& key, Settings const& settings) {
  std::vector<Algorithm> in_use = accepted_algorithms(settings);
  in_use.push_back(algorithm_setting("algorithm", settings.algorithm));
  for (Algorithm const algorithm : in_use) {
    if (!key.algorithms().contains(algorithm) || !key.is_short_for(algorithm)) continue;
    return "authjwt_secret_key is an " + key.description() + ", too short for " + std::string{name(algorithm)} +
           " (RFC 7518 3.2) and possibly guessable: make one with `openssl rand -base64 48`";
  }
  return {};
}

}  // namespace authjwt
