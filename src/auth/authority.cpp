#include "auth/callback.hpp"
#include "auth/settings_check.hpp"
#include "base/printable.hpp"

#include <authjwt/auth/authority.hpp>

#include <algorithm>
#include <cstdio>
#include <stdexcept>
#include <string>

namespace authjwt {
namespace {

Key usable(Result<Key> key, std::string_view setting) {
  if (!key) refuse_settings("authjwt_" + std::string{setting} + ": " + key.error().message());
  return *std::move(key);
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

KeySet configured_keys(Settings const& settings) {
  std::vector<Key> keys;
  if (!settings.secret_key.empty()) keys.push_back(usable(Key::from_secret(settings.secret_key), "secret_key"));
  if (std::optional<Key> key = asymmetric_key(settings)) keys.push_back(*std::move(key));
  Result<KeySet> set = KeySet::from_keys(std::move(keys));
  if (!set) refuse_settings(set.error().message());
  return *std::move(set);
}

/// A key that was given must fit the algorithm it was given for, and something must be able to verify. A service that
/// names the algorithm in each call may have keys that `algorithm` itself does not use.
void check_keys(KeySet const& keys, Settings const& settings) {
  if (keys.empty()) {
    Algorithm const first = accepted_algorithms(settings).front();
    refuse_settings((is_symmetric(first) ? "authjwt_secret_key must be set when using symmetric algorithm "
                                         : "authjwt_public_key must be set when using asymmetric algorithm ") +
                    std::string{name(first)});
  }
  Algorithm const algorithm = algorithm_setting("algorithm", settings.algorithm);
  for (Key const& key : keys.keys()) {
    bool const same_family = key.algorithms().contains(Algorithm::HS256) == is_symmetric(algorithm);
    if (!same_family || key.algorithms().contains(algorithm)) continue;
    refuse_settings("authjwt_algorithm is " + settings.algorithm + ", which does not fit the " + key.description() +
                    " that was given: that one is for " + to_string(key.algorithms()));
  }
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
  policy.require_exp = settings.require_exp;
  policy.access_typ = settings.access_token_typ;
  return policy;
}

// --- doubts: for the log, or a reason not to start
// ---------------------------------------------------------------------

/// RFC 7518 3.2: a key as long as the digest. Shorter ones are common in services that move here.
std::string doubt_about_secret(Authority const& authority) {
  for (Algorithm algorithm : all_algorithms()) {
    bool const in_use =
        algorithm == authority.algorithm() || authority.validator().policy().algorithms.contains(algorithm);
    Key const* key = authority.keys().signing_key(algorithm);
    if (!in_use || key == nullptr || !key->is_short_for(algorithm)) continue;
    return "authjwt_secret_key is an " + key->description() + ", too short for " + std::string{name(algorithm)} +
           " (RFC 7518 3.2) and possibly guessable: make one with `openssl rand -base64 48`";
  }
  return {};
}

/// Python services name the algorithm in each call and may own a key that `algorithm` does not use; if that is not what
/// was meant, nobody would get in and nobody would know why.
std::string doubt_about_keys(Authority const& authority) {
  AlgorithmSet const accepted = authority.validator().policy().algorithms;
  auto const fits = [accepted](Key const& key) { return !(key.algorithms() & accepted).empty(); };
  if (std::ranges::any_of(authority.keys().keys(), fits)) return {};
  return "no key that was given verifies " + to_string(accepted) +
         ": every guard will refuse; set authjwt_algorithm or authjwt_decode_algorithms";
}

std::string doubt_about_log(Authority const& authority) {
  RevocationLog const* log = authority.hooks().revocation_log.get();
  if (log == nullptr || log->is_durable() || !authority.settings().strict) return {};
  return "Hooks::revocation_log is not durable: what is revoked is forgotten when the process ends";
}

void settle_doubts(Authority const& authority) {
  std::vector<std::string> doubts = doubts_about(authority.settings());
  doubts.push_back(doubt_about_secret(authority));
  doubts.push_back(doubt_about_keys(authority));
  doubts.push_back(doubt_about_log(authority));
  std::erase(doubts, std::string{});
  for (std::string const& doubt : doubts) {
    if (authority.settings().strict) refuse_settings(doubt + " (authjwt_strict is set)");
    authority.log(LogLevel::warning, doubt);
  }
}

// --- denylist
// ---------------------------------------------------------------------

std::unique_ptr<Denylist> denylist_of(Settings const& settings, Hooks const& hooks, Clock const& clock) {
  if (settings.denylist_enabled && !hooks.token_in_denylist_loader && hooks.revocation_log == nullptr) {
    // The text of the Python package: never start without the check.
    refuse_settings(
        "A token_in_denylist_callback must be provided via the '@AuthJWT.token_in_denylist_loader' if "
        "authjwt_denylist_enabled is 'True'");
  }
  return hooks.revocation_log == nullptr ? nullptr
                                         : std::make_unique<Denylist>(hooks.revocation_log, clock, hooks.denylist);
}

/// The configured issuer whose tokens are verified here, never the claim.
std::string_view issuer_of(Settings const& settings) noexcept {
  if (settings.decode_issuer) return *settings.decode_issuer;
  return settings.encode_issuer ? std::string_view{*settings.encode_issuer} : std::string_view{};
}

Result<std::string_view> text_of(VerifiedToken const& token, Claim claim) {
  if (std::optional<std::string_view> const text = token.text(claim)) return *text;
  return Error{token.has(claim) ? Errc::invalid_claim : Errc::missing_claim, name(claim)};
}

/// Tokens that were renewed from one another share a `sid`, the `jti` of the first: they are revoked together, or a
/// thief would renew once and be out of reach.
Result<std::string_view> revocation_id_of(VerifiedToken const& token) {
  return text_of(token, token.has(Claim::sid) ? Claim::sid : Claim::jti);
}

Result<void> check_index(Denylist const& denylist, std::string_view issuer, VerifiedToken const& token,
                         std::string_view jti) {
  if (Result<void> answer = denylist.check(issuer, jti); !answer || !token.has(Claim::sid)) return answer;
  Result<std::string_view> const sid = text_of(token, Claim::sid);
  return sid ? denylist.check(issuer, *sid) : sid.error();
}

/// `time` and `more`, or nothing where no date can hold the sum.
std::optional<TimePoint> later(TimePoint time, std::chrono::seconds more) {
  if (time > TimePoint::max() - more) return std::nullopt;
  return time + more;
}

/// Until nothing can accept the token, or one renewed from it, any more: whatever leeway another node has, and with an
/// hour for clocks that differ. Nothing: for ever.
std::optional<TimePoint> keep_until(VerifiedToken const& token, Settings const& settings, TimePoint now) {
  std::optional<TimePoint> ends = token.expires_at();
  if (!ends) return std::nullopt;
  if (settings.implicit_refresh_within) ends = std::max(*ends, now + settings.implicit_refresh_cap);
  return later(*ends, kMaxLeeway + std::chrono::hours{1});
}

}  // namespace

Authority::Authority(Settings settings, Hooks hooks)
    : settings_{checked_settings(std::move(settings))},
      hooks_{std::move(hooks)},
      clock_{hooks_.clock != nullptr ? hooks_.clock : &system_clock()},
      algorithm_{algorithm_setting("algorithm", settings_.algorithm)},
      locations_{locations_of(settings_)},
      keys_{checked_keys(settings_)},
      validator_{policy_of(settings_)},
      denylist_{denylist_of(settings_, hooks_, *clock_)} {
  settle_doubts(*this);
}

Authority::~Authority() = default;

Result<void> Authority::check_revoked(VerifiedToken const& token) const {
  // A log that was given is always heeded: whoever revokes must not find that a setting had switched it off.
  bool const asks_callback = asks_callback_about(token);
  if (!asks_callback && denylist_ == nullptr) return {};
  Result<std::string_view> const jti = text_of(token, Claim::jti);
  if (!jti) return jti.error();
  if (denylist_ != nullptr) {
    if (Result<void> answer = check_index(*denylist_, issuer_of(settings_), token, *jti); !answer) return answer;
  }
  if (!asks_callback) return {};
  return called(*this, "token_in_denylist_loader", [&]() -> Result<void> {
    if (hooks_.token_in_denylist_loader(token)) return Error{Errc::token_revoked, name(Claim::jti)};
    return {};
  });
}

bool Authority::asks_callback_about(VerifiedToken const& token) const {
  if (!settings_.denylist_enabled || !hooks_.token_in_denylist_loader) return false;
  std::optional<std::string_view> const type = token.text(Claim::type);
  auto const& types = settings_.denylist_token_checks;
  return type && std::ranges::find(types, *type) != types.end();
}

Denylist& Authority::writable_denylist() const {
  if (denylist_ == nullptr) throw std::logic_error{"revoke() called without Hooks::revocation_log"};
  return *denylist_;
}

Result<void> Authority::revoke(std::string_view token) const {
  static_cast<void>(writable_denylist());
  Result<VerifiedToken> const authentic = validator_.authenticate(token, keys_);
  return authentic ? revoke(*authentic) : authentic.error();
}

Result<void> Authority::revoke(VerifiedToken const& token) const {
  Denylist& denylist = writable_denylist();
  Result<std::string_view> const id = revocation_id_of(token);
  if (!id) return id.error();
  std::optional<TimePoint> const expires = token.expires_at();
  if (!settings_.implicit_refresh_within && expires && *expires <= now() - settings_.decode_leeway) return {};
  return denylist.revoke({std::string{issuer_of(settings_)}, std::string{*id}, keep_until(token, settings_, now())});
}

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

void log_callback_failure(Authority const& authority, std::string_view name, char const* what) noexcept {
  try {
    authority.log(LogLevel::error, std::string{name} + " failed: " + printable(what, 400));
  } catch (...) {
    authority.log(LogLevel::error, "a callback failed, and there is no memory to say how");
  }
}

}  // namespace authjwt
