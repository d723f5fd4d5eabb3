#pragma once

#include "case.hpp"
#include "replay.hpp"

#include <authjwt/auth/auth_jwt.hpp>
#include <authjwt/testing/fake_clock.hpp>
#include <authjwt/testing/fake_http.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace authjwt::compat {

/// One line of text that shows `value`.
[[nodiscard]] std::string shown(json::value const& value);

/// A guard in both of its forms.
struct GuardForms {
  std::string_view name;
  void (AuthJWT::*throwing)(TokenFrom);
  Result<void> (AuthJWT::*trying)(TokenFrom);
};
/// Throws `NotACase` for a name that is none of the package's four.
[[nodiscard]] GuardForms const& guard_named(std::string_view name);

/// The service of a case: its settings, with the clock standing still.
class Service {
 public:
  /// Throws `ConfigError`.
  Service(Settings settings, TimePoint now, std::optional<std::vector<std::string>> denylisted = {});

  [[nodiscard]] Authority const& authority() const noexcept { return *authority_; }
  [[nodiscard]] Settings const& settings() const noexcept { return authority_->settings(); }

 private:
  testing::FakeClock clock_;
  std::unique_ptr<Authority> authority_;
};

/// Either a service, or the text with which it refuses to start.
struct Start {
  std::unique_ptr<Service> service;
  std::string refusal;
};
[[nodiscard]] Start start_service(Case const& test);

/// The mismatch, if any, between `test` and a service that did not start, or that did and should not have.
[[nodiscard]] std::optional<Mismatch> compare_start(Case const& test, Start const& start);

}  // namespace authjwt::compat
