// Signed here, then verified: a header and claims of the input under a good signature. The first line is the header; of
// an empty one, the token is made by the library from the claims.
#include "fuzz/fuzz.hpp"

#include <authjwt/token/inspect.hpp>

#include <stdexcept>

namespace authjwt::fuzz {
namespace {

/// The claims come back as they went in, whatever they are.
void make_and_verify(json::object const& claims) {
  std::string token;
  try {
    token = AuthJWT{authority()}.create_access_token("test", {.fresh = true, .user_claims = claims});
  } catch (std::invalid_argument const&) {
    return;  // a reserved claim, or a token that would be too large
  }
  require(is_signed(token), "what is made is signed");
  auto const request = test::FakeRequest::with_bearer(token);
  AuthJWT handle{authority(), request};
  require(handle.try_fresh_jwt_required().has_value(), "what is made is let in");
  for (auto const& [name, value] : claims) {
    json::value const* found = handle.get_raw_jwt()->if_contains(name);
    require(found != nullptr && *found == value, "a claim comes back as it went in");
  }
  require(handle.get_jwt_subject()->text() == "test", "the subject comes back");
}

bool is_at_most(json::object const& claims, std::string_view name, std::int64_t limit) {
  json::value const* claim = claims.if_contains(name);
  if (claim == nullptr) return true;
  if (claim->is_double()) return claim->get_double() <= static_cast<double>(limit);
  return claim->is_int64() && claim->get_int64() <= limit;
}

bool is_after(json::object const& claims, std::string_view name, std::int64_t limit) {
  json::value const* claim = claims.if_contains(name);
  if (claim == nullptr || claim->is_uint64()) return true;
  if (claim->is_double()) return claim->get_double() > static_cast<double>(limit);
  return claim->is_int64() && claim->get_int64() > limit;
}

/// What is let in says what a guard demands, read from the payload by the other reader.
void verify_as_it_is(std::string_view header, std::string_view payload) {
  std::string const token = test::sign(payload, header);
  auto const request = test::FakeRequest::with_bearer(token);
  AuthJWT handle{authority(), request};
  if (!handle.try_jwt_required()) return;
  json::value const read = json::read(payload).value();
  json::object const& claims = read.as_object();
  require(*handle.get_raw_jwt() == claims, "the claims are those that were signed");
  require(claims.at("type") == "access", "an access token says so");
  require(is_at_most(claims, "iat", test::kNow), "iat is not in the future");
  require(is_at_most(claims, "nbf", test::kNow), "nbf is not in the future");
  require(is_after(claims, "exp", test::kNow), "exp is in the future");
  json::value const read_header = json::read(header).value();
  require(read_header.at("alg") == "HS256" && !read_header.as_object().contains("crit"), "the header is one we know");
  Result<Maybe<Subject>> const subject = handle.try_get_jwt_subject();
  if (subject && *subject) require((*subject)->to_json() == claims.at("sub"), "the subject is `sub`");
}

}  // namespace

void run(std::string_view input) {
  std::string_view const header = take_line(input);
  if (!header.empty()) return verify_as_it_is(header, input);
  Result<json::value> const claims = json::read(input);
  if (claims && claims->is_object()) make_and_verify(claims->get_object());
}

}  // namespace authjwt::fuzz
