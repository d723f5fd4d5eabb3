#include "base/printable.hpp"
#include "settings_readers.hpp"

#include <authjwt/auth/exceptions.hpp>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace authjwt {
namespace detail {

/// Stands for a value of any field when the fields are counted (boost::pfr makes GCC 12 crash here).
struct AnyField {
  template <class Field>
  operator Field() const;  // NOLINT(google-explicit-constructor)
};

}  // namespace detail
namespace {

using detail::AudienceReader;
using detail::BoolReader;
using detail::CountReader;
using detail::LifetimeReader;
using detail::ListReader;
using detail::Maybe;
using detail::OrNull;
using detail::PemReader;
using detail::SecondsReader;
using detail::SecretReader;
using detail::SizeReader;
using detail::TextOrNoneReader;
using detail::TextReader;

constexpr std::string_view kPrefix = "authjwt_";

/// One setting: its name without the prefix, and how it is read from either source.
struct Row {
  std::string_view name;
  void (*from_json)(Settings&, json::value const&, std::string_view given_name);
  void (*from_text)(Settings&, std::string_view, std::string_view given_name);
};

template <auto Member, class Reader>
constexpr Row row(std::string_view name) {
  using Field = std::remove_cvref_t<decltype(std::declval<Settings&>().*Member)>;
  static_assert(std::is_same_v<Field, typename Reader::Value>);
  return {name,
          [](Settings& settings, json::value const& value, std::string_view given_name) {
            settings.*Member = Reader::from_json(value, given_name);
          },
          [](Settings& settings, std::string_view text, std::string_view given_name) {
            settings.*Member = Reader::from_text(text, given_name);
          }};
}

using S = Settings;
constexpr std::array kRows = {
    row<&S::secret_key, OrNull<SecretReader>>("secret_key"),
    row<&S::public_key, OrNull<PemReader>>("public_key"),
    row<&S::private_key, OrNull<PemReader>>("private_key"),
    row<&S::token_location, ListReader>("token_location"),
    row<&S::algorithm, TextReader>("algorithm"),
    row<&S::decode_algorithms, OrNull<ListReader>>("decode_algorithms"),
    row<&S::decode_leeway, SecondsReader>("decode_leeway"),
    row<&S::encode_issuer, Maybe<TextReader>>("encode_issuer"),
    row<&S::decode_issuer, Maybe<TextReader>>("decode_issuer"),
    row<&S::decode_audience, OrNull<AudienceReader>>("decode_audience"),
    row<&S::access_token_expires, LifetimeReader>("access_token_expires"),
    row<&S::refresh_token_expires, LifetimeReader>("refresh_token_expires"),
    row<&S::denylist_enabled, BoolReader>("denylist_enabled"),
    row<&S::denylist_token_checks, ListReader>("denylist_token_checks"),
    row<&S::header_name, TextReader>("header_name"),
    row<&S::header_type, TextOrNoneReader>("header_type"),
    row<&S::access_cookie_key, TextReader>("access_cookie_key"),
    row<&S::refresh_cookie_key, TextReader>("refresh_cookie_key"),
    row<&S::access_cookie_path, TextReader>("access_cookie_path"),
    row<&S::refresh_cookie_path, TextReader>("refresh_cookie_path"),
    row<&S::cookie_max_age, Maybe<SecondsReader>>("cookie_max_age"),
    row<&S::cookie_domain, Maybe<TextReader>>("cookie_domain"),
    row<&S::cookie_secure, BoolReader>("cookie_secure"),
    row<&S::cookie_samesite, Maybe<TextReader>>("cookie_samesite"),
    row<&S::cookie_csrf_protect, BoolReader>("cookie_csrf_protect"),
    row<&S::access_csrf_cookie_key, TextReader>("access_csrf_cookie_key"),
    row<&S::refresh_csrf_cookie_key, TextReader>("refresh_csrf_cookie_key"),
    row<&S::access_csrf_cookie_path, TextReader>("access_csrf_cookie_path"),
    row<&S::refresh_csrf_cookie_path, TextReader>("refresh_csrf_cookie_path"),
    row<&S::access_csrf_header_name, TextReader>("access_csrf_header_name"),
    row<&S::refresh_csrf_header_name, TextReader>("refresh_csrf_header_name"),
    row<&S::csrf_methods, ListReader>("csrf_methods"),
    row<&S::max_token_size, SizeReader>("max_token_size"),
    row<&S::max_kid_size, SizeReader>("max_kid_size"),
    row<&S::allow_reserved_user_claims, BoolReader>("allow_reserved_user_claims"),
    row<&S::query_string_name, TextReader>("query_string_name"),
    row<&S::json_key, TextReader>("json_key"),
    row<&S::refresh_json_key, TextReader>("refresh_json_key"),
    row<&S::implicit_refresh_within, Maybe<SecondsReader>>("implicit_refresh_within"),
    row<&S::implicit_refresh_cap, SecondsReader>("implicit_refresh_cap"),
    row<&S::websocket_origins, ListReader>("websocket_origins"),
    row<&S::websocket_without_origin, BoolReader>("websocket_without_origin"),
    row<&S::www_authenticate, BoolReader>("www_authenticate"),
    row<&S::require_exp, BoolReader>("require_exp"),
    row<&S::access_token_typ, Maybe<TextReader>>("access_token_typ"),
    row<&S::always_check_issuer, BoolReader>("always_check_issuer"),
    row<&S::strict, BoolReader>("strict"),
    row<&S::sessions_enabled, BoolReader>("sessions_enabled"),
    row<&S::session_lifetime, SecondsReader>("session_lifetime"),
    row<&S::rotation_grace, SecondsReader>("rotation_grace"),
    row<&S::max_token_lifetime, Maybe<LifetimeReader>>("max_token_lifetime"),
    row<&S::jwks, SecretReader>("jwks"),
    row<&S::signature_cache_size, CountReader>("signature_cache_size"),
};

template <std::size_t... Index>
constexpr bool has_fields(std::index_sequence<Index...>) {
  return requires { Settings{(static_cast<void>(Index), std::declval<detail::AnyField>())...}; };
}
static_assert(has_fields(std::make_index_sequence<kRows.size()>{}) &&
                  !has_fields(std::make_index_sequence<kRows.size() + 1>{}),
              "every field of Settings has a row");

std::string lower(std::string_view text) {
  std::string result{text};
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

std::string_view without_prefix(std::string_view name) noexcept {
  if (name.starts_with(kPrefix)) name.remove_prefix(kPrefix.size());
  return name;
}

/// The Levenshtein distance.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> costs(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) costs[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(costs[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      std::size_t const replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = costs[j];
      costs[j] = std::min({replaced, costs[j] + 1, costs[j - 1] + 1});
    }
  }
  return costs.back();
}

/// The known name a person most likely meant; nothing where none is near.
std::optional<std::string_view> nearest(std::string_view field) {
  constexpr std::size_t kLongest = 64;
  constexpr std::size_t kShortest = 4;
  if (field.size() > kLongest || field.size() < kShortest) return std::nullopt;
  std::optional<std::string_view> best;
  std::size_t best_distance = std::max<std::size_t>(2, field.size() / 3) + 1;
  for (Row const& row : kRows) {
    std::size_t const distance = row.name.starts_with(field) ? 1 : edit_distance(field, row.name);
    if (distance >= best_distance) continue;
    best = row.name;
    best_distance = distance;
  }
  return best;
}

[[noreturn]] void refuse_unknown(std::string_view given_name, std::string_view field) {
  std::string text = "unknown setting \"" + printable(given_name) + '"';
  if (auto const known = nearest(field)) {
    text.append("; did you mean ").append(kPrefix).append(*known).append("?");
  }
  throw ConfigError{text};
}

/// Variables of this project's own build and tests, which share the prefix. A service may be started where they are
/// set.
constexpr std::array<std::string_view, 4> kNotSettings = {"AUTHJWT_VECTORS", "AUTHJWT_COMPAT", "AUTHJWT_BROWSER",
                                                          "AUTHJWT_REPLACE_BOOST"};

bool is_setting(std::string_view variable) {
  return lower(variable.substr(0, kPrefix.size())).starts_with(kPrefix) &&
         std::ranges::find(kNotSettings, variable) == kNotSettings.end();
}

/// Fills `Settings` from named values of one source, each name once.
class Filler {
 public:
  template <class Read>
  void fill(std::string_view given_name, Read read) {
    std::string const name = lower(given_name);
    auto const found = std::ranges::find(kRows, without_prefix(name), &Row::name);
    if (found == kRows.end() || !name.starts_with(kPrefix)) refuse_unknown(given_name, without_prefix(name));
    std::string& given_before = given_[static_cast<std::size_t>(found - kRows.begin())];
    if (!given_before.empty()) {
      throw ConfigError{name + " is given twice, as " + given_before + " and as " + std::string{given_name}};
    }
    given_before = given_name;
    read(settings_, *found);
  }
  [[nodiscard]] Settings take() && { return std::move(settings_); }

 private:
  Settings settings_;
  std::array<std::string, kRows.size()> given_;
};

}  // namespace

Settings Settings::from_json(std::string_view text) {
  Result<json::value> const parsed = json::read(text);
  if (!parsed) throw ConfigError{"the settings cannot be read as JSON: " + parsed.error().message()};
  if (!parsed->is_object()) throw ConfigError{"the settings must be one JSON object, as {\"authjwt_secret_key\": ...}"};
  return from_json(parsed->get_object());
}

Settings Settings::from_json(json::object const& object) {
  Filler filler;
  for (auto const& member : object) {
    std::string_view const name{member.key().data(), member.key().size()};
    filler.fill(name, [&](Settings& settings, Row const& row) { row.from_json(settings, member.value(), name); });
  }
  return std::move(filler).take();
}

Settings Settings::hardened() {
  Settings settings;
  settings.access_cookie_key = "__Host-access_token_cookie";
  settings.refresh_cookie_key = "__Host-refresh_token_cookie";
  settings.access_csrf_cookie_key = "__Host-csrf_access_token";
  settings.refresh_csrf_cookie_key = "__Host-csrf_refresh_token";
  settings.cookie_secure = true;
  settings.cookie_samesite = "lax";
  settings.csrf_methods = {"*"};
  settings.www_authenticate = true;
  settings.require_exp = true;
  settings.access_token_typ = "at+jwt";
  settings.always_check_issuer = true;
  settings.strict = true;
  return settings;
}

Settings Settings::from_environment() {
  Filler filler;
  for (char* const* variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    std::string_view const text{*variable};
    std::size_t const equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    std::string_view const name = text.substr(0, equals);
    if (!is_setting(name)) continue;
    filler.fill(name,
                [&](Settings& settings, Row const& row) { row.from_text(settings, text.substr(equals + 1), name); });
  }
  return std::move(filler).take();
}

}  // namespace authjwt
