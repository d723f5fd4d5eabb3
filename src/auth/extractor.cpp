#include "auth/extractor.hpp"

#include "http/ascii.hpp"
#include "http/content_type.hpp"
#include "http/cookie.hpp"
#include "http/form_value.hpp"

#include <authjwt/http/answer.hpp>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace authjwt {
namespace {

constexpr std::string_view kBlank = " \t";

// --- headers
// --------------------------------------------------------------------------------------------------------

Error malformed(Settings const& settings) {
  std::string const expected = settings.header_type.empty() ? "<JWT>" : settings.header_type + " <JWT>";
  return Error{Errc::malformed_header, settings.header_name, expected};
}

std::string_view trim_end(std::string_view text) {
  return text.substr(0, text.find_last_not_of(kBlank) + 1);  // npos + 1 is 0
}

std::string_view trim_start(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(kBlank), text.size()));
}

/// Two searches of the whole text: `find_first_of` makes one for each of its characters, a quarter of a guard's time.
bool has_blank(std::string_view text) {
  return text.find(' ') != std::string_view::npos || text.find('\t') != std::string_view::npos;
}

/// `<type> <JWT>`, or `<JWT>` alone where no type is set. The type's case counts, as in the Python package.
Result<FoundToken> from_header(TokenSearch const& search) {
  Settings const& settings = search.settings;
  http::HeaderValues const values = search.request.header(settings.header_name);
  if (values.empty()) return Error{Errc::missing_header, settings.header_name};
  if (values.size() > 1) return malformed(settings);  // which one would the proxy in front have looked at?
  std::string_view rest = values[0];
  if (rest.empty()) return Error{Errc::missing_header, settings.header_name};
  if (!settings.header_type.empty()) {
    if (!rest.starts_with(settings.header_type)) return malformed(settings);
    rest.remove_prefix(settings.header_type.size());
    if (rest.empty() || kBlank.find(rest.front()) == std::string_view::npos) return malformed(settings);
  }
  std::string_view const token = trim_end(trim_start(rest));
  if (token.empty() || has_blank(token)) return malformed(settings);
  return FoundToken{token};
}

// --- cookies
// --------------------------------------------------------------------------------------------------------

/// A browser says whose page it is that asks, and lets no page say otherwise; its cookies come with whatever page asks.
bool is_allowed_origin(http::Request const& request, Settings const& settings) {
  http::HeaderValues const origin = request.header("Origin");
  if (origin.empty()) return settings.websocket_without_origin;
  auto const is_it = [&](std::string const& known) { return http::equal_ignoring_case(known, origin[0]); };
  return origin.size() == 1 && std::ranges::any_of(settings.websocket_origins, is_it);
}

Result<FoundToken> cookie_with_csrf(TokenSearch const& search, bool is_needed, std::string_view sent,
                                    bool is_websocket = false) {
  Result<std::string_view> const cookie =
      http::find_cookie(search.request, names_of(search.type, search.settings).cookie);
  if (!cookie) return cookie.error();
  if (is_websocket && !is_allowed_origin(search.request, search.settings)) return Error{Errc::origin_not_allowed};
  FoundToken found{*cookie};
  found.in_cookie = true;
  if (!is_needed) return found;
  if (sent.empty()) return Error{Errc::missing_csrf};
  found.csrf = sent;
  return found;
}

Result<FoundToken> from_cookies(TokenSearch const& search) {
  if (!needs_csrf(search.request.method(), search.settings)) return cookie_with_csrf(search, false, {});
  http::HeaderValues const sent = search.request.header(names_of(search.type, search.settings).csrf_header);
  // Two values are none: which one would have been compared?
  return cookie_with_csrf(search, true, sent.size() == 1 ? sent[0] : std::string_view{});
}

// --- JSON body
// --------------------------------------------------------------------------------------------------------

/// A body that is not said to be JSON is none, so that another origin's form cannot bring a token.
Result<FoundToken> from_json(TokenSearch const& search) {
  std::string_view const key = names_of(search.type, search.settings).json_key;
  if (!http::has_json_body(search.request)) return Error{Errc::missing_json, key};
  Result<json::value> const body = json::read(search.request.body(), {.max_size = http::kMaxBodySize});
  if (!body) return Error{Errc::malformed_json, key, body.error().message()};
  json::object const* object = body->if_object();
  if (object == nullptr) return Error{Errc::malformed_json, key, "the body is no object"};
  json::value const* token = object->if_contains(key);
  if (token == nullptr) return Error{Errc::missing_json, key};
  json::string const* text = token->if_string();
  if (text == nullptr) return Error{Errc::malformed_json, key, "it is no text"};
  if (text->empty()) return Error{Errc::missing_json, key};
  return FoundToken{std::string{*text}};
}

// --- query string
// --------------------------------------------------------------------------------------------------------

Result<FoundToken> from_query_string(TokenSearch const& search) {
  std::string const& name = search.settings.query_string_name;
  Result<std::string> value = http::query_value(search.request, name);
  if (!value) return value.error();
  if (value->empty()) return Error{Errc::missing_query, name};
  return FoundToken{*std::move(value)};
}

constexpr std::array kExtractors = {
    Extractor{Location::headers, from_header},
    Extractor{Location::cookies, from_cookies},
    Extractor{Location::json, from_json},
    Extractor{Location::query_string, from_query_string},
};

http::Request const& checked(http::Request const* request) {
  if (request == nullptr) throw std::logic_error{"this AuthJWT was made without a request; it can only make tokens"};
  return *request;
}

Result<FoundToken> find_in(Locations locations, TokenSearch const& search) {
  std::optional<Error> missing;  // made where it is needed: a request that has its token pays for no error
  for (Extractor const& extractor : kExtractors) {
    if (!locations.contains(extractor.location)) continue;
    Result<FoundToken> found = extractor.extract(search);
    if (found || found.error().error_class() != ErrorClass::MissingTokenError) return found;
    missing = found.error();
  }
  return missing.value_or(Error{Errc::missing_header, search.settings.header_name});
}

}  // namespace

bool needs_csrf(std::string_view method, Settings const& settings) noexcept {
  static constexpr std::array<std::string_view, 4> kSafe = {"GET", "HEAD", "OPTIONS", "TRACE"};
  auto const names_it = [method](std::string const& listed) {
    if (listed == "*") return std::ranges::find(kSafe, method) == kSafe.end();
    return http::equal_ignoring_case(listed, method);
  };
  return settings.cookie_csrf_protect && std::ranges::any_of(settings.csrf_methods, names_it);
}

std::span<Extractor const> extractors() noexcept { return kExtractors; }

Result<FoundToken> find_token(http::Request const* request, Authority const& authority, TokenType type,
                              TokenFrom from) {
  Settings const& settings = authority.settings();
  switch (from.kind()) {
    case TokenFrom::Kind::websocket_token:
      if (from.text().empty()) return Error{Errc::missing_websocket_token, name(type)};
      return FoundToken{from.text()};
    case TokenFrom::Kind::websocket_cookies:
      return cookie_with_csrf({checked(request), settings, type}, settings.cookie_csrf_protect, from.text(), true);
    case TokenFrom::Kind::request: break;
  }
  Locations const locations = from.locations().empty() ? authority.locations() : from.locations();
  return find_in(locations, {checked(request), settings, type});
}

}  // namespace authjwt
