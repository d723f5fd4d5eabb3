#include "auth/scope.hpp"

#include "base/printable.hpp"

#include <algorithm>
#include <stdexcept>
#include <string_view>

namespace authjwt {
namespace {

constexpr std::string_view kClaim = "scope";

bool is_scope(std::string_view text) noexcept {
  return !text.empty() &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7F' && c != '"' && c != '\\'; });
}

bool has_word(std::string_view words, std::string_view word) noexcept {
  while (!words.empty()) {
    std::size_t const end = std::min(words.find(' '), words.size());
    if (words.substr(0, end) == word) return true;
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return false;
}

}  // namespace

void check_scopes(std::vector<std::string> const& scopes) {
  if (scopes.empty()) throw std::invalid_argument{"a list of scopes that is empty asks for nothing"};
  for (std::string const& scope : scopes) {
    if (!is_scope(scope)) {
      throw std::invalid_argument{"\"" + printable(scope) +
                                  "\" is no scope: one word of printable ASCII without \" and \\"};
    }
  }
}

Result<void> require_scopes(VerifiedToken const& token, std::vector<std::string> const& scopes) {
  json::value const* claim = token.claims().if_contains(kClaim);
  if (claim != nullptr && !claim->is_string()) return Error{Errc::invalid_claim, kClaim};
  std::string_view const granted = claim == nullptr ? std::string_view{} : std::string_view{claim->get_string()};
  std::string missing;
  for (std::string const& scope : scopes) {
    if (!has_word(granted, scope)) missing += (missing.empty() ? "" : " ") + scope;
  }
  if (!missing.empty()) return Error{Errc::insufficient_scope, kClaim, missing};
  return {};
}

}  // namespace authjwt
