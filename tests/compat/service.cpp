#include "service.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace authjwt::compat {
namespace {

constexpr std::array<GuardForms, 4> kGuards = {{
    {"jwt_required", &AuthJWT::jwt_required, &AuthJWT::try_jwt_required},
    {"jwt_optional", &AuthJWT::jwt_optional, &AuthJWT::try_jwt_optional},
    {"jwt_refresh_token_required", &AuthJWT::jwt_refresh_token_required, &AuthJWT::try_jwt_refresh_token_required},
    {"fresh_jwt_required", &AuthJWT::fresh_jwt_required, &AuthJWT::try_fresh_jwt_required},
}};

Hooks hooks_of(Clock const& clock, std::optional<std::vector<std::string>> denylisted) {
  Hooks hooks;
  if (denylisted) {
    hooks.token_in_denylist_loader = [jtis = *std::move(denylisted)](VerifiedToken const& token) {
      return std::ranges::find(jtis, token.text(Claim::jti)) != jtis.end();
    };
  }
  // Many recorded secrets are short, and the warning about each is not what is compared.
  hooks.log = [](LogLevel, std::string_view) {};
  hooks.clock = &clock;
  return hooks;
}

}  // namespace

std::string shown(json::value const& value) { return boost::json::serialize(value); }

GuardForms const& guard_named(std::string_view name) {
  for (GuardForms const& guard : kGuards) {
    if (guard.name == name) return guard;
  }
  throw NotACase{"there is no guard \"" + std::string{name} + "\""};
}

Service::Service(Settings settings, TimePoint now, std::optional<std::vector<std::string>> denylisted)
    : clock_{now},
      authority_{std::make_unique<Authority>(std::move(settings), hooks_of(clock_, std::move(denylisted)))} {}

Start start_service(Case const& test) {
  try {
    Settings settings = Settings::from_json(test.settings);
    if (test.source == TokenSource::websocket_cookies)
      settings.websocket_without_origin = true;  // the package asks none
    return {std::make_unique<Service>(std::move(settings), test.now, test.denylisted), {}};
  } catch (ConfigError const& error) {
    return {nullptr, error.what()};
  }
}

std::optional<Mismatch> compare_start(Case const& test, Start const& start) {
  using Kind = Expectation::Kind;
  Expectation const& expect = test.expect;
  bool const started = start.service != nullptr;
  bool const may_refuse = expect.kind == Kind::misconfigured || expect.kind == Kind::raises;
  std::string const got = started ? "a service that starts" : "ConfigError: " + start.refusal;
  if (started && expect.kind != Kind::misconfigured) return std::nullopt;
  if (started) return Mismatch{"misconfigured: " + expect.text.value_or("any text"), got};
  if (!may_refuse) return Mismatch{"a service that starts", got};
  if (expect.text && *expect.text != start.refusal) return Mismatch{"ConfigError: " + *expect.text, got};
  return std::nullopt;
}

}  // namespace authjwt::compat
