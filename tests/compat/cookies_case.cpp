#include "service.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <set>

namespace authjwt::compat {
namespace {

using MaxAge = std::optional<std::chrono::seconds>;

/// A `Set-Cookie` line taken apart. Names of attributes in small letters; their order does not count.
struct Cookie {
  std::string name;
  std::string value;
  std::set<std::string> attributes;
};

std::string_view trimmed(std::string_view text) {
  std::size_t const first = std::min(text.find_first_not_of(' '), text.size());
  return text.substr(first);
}

std::string attribute(std::string_view text) {
  std::size_t const equals = std::min(text.find('='), text.size());
  std::string result{text};
  std::transform(result.begin(), result.begin() + static_cast<std::ptrdiff_t>(equals), result.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return result;
}

Cookie parse_cookie(std::string_view line) {
  Cookie cookie;
  std::size_t const end = std::min(line.find(';'), line.size());
  std::string_view const pair = line.substr(0, end);
  std::size_t const equals = std::min(pair.find('='), pair.size());
  cookie.name = pair.substr(0, equals);
  cookie.value = pair.substr(std::min(equals + 1, pair.size()));
  line.remove_prefix(end);
  while (!line.empty()) {
    line.remove_prefix(1);
    std::size_t const next = std::min(line.find(';'), line.size());
    cookie.attributes.insert(attribute(trimmed(line.substr(0, next))));
    line.remove_prefix(next);
  }
  return cookie;
}

bool is_deletion(Cookie const& cookie) { return cookie.attributes.contains("max-age=0"); }

/// What the recordings say that counts of a deletion: where it is, not how it is kept.
void keep_place(Cookie& cookie) {
  cookie.value.clear();
  std::erase_if(cookie.attributes, [](std::string const& text) {
    return !text.starts_with("domain=") && !text.starts_with("path=") && text != "max-age=0";
  });
}

/// The tokens of one case, and what stands for their values in the recording.
struct Tokens {
  std::string access;
  std::string refresh;

  void replace_values(Cookie& cookie, AuthJWT const& handle) const {
    for (std::string const& token : {access, refresh}) {
      json::object const claims = handle.get_raw_jwt(token);
      json::value const* csrf = claims.if_contains("csrf");
      if (cookie.value == token) cookie.value = "TOKEN";
      if (csrf != nullptr && cookie.value == std::string_view{csrf->as_string()}) cookie.value = "CSRF";
    }
  }
};

struct Call {
  std::string_view name;
  void (*make)(AuthJWT&, Tokens const&, MaxAge);
};

constexpr std::array kCalls = {
    Call{"set_access_cookies", [](AuthJWT& h, Tokens const& t, MaxAge age) { h.set_access_cookies(t.access, age); }},
    Call{"set_refresh_cookies", [](AuthJWT& h, Tokens const& t, MaxAge age) { h.set_refresh_cookies(t.refresh, age); }},
    Call{"unset_access_cookies", [](AuthJWT& h, Tokens const&, MaxAge) { h.unset_access_cookies(); }},
    Call{"unset_refresh_cookies", [](AuthJWT& h, Tokens const&, MaxAge) { h.unset_refresh_cookies(); }},
    Call{"unset_jwt_cookies", [](AuthJWT& h, Tokens const&, MaxAge) { h.unset_jwt_cookies(); }},
};

Call const& call_named(std::string_view name) {
  auto const found = std::ranges::find(kCalls, name, &Call::name);
  if (found == kCalls.end()) throw NotACase{"there is no call \"" + std::string{name} + "\""};
  return *found;
}

std::string shown(Cookie const& cookie) {
  std::string text = cookie.name + "=" + cookie.value;
  for (std::string const& attribute : cookie.attributes) text += "; " + attribute;
  return text;
}

void compare(std::string const& expected_line, std::string const& line, Tokens const& tokens, AuthJWT const& handle,
             Mismatches& mismatches) {
  Cookie expected = parse_cookie(expected_line);
  Cookie got = parse_cookie(line);
  tokens.replace_values(got, handle);
  if (is_deletion(expected) && is_deletion(got)) {
    keep_place(expected);
    keep_place(got);
  }
  if (shown(expected) != shown(got)) mismatches.push_back({shown(expected), shown(got)});
}

Mismatches call_and_compare(Case const& test, Service const& service) {
  testing::FakeRequest const request{test.headers, test.method};
  testing::FakeResponse response;
  AuthJWT handle{service.authority(), request, response};
  Tokens const tokens{handle.create_access_token("test"), handle.create_refresh_token("test")};
  for (std::string const& call : test.calls) call_named(call).make(handle, tokens, test.max_age);

  Mismatches mismatches;
  if (response.headers.size() != test.set_cookie.size()) {
    mismatches.push_back({std::to_string(test.set_cookie.size()) + " lines", std::to_string(response.headers.size())});
  }
  for (std::size_t i = 0; i < std::min(response.headers.size(), test.set_cookie.size()); ++i) {
    auto const& [name, line] = response.headers[i];
    if (name != "Set-Cookie") mismatches.push_back({"a header Set-Cookie", name});
    compare(test.set_cookie[i], line, tokens, handle, mismatches);
  }
  return mismatches;
}

}  // namespace

Mismatches replay_cookies(Case const& test) {
  Start const start = start_service(test);
  if (auto mismatch = compare_start(test, start)) return {*mismatch};
  if (start.service == nullptr) return {};
  return call_and_compare(test, *start.service);
}

}  // namespace authjwt::compat
