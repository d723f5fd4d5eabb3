#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace demo {

struct Arguments {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8000;
  std::string log = "sqlite:authjwt.db";  ///< see `open_log`
  bool help = false;
};

inline constexpr char kUsage[] =
    "usage: authjwt_demo [--host ADDRESS] [--port NUMBER] [--log WHERE]\n"
    "  --host  where to listen: 127.0.0.1 (default), 0.0.0.0, ::1, ...\n"
    "  --port  8000 (default); 0 takes any free one\n"
    "  --log   where revocations and sessions are kept: sqlite:authjwt.db (default, a file in the working directory),\n"
    "          redis://HOST:PORT, or memory, which ends with the program\n"
    "The environment variables AUTHJWT_* are the settings, AUTHJWT_SECRET_KEY first of all.\n";

/// What the command line says. Throws `std::invalid_argument`, with one sentence for the user, where it says nothing.
[[nodiscard]] Arguments read_arguments(int count, char const* const* values);

}  // namespace demo
