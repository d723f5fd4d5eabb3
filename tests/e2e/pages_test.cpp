// The pages of docs/ as a reader uses them: their commands are run against their example, one after the other, and must
// give what the page shows.

#include "e2e/example_program.hpp"
#include "e2e/page_commands.hpp"
#include "unit/jose/test_keys.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace authjwt::e2e {
namespace {

namespace fs = std::filesystem;

/// The commands of the shell blocks that follow the naming of `example` and come before another program's.
std::vector<Command> commands_for(std::string const& example, std::istream& page) {
  return commands_in(page, [&example, is_ours = false](std::string const& line) mutable {
    std::size_t const named = line.find("`examples/");
    if (named != std::string::npos) {
      std::string const name = line.substr(named + 10, line.find_first_of("./`", named + 10) - named - 10);
      is_ours = name == example;
    }
    return is_ours;
  });
}

/// The same commands, for a service on another port.
std::vector<Command> at_port(std::vector<Command> commands, std::uint16_t port) {
  constexpr std::string_view kPort = "127.0.0.1:8000";
  for (Command& command : commands) {
    for (std::size_t at = 0; (at = command.line.find(kPort, at)) != std::string::npos; ++at) {
      command.line.replace(at, kPort.size(), "127.0.0.1:" + std::to_string(port));
    }
  }
  return commands;
}

struct Page {
  char const* name;
  char const* example;
};
std::ostream& operator<<(std::ostream& out, Page const& page) { return out << page.name << ", " << page.example; }

class Pages : public Examples, public ::testing::WithParamInterface<Page> {
 protected:
  Pages() { fs::create_directory(folder_); }
  ~Pages() override { fs::remove_all(folder_); }

  [[nodiscard]] fs::path const& folder() const { return folder_; }
  /// What the example is started with.
  [[nodiscard]] std::vector<std::string> arguments() const {
    if (std::string_view{GetParam().example} == "revoking_sessions") return {"memory"};
    if (std::string_view{GetParam().example} != "asymmetric") return {};
    std::ofstream{folder_ / "private.pem"} << test::private_pem(test::shared_rsa());
    std::ofstream{folder_ / "public.pem"} << test::public_pem(test::shared_rsa());
    return {folder_ / "private.pem", folder_ / "public.pem"};
  }

 private:
  fs::path folder_ = fs::path{::testing::TempDir()} / ("authjwt_page_" + std::to_string(::getpid()));
};

TEST_P(Pages, commands_give_what_the_page_shows) {
  if (std::system("command -v curl > /dev/null") != 0) GTEST_SKIP() << "no curl here";
  std::ifstream file{std::string{AUTHJWT_SOURCE_DIR} + "/docs/" + GetParam().name};
  std::vector<Command> const commands = commands_for(GetParam().example, file);
  ASSERT_FALSE(commands.empty());
  Example example{GetParam().example, arguments()};
  std::vector<std::string> const outputs = outputs_of(at_port(commands, example.port()), folder(),
                                                      "curl() { command curl --silent \"$@\"; }\n", {path_variable()});
  for (std::size_t i = 0; i < commands.size(); ++i) {
    EXPECT_TRUE(matches(trimmed(outputs[i]), trimmed(commands[i].shown)))
        << commands[i].line << "\ngives " << outputs[i] << "\nnot   " << commands[i].shown;
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, Pages,
    ::testing::Values(Page{"basic-usage.md", "basic"}, Page{"refresh.md", "refresh"}, Page{"freshness.md", "freshness"},
                      Page{"optional.md", "optional"}, Page{"revoking.md", "revoking"},
                      Page{"revoking.md", "revoking_log"}, Page{"revoking.md", "revoking_sessions"},
                      Page{"revoking.md", "revoking_event_loop"}, Page{"cookies.md", "cookies"},
                      Page{"cookies.md", "cookies_with_csrf"}, Page{"asymmetric.md", "asymmetric"},
                      Page{"dynamic-expiry.md", "dynamic_expiry"}, Page{"dynamic-algorithm.md", "dynamic_algorithm"},
                      Page{"several-routers.md", "several_routers"}, Page{"openapi.md", "generated_docs"},
                      Page{"websocket.md", "websocket_by_query"}, Page{"websocket.md", "websocket_by_cookie"}));

TEST(PagesChecker, an_output_that_is_not_the_one_shown_is_found) {
  EXPECT_TRUE(matches("a", "a"));
  EXPECT_FALSE(matches("a", "b"));
  EXPECT_FALSE(matches("", "a"));
  EXPECT_TRUE(matches("a=1; b", "a=...; b"));
  EXPECT_FALSE(matches("a=1; c", "a=...; b"));
  EXPECT_FALSE(matches("x a=1; b", "a=...; b"));
}

}  // namespace
}  // namespace authjwt::e2e
