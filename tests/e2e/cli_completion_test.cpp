#include "e2e/cli_files.hpp"
#include "e2e/page_commands.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

// Completion in real shells, and the commands that docs/cli.md shows.
namespace authjwt::e2e {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

using Words = std::vector<std::string>;

constexpr auto kCommands = {"inspect", "verify", "sign", "keygen", "jwks", "thumbprint", "completion"};

Words lines_of(std::string const& text) {
  Words lines;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string quoted(std::string const& word) { return "'" + word + "'"; }

class Completion : public CliFiles {
 protected:
  /// What bash offers where the last of these words is being written.
  [[nodiscard]] Words offered(Words const& words) const {
    std::string script =
        "cd " + quoted(folder()) + " && source <(" + quoted(AUTHJWT_CLI) + " completion bash) && COMP_WORDS=(";
    for (std::string const& word : words) script += quoted(word) + ' ';
    script += ") COMP_CWORD=" + std::to_string(words.size() - 1) + " && _authjwt && printf '%s\\n' \"${COMPREPLY[@]}\"";
    Process shell{{"/bin/bash", "-c", script}, {path_variable()}};
    Words found = lines_of(shell.read_all());
    std::erase(found, "");
    return found;
  }
};

TEST_F(Completion, bash_offers_the_commands) {
  Words const all = offered({"authjwt", ""});
  for (std::string const command : kCommands) EXPECT_THAT(all, Contains(command));
  EXPECT_THAT(offered({"authjwt", "key"}), ElementsAre("keygen"));
  EXPECT_THAT(offered({"authjwt", "--v"}), ElementsAre("--version"));
}

TEST_F(Completion, bash_offers_the_options_of_the_command_alone) {
  EXPECT_THAT(offered({"authjwt", "keygen", "--f"}), UnorderedElementsAre("--format", "--force"));
  EXPECT_THAT(offered({"authjwt", "verify", "--f"}), IsEmpty());
}

TEST_F(Completion, bash_offers_choices_and_files_where_they_belong) {
  write("key.pem", "");
  write("key with a blank", "");
  EXPECT_THAT(offered({"authjwt", "keygen", "--format", ""}), UnorderedElementsAre("pem", "jwk", "text"));
  EXPECT_THAT(offered({"authjwt", "keygen", "--format", "=", "j"}), ElementsAre("jwk"));
  EXPECT_THAT(offered({"authjwt", "keygen", "EdD"}), ElementsAre("EdDSA"));
  EXPECT_THAT(offered({"authjwt", "sign", "--key", "key"}), UnorderedElementsAre("key.pem", "key with a blank"));
  EXPECT_THAT(offered({"authjwt", "sign", "-k", "key."}), ElementsAre("key.pem"));
  EXPECT_THAT(offered({"authjwt", "thumbprint", "key."}), ElementsAre("key.pem"));
  EXPECT_THAT(offered({"authjwt", "sign", "--sub", ""}), IsEmpty());
}

TEST_F(Completion, every_option_that_the_help_names_is_offered) {
  static std::regex const kOption{"(^|,| )(--[a-z][a-z-]*)"};
  for (std::string const command : kCommands) {
    std::string const help = run({command, "--help"}).output;
    Words const all = offered({"authjwt", command, "--"});
    std::string const options = help.substr(help.find("Options:"));
    for (std::string const& line : lines_of(options)) {
      std::string const names = line.substr(0, 30);
      std::smatch match;
      if (line.starts_with("  -") && std::regex_search(names, match, kOption)) {
        EXPECT_THAT(all, Contains(match[2].str())) << command;
      }
    }
    EXPECT_THAT(all, Contains("--help")) << command;
  }
}

TEST_F(Completion, the_other_shells_read_their_scripts) {
  int tried = 0;
  for (std::string const shell : {"bash", "zsh", "fish"}) {
    std::string const script = write(shell, run({"completion", shell}).output);
    EXPECT_THAT(content_of(script), AllOf(HasSubstr("keygen"), HasSubstr("thumbprint"), HasSubstr("Ed448")));
    if (std::system(("command -v " + shell + " > /dev/null").c_str()) != 0) continue;
    EXPECT_EQ(std::system((shell + " -n " + quoted(script)).c_str()), 0) << shell;
    ++tried;
  }
  EXPECT_GE(tried, 1);
}

TEST_F(Completion, another_shell_is_wrong_usage) {
  EXPECT_EQ(run({"completion"}).exit_code, 2);
  EXPECT_EQ(run({"completion", "tcsh"}).exit_code, 2);
}

class Page : public CliFiles {};

TEST_F(Page, the_commands_of_the_page_give_what_it_shows) {
  std::ifstream page{std::string{AUTHJWT_SOURCE_DIR} + "/docs/cli.md"};
  std::vector<Command> const commands = commands_in(page, [](std::string const&) { return true; });
  ASSERT_FALSE(commands.empty());
  std::string const prelude = "umask 022\nauthjwt() { " + quoted(AUTHJWT_CLI) + " \"$@\"; }\n";
  std::vector<std::string> const outputs = outputs_of(commands, folder(), prelude, {path_variable()});
  for (std::size_t i = 0; i < commands.size(); ++i) {
    EXPECT_TRUE(matches(trimmed(outputs[i]), trimmed(commands[i].shown)))
        << commands[i].line << "\ngives " << outputs[i] << "\nnot   " << commands[i].shown;
  }
}

}  // namespace
}  // namespace authjwt::e2e
