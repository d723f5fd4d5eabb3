#include "create_args.hpp"

#include "case.hpp"

#include <chrono>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

namespace authjwt::compat {
namespace {

/// Durations beyond this are no `std::chrono::seconds` that can be added to a time of today.
constexpr double kLargestSeconds = 9.0e18;

std::string to_text(json::string const& text) { return {text.data(), text.size()}; }

bool is_falsy(json::value const& value) {
  switch (value.kind()) {
    case boost::json::kind::null: return true;
    case boost::json::kind::bool_: return !value.get_bool();
    case boost::json::kind::int64: return value.get_int64() == 0;
    case boost::json::kind::uint64: return value.get_uint64() == 0;
    case boost::json::kind::double_: return value.get_double() == 0;
    case boost::json::kind::string: return value.get_string().empty();
    case boost::json::kind::array: return value.get_array().empty();
    case boost::json::kind::object: return value.get_object().empty();
  }
  return true;
}

json::value const* given(json::object const& args, std::string_view name) {
  json::value const* value = args.if_contains(name);
  return value == nullptr || is_falsy(*value) ? nullptr : value;
}

Subject subject_of(json::object const& args) {
  json::value const* value = args.if_contains("subject");
  if (value == nullptr) throw Inexpressible{"no subject"};
  if (json::string const* text = value->if_string()) return Subject{to_text(*text)};
  if (std::int64_t const* integer = value->if_int64()) return Subject{*integer};
  throw Inexpressible{"a subject that is neither a text nor a 64-bit integer"};
}

bool fresh_of(json::object const& args) {
  json::value const* value = args.if_contains("fresh");
  if (value == nullptr) return false;
  if (!value->is_bool()) throw Inexpressible{"fresh that is not bool"};
  return value->get_bool();
}

std::optional<Algorithm> algorithm_of(json::object const& args) {
  json::value const* value = given(args, "algorithm");
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) throw Inexpressible{"an algorithm that is not a text"};
  return algorithm_named(to_text(value->get_string()));
}

json::object object_of(json::object const& args, std::string_view name) {
  json::value const* value = given(args, name);
  if (value == nullptr) return {};
  if (!value->is_object()) throw Inexpressible{std::string{name} + " that is not an object"};
  return value->get_object();
}

ExpiresTime expires_time_of(json::object const& args) {
  json::value const* value = args.if_contains("expires_time");
  if (value == nullptr) return {};
  if (value->is_bool()) return value->get_bool() ? ExpiresTime{} : ExpiresTime{never};
  if (is_falsy(*value)) return {};
  if (std::int64_t const* seconds = value->if_int64()) return std::chrono::seconds{*seconds};
  double const* seconds = value->if_double();
  if (seconds == nullptr || !(std::abs(*seconds) < kLargestSeconds)) throw Inexpressible{"expires_time"};
  return std::chrono::duration<double>{*seconds};
}

template <class Options>
Options common_options(json::object const& args) {
  Options options;
  options.algorithm = algorithm_of(args);
  options.headers = object_of(args, "headers");
  options.expires_time = expires_time_of(args);
  options.audience = audience_of(args);
  options.user_claims = object_of(args, "user_claims");
  return options;
}

}  // namespace

Audience audience_of(json::object const& args) {
  json::value const* value = given(args, "audience");
  if (value == nullptr) return {};
  // Not braces: they would make a list of one.
  if (json::string const* text = value->if_string()) return Audience(to_text(*text));
  if (!value->is_array()) throw Inexpressible{"an audience that is neither a text nor a list"};
  std::vector<std::string> names;
  for (json::value const& name : value->get_array()) {
    if (!name.is_string()) throw Inexpressible{"an audience that is not a text"};
    names.push_back(to_text(name.get_string()));
  }
  return Audience{std::move(names)};
}

std::string create_token(AuthJWT const& handle, std::string const& call, json::object const& args) {
  Subject const subject = subject_of(args);
  if (call == "create_access_token") {
    auto options = common_options<AccessTokenOptions>(args);
    options.fresh = fresh_of(args);
    return handle.create_access_token(subject, options);
  }
  if (call != "create_refresh_token") throw NotACase{"there is no call \"" + call + "\""};
  if (args.contains("fresh")) throw Inexpressible{"a fresh refresh token"};
  return handle.create_refresh_token(subject, common_options<RefreshTokenOptions>(args));
}

}  // namespace authjwt::compat
