#include "auth/extractor.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace authjwt {
namespace {

constexpr std::string_view kBlank = " \t";

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
Result<std::string_view> from_header(http::Request const& request, Settings const& settings) {
  http::HeaderValues const values = request.header(settings.header_name);
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
  return token;
}

constexpr std::array kExtractors = {Extractor{"headers", from_header}};

bool is_enabled(Extractor const& extractor, Settings const& settings) {
  return std::ranges::find(settings.token_location, extractor.location) != settings.token_location.end();
}

}  // namespace

std::span<Extractor const> extractors() noexcept { return kExtractors; }

Result<std::string_view> find_token(http::Request const& request, Settings const& settings) {
  std::optional<Error> missing;  // made where it is needed: a request that has its token pays for no error
  for (Extractor const& extractor : kExtractors) {
    if (!is_enabled(extractor, settings)) continue;
    Result<std::string_view> const found = extractor.extract(request, settings);
    if (found || found.error().error_class() != ErrorClass::MissingTokenError) return found;
    missing = found.error();
  }
  return missing.value_or(Error{Errc::missing_header, settings.header_name});
}

}  // namespace authjwt
