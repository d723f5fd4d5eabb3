#include "case.hpp"

#include <array>
#include <chrono>
#include <initializer_list>

namespace authjwt::compat {
namespace {

constexpr std::int64_t kRecordedNow = 1'700'000'000;
constexpr std::int64_t kLatestNow = std::int64_t{1} << 53;  // sums with any duration of a case stay in range

// Cases are the work of people we know: these bounds stop an accident, not an attack, and let the attacks inside the
// cases through to the library.
constexpr json::Limits kCaseLimits{.max_size = std::size_t{64} << 20, .max_depth = 1000};

[[noreturn]] void wrong(std::string_view field, std::string_view demand) {
  throw NotACase{"\"" + std::string{field} + "\" must be " + std::string{demand}};
}

json::value const* find(json::object const& object, std::string_view field) { return object.if_contains(field); }

std::string text_of(json::value const& value, std::string_view field) {
  json::string const* text = value.if_string();
  if (text == nullptr) wrong(field, "a text");
  return std::string{text->data(), text->size()};
}

std::int64_t integer_of(json::value const& value, std::string_view field) {
  std::int64_t const* integer = value.if_int64();
  if (integer == nullptr) wrong(field, "an integer");
  return *integer;
}

json::object object_at(json::object const& from, std::string_view field) {
  json::value const* value = find(from, field);
  if (value == nullptr) return {};
  json::object const* object = value->if_object();
  if (object == nullptr) wrong(field, "an object");
  return *object;
}

std::optional<std::string> text_at(json::object const& from, std::string_view field) {
  json::value const* value = find(from, field);
  if (value == nullptr) return std::nullopt;
  return text_of(*value, field);
}

std::optional<json::value> value_at(json::object const& from, std::string_view field) {
  json::value const* value = find(from, field);
  if (value == nullptr) return std::nullopt;
  return *value;
}

bool has_any(json::object const& object, std::initializer_list<std::string_view> fields) {
  for (std::string_view field : fields) {
    if (object.contains(field)) return true;
  }
  return false;
}

bool is_true(json::value const* value) { return value != nullptr && value->is_bool() && value->get_bool(); }

CaseKind kind_of(json::object const& line) {
  if (line.contains("calls")) return CaseKind::cookies;
  if (line.contains("call")) return CaseKind::create;
  if (line.contains("guard")) return CaseKind::verify;
  throw NotACase{"no \"guard\", \"call\" or \"calls\""};
}

std::vector<std::string> texts_at(json::object const& from, std::string_view field) {
  std::vector<std::string> texts;
  json::value const* list = find(from, field);
  if (list == nullptr) return texts;
  if (!list->is_array()) wrong(field, "a list of texts");
  for (json::value const& item : list->get_array()) texts.push_back(text_of(item, field));
  return texts;
}

/// Null is the same as nothing.
std::string optional_text_at(json::object const& from, std::string_view field) {
  json::value const* value = find(from, field);
  return value == nullptr || value->is_null() ? std::string{} : text_of(*value, field);
}

TokenSource source_of(json::object const& line) {
  std::string const from = text_at(line, "auth_from").value_or("request");
  if (from == "request") return TokenSource::request;
  if (from != "websocket") wrong("auth_from", "\"request\" or \"websocket\"");
  return is_true(find(line, "websocket")) ? TokenSource::websocket_cookies : TokenSource::websocket_token;
}

std::optional<std::vector<std::string>> denylisted_of(json::object& settings) {
  if (!settings.contains("denylisted_jtis")) return std::nullopt;
  std::vector<std::string> jtis = texts_at(settings, "denylisted_jtis");
  settings.erase("denylisted_jtis");
  return jtis;
}

std::optional<std::chrono::seconds> max_age_of(json::object const& line) {
  json::value const* value = find(line, "max_age");
  if (value == nullptr || value->is_null()) return std::nullopt;
  std::int64_t const seconds = integer_of(*value, "max_age");
  return seconds == 0 ? std::nullopt : std::optional{std::chrono::seconds{seconds}};
}

TimePoint now_of(json::object const& line) {
  json::value const* value = find(line, "now");
  std::int64_t const now = value == nullptr ? kRecordedNow : integer_of(*value, "now");
  if (now < -kLatestNow || now > kLatestNow) wrong("now", "a time within 2^53 seconds of 1970");
  return TimePoint{std::chrono::seconds{now}};
}

std::vector<std::pair<std::string, std::string>> headers_of(json::object const& line) {
  std::vector<std::pair<std::string, std::string>> headers;
  json::value const* list = find(line, "headers");
  if (list == nullptr) return headers;
  if (!list->is_array()) wrong("headers", "a list");
  for (json::value const& field : list->get_array()) {
    json::array const* pair = field.if_array();
    if (pair == nullptr || pair->size() != 2) wrong("headers", "a list of [name, value]");
    headers.emplace_back(text_of((*pair)[0], "headers"), text_of((*pair)[1], "headers"));
  }
  return headers;
}

std::optional<std::vector<std::string>> order_of(json::object const& expect) {
  if (!expect.contains("order")) return std::nullopt;
  return texts_at(expect, "order");
}

Expectation::Kind expectation_kind(json::object const& expect, CaseKind kind) {
  using Kind = Expectation::Kind;
  if (expect.contains("misconfigured")) return Kind::misconfigured;
  if (expect.contains("peer_breaks")) return Kind::peer_breaks;
  if (expect.contains("raises")) return Kind::raises;
  if (kind == CaseKind::cookies) return Kind::cookies;
  bool const refused = has_any(expect, {"error", "status_code", "message"}) || is_true(find(expect, "refused"));
  if (kind == CaseKind::create) {
    if (refused) return Kind::raises;
    if (has_any(expect, {"header", "claims", "order"})) return Kind::created;
  } else {
    if (refused) return Kind::refused;
    if (has_any(expect, {"subject", "claims", "refused"})) return Kind::let_in;
  }
  throw NotACase{"\"expect\" names nothing to compare"};
}

std::optional<std::string> expected_text(json::object const& expect, Expectation::Kind kind) {
  if (kind == Expectation::Kind::misconfigured) return text_at(expect, "misconfigured");
  if (kind == Expectation::Kind::peer_breaks) return text_at(expect, "peer_breaks");
  return text_at(expect, "message");
}

Expectation expectation_of(json::object const& line, CaseKind kind) {
  json::object const expect = object_at(line, "expect");
  Expectation result;
  result.kind = expectation_kind(expect, kind);
  result.subject = value_at(expect, "subject");
  result.claims = value_at(expect, "claims");
  if (expect.contains("header")) result.header = object_at(expect, "header");
  result.order = order_of(expect);
  result.error = text_at(expect, "error");
  if (json::value const* status = find(expect, "status_code")) result.status_code = integer_of(*status, "status_code");
  result.text = expected_text(expect, result.kind);
  return result;
}

}  // namespace

Case parse_case(std::string_view line) {
  Result<json::value> const read = json::read(line, kCaseLimits);
  if (!read) throw NotACase{read.error().message()};
  json::object const* object = read->if_object();
  if (object == nullptr) throw NotACase{"not a JSON object"};

  Case result;
  result.name = text_at(*object, "name").value_or("(no name)");
  result.settings = object_at(*object, "settings");
  result.kind = kind_of(*object);
  result.denylisted = denylisted_of(result.settings);
  result.now = now_of(*object);
  if (result.kind != CaseKind::cookies) {
    result.function = text_at(*object, result.kind == CaseKind::create ? "call" : "guard").value_or("");
  }
  result.method = text_at(*object, "method").value_or("GET");
  result.headers = headers_of(*object);
  result.source = source_of(*object);
  result.websocket_text =
      optional_text_at(*object, result.source == TokenSource::websocket_token ? "token" : "csrf_token");
  result.args = object_at(*object, "args");
  result.calls = texts_at(*object, "calls");
  result.max_age = max_age_of(*object);
  result.set_cookie = texts_at(*object, "set_cookie");
  result.expect = expectation_of(*object, result.kind);
  return result;
}

}  // namespace authjwt::compat
