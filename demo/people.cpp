#include "people.hpp"

#include <authjwt/http/answer.hpp>

#include <algorithm>
#include <string_view>

namespace demo {
namespace {

/// What a browser calls itself, as far as it is fit for a list: a stranger can send anything.
std::string device(authjwt::http::Request const& request) {
  constexpr std::size_t kLongest = 120;
  auto const values = request.header("User-Agent");
  if (values.empty()) return "unknown";
  std::string name{values[0].substr(0, kLongest)};
  std::ranges::replace_if(
      name, [](char c) { return c < ' ' || c > '~'; }, '?');
  return name;
}

}  // namespace

void check_password(User const& user) {
  if (user.username != "test" || user.password != "test") {
    throw authjwt::http::HTTPException{401, "Bad username or password"};
  }
}

authjwt::SessionOptions with_claims() { return {.access = {.user_claims = {{"foo", {"fiz", "baz"}}}}}; }

authjwt::SessionOptions with_claims_and_device(authjwt::http::Request const& request) {
  authjwt::SessionOptions options = with_claims();
  options.label = device(request);
  return options;
}

std::string token_of(authjwt::AuthJWT const& authorize) {
  return std::string{authorize.get_verified_token()->compact()};
}

}  // namespace demo
