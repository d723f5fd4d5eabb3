#pragma once

#include "e2e/process.hpp"
#include "e2e/raw_client.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The demo as a process, and what its tests say to it.
namespace authjwt::e2e {

inline constexpr std::string_view kLogin = R"({"username":"test","password":"test"})";
inline constexpr std::string_view kFoo = R"({"foo":["fiz","baz"]})";

inline Process run_demo(std::vector<std::string> arguments, std::vector<std::string> environment = {}) {
  arguments.insert(arguments.begin(), AUTHJWT_DEMO);
  return Process{std::move(arguments), std::move(environment)};
}

/// A demo on a free port.
class Demo {
 public:
  explicit Demo(std::vector<std::string> environment = {}, std::string const& host = "127.0.0.1",
                std::string const& log = "memory")
      : process_{run_demo({"--host", host, "--port=0", "--log", log}, std::move(environment))} {
    std::string const& greeting = process_.read_until("measure against.\n");
    std::size_t const start = greeting.find("Serving on http://");
    std::size_t const end = greeting.find_first_of(" ,\n", start + 18);
    if (start == std::string::npos || end == std::string::npos) throw std::runtime_error{"no greeting: " + greeting};
    std::string const address = greeting.substr(start, end - start);
    port_ = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  }

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] Process& process() noexcept { return process_; }
  RawClient connect() { return RawClient{port_}; }
  RawAnswer ask(std::string_view request) { return connect().ask(request); }
  RawAnswer ask_until_let_in(std::string_view request) { return e2e::ask_until_let_in(port_, request); }
  void expect_serving() {
    std::string const token = token_of(ask_until_let_in(post("/login", kLogin)));
    EXPECT_EQ(ask_until_let_in(get("/claims", bearer(token))).body, kFoo);
  }

 private:
  Process process_;
  std::uint16_t port_ = 0;
};

struct Cookies {
  std::map<std::string, std::string> values;

  /// Keeps what the answer sets.
  explicit Cookies(RawAnswer const& answer) {
    constexpr std::string_view kLine = "\r\nSet-Cookie: ";
    for (std::size_t at = answer.head.find(kLine); at != std::string::npos; at = answer.head.find(kLine, at + 1)) {
      std::size_t const name = at + kLine.size();
      std::size_t const equals = answer.head.find('=', name);
      values[answer.head.substr(name, equals - name)] =
          answer.head.substr(equals + 1, answer.head.find(';', equals) - equals - 1);
    }
  }
  [[nodiscard]] std::string header() const {
    std::string out;
    for (auto const& [name, value] : values) out += (out.empty() ? "Cookie: " : "; ") + name + "=" + value;
    return out + "\r\n";
  }
  /// With the CSRF header beside the cookies.
  [[nodiscard]] std::string header_with(std::string const& csrf) const {
    return header() + "X-CSRF-Token: " + values.at(csrf) + "\r\n";
  }
};

inline std::string request(std::string_view method, std::string_view path, std::string_view headers) {
  return std::string{method} + std::string{get(path, headers)}.substr(3);
}

}  // namespace authjwt::e2e
