// Settings as JSON: read or refused with `ConfigError`, and what was read makes an authority that lets nobody in who
// has no token of its own.
#include "fuzz/fuzz.hpp"

#include <authjwt/auth/exceptions.hpp>

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace authjwt::fuzz {
namespace {

std::optional<Settings> read(std::string_view text) {
  try {
    return Settings::from_json(text);
  } catch (ConfigError const& error) {
    require(error.what()[0] != '\0', "a refusal says why");
    return std::nullopt;
  }
}

std::string made_by(Authority const& authority) {
  try {
    return AuthJWT{authority}.create_access_token("test");
  } catch (std::invalid_argument const&) {
    return {};  // no key signs, or the token would be larger than the settings allow
  }
}

void use(Authority const& authority) {
  std::string const own = made_by(authority);
  require(own.size() <= authority.settings().max_token_size, "no token is larger than the settings allow");
  Result<VerifiedToken> const verified = authority.validator().authenticate(own, authority.keys());
  if (verified) require(verified->subject().value().text() == "test", "its own token comes back");

  // Of another service, with a secret that no seed has.
  std::string const foreign =
      jws::sign(test::kHeader, kAccessClaims, test::hmac_key("a secret of another service, 32 bytes"), Algorithm::HS256)
          .value();
  auto const request = test::FakeRequest::with_bearer(foreign);
  AuthJWT handle{authority, request};
  require(!handle.try_jwt_required(Location::headers), "a foreign token is refused whatever the settings");
}

}  // namespace

void run(std::string_view input) {
  std::optional<Settings> const settings = read(input);
  if (!settings) return;
  testing::FakeClock const clock{test::at(test::kNow)};
  Hooks hooks{.log = [](LogLevel, std::string_view) {}, .clock = &clock};
  hooks.token_in_denylist_loader = [](VerifiedToken const&) { return false; };
  std::optional<Authority> authority;
  try {
    authority.emplace(*settings, std::move(hooks));
  } catch (ConfigError const&) {
    return;
  }
  use(*authority);
}

}  // namespace authjwt::fuzz
