#include "auth/background.hpp"
#include "auth/callback.hpp"
#include "auth/key_ring.hpp"
#include "auth/key_settings.hpp"
#include "auth/other_issuers.hpp"
#include "auth/settings_check.hpp"
#include "base/printable.hpp"

#include <authjwt/auth/authority.hpp>

#include <algorithm>
#include <cstdio>
#include <stdexcept>
#include <string>

namespace authjwt {
namespace {

TokenPolicy policy_of(Settings const& settings) {
  TokenPolicy policy;
  for (Algorithm algorithm : accepted_algorithms(settings)) policy.algorithms.insert(algorithm);
  policy.leeway = settings.decode_leeway;
  policy.issuer = settings.decode_issuer;
  policy.audience = settings.decode_audience;
  policy.signature_cache_size = settings.signature_cache_size;
  policy.limits = {.max_token_size = settings.max_token_size, .max_kid_size = settings.max_kid_size};
  policy.require_exp = settings.require_exp;
  policy.access_typ = settings.access_token_typ;
  return policy;
}

// --- doubts: for the log, or a reason not to start
// ---------------------------------------------------------------------

std::string doubt_about_secrets(Authority const& authority) {
  KeySet const keys = authority.keys();
  for (Key const& key : keys.keys()) {
    if (std::string doubt = doubt_about_secret(key, authority.settings()); !doubt.empty()) return doubt;
  }
  return {};
}

/// Python services name the algorithm in each call and may own a key that `algorithm` does not use; if that is not what
/// was meant, nobody would get in and nobody would know why.
std::string doubt_about_keys(Authority const& authority) {
  AlgorithmSet const accepted = authority.validator().policy().algorithms;
  auto const fits = [accepted](Key const& key) { return !(key.algorithms() & accepted).empty(); };
  KeySet const keys = authority.keys();
  if (keys.empty() || std::ranges::any_of(keys.keys(), fits)) return {};
  return "no key that was given verifies " + to_string(accepted) +
         ": every guard will refuse; set authjwt_algorithm or authjwt_decode_algorithms";
}

std::string doubt_about_log(Authority const& authority) {
  RevocationLog* const log = authority.hooks().revocation_log.get();
  if (log == nullptr || !authority.settings().strict || log->is_durable()) return {};
  return "Hooks::revocation_log is not durable, or cannot be asked: what is revoked may be forgotten";
}

void settle_doubts(Authority const& authority) {
  std::vector<std::string> doubts = doubts_about(authority.settings());
  doubts.push_back(doubt_about_secrets(authority));
  doubts.push_back(doubt_about_keys(authority));
  doubts.push_back(doubt_about_jwks(authority.settings()));
  doubts.push_back(doubt_about_log(authority));
  std::erase(doubts, std::string{});
  for (std::string const& doubt : doubts) {
    if (authority.settings().strict) refuse_settings(doubt + " (authjwt_strict is set)");
    authority.log(LogLevel::warning, doubt);
  }
}

// --- denylist
// ---------------------------------------------------------------------

/// What the denylist has to say goes where everything goes.
Denylist::Options with_log(Denylist::Options options, Authority const& authority) {
  if (!options.log) options.log = [&authority](std::string_view text) { authority.log(LogLevel::error, text); };
  return options;
}

std::unique_ptr<Denylist> denylist_of(Settings const& settings, Hooks const& hooks, Clock const& clock,
                                      Authority const& authority) {
  if (settings.denylist_enabled && !hooks.token_in_denylist_loader && hooks.revocation_log == nullptr) {
    // The text of the Python package: never start without the check.
    refuse_settings(
        "A token_in_denylist_callback must be provided via the '@AuthJWT.token_in_denylist_loader' if "
        "authjwt_denylist_enabled is 'True'");
  }
  if (settings.sessions_enabled && (hooks.revocation_log == nullptr || hooks.revocation_log->sessions() == nullptr)) {
    refuse_settings(
        "authjwt_sessions_enabled needs Hooks::revocation_log, and one that keeps sessions: MemoryLog, SqliteLog, "
        "RedisLog");
  }
  if (hooks.revocation_log == nullptr) return nullptr;
  return std::make_unique<Denylist>(hooks.revocation_log, clock, with_log(hooks.denylist, authority));
}

// --- keys
// ---------------------------------------------------------------------

/// A service that lets in the tokens of others alone needs none of its own. One that has a name has lost them.
bool does_without_keys(std::optional<KeySet> const& given, Settings const& settings, Hooks const& hooks) {
  bool const makes_tokens = settings.encode_issuer || settings.decode_issuer || settings.sessions_enabled;
  return !given && !has_keys(settings) && !makes_tokens && !hooks.trusted_issuers.empty();
}

KeySet own_keys(std::optional<KeySet> given, Settings const& settings, Hooks const& hooks) {
  if (does_without_keys(given, settings, hooks)) return {};
  return given ? given_keys(*std::move(given), settings) : configured_keys(settings);
}

Settings own_settings(std::optional<KeySet> const& keys, Settings settings, Hooks const& hooks) {
  bool const has_own_keys = !does_without_keys(keys, settings, hooks);
  return checked_settings(detail::settings_beside(hooks.trusted_issuers, std::move(settings), has_own_keys));
}

std::unique_ptr<detail::OtherIssuers const> other_issuers_of(Settings const& settings, Hooks const& hooks) {
  detail::check_lookup_beside(hooks.trusted_issuers, hooks.user_lookup_loader);
  return std::make_unique<detail::OtherIssuers const>(hooks.trusted_issuers, settings);
}

}  // namespace

Authority::Authority(Settings settings, Hooks hooks) : Authority{std::move(settings), std::move(hooks), std::nullopt} {}

Authority::Authority(KeySet keys, Settings settings, Hooks hooks)
    : Authority{std::move(settings), std::move(hooks), std::optional{std::move(keys)}} {}

Authority::Authority(Settings settings, Hooks hooks, std::optional<KeySet> keys)
    : settings_{own_settings(keys, std::move(settings), hooks)},
      hooks_{std::move(hooks)},
      clock_{hooks_.clock != nullptr ? hooks_.clock : &system_clock()},
      algorithm_{algorithm_setting("algorithm", settings_.algorithm)},
      locations_{locations_of(settings_)},
      key_ring_{std::make_unique<detail::KeyRing>(own_keys(std::move(keys), settings_, hooks_))},
      validator_{policy_of(settings_)},
      other_issuers_{other_issuers_of(settings_, hooks_)},
      denylist_{denylist_of(settings_, hooks_, *clock_, *this)},
      background_{std::make_unique<detail::Background>()} {
  settle_doubts(*this);
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

void log_callback_failure(Authority const& authority, std::string_view name, char const* what) noexcept {
  try {
    authority.log(LogLevel::error, std::string{name} + " failed: " + printable(what, 400));
  } catch (...) {
    authority.log(LogLevel::error, "a callback failed, and there is no memory to say how");
  }
}

}  // namespace authjwt
