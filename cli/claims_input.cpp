#include "claims_input.hpp"

#include "files.hpp"
#include "numbers.hpp"

#include <authjwt/base/clock.hpp>

#include <cstdint>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace authjwt::cli {
namespace {

json::object read_object(std::string_view text) {
  Result<json::value> value = json::read(text);
  if (!value) wrong_usage("the claims are no strict JSON: " + value.error().message());
  if (!value->is_object()) wrong_usage("the claims must be one JSON object");
  return std::move(value->as_object());
}

void add(json::object& claims, std::string_view name, json::value value) {
  if (!claims.emplace(name, std::move(value)).second) wrong_usage("the claim " + std::string{name} + " is given twice");
}

/// "name=text" or "name:=JSON".
void add_pair(json::object& claims, std::string_view pair) {
  std::size_t const equals = pair.find('=');
  if (equals == std::string_view::npos || equals == 0) wrong_usage("--claim must be name=text or name:=JSON");
  std::string_view const text = pair.substr(equals + 1);
  if (pair[equals - 1] != ':') return add(claims, pair.substr(0, equals), json::value(text));
  std::string_view const name = pair.substr(0, equals - 1);
  Result<json::value> value = json::read(text);
  if (!value) wrong_usage("--claim " + std::string{name} + ":= is no strict JSON: " + value.error().message());
  add(claims, name, *std::move(value));
}

json::value audience(std::vector<std::string> const& names) {
  if (names.size() == 1) return json::value(names.front());
  return json::value(json::array(names.begin(), names.end()));
}

}  // namespace

void ClaimsInput::declare(Options& options) {
  options.value("CLAIMS", json, {.placeholder = "JSON"}, "The claims, a JSON object");
  options.value("--claims", file, file_value(), "A file with the claims; - for standard input");
  options.list("--claim,-c", claims, {.placeholder = "NAME=TEXT"},
               "One more claim, a text; NAME:=JSON for anything else; may be repeated");
  options.value("--sub", sub, {.placeholder = "TEXT"}, "Whom the token is about");
  options.value("--iss", iss, {.placeholder = "TEXT"}, "Who made it");
  options.list("--aud", aud, {.placeholder = "TEXT"}, "Whom it is for; repeated, it becomes a list");
  options.value("--exp-in", exp_in, {.placeholder = "SECONDS"},
                "How long it lives, from now: seconds, or 15m, 12h, 30d; negative for one that has expired");
  options.value("--at", at, {.placeholder = "SECONDS"}, "Take this for now: seconds since 1970");
  options.flag("--no-iat", no_iat, "Leave the time of its making (iat) out");
}

json::object ClaimsInput::read() const {
  if (json && file) wrong_usage("give the claims once, as an argument or by --claims");
  json::object object;
  if (json) object = read_object(*json);
  if (file) object = read_object(read_file(*file, json::Limits{}.max_size, "claims").expose_secret());
  if (sub) add(object, "sub", json::value(*sub));
  if (iss) add(object, "iss", json::value(*iss));
  if (!aud.empty()) add(object, "aud", audience(aud));
  for (std::string const& pair : claims) add_pair(object, pair);
  std::int64_t const now = at ? number("--at", *at, kDates) : system_clock().now().time_since_epoch().count();
  if (!no_iat && !object.contains("iat")) object["iat"] = now;
  if (exp_in) add(object, "exp", json::value(now + seconds("--exp-in", *exp_in)));
  return object;
}

std::string json_text(json::object const& object) {
  try {
    return json::write(object);
  } catch (std::invalid_argument const& error) {
    wrong_usage(std::string{"this cannot stand in a token: "} + error.what());
  }
}

}  // namespace authjwt::cli
