#include "create_args.hpp"
#include "service.hpp"

#include <authjwt/token/inspect.hpp>

#include <boost/json/array.hpp>

#include <algorithm>
#include <utility>

namespace authjwt::compat {
namespace {

constexpr std::size_t kUuidSize = 36;

// Shape of RFC 9562, section 5.4: version 4, variant 10.
bool is_uuid_v4(std::string_view text) {
  if (text.size() != kUuidSize || text[14] != '4' ||
      std::string_view{"89ab"}.find(text[19]) == std::string_view::npos) {
    return false;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool const dash = i == 8 || i == 13 || i == 18 || i == 23;
    bool const hex = std::string_view{"0123456789abcdef"}.find(text[i]) != std::string_view::npos;
    if (dash ? text[i] != '-' : !hex) return false;
  }
  return true;
}

bool is_time(std::string_view claim) { return claim == "iat" || claim == "nbf" || claim == "exp"; }
bool is_random(std::string_view claim) { return claim == "jti" || claim == "csrf"; }

bool fits_random(std::int64_t length, json::value const& got) {
  json::string const* text = got.if_string();
  if (text == nullptr || std::cmp_not_equal(text->size(), length)) return false;
  return std::cmp_not_equal(length, kUuidSize) || is_uuid_v4({text->data(), text->size()});
}

bool fits_claim(std::string_view claim, json::value const& expected, json::value const& got, TimePoint now) {
  std::int64_t const* number = expected.if_int64();
  if (number != nullptr && is_random(claim)) return fits_random(*number, got);
  if (number == nullptr || !is_time(claim)) return expected == got;
  std::int64_t const* time = got.if_int64();
  return time != nullptr && *time - now.time_since_epoch().count() == *number;
}

std::vector<std::string> names_of(json::object const& object) {
  std::vector<std::string> names;
  for (auto const& member : object) names.emplace_back(member.key().data(), member.key().size());
  return names;
}

bool fits_claims(json::object const& expected, json::object const& got, TimePoint now) {
  if (expected.size() != got.size()) return false;
  return std::ranges::all_of(expected, [&](auto const& member) {
    json::value const* value = got.if_contains(member.key());
    return value != nullptr && fits_claim(member.key(), member.value(), *value, now);
  });
}

std::string shown_order(std::vector<std::string> const& names) {
  return "order " + shown(json::value(json::array(names.begin(), names.end())));
}

void compare_claims(Case const& test, json::object const& got, Mismatches& mismatches) {
  json::value const& expected = *test.expect.claims;
  if (expected.is_object() && fits_claims(expected.get_object(), got, test.now)) return;
  mismatches.push_back({"claims " + shown(expected) + " at " + std::to_string(test.now.time_since_epoch().count()),
                        "claims " + shown(got)});
}

void compare_token(Case const& test, InspectedToken const& token, Mismatches& mismatches) {
  Expectation const& expect = test.expect;
  // The strict reader refuses a member twice, so equal objects are equal texts but for the order.
  if (expect.header && *expect.header != token.header) {
    mismatches.push_back({"header " + shown(*expect.header), "header " + shown(token.header)});
  }
  if (expect.claims) compare_claims(test, token.claims, mismatches);
  std::vector<std::string> const order = names_of(token.claims);
  if (expect.order && *expect.order != order) mismatches.push_back({shown_order(*expect.order), shown_order(order)});
}

/// The case's own settings, but for what they refuse in a token of another algorithm, issuer or audience.
Settings settings_that_believe(Settings const& settings, InspectedToken const& token, json::object const& args) {
  Settings result = settings;
  json::string const& algorithm = token.header.at("alg").as_string();
  result.decode_algorithms = {std::string{algorithm.data(), algorithm.size()}};
  result.decode_issuer = std::nullopt;
  result.decode_audience = audience_of(args);
  return result;
}

bool replaces_registered_claims(json::object const& args) {
  json::value const* claims = args.if_contains("user_claims");
  if (claims == nullptr || !claims->is_object()) return false;
  auto const names = names_of(claims->get_object());
  return std::ranges::any_of(names, [](std::string const& name) { return find_claim(name).has_value(); });
}

bool has_expired(json::object const& claims, Settings const& settings, TimePoint now) {
  json::value const* exp = claims.if_contains("exp");
  if (exp == nullptr || !exp->is_int64()) return false;
  return exp->get_int64() <= (now - settings.decode_leeway).time_since_epoch().count();
}

/// A token whose claims the guard need not believe must still get past the signature.
void compare_verification(Case const& test, InspectedToken const& token, Result<void> const& answer,
                          Settings const& settings, Mismatches& mismatches) {
  bool const expired = has_expired(token.claims, settings, test.now);
  std::string const got = answer ? "let in" : "\"" + answer.error().message() + "\"";
  if (replaces_registered_claims(test.args)) {
    // The codes of the claims stand behind those of the signature in Errc.
    if (answer || answer.error().code() > Errc::invalid_signature) return;
    mismatches.push_back({"a signature that verifies", got});
  } else if (expired ? !answer && answer.error().code() == Errc::expired : answer.has_value()) {
    return;
  } else {
    mismatches.push_back(
        {expired ? "an expired token with a good signature" : "a token that its own guard lets in", got});
  }
}

void verify_token(Case const& test, Service const& maker, std::string const& text, InspectedToken const& token,
                  Mismatches& mismatches) {
  Service const verifier{settings_that_believe(maker.settings(), token, test.args), test.now};
  Settings const& settings = verifier.settings();
  std::string const value = settings.header_type.empty() ? text : settings.header_type + " " + text;
  testing::FakeRequest const request{{{settings.header_name, value}}};
  AuthJWT handle{verifier.authority(), request};
  bool const is_access = test.function == "create_access_token";
  Result<void> const answer =
      is_access ? handle.try_jwt_required(Location::headers) : handle.try_jwt_refresh_token_required(Location::headers);
  compare_verification(test, token, answer, settings, mismatches);
}

void check_token(Case const& test, Service const& service, std::string const& text, Mismatches& mismatches) {
  Settings const& settings = service.settings();
  Result<InspectedToken> const token = inspect_unverified(text, {settings.max_token_size, settings.max_kid_size});
  if (!token) {
    mismatches.push_back({"a token that can be read", token.error().message()});
    return;
  }
  compare_token(test, *token, mismatches);
  verify_token(test, service, text, *token, mismatches);
}

/// Nothing to compare but that the call was refused, and how.
Mismatches compare_refusal(Expectation const& expect, std::string_view message) {
  if (expect.kind == Expectation::Kind::raises && (!expect.text || *expect.text == message)) return {};
  std::string const expected =
      expect.kind == Expectation::Kind::raises ? "std::invalid_argument: " + *expect.text : "a token";
  return {{expected, "std::invalid_argument: " + std::string{message}}};
}

Mismatches compare_inexpressible(Expectation const& expect, std::string_view what) {
  if (expect.kind == Expectation::Kind::raises) return {};
  return {{"a token", "arguments that do not compile: " + std::string{what}}};
}

Mismatches make_and_compare(Case const& test, Service const& service) {
  AuthJWT const handle{service.authority()};
  std::string text;
  try {
    text = create_token(handle, test.function, test.args);
  } catch (Inexpressible const& problem) {
    return compare_inexpressible(test.expect, problem.what());
  } catch (std::invalid_argument const& error) {
    return compare_refusal(test.expect, error.what());
  }
  if (test.expect.kind == Expectation::Kind::raises) {
    return {{"std::invalid_argument: " + test.expect.text.value_or("any text"), "a token"}};
  }
  Mismatches mismatches;
  check_token(test, service, text, mismatches);
  return mismatches;
}

}  // namespace

Mismatches replay_create(Case const& test) {
  Start const start = start_service(test);
  if (auto mismatch = compare_start(test, start)) return {*mismatch};
  if (start.service == nullptr) return {};
  return make_and_compare(test, *start.service);
}

}  // namespace authjwt::compat
