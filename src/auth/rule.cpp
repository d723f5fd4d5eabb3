#include "auth/scope.hpp"

#include <authjwt/auth/rule.hpp>

#include <stdexcept>

namespace authjwt {

Within::Within(std::chrono::seconds age) : age_{age} {
  if (age < std::chrono::seconds{1}) throw std::invalid_argument{"Within must be at least one second"};
}

Rule Rule::fresh(std::chrono::seconds age) {
  Rule rule = fresh();
  rule.within_.emplace(age);
  return rule;
}

Rule Rule::and_scopes(std::vector<std::string> scopes) const {
  if (!needs_token()) throw std::invalid_argument{"a rule that needs no token cannot ask for scopes"};
  check_scopes(scopes);
  Rule rule = *this;
  rule.scopes_.insert(rule.scopes_.end(), scopes.begin(), scopes.end());
  return rule;
}

Rule Rule::and_trusted_issuers() const {
  if (kind_ != Kind::access && kind_ != Kind::optional) {
    throw std::invalid_argument{"only a rule of access or optional can take the tokens of other issuers"};
  }
  Rule rule = *this;
  rule.takes_trusted_issuers_ = true;
  return rule;
}

Rule Rule::from(Locations locations) const {
  Rule rule = *this;
  rule.locations_ = locations;
  return rule;
}

}  // namespace authjwt
