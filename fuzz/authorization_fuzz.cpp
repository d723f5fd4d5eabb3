// The places beside cookies where a token may stand: `Authorization` lines, the query, a JSON body, which the first
// line names. What is found is what stands there, and one alone.
#include "fuzz/fuzz.hpp"
#include "http/form_value.hpp"

namespace authjwt::fuzz {
namespace {

/// What a guard lets in; empty where it refuses.
std::string let_in(test::FakeRequest const& request, Location location) {
  AuthJWT handle{authority(), request};
  if (!handle.try_jwt_required(location)) return {};
  std::string token{handle.get_verified_token()->compact()};
  require(is_signed(token), "what a guard lets in is signed");
  return token;
}

void try_headers(std::string_view input) {
  test::FakeRequest::Headers headers;
  for (std::string const& line : lines_of(input)) headers.emplace_back("authorization", line);
  std::string const token = let_in(test::FakeRequest{headers}, Location::headers);
  if (token.empty()) return;
  require(headers.size() == 1, "a second header is refused");
  std::string_view line = headers[0].second;
  require(line.starts_with("Bearer"), "the type is the one of the settings");
  line.remove_prefix(std::string_view{"Bearer"}.size());
  std::size_t const at = line.find_first_not_of(" \t");
  require(at > 0 && at != std::string_view::npos && line.substr(at).starts_with(token), "then blanks and the token");
  std::string_view const behind = line.substr(at + token.size());
  require(behind.find_first_not_of(" \t") == std::string_view::npos, "and nothing else");
}

void try_query(std::string_view input) {
  test::FakeRequest request;
  request.set_query(std::string{input});
  std::string const token = let_in(request, Location::query_string);
  http::FormValue const value = http::find_form_value(input, "jwt");
  require(value.count > 0 || value.text.empty(), "what is not there has no text");
  if (!token.empty()) require(value.count == 1 && value.text == token, "the parameter is there once");
}

void try_body(std::string_view input) {
  test::FakeRequest request{{{"content-type", std::string{take_line(input)}}}, "POST"};
  request.set_body(std::string{input});
  std::string const token = let_in(request, Location::json);
  if (!token.empty())
    require(json::read(input).value().at("access_token").as_string() == token, "the member is the token");
}

}  // namespace

void run(std::string_view input) {
  std::string_view const place = take_line(input);
  if (place == "query") return try_query(input);
  if (place == "body") return try_body(input);
  try_headers(input);
}

}  // namespace authjwt::fuzz
