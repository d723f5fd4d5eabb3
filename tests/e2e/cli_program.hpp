#pragma once

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace authjwt::e2e {

struct CloseFile {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

inline File file_holding(std::string_view text) {
  File file{std::tmpfile()};
  if (!file) throw std::runtime_error{"no temporary file"};
  if (!text.empty()) std::fwrite(text.data(), 1, text.size(), file.get());
  std::fflush(file.get());
  lseek(fileno(file.get()), 0, SEEK_SET);
  return file;
}

inline std::string content(File const& file) {
  std::string text;
  std::rewind(file.get());
  std::array<char, 4096> block{};
  while (std::size_t const size = std::fread(block.data(), 1, block.size(), file.get()))
    text.append(block.data(), size);
  return text;
}

struct Outcome {
  int exit_code = -1;
  std::string output;
  std::string errors;
};

/// The built command, run with these arguments, input and environment beside the own one.
inline Outcome run(std::vector<std::string> arguments, std::string_view input = {},
                   std::vector<std::string> environment = {}) {
  arguments.insert(arguments.begin(), AUTHJWT_CLI);
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  std::vector<char*> envp;
  for (std::string& variable : environment) envp.push_back(variable.data());
  for (char** inherited = environ; *inherited != nullptr; ++inherited) envp.push_back(*inherited);
  envp.push_back(nullptr);

  std::array const files = {file_holding(input), file_holding({}), file_holding({})};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (int i = 0; i < 3; ++i) {
    posix_spawn_file_actions_adddup2(&actions, fileno(files[static_cast<std::size_t>(i)].get()), i);
  }
  pid_t process = 0;
  int const failed = posix_spawn(&process, AUTHJWT_CLI, &actions, nullptr, argv.data(), envp.data());
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::runtime_error{"cannot start " AUTHJWT_CLI};
  int status = 0;
  waitpid(process, &status, 0);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, content(files[1]), content(files[2])};
}

}  // namespace authjwt::e2e
