#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>

namespace authjwt::remote {

/// Where to fetch from, and what of it may be told.
struct Address {
  std::string url;
  std::string shown;  ///< without its query, printable
  bool is_https = true;
};

/// Throws `std::invalid_argument` for what `RemoteKeys` refuses.
[[nodiscard]] Address checked_address(std::string const& url, bool allow_http);

/// How to get there.
struct FetchRoute {
  std::string ca_file;
  std::string proxy;
};

/// Prepares libcurl. Throws `std::runtime_error` where it cannot go this way. Thread-safe.
void prepare_fetching(FetchRoute const& route);

struct FetchLimits {
  std::chrono::milliseconds timeout;
  std::size_t max_size;
};

/// What came of a fetch.
struct Fetched {
  std::string body = {};
  std::optional<std::chrono::seconds> max_age = {};
  std::string failure = {};  ///< why there is no body, in our own words; empty: there is
};

/// A GET of `address`, given up when `stop` is requested. Follows redirects within its scheme, host and port. Throws
/// `std::bad_alloc`.
[[nodiscard]] Fetched fetch(Address const& address, FetchLimits const& limits, FetchRoute const& route,
                            std::stop_token const& stop);

}  // namespace authjwt::remote
