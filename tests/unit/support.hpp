#pragma once

#include "base/base64url.hpp"

#include <authjwt/auth/auth_jwt.hpp>
#include <authjwt/jose/jws.hpp>
#include <authjwt/testing/fake_clock.hpp>
#include <authjwt/testing/fake_http.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What several test files share: one secret, one moment, tokens of any text, an authority at that moment.
namespace authjwt::test {

inline constexpr std::string_view kSecret = "the-secret-key-of-at-least-32-bytes";
inline constexpr std::string_view kOtherSecret = "another-secret-of-at-least-32-bytes";
inline constexpr std::string_view kHeader = R"({"alg":"HS256","typ":"JWT"})";
inline constexpr std::int64_t kNow = 1'700'000'000;

inline TimePoint at(std::int64_t seconds) { return TimePoint{std::chrono::seconds{seconds}}; }

inline Key hmac_key(std::string_view secret = kSecret) { return Key::from_secret(secret).value(); }
inline KeySet hmac_keys(std::string_view secret = kSecret) { return KeySet::from_keys({hmac_key(secret)}).value(); }

inline std::string base64(std::string_view bytes) {
  std::string text;
  base64url::append_encoded(text, bytes);
  return text;
}

/// A token of exactly these texts, whatever they say, with a good HS256 signature.
inline std::string sign(std::string_view payload, std::string_view header = kHeader) {
  static Key const key = hmac_key();
  return jws::sign(header, payload, key, Algorithm::HS256).value();
}

/// The same of segments as they stand, be they base64url or not.
inline std::string sign_segments(std::string_view header_segment, std::string_view payload_segment) {
  std::string const input = std::string{header_segment} + "." + std::string{payload_segment};
  return input + "." + base64(hmac_key().sign(Algorithm::HS256, input).value());
}

/// The name of the error's code, or "ok": a text that a failed comparison prints.
template <class T>
std::string outcome(Result<T> const& result) {
  return result ? "ok" : std::string{name(result.error().code())};
}
template <class T>
std::string message(Result<T> const& result) {
  return result ? "ok" : result.error().message();
}

/// The text of the `Exception` that `call` throws; it must be exactly that class.
template <class Exception, class Call>
std::string thrown(Call call) {
  try {
    static_cast<void>(call());
  } catch (Exception const& error) {
    return typeid(error) == typeid(Exception) ? error.what() : "another class";
  }
  return "nothing was thrown";
}

inline Settings secret_settings() { return Settings{.secret_key = kSecret}; }

/// An authority whose clock stands still at `kNow`, and what it logged.
struct Service {
  explicit Service(Settings settings = secret_settings(), Hooks hooks = {})
      : authority{std::move(settings), with_own(std::move(hooks))} {}

  testing::FakeClock clock{at(kNow)};
  std::vector<std::string> log;
  Authority authority;

 private:
  Hooks with_own(Hooks hooks) {
    hooks.log = [this](LogLevel, std::string_view text) { log.emplace_back(text); };
    hooks.clock = &clock;
    return hooks;
  }
};

using testing::FakeRequest;

/// The claims of `token` in the order they stand in it; the test fails where `service` does not believe the token.
inline json::object claims_of(Service const& service, std::string_view token) {
  return AuthJWT{service.authority}.get_raw_jwt(token);
}

}  // namespace authjwt::test
