#include <authjwt/token/claims.hpp>

#include <algorithm>
#include <stdexcept>

namespace authjwt {

json::value Subject::to_json() const { return is_text() ? json::value(text()) : json::value(integer()); }

void Subject::throw_out_of_range() {
  throw std::invalid_argument{"subject must be a string or a 64-bit signed integer"};
}

Audience::Audience(std::initializer_list<Name> list) : is_list_{true} {
  names_.reserve(list.size());
  for (Name const& name : list) names_.push_back(name.text());
}

bool Audience::contains(std::string_view name) const noexcept {
  return std::ranges::any_of(names_, [name](std::string const& own) { return own == name; });
}

json::value Audience::to_json() const {
  if (!is_list_ && names_.size() == 1) return json::value(names_.front());
  return json::array(names_.begin(), names_.end());
}

}  // namespace authjwt
