#pragma once

#include "e2e/process.hpp"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <istream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

// The commands that a page of docs/ shows, and what it says they give.
namespace authjwt::e2e {

struct Command {
  std::string line;
  std::string shown;  // `...` stands for anything
};

/// The commands of the shell blocks, where `is_ours`, which is asked about each line that is in no such block, says so.
inline std::vector<Command> commands_in(std::istream& page, std::function<bool(std::string const&)> const& is_ours) {
  std::vector<Command> commands;
  bool is_shell = false;
  for (std::string line; std::getline(page, line);) {
    bool const ours = is_ours(line);
    if (line.starts_with("```")) {
      is_shell = ours && line == "```sh";
    } else if (is_shell && line.starts_with("$ ")) {
      commands.push_back({line.substr(2), {}});
      while (line.ends_with('\\') && std::getline(page, line)) commands.back().line += "\n" + line;
    } else if (is_shell && !commands.empty()) {
      commands.back().shown += line + "\n";
    }
  }
  return commands;
}

inline bool matches(std::string_view got, std::string_view shown) {
  std::size_t const gap = shown.find("...");
  if (gap == std::string_view::npos) return got == shown;
  if (!got.starts_with(shown.substr(0, gap))) return false;
  got.remove_prefix(gap);
  shown.remove_prefix(gap + 3);
  for (std::size_t at = 0; at <= got.size(); ++at) {
    if (matches(got.substr(at), shown)) return true;
  }
  return false;
}

inline std::string trimmed(std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  return std::string{text};
}

/// What each command writes, run by one bash in `folder` after `prelude`.
inline std::vector<std::string> outputs_of(std::vector<Command> const& commands, std::filesystem::path const& folder,
                                           std::string const& prelude, std::vector<std::string> environment) {
  constexpr char kEnd = '\x1e';
  std::string script = "cd '" + folder.string() + "'\n" + prelude;
  for (Command const& command : commands) script += command.line + "\nprintf '\\036'\n";
  Process shell{{"/bin/bash", "-c", script}, std::move(environment)};
  std::istringstream written{shell.read_all()};
  std::vector<std::string> outputs;
  for (std::string output; std::getline(written, output, kEnd);) outputs.push_back(output);
  outputs.resize(commands.size());
  return outputs;
}

}  // namespace authjwt::e2e
