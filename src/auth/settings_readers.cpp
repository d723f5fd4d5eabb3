#include "settings_readers.hpp"

#include "http/ascii.hpp"

#include <authjwt/auth/exceptions.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <system_error>
#include <utility>

namespace authjwt::detail {
namespace {

// Far beyond any sensible lifetime (317 years), and far below where adding it to a time could overflow.
constexpr std::int64_t kMaxSeconds = 10'000'000'000;
constexpr std::int64_t kMaxBytes = 1'000'000'000;

constexpr std::string_view kText = "must be a text";
constexpr std::string_view kList = "must be a list of texts";
constexpr std::string_view kAudience = "must be a text or a list of texts";
constexpr std::string_view kBool = "must be true or false";
constexpr std::string_view kSeconds = "must be seconds, a whole number from 0 to 10000000000";
constexpr std::string_view kLifetime = "must be seconds, a whole number from 1 to 10000000000, or false for never";
constexpr std::string_view kOnlyFalse =
    "must be seconds or false: only accept value False (bool), a token without end; true says nothing";
constexpr std::string_view kSize = "must be bytes, a whole number from 1 to 1000000000";
constexpr std::string_view kCount = "must be a whole number from 0 to 1000000000";
constexpr std::string_view kEmpty = "is empty: give it a value, or leave it out";
constexpr std::string_view kEmptyItem = "has an empty item in its list: take it out";

std::string_view type_name(json::value const& value) noexcept {
  switch (value.kind()) {
    case boost::json::kind::null: return "null";
    case boost::json::kind::bool_: return "a truth value";
    case boost::json::kind::int64:
    case boost::json::kind::uint64: return "a whole number";
    case boost::json::kind::double_: return "a number with a fraction or exponent";
    case boost::json::kind::string: return "a text";
    case boost::json::kind::array: return "a list";
    case boost::json::kind::object: return "an object";
  }
  return "something else";
}

std::string_view text_of(json::value const& value, std::string_view name, std::string_view must) {
  if (json::string const* text = value.if_string()) return trimmed({text->data(), text->size()});
  refuse_type(name, must, value);
}

std::string_view not_empty(std::string_view text, std::string_view name) {
  if (text.empty()) refuse_setting(name, kEmpty);
  return text;
}

struct Range {
  std::int64_t from;
  std::int64_t to;
  std::string_view must;
  bool as_double;  ///< may be written as 60.0, which Python's durations become in JSON
};
constexpr Range kSecondsRange{0, kMaxSeconds, kSeconds, true};
constexpr Range kLifetimeRange{1, kMaxSeconds, kLifetime, true};
constexpr Range kSizeRange{1, kMaxBytes, kSize, false};
constexpr Range kCountRange{0, kMaxBytes, kCount, false};

std::int64_t in_range(std::int64_t number, Range const& range, std::string_view name) {
  if (number < range.from || number > range.to) refuse_setting(name, range.must);
  return number;
}

bool is_whole(double number) noexcept { return std::trunc(number) == number && std::fabs(number) < 0x1p53; }

std::int64_t integer(json::value const& value, Range const& range, std::string_view name) {
  if (range.as_double && value.is_double() && is_whole(value.get_double())) {
    return in_range(static_cast<std::int64_t>(value.get_double()), range, name);
  }
  if (value.is_int64()) return in_range(value.get_int64(), range, name);
  if (!value.is_uint64()) refuse_type(name, range.must, value);
  if (!std::in_range<std::int64_t>(value.get_uint64())) refuse_setting(name, range.must);
  return in_range(static_cast<std::int64_t>(value.get_uint64()), range, name);
}

std::int64_t integer(std::string_view text, Range const& range, std::string_view name) {
  text = trimmed(text);
  std::int64_t number = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) refuse_setting(name, range.must);
  return in_range(number, range, name);
}

SecretBytes pem(std::string_view text) {
  if (!text.starts_with("-----BEGIN")) return SecretBytes{text};
  std::string lines;
  lines.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text.substr(at).starts_with("\\n")) {
      lines += '\n';
      ++at;
    } else {
      lines += text[at];
    }
  }
  return SecretBytes{lines};
}

std::vector<std::string> list(json::array const& items, std::string_view name, std::string_view must) {
  std::vector<std::string> texts;
  texts.reserve(items.size());
  for (json::value const& item : items) {
    if (!item.is_string())
      refuse_setting(name, std::string{must} + "; an item of it is " + std::string{type_name(item)});
    std::string_view const text = text_of(item, name, must);
    if (text.empty()) refuse_setting(name, kEmptyItem);
    texts.emplace_back(text);
  }
  return texts;
}

}  // namespace

void refuse_setting(std::string_view name, std::string_view must) {
  std::string text{name};
  throw ConfigError{text.append(" ").append(must)};
}

void refuse_type(std::string_view name, std::string_view must, json::value const& found) {
  std::string text{must};
  text.append(", and it is ").append(type_name(found));
  if (found.is_null()) text.append(" (leave the setting out for its default)");
  refuse_setting(name, text);
}

std::string_view trimmed(std::string_view text) noexcept {
  constexpr std::string_view kSpace = " \t\n\v\f\r";
  std::size_t const first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::string TextReader::from_json(json::value const& value, std::string_view name) {
  return std::string{not_empty(text_of(value, name, kText), name)};
}
std::string TextReader::from_text(std::string_view text, std::string_view name) {
  return std::string{not_empty(trimmed(text), name)};
}

std::string TextOrNoneReader::from_json(json::value const& value, std::string_view name) {
  return value.is_null() ? std::string{} : std::string{text_of(value, name, kText)};
}
std::string TextOrNoneReader::from_text(std::string_view text, std::string_view) { return std::string{trimmed(text)}; }

SecretBytes SecretReader::from_json(json::value const& value, std::string_view name) {
  return SecretBytes{not_empty(text_of(value, name, kText), name)};
}
SecretBytes SecretReader::from_text(std::string_view text, std::string_view name) {
  return SecretBytes{not_empty(trimmed(text), name)};
}

SecretBytes PemReader::from_json(json::value const& value, std::string_view name) {
  return pem(not_empty(text_of(value, name, kText), name));
}
SecretBytes PemReader::from_text(std::string_view text, std::string_view name) {
  return pem(not_empty(trimmed(text), name));
}

bool BoolReader::from_json(json::value const& value, std::string_view name) {
  if (bool const* truth = value.if_bool()) return *truth;
  refuse_type(name, kBool, value);
}
bool BoolReader::from_text(std::string_view text, std::string_view name) {
  text = trimmed(text);
  if (text == "1" || http::equal_ignoring_case(text, "true")) return true;
  if (text == "0" || http::equal_ignoring_case(text, "false")) return false;
  refuse_setting(name, "must be true or false (or 1 or 0)");
}

std::vector<std::string> ListReader::from_json(json::value const& value, std::string_view name) {
  if (json::array const* items = value.if_array()) return list(*items, name, kList);
  refuse_type(name, kList, value);
}
std::vector<std::string> ListReader::from_text(std::string_view text, std::string_view name) {
  text = not_empty(trimmed(text), name);
  // Python's settings classes read such variables as JSON; taken as a plain text it would be one senseless item.
  if (text.front() == '[') refuse_setting(name, "must be a comma-separated list, without brackets or quotes");
  std::vector<std::string> texts;
  for (std::size_t begin = 0; begin <= text.size();) {
    std::size_t const end = std::min(text.find(',', begin), text.size());
    std::string_view const item = trimmed(text.substr(begin, end - begin));
    if (item.empty()) refuse_setting(name, kEmptyItem);
    texts.emplace_back(item);
    begin = end + 1;
  }
  return texts;
}

Audience AudienceReader::from_json(json::value const& value, std::string_view name) {
  if (json::array const* items = value.if_array()) {
    // An `Audience` of nobody demands nothing; whoever writes an empty list surely did not mean that.
    if (items->empty()) refuse_setting(name, kEmpty);
    return Audience{list(*items, name, kAudience)};
  }
  return Audience(not_empty(text_of(value, name, kAudience), name));  // braces would make a list of one
}
Audience AudienceReader::from_text(std::string_view text, std::string_view name) {
  return Audience{ListReader::from_text(text, name)};
}

Lifetime LifetimeReader::from_json(json::value const& value, std::string_view name) {
  if (!value.is_bool()) return std::chrono::seconds{integer(value, kLifetimeRange, name)};
  if (value.get_bool()) refuse_setting(name, kOnlyFalse);
  return never;
}
Lifetime LifetimeReader::from_text(std::string_view text, std::string_view name) {
  if (http::equal_ignoring_case(trimmed(text), "false")) return never;
  if (http::equal_ignoring_case(trimmed(text), "true")) refuse_setting(name, kOnlyFalse);
  return std::chrono::seconds{integer(text, kLifetimeRange, name)};
}

std::chrono::seconds SecondsReader::from_json(json::value const& value, std::string_view name) {
  return std::chrono::seconds{integer(value, kSecondsRange, name)};
}
std::chrono::seconds SecondsReader::from_text(std::string_view text, std::string_view name) {
  return std::chrono::seconds{integer(text, kSecondsRange, name)};
}

std::size_t SizeReader::from_json(json::value const& value, std::string_view name) {
  return static_cast<std::size_t>(integer(value, kSizeRange, name));
}
std::size_t SizeReader::from_text(std::string_view text, std::string_view name) {
  return static_cast<std::size_t>(integer(text, kSizeRange, name));
}

std::size_t CountReader::from_json(json::value const& value, std::string_view name) {
  return static_cast<std::size_t>(integer(value, kCountRange, name));
}
std::size_t CountReader::from_text(std::string_view text, std::string_view name) {
  return static_cast<std::size_t>(integer(text, kCountRange, name));
}

}  // namespace authjwt::detail
