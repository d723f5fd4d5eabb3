// What comes over a connection: the frames of a WebSocket, its `Origin`, the fields that say where a body ends. The
// first byte chooses. Frames mean the same in whatever pieces they come.
#include "adapters/websocket_frames.hpp"
#include "base/utf8.hpp"
#include "fuzz/fuzz.hpp"
#include "http/origin.hpp"

#include <authjwt/http/body_framing.hpp>

#include <algorithm>

namespace authjwt::fuzz {
namespace {

using detail::WebSocketIncoming;
using detail::WebSocketReader;
using Kind = WebSocketIncoming::Kind;

constexpr std::size_t kLimit = 1024;

/// All events of `input` when it comes in pieces of `piece` bytes, as a text.
std::string events_of(std::string_view input, std::size_t piece) {
  WebSocketReader reader;
  std::string events;
  while (!input.empty()) {
    std::string const part{input.substr(0, piece)};
    input.remove_prefix(part.size());
    std::string_view rest = part;
    while (!rest.empty()) {
      WebSocketIncoming const found = reader.next(rest, kLimit);
      if (found.kind == Kind::nothing) break;
      require(found.payload.size() <= kLimit, "no message is larger than the limit");
      if (found.kind == Kind::text) require(is_utf8(found.payload), "a text is UTF-8");
      events += std::to_string(static_cast<int>(found.kind)) + ":" + std::to_string(found.code) + ":";
      events.append(found.payload).push_back('\n');
      if (found.kind == Kind::failure || found.kind == Kind::close) return events;
    }
  }
  return events;
}

void try_frames(std::string_view input) {
  std::string const whole = events_of(input, std::max<std::size_t>(input.size(), 1));
  require(events_of(input, 1) == whole, "byte by byte is the same");
  require(events_of(input, 7) == whole, "in pieces is the same");
}

void try_origin(std::string_view input) {
  test::FakeRequest const request{
      {{"Origin", std::string{input}}, {"Cookie", "access_token_cookie=" + test::sign(kAccessClaims)}}};
  AuthJWT handle{authority(), request};
  bool const is_let_in = handle.try_jwt_required(WebSocketCookies{"value"}).has_value();
  if (is_let_in) require(input.size() == std::string_view{"https://app.example.com"}.size(), "only the listed origin");
  if (http::is_origin(input)) {
    require(input.find("://") != std::string_view::npos && input.find_first_of(" \t\r\n,;\"<>\\?#@") == input.npos,
            "an origin is a scheme, a host and a port");
  }
}

/// Lines with their names, parted by a colon.
void try_framing(std::string_view input) {
  test::FakeRequest::Headers headers;
  for (std::string const& line : lines_of(input)) {
    std::size_t const colon = line.find(':');
    if (colon != std::string::npos) headers.emplace_back(line.substr(0, colon), line.substr(colon + 1));
  }
  test::FakeRequest const request{std::move(headers)};
  http::BodyFraming const framing = http::body_framing(request);
  std::size_t const fields = request.header("Content-Length").size() + request.header("Transfer-Encoding").size();
  if (framing.kind == http::BodyFraming::Kind::malformed) return;
  require(fields <= 1, "two fields about one body are malformed");
  if (framing.kind == http::BodyFraming::Kind::sized) {
    std::string_view const length = request.header("Content-Length")[0];
    require(length.find_first_not_of("0123456789") == length.npos && framing.size > 0, "a length is digits alone");
  }
}

}  // namespace

void run(std::string_view input) {
  if (input.empty()) return;
  char const choice = input.front();
  input.remove_prefix(1);
  if (choice == 'o') return try_origin(input);
  if (choice == 'b') return try_framing(input);
  try_frames(input);
}

}  // namespace authjwt::fuzz
