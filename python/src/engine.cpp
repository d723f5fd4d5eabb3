#include "engine.hpp"

#include "claims_dict.hpp"
#include "errors.hpp"
#include "python_values.hpp"

#include <authjwt/jose/jws.hpp>

#include <pybind11/stl.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <stdexcept>
#include <utility>

namespace authjwt::binding {
namespace {

namespace py = pybind11;

constexpr char const* kTokenType = "a token must be a string";

/// The machine's time, unless a test has made it stand still.
class ProcessClock final : public Clock {
 public:
  [[nodiscard]] TimePoint now() const noexcept override {
    std::int64_t const seconds = seconds_.load(std::memory_order_relaxed);
    return seconds == kRuns ? system_clock().now() : TimePoint{std::chrono::seconds{seconds}};
  }
  void set(std::optional<std::int64_t> seconds) noexcept { seconds_ = seconds.value_or(kRuns); }

 private:
  static constexpr std::int64_t kRuns = INT64_MIN;
  std::atomic<std::int64_t> seconds_{kRuns};
};

ProcessClock& process_clock() noexcept {
  static ProcessClock clock;
  return clock;
}

/// What the callback raised in the guard that this thread is in: the engine takes it for a check that could not be
/// made, and refuses; the program is to see its own exception.
std::exception_ptr& raised_by_callback() noexcept {
  thread_local std::exception_ptr raised;
  return raised;
}

bool ask(py::object const& callback, VerifiedToken const& token) {
  if (callback.is_none()) {
    throw std::runtime_error{
        "A token_in_denylist_callback must be provided via the '@AuthJWT.token_in_denylist_loader' if "
        "authjwt_denylist_enabled is 'True'"};
  }
  int const is_revoked = PyObject_IsTrue(callback(claims_dict(token.json_text())).ptr());
  if (is_revoked < 0) throw py::error_already_set{};
  return is_revoked == 1;
}

/// Copied and destroyed without the GIL by whoever owns the hooks.
std::shared_ptr<py::object> shared_between_threads(py::object callback) {
  return {new py::object{std::move(callback)}, [](py::object* owned) {
            py::gil_scoped_acquire const gil;
            delete owned;
          }};
}

/// An authority without any key is refused, and yet a request without a token is to be told so: the key of those who
/// have none is one that nobody knows, and `Engine::settle` lets nothing that it verifies pass.
Settings settings_from(py::handle settings, std::string_view secret, bool lacks_key) {
  Settings result = Settings::from_json(object_from(settings));
  result.secret_key = SecretBytes{secret};
  if (!lacks_key || !secret.empty()) return result;
  py::bytes const random = py::module_::import("os").attr("urandom")(32);
  result.secret_key = SecretBytes{std::string_view{random}};
  return result;
}

/// Not by pybind11's conversion, whose error shows all arguments, nor by the codec's, which holds the text.
std::string_view secret_from(py::handle secret) {
  try {
    return view_of(secret, "authjwt_secret_key must be a string");
  } catch (py::error_already_set const&) {
    throw py::value_error{"authjwt_secret_key is a text that UTF-8 cannot hold"};
  }
}

bool has_slow_algorithm(AlgorithmSet accepted) {
  return std::ranges::any_of(all_algorithms(),
                             [&](Algorithm each) { return accepted.contains(each) && !is_symmetric(each); });
}

/// Errors before any key is needed.
bool needs_no_key(Error const& error) noexcept {
  ErrorClass const error_class = error.error_class();
  return error_class == ErrorClass::MissingTokenError || error_class == ErrorClass::InvalidHeaderError ||
         error.code() == Errc::missing_csrf || error.code() == Errc::origin_not_allowed;
}

/// Keeps the names and values of cookies; what else stands in the lines, Starlette writes itself.
class CookieList final : public http::Response {
 public:
  void add_header(std::string_view, std::string_view line) override {
    std::string_view const pair = line.substr(0, line.find(';'));
    std::size_t const equals = pair.find('=');
    cookies_.append(py::make_tuple(to_text(pair.substr(0, equals)), to_text(pair.substr(equals + 1))));
  }
  [[nodiscard]] py::list take() && { return std::move(cookies_); }

 private:
  py::list cookies_;
};

Subject subject_from(py::handle subject) {
  json::value const value = from_python(subject);
  if (json::string const* text = value.if_string()) return std::string_view{*text};
  if (!value.is_int64()) throw py::value_error{"subject is an integer outside 64 bits"};
  return value.get_int64();
}

ExpiresTime expires_from(py::handle expires) {
  if (expires.is_none()) return {};
  if (expires.ptr() == Py_False) return never;
  json::value const seconds = from_python(expires);
  if (!seconds.is_int64()) throw py::value_error{"expires_time is out of range"};
  return std::chrono::seconds{seconds.get_int64()};
}

std::optional<std::chrono::seconds> age_from(py::handle max_age) {
  if (max_age.is_none()) return std::nullopt;
  json::value const seconds = from_python(max_age);
  if (!seconds.is_int64()) throw py::value_error{"max_age is out of range"};
  return std::chrono::seconds{seconds.get_int64()};
}

Audience audience_from(py::handle audience) {
  if (audience.is_none()) return {};
  if (py::isinstance<py::str>(audience)) return Audience(audience.cast<std::string>());  // braces would make a list
  return Audience{audience.cast<std::vector<std::string>>()};
}

template <class Options>
Options options_from(std::optional<Algorithm> algorithm, py::handle headers, py::handle expires, py::handle audience,
                     py::handle user_claims) {
  Options options;
  options.algorithm = algorithm;
  if (!headers.is_none()) options.headers = object_from(headers);
  options.expires_time = expires_from(expires);
  options.audience = audience_from(audience);
  if (!user_claims.is_none()) options.user_claims = object_from(user_claims);
  return options;
}

}  // namespace

void set_time(std::optional<std::int64_t> seconds) noexcept { process_clock().set(seconds); }

void Engine::Log::operator()(LogLevel level, std::string_view text) {
  if (!is_ready) return doubts.emplace_back(text), void();
  if (raised_by_callback()) return;  // the program hears of it by the exception itself
  py::gil_scoped_acquire const gil;
  py::object const logger = py::module_::import("logging").attr("getLogger")("fastapi_jwt_auth");
  logger.attr(level == LogLevel::warning ? "warning" : "error")("%s", to_text(text));
}

Hooks Engine::hooks(py::object denylist_callback) const {
  Hooks hooks;
  hooks.clock = &process_clock();
  hooks.log = [log = log_](LogLevel level, std::string_view text) { (*log)(level, text); };
  auto const callback = shared_between_threads(std::move(denylist_callback));
  hooks.token_in_denylist_loader = [callback](VerifiedToken const& token) {
    py::gil_scoped_acquire const gil;
    try {
      return ask(*callback, token);
    } catch (std::exception const&) {
      raised_by_callback() = std::current_exception();
      throw std::runtime_error{"it raised an exception"};  // the first one may need the GIL to be looked at
    }
  };
  return hooks;
}

Engine::Engine(py::handle settings, py::handle secret, py::object denylist_callback,
               std::optional<std::string> missing_key)
    : missing_key_{std::move(missing_key)},
      has_secret_{!secret_from(secret).empty()},
      authority_{settings_from(settings, secret_from(secret), missing_key_.has_value()),
                 hooks(std::move(denylist_callback))},
      is_slow_{has_slow_algorithm(authority_.validator().policy().algorithms)} {
  log_->is_ready = true;
  if (missing_key_) log_->doubts.clear();  // the error says it better
}

MaybeWithoutGil Engine::without_gil() const { return is_slow_ ? MaybeWithoutGil{std::in_place} : MaybeWithoutGil{}; }

MaybeWithoutGil Engine::without_gil(Algorithm algorithm) const {
  return is_symmetric(algorithm) ? MaybeWithoutGil{} : MaybeWithoutGil{std::in_place};
}

void Engine::forget_raised() noexcept { raised_by_callback() = nullptr; }

void Engine::settle(Result<void> const& answer, bool has_token) const {
  if (std::exception_ptr raised = std::exchange(raised_by_callback(), nullptr)) {
    std::rethrow_exception(std::move(raised));
  }
  bool const key_was_needed = answer ? has_token : !needs_no_key(answer.error());
  if (missing_key_ && key_was_needed) throw std::runtime_error{*missing_key_};
  if (!answer) raise(answer.error());
}

/// A token that is not the request's.
VerifiedToken Engine::verified(py::handle token) const {
  std::string_view const text = view_of(token, kTokenType);
  forget_raised();
  MaybeWithoutGil without = without_gil();
  Result<VerifiedToken> result = authority_.validator().validate(text, authority_.keys(), authority_.now());
  without.reset();
  settle(result ? Result<void>{} : Result<void>{result.error()}, true);
  return *std::move(result);
}

py::object Engine::raw_jwt(py::handle token) const {
  VerifiedToken const verified_token = verified(token);
  return claims_dict(verified_token.json_text());
}

py::object Engine::jti(py::handle token) const {
  VerifiedToken const verified_token = verified(token);
  std::optional<std::string_view> const jti = verified_token.text(Claim::jti);
  if (!jti) raise(Error{Errc::missing_claim, name(Claim::jti)});
  return to_text(*jti);
}

py::object Engine::unverified_headers(py::handle token) const {
  Result<json::object> const headers =
      jws::read_header(view_of(token, kTokenType), authority_.validator().policy().limits);
  if (!headers) raise(headers.error());
  return to_python(*headers);
}

py::list Engine::cookies(bool is_access, py::handle token, py::handle max_age) const {
  CookieList lines;
  std::optional<std::chrono::seconds> const age = age_from(max_age);
  std::string_view const text = view_of(token, kTokenType);
  AuthJWT handle{authority_};
  if (is_access)
    handle.set_access_cookies(text, lines, age);
  else
    handle.set_refresh_cookies(text, lines, age);
  return std::move(lines).take();
}

/// Throws the exceptions of the Python package where there is no such algorithm, or no key of ours for it.
Algorithm Engine::signing_algorithm(py::handle name) const {
  Algorithm const algorithm = name.is_none() ? authority_.algorithm() : algorithm_named(name.cast<std::string>());
  bool const is_ours = has_secret_ || !is_symmetric(algorithm);
  if (authority_.keys().signing_key(algorithm) != nullptr && is_ours) return algorithm;
  std::string const key = is_symmetric(algorithm) ? "authjwt_secret_key must be set when using symmetric algorithm "
                                                  : "authjwt_private_key must be set when using asymmetric algorithm ";
  throw std::runtime_error{key + std::string{authjwt::name(algorithm)}};
}

py::str Engine::create(bool is_access, py::handle subject, bool fresh, py::handle algorithm, py::handle headers,
                       py::handle expires, py::handle audience, py::handle user_claims) const {
  Algorithm const signs = signing_algorithm(algorithm);
  Subject const about = subject_from(subject);
  AuthJWT const handle{authority_};
  std::string token;
  if (is_access) {
    auto options = options_from<AccessTokenOptions>(signs, headers, expires, audience, user_claims);
    options.fresh = fresh;
    MaybeWithoutGil const without = without_gil(signs);
    token = handle.create_access_token(about, options);
  } else {
    auto const options = options_from<RefreshTokenOptions>(signs, headers, expires, audience, user_claims);
    MaybeWithoutGil const without = without_gil(signs);
    token = handle.create_refresh_token(about, options);
  }
  return to_text(token);
}

}  // namespace authjwt::binding
