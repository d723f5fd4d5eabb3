#pragma once

#include <authjwt/auth/exceptions.hpp>
#include <authjwt/auth/settings.hpp>
#include <authjwt/base/clock.hpp>
#include <authjwt/jose/key_set.hpp>
#include <authjwt/token/validator.hpp>

#include <functional>
#include <memory>
#include <string_view>

namespace authjwt {

enum class LogLevel : std::uint8_t { warning, error };

/// What an `Authority` calls, or asks. Every callback may be called from any thread at once.
/// The order of the fields is API; new ones are appended.
struct Hooks {
  /// Receives warnings (a short secret) and the text of unexpected errors; never a token or a key.
  /// Without it they go to standard error.
  std::function<void(LogLevel, std::string_view)> log = {};
  /// The time; must outlive the `Authority`. Null: the machine's clock.
  Clock const* clock = nullptr;
};

/// One configuration, checked: keys parsed, names resolved, everything a request needs prepared.
/// Immutable, thread-safe, neither copied nor moved; must outlive every `AuthJWT` made from it. One per configuration,
/// as many as wanted in one process.
class Authority {
 public:
  /// Throws `ConfigError`, with a text that says what to do, for settings that cannot work: no usable key, a key that
  /// does not fit `algorithm`, a public key that is not the private one's, a name that HTTP does not allow, ...
  explicit Authority(Settings settings, Hooks hooks = {});
  Authority(Authority const&) = delete;
  Authority& operator=(Authority const&) = delete;
  ~Authority();

  [[nodiscard]] Settings const& settings() const noexcept { return settings_; }
  [[nodiscard]] KeySet const& keys() const noexcept { return keys_; }
  [[nodiscard]] Validator const& validator() const noexcept { return validator_; }
  /// `Settings::algorithm`.
  [[nodiscard]] Algorithm algorithm() const noexcept { return algorithm_; }
  [[nodiscard]] TimePoint now() const noexcept { return clock_->now(); }
  /// To the log callback, or to standard error. What the callback throws is swallowed.
  void log(LogLevel level, std::string_view text) const noexcept;

 private:
  Settings settings_;
  Hooks hooks_;
  Clock const* clock_;
  Algorithm algorithm_;
  KeySet keys_;
  Validator validator_;
};

}  // namespace authjwt
