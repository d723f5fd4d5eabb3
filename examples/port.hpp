#pragma once

#include <charconv>
#include <cstdint>
#include <iostream>
#include <stdexcept>
#include <string>

/// The port given as argument number `index`, 8000 where there is none; 0 is any free one.
inline std::uint16_t port_argument(int argc, char** argv, int index = 1) {
  std::string const text = index < argc ? argv[index] : "8000";
  std::uint16_t port = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw std::invalid_argument{"the port is a number from 0 to 65535, not \"" + text + "\""};
  }
  return port;
}

inline void print_port(int port) { std::cout << "Serving on http://127.0.0.1:" << port << std::endl; }
