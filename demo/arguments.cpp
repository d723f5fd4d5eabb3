#include "arguments.hpp"

#include <charconv>
#include <string_view>

namespace demo {
namespace {

std::uint16_t read_port(std::string_view text) {
  std::uint16_t port = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) {
    throw std::invalid_argument{"the port is a number from 0 to 65535, not \"" + std::string{text} + "\""};
  }
  return port;
}

void set(Arguments& arguments, std::string_view name, std::string_view value) {
  if (name == "--host") {
    arguments.host = value;
  } else if (name == "--port") {
    arguments.port = read_port(value);
  } else if (name == "--log") {
    arguments.log = value;
  } else {
    throw std::invalid_argument{"there is no option " + std::string{name} + "; see --help"};
  }
}

}  // namespace

Arguments read_arguments(int count, char const* const* values) {
  Arguments arguments;
  for (int i = 1; i < count; ++i) {
    std::string_view const argument = values[i];
    if (argument == "--help" || argument == "-h") {
      arguments.help = true;
    } else if (std::size_t const equals = argument.find('='); equals != std::string_view::npos) {
      set(arguments, argument.substr(0, equals), argument.substr(equals + 1));
    } else if (i + 1 < count) {
      set(arguments, argument, values[++i]);
    } else {
      throw std::invalid_argument{std::string{argument} + " needs a value; see --help"};
    }
  }
  return arguments;
}

}  // namespace demo
