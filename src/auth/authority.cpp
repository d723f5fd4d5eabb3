#include "auth/extractor.hpp"
#include "base/printable.hpp"
#include "base/utf8.hpp"
#include "http/ascii.hpp"

#include <authjwt/auth/authority.hpp>

#include <algorithm>
#include <cstdio>
#include <string>

namespace authjwt {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds kMaxLeeway = 24h;
constexpr std::size_t kLargestTokenSize = 1024 * 1024;

[[noreturn]] void refuse(std::string const& text) { throw ConfigError{text}; }

Algorithm algorithm_setting(std::string_view setting, std::string const& value) {
  if (std::optional<Algorithm> const algorithm = find_algorithm(value)) return *algorithm;
  std::string known;
  for (Algorithm algorithm : all_algorithms()) known += (known.empty() ? "" : ", ") + std::string{name(algorithm)};
  refuse("authjwt_" + std::string{setting} + ": Algorithm " + printable(value, 16) + " could not be found; there are " +
         known);
}

std::vector<Algorithm> accepted_algorithms(Settings const& settings) {
  if (settings.decode_algorithms.empty()) return {algorithm_setting("algorithm", settings.algorithm)};
  std::vector<Algorithm> accepted;
  for (std::string const& name : settings.decode_algorithms) {
    accepted.push_back(algorithm_setting("decode_algorithms", name));
  }
  return accepted;
}

// --- keys
// -------------------------------------------------------------------------------------------------------------

Key usable(Result<Key> key, std::string_view setting) {
  if (!key) refuse("authjwt_" + std::string{setting} + ": " + key.error().message());
  return *std::move(key);
}

/// The private key where there is one (it verifies as well), else the public one.
std::optional<Key> asymmetric_key(Settings const& settings) {
  std::optional<Key> public_key;
  if (!settings.public_key.empty()) {
    public_key = usable(Key::from_pem(settings.public_key.expose_secret()), "public_key");
    if (public_key->can_sign()) refuse("authjwt_public_key holds a private key; give that one as authjwt_private_key");
  }
  if (settings.private_key.empty()) return public_key;
  Key private_key = usable(Key::from_pem(settings.private_key.expose_secret()), "private_key");
  if (!private_key.can_sign()) refuse("authjwt_private_key holds a public key; give that one as authjwt_public_key");
  if (public_key && !public_key->same_public_key(private_key)) {
    refuse("authjwt_public_key does not belong to authjwt_private_key; leave it out to have it taken from there");
  }
  return private_key;
}

KeySet configured_keys(Settings const& settings) {
  std::vector<Key> keys;
  if (!settings.secret_key.empty()) keys.push_back(usable(Key::from_secret(settings.secret_key), "secret_key"));
  if (std::optional<Key> key = asymmetric_key(settings)) keys.push_back(*std::move(key));
  Result<KeySet> set = KeySet::from_keys(std::move(keys));
  if (!set) refuse(set.error().message());
  return *std::move(set);
}

/// A key that was given must fit the algorithm it was given for, and something must be able to verify. A service that
/// names the algorithm in each call may have keys that `algorithm` itself does not use.
void check_keys(KeySet const& keys, Settings const& settings) {
  if (keys.empty()) {
    Algorithm const first = accepted_algorithms(settings).front();
    refuse((is_symmetric(first) ? "authjwt_secret_key must be set when using symmetric algorithm "
                                : "authjwt_public_key must be set when using asymmetric algorithm ") +
           std::string{name(first)});
  }
  Algorithm const algorithm = algorithm_setting("algorithm", settings.algorithm);
  for (Key const& key : keys.keys()) {
    bool const same_family = key.algorithms().contains(Algorithm::HS256) == is_symmetric(algorithm);
    if (!same_family || key.algorithms().contains(algorithm)) continue;
    refuse("authjwt_algorithm is " + settings.algorithm + ", which does not fit the " + key.description() +
           " that was given: that one is for " + to_string(key.algorithms()));
  }
}

// --- names and numbers
// ------------------------------------------------------------------------------------------------

void check_headers(Settings const& settings) {
  if (!http::is_token(settings.header_name)) refuse("authjwt_header_name is not a name that HTTP allows for a header");
  if (!settings.header_type.empty() && !http::is_token(settings.header_type)) {
    refuse("authjwt_header_type must be one word that HTTP allows, or empty for a header that is the token alone");
  }
}

void check_locations(Settings const& settings) {
  if (settings.token_location.empty()) refuse("authjwt_token_location is empty; it must name at least \"headers\"");
  for (std::string const& location : settings.token_location) {
    auto const is_it = [&location](Extractor const& extractor) { return extractor.location == location; };
    if (std::ranges::any_of(extractors(), is_it)) continue;
    refuse(location == "cookies" ? "authjwt_token_location: cookies are not supported by this version; use \"headers\""
                                 : "authjwt_token_location may only hold \"headers\"");
  }
}

void check_lifetime(std::string_view setting, Lifetime lifetime) {
  if (lifetime.is_never() || (lifetime.seconds() >= 1s && lifetime.seconds() <= Lifetime::kLongest)) return;
  refuse("authjwt_" + std::string{setting} + " must be at least one second and at most a thousand years, or never");
}

void check_times(Settings const& settings) {
  check_lifetime("access_token_expires", settings.access_token_expires);
  check_lifetime("refresh_token_expires", settings.refresh_token_expires);
  if (settings.decode_leeway < 0s || settings.decode_leeway > kMaxLeeway) {
    refuse("authjwt_decode_leeway must be between 0 seconds and a day");
  }
}

void check_text(std::string_view setting, std::string_view text) {
  if (text.empty()) refuse("authjwt_" + std::string{setting} + " must not be empty; leave it out for none");
  if (!is_utf8(text)) refuse("authjwt_" + std::string{setting} + " must be UTF-8");
}

void check_issuer_and_audience(Settings const& settings) {
  if (settings.encode_issuer) check_text("encode_issuer", *settings.encode_issuer);
  if (settings.decode_issuer) check_text("decode_issuer", *settings.decode_issuer);
  if (settings.decode_audience.is_list() && settings.decode_audience.empty()) {
    refuse("authjwt_decode_audience is an empty list, which no token could satisfy; leave it out for no audience");
  }
  for (std::string const& audience : settings.decode_audience.names()) check_text("decode_audience", audience);
}

void check_limits(Settings const& settings) {
  if (settings.max_token_size < 256 || settings.max_token_size > kLargestTokenSize) {
    refuse("authjwt_max_token_size must be between 256 bytes and 1 MiB");
  }
  if (settings.max_kid_size < 1 || settings.max_kid_size > settings.max_token_size) {
    refuse("authjwt_max_kid_size must be between 1 byte and authjwt_max_token_size");
  }
}

void check_denylist(Settings const& settings) {
  if (!settings.denylist_enabled) return;
  // The text of the Python package. There is no callback to give in this version: never start without the check.
  refuse(
      "A token_in_denylist_callback must be provided via the '@AuthJWT.token_in_denylist_loader' if "
      "authjwt_denylist_enabled is 'True'");
}

Settings checked(Settings settings) {
  check_locations(settings);
  check_headers(settings);
  check_times(settings);
  check_issuer_and_audience(settings);
  check_limits(settings);
  check_denylist(settings);
  return settings;
}

KeySet checked_keys(Settings const& settings) {
  KeySet keys = configured_keys(settings);
  check_keys(keys, settings);
  return keys;
}

TokenPolicy policy_of(Settings const& settings) {
  TokenPolicy policy;
  for (Algorithm algorithm : accepted_algorithms(settings)) policy.algorithms.insert(algorithm);
  policy.leeway = settings.decode_leeway;
  policy.issuer = settings.decode_issuer;
  policy.audience = settings.decode_audience;
  policy.limits = {.max_token_size = settings.max_token_size, .max_kid_size = settings.max_kid_size};
  return policy;
}

/// RFC 7518 3.2: a key as long as the digest. Shorter ones are common in services that move here, so they only warn.
void warn_about_short_secrets(Authority const& authority) {
  for (Algorithm algorithm : all_algorithms()) {
    bool const in_use =
        algorithm == authority.algorithm() || authority.validator().policy().algorithms.contains(algorithm);
    Key const* key = authority.keys().signing_key(algorithm);
    if (!in_use || key == nullptr || !key->is_short_for(algorithm)) continue;
    authority.log(LogLevel::warning,
                  "authjwt_secret_key is an " + key->description() + ", too short for " + std::string{name(algorithm)} +
                      " (RFC 7518 3.2) and possibly guessable: make one with `openssl rand -base64 48`");
    return;
  }
}

/// Python services name the algorithm in each call and may own a key that `algorithm` does not use; if that is not what
/// was meant, nobody would get in and nobody would know why.
void warn_about_missing_verification_key(Authority const& authority) {
  AlgorithmSet const accepted = authority.validator().policy().algorithms;
  auto const fits = [accepted](Key const& key) { return !(key.algorithms() & accepted).empty(); };
  if (std::ranges::any_of(authority.keys().keys(), fits)) return;
  authority.log(LogLevel::warning, "no key that was given verifies " + to_string(accepted) +
                                       ": every guard will refuse; set authjwt_algorithm or authjwt_decode_algorithms");
}

}  // namespace

Authority::Authority(Settings settings, Hooks hooks)
    : settings_{checked(std::move(settings))},
      hooks_{std::move(hooks)},
      clock_{hooks_.clock != nullptr ? hooks_.clock : &system_clock()},
      algorithm_{algorithm_setting("algorithm", settings_.algorithm)},
      keys_{checked_keys(settings_)},
      validator_{policy_of(settings_)} {
  warn_about_short_secrets(*this);
  warn_about_missing_verification_key(*this);
}

Authority::~Authority() = default;

void Authority::log(LogLevel level, std::string_view text) const noexcept {
  try {
    if (hooks_.log) return hooks_.log(level, text);
    std::string const line =
        std::string{level == LogLevel::warning ? "authjwt warning: " : "authjwt error: "} + std::string{text} + "\n";
    std::fputs(line.c_str(), stderr);
  } catch (...) {  // a log that fails must not decide about a request
    return;
  }
}

}  // namespace authjwt
