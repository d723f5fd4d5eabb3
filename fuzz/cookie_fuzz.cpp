// The `Cookie` lines of a request: one value, whole, or none; and a cookie that is set is found again.
#include "fuzz/fuzz.hpp"
#include "http/cookie.hpp"

#include <algorithm>

namespace authjwt::fuzz {
namespace {

constexpr std::string_view kName = "access_token_cookie";

test::FakeRequest request_with(std::vector<std::string> const& lines, std::string method) {
  test::FakeRequest::Headers headers{{"X-CSRF-Token", "value"}};
  for (std::string const& line : lines) headers.emplace_back("cookie", line);
  return test::FakeRequest{std::move(headers), std::move(method)};
}

void check_value(std::string_view value, std::vector<std::string> const& lines) {
  auto const holds = [&](std::string const& line) {
    return line.find(value) != std::string::npos && line.find(kName) != std::string::npos;
  };
  require(!value.empty(), "a cookie that is found has a value");
  require(value.find(';') == std::string_view::npos, "a value ends with its cookie");
  require(std::ranges::any_of(lines, holds), "it stands in one line with its name");
}

void check_guard(test::FakeRequest const& request) {
  AuthJWT handle{authority(), request};
  if (handle.try_jwt_required(Location::cookies)) {
    require(is_signed(handle.get_verified_token()->compact()), "what a guard lets in is signed");
    require(request.method() == "GET" || handle.get_raw_jwt()->at("csrf") == "value", "with its CSRF value");
  }
  AuthJWT socket{authority(), request};
  require(!socket.try_jwt_required(WebSocketCookies{"value"}), "no cookie of a WebSocket counts without an origin");
}

/// The name, value, path and domain of a cookie, one in each line.
void check_round_trip(std::vector<std::string> const& parts) {
  if (parts.size() != 4 || !http::is_cookie_name(parts[0]) || !http::is_cookie_value(parts[1])) return;
  if (!http::is_cookie_path(parts[2]) || !http::is_cookie_domain(parts[3]) || parts[1].empty()) return;
  std::string const line =
      http::to_string({.name = parts[0], .value = parts[1], .path = parts[2], .domain = parts[3], .secure = true});
  require(std::ranges::count(line, ';') == 3, "no part adds an attribute");
  test::FakeRequest const request{{{"Cookie", line.substr(0, line.find(';'))}}};
  Result<std::string_view> const found = http::find_cookie(request, parts[0]);
  require(found && *found == parts[1], "a cookie that is set is found again");
}

}  // namespace

void run(std::string_view input) {
  std::vector<std::string> const lines = lines_of(input);
  test::FakeRequest const request = request_with(lines, "GET");
  Result<std::string_view> const found = http::find_cookie(request, kName);
  if (found) check_value(*found, lines);
  check_guard(request);
  check_guard(request_with(lines, "POST"));
  check_round_trip(lines);
}

}  // namespace authjwt::fuzz
