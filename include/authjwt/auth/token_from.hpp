#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace authjwt {

/// A place where a request may carry its token. Their order is the one in which they are searched.
enum class Location : std::uint8_t { headers, cookies, json, query_string };

/// Its name in `Settings::token_location`.
[[nodiscard]] std::string_view name(Location location) noexcept;
[[nodiscard]] std::optional<Location> find_location(std::string_view name) noexcept;

/// A set of places.
class Locations {
 public:
  constexpr Locations() noexcept = default;
  constexpr Locations(Location one) noexcept { insert(one); }  // NOLINT(google-explicit-constructor)
  constexpr Locations(std::initializer_list<Location> list) noexcept {
    for (Location location : list) insert(location);
  }
  constexpr void insert(Location location) noexcept { bits_ |= bit(location); }
  [[nodiscard]] constexpr bool contains(Location location) const noexcept { return (bits_ & bit(location)) != 0; }
  [[nodiscard]] constexpr bool empty() const noexcept { return bits_ == 0; }
  [[nodiscard]] constexpr bool operator==(Locations const&) const noexcept = default;

 private:
  [[nodiscard]] static constexpr unsigned bit(Location location) noexcept {
    return 1U << static_cast<unsigned>(location);
  }
  unsigned bits_ = 0;
};

/// A token that was found elsewhere: in the query or the path of a WebSocket, in its first message. Empty: none.
/// In Python: `jwt_required("websocket", token=token)`.
struct WebSocketToken {
  std::string_view token;
};

/// The cookies of a WebSocket's request, with the CSRF value that its page sent in the query: a browser lets no page
/// set headers there. Its `Origin` must be one of `Settings::websocket_origins`. In Python: `jwt_required("websocket",
/// websocket=websocket, csrf_token=csrf_token)`.
struct WebSocketCookies {
  std::string_view csrf_token = {};
};

/// Where a guard takes the token from; by default the places of `Settings::token_location`. Views must be valid during
/// the call of the guard.
class TokenFrom {
 public:
  enum class Kind : std::uint8_t { request, websocket_token, websocket_cookies };

  constexpr TokenFrom() noexcept = default;
  // NOLINTBEGIN(google-explicit-constructor)
  constexpr TokenFrom(Locations locations) noexcept : locations_{locations} {}
  constexpr TokenFrom(Location location) noexcept : locations_{location} {}
  constexpr TokenFrom(std::initializer_list<Location> locations) noexcept : locations_{locations} {}
  constexpr TokenFrom(WebSocketToken from) noexcept : kind_{Kind::websocket_token}, text_{from.token} {}
  constexpr TokenFrom(WebSocketCookies from) noexcept : kind_{Kind::websocket_cookies}, text_{from.csrf_token} {}
  // NOLINTEND(google-explicit-constructor)

  [[nodiscard]] constexpr Kind kind() const noexcept { return kind_; }
  /// Empty: those of the settings.
  [[nodiscard]] constexpr Locations locations() const noexcept { return locations_; }
  /// The token, or the CSRF value, of a WebSocket.
  [[nodiscard]] constexpr std::string_view text() const noexcept { return text_; }

 private:
  Kind kind_ = Kind::request;
  Locations locations_;
  std::string_view text_;
};

}  // namespace authjwt
