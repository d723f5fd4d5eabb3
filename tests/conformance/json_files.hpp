#pragma once

#include <authjwt/base/json.hpp>

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace authjwt::test {

/// The JSON text of a file of test data.
inline json::value read_json_file(std::string const& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file) throw std::runtime_error{"cannot read " + path};
  std::string const text{std::istreambuf_iterator<char>{file}, {}};
  return json::read(text, {.max_size = text.size(), .max_members = text.size()}).value();
}

/// A file beside these tests.
inline json::value read_own_json(std::string const& name) {
  return read_json_file(AUTHJWT_SOURCE_DIR "/tests/conformance/" + name);
}

}  // namespace authjwt::test
