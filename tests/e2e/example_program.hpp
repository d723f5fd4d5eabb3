#pragma once

#include "e2e/process.hpp"
#include "e2e/raw_client.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace authjwt::e2e {

/// Where the examples lie; null where they are not built.
#ifdef AUTHJWT_EXAMPLES
inline constexpr char const* kExamples = AUTHJWT_EXAMPLES;
#else
inline constexpr char const* kExamples = nullptr;
#endif

/// A running example, on a port of its own.
class Example {
 public:
  explicit Example(std::string const& name, std::vector<std::string> arguments = {})
      : process_{command(name, std::move(arguments)), {}} {
    constexpr std::string_view kBefore = "Serving on http://127.0.0.1:";
    std::string const& greeting = process_.read_until(kBefore);  // warnings may come before it
    std::size_t const at = greeting.find(kBefore);
    if (at == std::string::npos) throw std::runtime_error{"no greeting: " + greeting};
    port_ = static_cast<std::uint16_t>(std::stoi(greeting.substr(at + kBefore.size())));
  }
  /// It ends as it should: by SIGTERM, with success.
  ~Example() {
    process_.signal(SIGTERM);
    EXPECT_EQ(process_.wait(), 0);
  }
  Example(Example const&) = delete;
  Example& operator=(Example const&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  RawAnswer ask(std::string_view method, std::string_view path, std::string_view headers = {},
                std::string_view body = {}) {
    std::string request = std::string{method} + " " + std::string{path} + " HTTP/1.1\r\nHost: test\r\n" +
                          std::string{headers} + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
    return RawClient{port_}.ask(request.append(body));
  }
  RawAnswer log_in(std::string_view path = "/login",
                   std::string_view body = R"({"username":"test","password":"test"})") {
    return ask("POST", path, "Content-Type: application/json\r\n", body);
  }
  /// `status body`: what a page shows of an answer.
  std::string told(std::string_view method, std::string_view path, std::string_view headers = {}) {
    return told(ask(method, path, headers));
  }
  static std::string told(RawAnswer const& answer) { return std::to_string(answer.status) + " " + answer.body; }

 private:
  static std::vector<std::string> command(std::string const& name, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), std::string{kExamples} + "/" + name);
    arguments.emplace_back("0");
    return arguments;
  }

  Process process_;
  std::uint16_t port_ = 0;
};

/// Skips its tests where there are no examples.
class Examples : public ::testing::Test {
 protected:
  void SetUp() override {
    if (kExamples == nullptr) GTEST_SKIP() << "the examples are not built";
  }
};

}  // namespace authjwt::e2e
