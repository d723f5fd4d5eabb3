#pragma once

#include <authjwt/base/clock.hpp>
#include <authjwt/base/json.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace authjwt::compat {

/// A line that is no case: the text says what is wrong with it.
class NotACase : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What must be there to replay a case. Told by the fields of the case, never by the name of its file.
enum class CaseKind : std::uint8_t { verify, create, cookies };

/// How the guard is called.
enum class TokenSource : std::uint8_t { request, websocket_token, websocket_cookies };

/// What a case demands. What it does not name is not compared.
struct Expectation {
  enum class Kind : std::uint8_t {
    let_in,         ///< the guard passes, and the getters give `subject` and `claims`
    refused,        ///< an exception: its class, status and text
    peer_breaks,    ///< a clean 422, where the Python package crashes
    misconfigured,  ///< no service starts with these settings
    created,        ///< the call makes a token with this header, these claims, in this order
    cookies,        ///< the calls give `Case::set_cookie`
    raises,         ///< the call, or loading the settings, is a programmer's error
  };

  Kind kind = Kind::let_in;
  std::optional<json::value> subject;
  std::optional<json::value> claims;
  std::optional<json::object> header;
  std::optional<std::vector<std::string>> order;
  std::optional<std::string> error;
  std::optional<std::int64_t> status_code;
  std::optional<std::string> text;  ///< the message, or the text of `misconfigured` and `peer_breaks`
};

struct Case {
  std::string name;
  CaseKind kind = CaseKind::verify;
  json::object settings;                               ///< without `denylisted_jtis`
  std::optional<std::vector<std::string>> denylisted;  ///< `denylisted_jtis`: there is a callback
  TimePoint now;
  std::string function;  ///< the guard, or the call that makes a token
  std::string method = "GET";
  std::vector<std::pair<std::string, std::string>> headers;
  TokenSource source = TokenSource::request;
  std::string websocket_text;  ///< the token or the CSRF value of a WebSocket; empty for none
  json::object args;
  std::vector<std::string> calls;  ///< of kind `cookies`: what is called, in order
  std::optional<std::chrono::seconds> max_age;
  std::vector<std::string> set_cookie;
  Expectation expect;
};

/// Reads one line. Fields it does not know are passed over. Throws `NotACase`.
[[nodiscard]] Case parse_case(std::string_view line);

}  // namespace authjwt::compat
