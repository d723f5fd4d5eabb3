#pragma once

#include <authjwt/auth/settings.hpp>
#include <authjwt/jose/key_set.hpp>

#include <string>

/// The keys that settings give, and what is asked of keys. All of it throws `ConfigError` with a text that says what to
/// do.
namespace authjwt {

/// Those of `secret_key`, `private_key`, `public_key` and `jwks`, which is a set that can be used.
[[nodiscard]] KeySet configured_keys(Settings const& settings);

/// Whether the settings name any key.
[[nodiscard]] bool has_keys(Settings const& settings) noexcept;

/// Of entries of `jwks` that were passed over, for the operator; empty where there are none.
[[nodiscard]] std::string doubt_about_jwks(Settings const& settings);

/// `keys`, of a service whose settings have none.
[[nodiscard]] KeySet given_keys(KeySet keys, Settings const& settings);

/// Of a secret that is too short for an algorithm in use (RFC 7518 3.2), as is common in services that move here; empty
/// for all other keys.
[[nodiscard]] std::string doubt_about_secret(Key const& key, Settings const& settings);

/// Refuses `next` where a service that went on with it instead of `current` could not do its work.
void check_next_keys(KeySet const& next, KeySet const& current, Settings const& settings);
/// Refuses a secret that is too short where `strict` is set.
void check_next_key(Key const& next, Settings const& settings);

}  // namespace authjwt
