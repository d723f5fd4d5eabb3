#include "auth/settings_check.hpp"

#include "auth/token_names.hpp"
#include "base/ascii.hpp"
#include "base/printable.hpp"
#include "base/utf8.hpp"
#include "http/ascii.hpp"
#include "http/cookie.hpp"
#include "http/origin.hpp"

#include <authjwt/auth/exceptions.hpp>

#include <algorithm>
#include <array>

namespace authjwt {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kLargestTokenSize = 1024 * 1024;
constexpr std::size_t kLargestSignatureCache = 4'194'304;
constexpr std::chrono::seconds kLongestGrace = 5min;

// --- names and numbers
// ------------------------------------------------------------------------------------------------

void check_header_name(std::string_view setting, std::string_view name) {
  if (!http::is_token(name))
    refuse_settings("authjwt_" + std::string{setting} + " is not a name that HTTP allows for a header");
}

void check_headers(Settings const& settings) {
  check_header_name("header_name", settings.header_name);
  check_header_name("access_csrf_header_name", settings.access_csrf_header_name);
  check_header_name("refresh_csrf_header_name", settings.refresh_csrf_header_name);
  if (!settings.header_type.empty() && !http::is_token(settings.header_type)) {
    refuse_settings(
        "authjwt_header_type must be one word that HTTP allows, or empty for a header that is the token alone");
  }
}

void check_lifetime(std::string_view setting, Lifetime lifetime) {
  if (lifetime.is_never() || (lifetime.seconds() >= 1s && lifetime.seconds() <= Lifetime::kLongest)) return;
  refuse_settings("authjwt_" + std::string{setting} +
                  " must be at least one second and at most a thousand years, or never");
}

void check_times(Settings const& settings) {
  check_lifetime("access_token_expires", settings.access_token_expires);
  check_lifetime("refresh_token_expires", settings.refresh_token_expires);
  if (settings.decode_leeway < 0s || settings.decode_leeway > kMaxLeeway) {
    refuse_settings("authjwt_decode_leeway must be between 0 seconds and a day");
  }
  bool const is_never = settings.access_token_expires.is_never() || settings.refresh_token_expires.is_never();
  if (settings.require_exp && is_never) {
    refuse_settings(
        "authjwt_require_exp is set, and authjwt_access_token_expires or authjwt_refresh_token_expires is never");
  }
}

void check_text(std::string_view setting, std::string_view text) {
  if (text.empty()) refuse_settings("authjwt_" + std::string{setting} + " must not be empty; leave it out for none");
  if (!is_utf8(text)) refuse_settings("authjwt_" + std::string{setting} + " must be UTF-8");
}

void check_issuer_and_audience(Settings const& settings) {
  if (settings.encode_issuer) check_text("encode_issuer", *settings.encode_issuer);
  if (settings.decode_issuer) check_text("decode_issuer", *settings.decode_issuer);
  if (settings.always_check_issuer && !settings.decode_issuer) {
    refuse_settings(
        "authjwt_always_check_issuer needs authjwt_encode_issuer, or authjwt_decode_issuer where tokens are only read");
  }
  if (settings.decode_audience.is_list() && settings.decode_audience.empty()) {
    refuse_settings(
        "authjwt_decode_audience is an empty list, which no token could satisfy; leave it out for no audience");
  }
  for (std::string const& audience : settings.decode_audience.names()) check_text("decode_audience", audience);
}

void check_limits(Settings const& settings) {
  if (settings.max_token_size < 256 || settings.max_token_size > kLargestTokenSize) {
    refuse_settings("authjwt_max_token_size must be between 256 bytes and 1 MiB");
  }
  if (settings.signature_cache_size > kLargestSignatureCache) {
    refuse_settings("authjwt_signature_cache_size must be at most 4,194,304; 0 remembers nothing");
  }
  if (settings.max_kid_size < 1 || settings.max_kid_size > settings.max_token_size) {
    refuse_settings("authjwt_max_kid_size must be between 1 byte and authjwt_max_token_size");
  }
}

void check_typ(Settings const& settings) {
  if (!settings.access_token_typ) return;
  std::string const& typ = *settings.access_token_typ;
  if (!http::is_token(typ) || equal_ignoring_case(typ, "JWT")) {
    refuse_settings(
        "authjwt_access_token_typ must be a media type without application/, as at+jwt, and not JWT, which refresh "
        "tokens have");
  }
}

// --- places
// ------------------------------------------------------------------------------------------------

void check_denylist_types(Settings const& settings) {
  for (std::string const& type : settings.denylist_token_checks) {
    if (type == "access" || type == "refresh") continue;
    refuse_settings("authjwt_denylist_token_checks may only hold \"access\" and \"refresh\"");
  }
}

void check_places(Settings const& settings) {
  check_text("query_string_name", settings.query_string_name);
  check_text("json_key", settings.json_key);
  check_text("refresh_json_key", settings.refresh_json_key);
}

void check_origins(Settings const& settings) {
  for (std::string const& origin : settings.websocket_origins) {
    if (http::is_origin(origin)) continue;
    refuse_settings("authjwt_websocket_origins: " + printable(origin) +
                    " is no origin as browsers write it: https://app.example.com, in small letters, without a path "
                    "and without the scheme's own port");
  }
}

// --- cookies
// ------------------------------------------------------------------------------------------------

/// What browsers demand of these names (RFC 6265bis 4.1.3); a cookie that breaks it is dropped silently.
void check_prefix(std::string_view setting, std::string_view name, std::string_view path, Settings const& settings) {
  auto const begins = [name](std::string_view prefix) {
    return equal_ignoring_case(name.substr(0, prefix.size()), prefix);
  };
  bool const is_host = begins("__Host-");
  if ((is_host || begins("__Secure-")) && !settings.cookie_secure) {
    refuse_settings("authjwt_" + std::string{setting} + ": browsers keep " + std::string{name} +
                    " only with authjwt_cookie_secure");
  }
  if (is_host && (path != "/" || settings.cookie_domain)) {
    refuse_settings("authjwt_" + std::string{setting} + ": browsers keep " + std::string{name} +
                    " only with the path / and without authjwt_cookie_domain");
  }
}

void check_cookie(std::string const& setting, std::string_view name, std::string_view path, Settings const& settings) {
  if (!http::is_cookie_name(name))
    refuse_settings("authjwt_" + setting + "_key is not a name that HTTP allows for a cookie");
  if (!http::is_cookie_path(path))
    refuse_settings("authjwt_" + setting + "_path must begin with / and hold no blank, ; or ,");
  check_prefix(setting + "_key", name, path, settings);
}

void check_cookie_names(Settings const& settings) {
  TokenNames const access = names_of(TokenType::access, settings);
  TokenNames const refresh = names_of(TokenType::refresh, settings);
  check_cookie("access_cookie", access.cookie, access.cookie_path, settings);
  check_cookie("refresh_cookie", refresh.cookie, refresh.cookie_path, settings);
  check_cookie("access_csrf_cookie", access.csrf_cookie, access.csrf_cookie_path, settings);
  check_cookie("refresh_csrf_cookie", refresh.csrf_cookie, refresh.csrf_cookie_path, settings);
  // Names alone: where one path lies below the other, browsers send both, and a cookie that is there twice is refused.
  std::array<std::string_view, 4> cookies = {access.cookie, refresh.cookie, access.csrf_cookie, refresh.csrf_cookie};
  std::ranges::sort(cookies);
  if (std::ranges::adjacent_find(cookies) != cookies.end()) {
    refuse_settings(
        "two of authjwt_access_cookie_key, authjwt_refresh_cookie_key and their csrf twins have the same name");
  }
}

void check_cookie_attributes(Settings const& settings) {
  if (settings.cookie_domain && !http::is_cookie_domain(*settings.cookie_domain)) {
    refuse_settings("authjwt_cookie_domain must be a host name, as example.com");
  }
  if (settings.cookie_max_age && *settings.cookie_max_age < 1s)
    refuse_settings("authjwt_cookie_max_age must be at least one second");
  constexpr std::array<std::string_view, 3> kSameSite = {"strict", "lax", "none"};
  if (settings.cookie_samesite && std::ranges::find(kSameSite, *settings.cookie_samesite) == kSameSite.end()) {
    refuse_settings("authjwt_cookie_samesite must be strict, lax or none");
  }
}

void check_csrf_methods(Settings const& settings) {
  for (std::string const& method : settings.csrf_methods) {
    if (http::is_token(method)) continue;
    refuse_settings("authjwt_csrf_methods must hold methods of HTTP, as POST, or * for all that are not safe");
  }
}

void check_implicit_refresh(Settings const& settings) {
  if (!settings.implicit_refresh_within) return;
  if (!locations_of(settings).contains(Location::cookies)) {
    refuse_settings("authjwt_implicit_refresh_within needs \"cookies\" in authjwt_token_location");
  }
  Lifetime const lifetime = settings.access_token_expires;
  bool const is_shorter = !lifetime.is_never() && *settings.implicit_refresh_within < lifetime.seconds();
  if (*settings.implicit_refresh_within < 1s || !is_shorter) {
    refuse_settings(
        "authjwt_implicit_refresh_within must be at least one second and shorter than authjwt_access_token_expires");
  }
  if (settings.implicit_refresh_cap < 1s || settings.implicit_refresh_cap > Lifetime::kLongest) {
    refuse_settings("authjwt_implicit_refresh_cap must be at least one second and at most a thousand years");
  }
}

void check_sessions(Settings const& settings) {
  if (settings.session_lifetime < 1s || settings.session_lifetime > Lifetime::kLongest) {
    refuse_settings("authjwt_session_lifetime must be at least one second and at most a thousand years");
  }
  if (settings.rotation_grace < 0s || settings.rotation_grace > kLongestGrace) {
    refuse_settings("authjwt_rotation_grace must be between 0 seconds and 5 minutes: a thief has as long");
  }
}

void check_token_lifetime(Settings const& settings) {
  if (!settings.max_token_lifetime) return;
  check_lifetime("max_token_lifetime", *settings.max_token_lifetime);
  if (settings.max_token_lifetime->is_never()) return;
  std::chrono::seconds const most = settings.max_token_lifetime->seconds();
  auto const fits = [most](Lifetime lifetime) { return !lifetime.is_never() && lifetime.seconds() <= most; };
  if (fits(settings.access_token_expires) && fits(settings.refresh_token_expires)) return;
  refuse_settings(
      "authjwt_max_token_lifetime is shorter than authjwt_access_token_expires or authjwt_refresh_token_expires");
}

}  // namespace

void refuse_settings(std::string const& text) { throw ConfigError{text}; }

Algorithm algorithm_setting(std::string_view setting, std::string const& value) {
  if (std::optional<Algorithm> const algorithm = find_algorithm(value)) return *algorithm;
  std::string known;
  for (Algorithm algorithm : all_algorithms()) known += (known.empty() ? "" : ", ") + std::string{name(algorithm)};
  refuse_settings("authjwt_" + std::string{setting} + ": Algorithm " + printable(value, 16) +
                  " could not be found; there are " + known);
}

std::vector<Algorithm> accepted_algorithms(Settings const& settings) {
  if (settings.decode_algorithms.empty()) return {algorithm_setting("algorithm", settings.algorithm)};
  std::vector<Algorithm> accepted;
  for (std::string const& name : settings.decode_algorithms) {
    accepted.push_back(algorithm_setting("decode_algorithms", name));
  }
  return accepted;
}

Locations locations_of(Settings const& settings) {
  if (settings.token_location.empty())
    refuse_settings("authjwt_token_location is empty; it must name at least \"headers\"");
  Locations locations;
  for (std::string const& name : settings.token_location) {
    std::optional<Location> const location = find_location(name);
    if (!location) {
      refuse_settings(
          "authjwt_token_location may hold \"headers\", \"cookies\", \"json\" and \"query_string\", and not " +
          printable(name));
    }
    locations.insert(*location);
  }
  return locations;
}

Settings checked_settings(Settings settings) {
  if (settings.always_check_issuer && !settings.decode_issuer) settings.decode_issuer = settings.encode_issuer;
  static_cast<void>(locations_of(settings));
  check_headers(settings);
  check_times(settings);
  check_issuer_and_audience(settings);
  check_limits(settings);
  check_typ(settings);
  check_denylist_types(settings);
  check_places(settings);
  check_origins(settings);
  check_cookie_names(settings);
  check_cookie_attributes(settings);
  check_csrf_methods(settings);
  check_implicit_refresh(settings);
  check_sessions(settings);
  check_token_lifetime(settings);
  return settings;
}

std::vector<std::string> doubts_about(Settings const& settings) {
  std::vector<std::string> doubts;
  Locations const locations = locations_of(settings);
  if (locations.contains(Location::cookies)) {
    if (settings.cookie_samesite == "none" && !settings.cookie_secure) {
      doubts.emplace_back("authjwt_cookie_samesite is none without authjwt_cookie_secure: browsers drop such cookies");
    }
    if (settings.cookie_csrf_protect && settings.csrf_methods.empty()) {
      doubts.emplace_back("authjwt_csrf_methods is empty: no request is protected against CSRF");
    }
    bool const is_same_site = settings.cookie_samesite == "lax" || settings.cookie_samesite == "strict";
    if (!settings.cookie_csrf_protect && !is_same_site) {
      doubts.emplace_back(
          "authjwt_cookie_csrf_protect is off and authjwt_cookie_samesite neither lax nor strict: "
          "every page can act as whoever looks at it");
    }
    if (settings.strict && !settings.cookie_secure) {
      doubts.emplace_back("authjwt_cookie_secure is off: the cookies go over connections that anyone can read");
    }
  }
  if (settings.strict && locations.contains(Location::query_string)) {
    doubts.emplace_back("authjwt_token_location has query_string: such tokens end up in logs and in Referer");
  }
  return doubts;
}

}  // namespace authjwt
