#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace authjwt {

/// Where a server serves, and what it lets strangers cost. The order of the fields is API; new ones are appended.
struct ServerOptions {
  std::string host = "127.0.0.1";  ///< an address of this machine (IPv4 or IPv6), or `localhost`
  std::uint16_t port = 8000;       ///< 0: any free one
  unsigned threads = 1;            ///< that call the handlers
  /// Further connections are answered with 503. Lowered to what the limit of open files leaves room for.
  std::size_t max_connections = 512;
  std::chrono::milliseconds read_timeout{30'000};   ///< for a whole request, and between two: else 408, or closed
  std::chrono::milliseconds write_timeout{30'000};  ///< for an answer: else closed
  std::chrono::milliseconds finish_within{5'000};   ///< for the requests under way when the server stops
  /// Of all requests together that are coming in or have no answer yet. When it is reached, a request that has grown
  /// over 32 KiB gets 503; smaller ones are served, so the most that strangers can hold is this and 32 KiB for each
  /// connection.
  std::size_t max_bytes_under_way = 64 * 1024 * 1024;
  std::chrono::milliseconds answer_timeout{30'000};  ///< for an answer that comes later (`Reply`): else 503
};

}  // namespace authjwt
