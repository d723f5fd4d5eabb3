#include "service.hpp"

#include <boost/core/demangle.hpp>

#include <typeinfo>
#include <variant>

namespace authjwt::compat {
namespace {

constexpr std::array<std::string_view, 2> kParserTexts = {"Invalid header string: ", "Invalid payload string: "};
constexpr std::string_view kNoSubject = "KeyError: 'sub'";

/// An exception of the package, from the guard or from `get_jwt_subject()` after it.
struct Refusal {
  std::string error;
  std::int64_t status_code = 0;
  std::string message;
  bool by_guard = true;

  bool operator==(Refusal const&) const = default;
};

/// What the two getters give; null stands for nobody.
struct LetIn {
  json::value subject;
  json::value claims;

  bool operator==(LetIn const&) const = default;
};

using Outcome = std::variant<LetIn, Refusal>;

Refusal refusal_of(AuthJWTException const& error, bool by_guard) {
  std::string const type = boost::core::demangle(typeid(error).name());
  std::size_t const scope = type.rfind(':');
  return {type.substr(scope == std::string::npos ? 0 : scope + 1), error.status_code(), error.message(), by_guard};
}

Refusal refusal_of(Error const& error, bool by_guard) {
  try {
    throw_exception_from_error(error, BOOST_CURRENT_LOCATION);
  } catch (AuthJWTException const& exception) {
    return refusal_of(exception, by_guard);
  }
}

std::string describe(Outcome const& outcome) {
  if (auto const* refusal = std::get_if<Refusal>(&outcome)) {
    return refusal->error + " " + std::to_string(refusal->status_code) + " \"" + refusal->message +
           (refusal->by_guard ? "\" from the guard" : "\" from get_jwt_subject()");
  }
  auto const& in = std::get<LetIn>(outcome);
  return "subject " + shown(in.subject) + ", claims " + shown(in.claims);
}

LetIn let_in(AuthJWT const& handle, std::optional<Subject> const& subject) {
  json::object const* claims = handle.get_raw_jwt();
  LetIn result;
  if (subject) result.subject = subject->to_json();
  if (claims != nullptr) result.claims = *claims;
  return result;
}

Outcome read_throwing(AuthJWT const& handle) {
  try {
    return let_in(handle, handle.get_jwt_subject());
  } catch (AuthJWTException const& error) {
    return refusal_of(error, false);
  }
}

Outcome read_trying(AuthJWT const& handle) {
  Result<std::optional<Subject>> const subject = handle.try_get_jwt_subject();
  if (!subject) return refusal_of(subject.error(), false);
  return let_in(handle, *subject);
}

Outcome call_throwing(AuthJWT& handle, GuardForms const& guard, TokenFrom from) {
  try {
    (handle.*guard.throwing)(from);
  } catch (AuthJWTException const& error) {
    return refusal_of(error, true);
  }
  return read_throwing(handle);
}

Outcome call_trying(AuthJWT& handle, GuardForms const& guard, TokenFrom from) {
  Result<void> const answer = (handle.*guard.trying)(from);
  if (!answer) return refusal_of(answer.error(), true);
  return read_trying(handle);
}

/// After a refusal by the guard, the handle must say nothing of the token.
void check_silence(AuthJWT const& handle, Outcome const& outcome, Mismatches& mismatches) {
  auto const* refusal = std::get_if<Refusal>(&outcome);
  if (refusal == nullptr || !refusal->by_guard) return;
  if (Outcome const left = read_throwing(handle); left != Outcome{LetIn{}}) {
    mismatches.push_back({"nothing to read after the guard has refused", describe(left)});
  }
}

void check_twin(std::string_view form, Outcome const& outcome, Outcome const& twin, Mismatches& mismatches) {
  if (twin == outcome) return;
  mismatches.push_back(
      {"the same from " + std::string{form} + " as from the guard: " + describe(outcome), describe(twin)});
}

TokenFrom source_of(Case const& test) {
  switch (test.source) {
    case TokenSource::websocket_token: return WebSocketToken{test.websocket_text};
    case TokenSource::websocket_cookies: return WebSocketCookies{test.websocket_text};
    case TokenSource::request: break;
  }
  return {};
}

Outcome call_all_forms(Service const& service, Case const& test, GuardForms const& guard, Mismatches& mismatches) {
  testing::FakeRequest const request{test.headers, test.method};
  TokenFrom const from = source_of(test);
  AuthJWT throwing{service.authority(), request};
  Outcome outcome = call_throwing(throwing, guard, from);
  check_silence(throwing, outcome, mismatches);

  AuthJWT trying{service.authority(), request};
  Outcome const twin = call_trying(trying, guard, from);
  check_silence(trying, twin, mismatches);
  check_twin("try_" + std::string{guard.name}, outcome, twin, mismatches);

  Outcome const again = call_throwing(trying, guard, from);
  check_silence(trying, again, mismatches);
  check_twin("a second call on one handle", outcome, again, mismatches);
  return outcome;
}

bool same_message(std::string_view expected, std::string_view got) {
  for (std::string_view prefix : kParserTexts) {
    if (expected.starts_with(prefix)) return got.starts_with(prefix);
  }
  return expected == got;
}

// A WebSocket that is refused before the upgrade is an HTTP answer.
std::int64_t http_status(std::int64_t status) { return status == 1008 ? 401 : status; }

bool fits_refusal(Expectation const& expect, Outcome const& outcome) {
  auto const* refusal = std::get_if<Refusal>(&outcome);
  if (refusal == nullptr) return false;
  if (expect.error && *expect.error != refusal->error) return false;
  if (expect.status_code && http_status(*expect.status_code) != refusal->status_code) return false;
  return !expect.text || same_message(*expect.text, refusal->message);
}

bool fits_let_in(Expectation const& expect, Outcome const& outcome) {
  auto const* in = std::get_if<LetIn>(&outcome);
  if (in == nullptr) return false;
  if (expect.subject && *expect.subject != in->subject) return false;
  return !expect.claims || *expect.claims == in->claims;
}

bool is_clean_422(Refusal const& refusal) {
  bool const known = refusal.error == "JWTDecodeError" || refusal.error == "InvalidHeaderError";
  return known && refusal.status_code == 422 && !refusal.message.empty();
}

bool fits_peer_breaks(Expectation const& expect, Outcome const& outcome) {
  auto const* refusal = std::get_if<Refusal>(&outcome);
  if (refusal == nullptr || !is_clean_422(*refusal)) return false;
  return refusal->by_guard != (expect.text == kNoSubject);
}

bool fits(Expectation const& expect, Outcome const& outcome) {
  switch (expect.kind) {
    case Expectation::Kind::let_in: return fits_let_in(expect, outcome);
    case Expectation::Kind::refused: return fits_refusal(expect, outcome);
    case Expectation::Kind::peer_breaks: return fits_peer_breaks(expect, outcome);
    case Expectation::Kind::misconfigured:
    case Expectation::Kind::created:
    case Expectation::Kind::cookies:
    case Expectation::Kind::raises: break;
  }
  throw NotACase{"a guard cannot do what \"expect\" says"};
}

std::string quoted_or(std::optional<std::string> const& text, std::string_view otherwise) {
  return text ? "\"" + *text + "\"" : std::string{otherwise};
}

std::string describe(Expectation const& expect) {
  switch (expect.kind) {
    case Expectation::Kind::let_in:
      return "subject " + (expect.subject ? shown(*expect.subject) : "of any kind") + ", claims " +
             (expect.claims ? shown(*expect.claims) : "of any kind");
    case Expectation::Kind::refused:
      return expect.error.value_or("any AuthJWTException") + " " +
             (expect.status_code ? std::to_string(http_status(*expect.status_code)) : "of any status") + " " +
             quoted_or(expect.text, "with any message");
    default:
      return "a clean 422 JWTDecodeError or InvalidHeaderError" +
             std::string{expect.text == kNoSubject ? " from get_jwt_subject()" : " from the guard"} +
             ", where the Python package breaks with " + quoted_or(expect.text, "an exception");
  }
}

}  // namespace

Mismatches replay_verify(Case const& test) {
  GuardForms const& guard = guard_named(test.function);
  Start const start = start_service(test);
  if (auto mismatch = compare_start(test, start)) return {*mismatch};
  if (start.service == nullptr) return {};

  Mismatches mismatches;
  Outcome const outcome = call_all_forms(*start.service, test, guard, mismatches);
  if (!fits(test.expect, outcome)) mismatches.push_back({describe(test.expect), describe(outcome)});
  return mismatches;
}

}  // namespace authjwt::compat
