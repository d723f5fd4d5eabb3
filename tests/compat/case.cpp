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

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

// Settings::from_json takes the names in any case, so the kind must not depend on it either.
json::value const* find_setting(json::object const& settings, std::string_view name) {
  for (auto const& member : settings) {
    if (equal_ignoring_case({member.key().data(), member.key().size()}, name)) return &member.value();
  }
  return nullptr;
}

bool uses_cookies(json::object const& settings) {
  json::value const* locations = find_setting(settings, "authjwt_token_location");
  if (locations == nullptr || !locations->is_array()) return false;
  for (json::value const& location : locations->get_array()) {
    if (location.is_string() && location.get_string() == "cookies") return true;
  }
  return false;
}

bool is_websocket(json::object const& line) {
  json::value const* from = find(line, "auth_from");
  return from != nullptr && from->is_string() && from->get_string() == "websocket";
}

// That a denylist without a callback is refused can be seen without one.
bool needs_denylist(json::object const& line, json::object const& settings) {
  if (!is_true(find_setting(settings, "authjwt_denylist_enabled"))) return false;
  return settings.contains("denylisted_jtis") || !object_at(line, "expect").contains("misconfigured");
}

CaseKind kind_of(json::object const& line, json::object const& settings) {
  bool const is_create = line.contains("call");
  if (!is_create && !has_any(line, {"guard", "calls"})) throw NotACase{"no \"guard\", \"call\" or \"calls\""};
  if (is_websocket(line)) return CaseKind::websocket;
  if (line.contains("calls") || uses_cookies(settings)) return CaseKind::cookies;
  if (needs_denylist(line, settings)) return CaseKind::denylist;
  return is_create ? CaseKind::create : CaseKind::verify;
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
  json::value const* list = find(expect, "order");
  if (list == nullptr) return std::nullopt;
  if (!list->is_array()) wrong("order", "a list of texts");
  std::vector<std::string> order;
  for (json::value const& claim : list->get_array()) order.push_back(text_of(claim, "order"));
  return order;
}

Expectation::Kind expectation_kind(json::object const& expect, CaseKind kind) {
  using Kind = Expectation::Kind;
  if (expect.contains("misconfigured")) return Kind::misconfigured;
  if (expect.contains("peer_breaks")) return Kind::peer_breaks;
  if (expect.contains("raises")) return Kind::raises;
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

std::string_view name(CaseKind kind) noexcept {
  constexpr std::array<std::string_view, kCaseKinds> kNames = {"verify", "create", "cookies", "websocket", "denylist"};
  return kNames[static_cast<std::size_t>(kind)];
}

Case parse_case(std::string_view line) {
  Result<json::value> const read = json::read(line, kCaseLimits);
  if (!read) throw NotACase{read.error().message()};
  json::object const* object = read->if_object();
  if (object == nullptr) throw NotACase{"not a JSON object"};

  Case result;
  result.name = text_at(*object, "name").value_or("(no name)");
  result.settings = object_at(*object, "settings");
  result.kind = kind_of(*object, result.settings);
  result.settings.erase("denylisted_jtis");
  if (result.kind != CaseKind::verify && result.kind != CaseKind::create) return result;

  result.now = now_of(*object);
  result.function = text_at(*object, result.kind == CaseKind::create ? "call" : "guard").value_or("");
  result.method = text_at(*object, "method").value_or("GET");
  result.headers = headers_of(*object);
  result.args = object_at(*object, "args");
  result.expect = expectation_of(*object, result.kind);
  return result;
}

}  // namespace authjwt::compat
