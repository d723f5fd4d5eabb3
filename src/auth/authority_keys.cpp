#include "auth/key_ring.hpp"
#include "auth/key_settings.hpp"
#include "auth/other_issuers.hpp"
#include "auth/settings_check.hpp"
#include "auth/token_times.hpp"

#include <authjwt/auth/authority.hpp>

#include <optional>
#include <string>
#include <utility>

// Keys that change while the authority is in use.
namespace authjwt {
namespace {

void refuse_change(Result<void> const& done) {
  if (!done) refuse_settings("the keys stay as they are: " + done.error().message());
}

/// What is asked of a service that begins with keys of its own.
void refuse_keys_without_issuer(Settings const& settings, Hooks const& hooks) {
  static_cast<void>(detail::settings_beside(hooks.trusted_issuers, settings, true));
}

/// When the last token that was made until now has expired everywhere; nothing: never.
std::optional<TimePoint> last_expiry(Settings const& settings, TimePoint now) {
  std::optional<std::chrono::seconds> const longest = longest_life(settings);
  return longest ? later(now, *longest + settings.decode_leeway) : std::nullopt;
}

}  // namespace

KeySet Authority::keys() const { return key_ring_->keys(*clock_); }

void Authority::set_keys(KeySet const& keys) {
  refuse_keys_without_issuer(settings_, hooks_);
  check_next_keys(keys, this->keys(), settings_);
  refuse_change(key_ring_->replace(keys));
}

void Authority::publish_key(Key const& key) {
  refuse_keys_without_issuer(settings_, hooks_);
  check_next_key(key, settings_);
  refuse_change(key_ring_->add(key.named()));
}

void Authority::activate_key(std::string_view kid) {
  refuse_change(key_ring_->put_first(kid, algorithm_, validator_.policy().algorithms, last_expiry(settings_, now())));
}

}  // namespace authjwt
