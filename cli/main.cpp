#include "inspect_command.hpp"
#include "terminal.hpp"

#include <CLI/CLI.hpp>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <exception>
#include <iostream>
#include <string>

namespace {

using authjwt::cli::Form;

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;

int fail(int code, std::string_view sentence) {
  std::cerr << "authjwt: " << authjwt::cli::terminal_safe(sentence) << '\n';
  return code;
}

/// All of standard input, but not more than a token may have: what is longer is refused anyway.
std::string read_standard_input() {
  if (isatty(STDIN_FILENO) == 1) std::cerr << "Reading the token from the terminal; end it with Ctrl-D.\n";
  std::size_t const limit = authjwt::cli::kInspectLimits.max_token_size + 16;
  std::string text;
  std::array<char, 4096> block{};
  while (text.size() <= limit) {
    std::size_t const size = std::fread(block.data(), 1, block.size(), stdin);
    if (size == 0) break;
    text.append(block.data(), size);
  }
  return text;
}

int inspect(std::string const& text, Form form) {
  std::string_view const token = authjwt::cli::pasted_token(text);
  if (token.empty()) return fail(kFailed, "no token was given, neither as an argument nor on standard input");
  auto const shown = authjwt::cli::inspect(token, form, authjwt::system_clock().now());
  if (!shown) return fail(kFailed, "this cannot be read as a token: " + shown.error().message());
  std::cout << *shown << std::flush;
  return std::cout ? kDone : fail(kFailed, "the output could not be written");
}

int run(int argc, char** argv) {
  CLI::App app{"Tools for JSON Web Tokens.", "authjwt"};
  app.set_version_flag("--version", "authjwt " AUTHJWT_VERSION);
  app.require_subcommand(1);

  std::string token;
  bool json = false;
  bool compact = false;
  CLI::App* command = app.add_subcommand(
      "inspect",
      "Print the header and the claims of a token WITHOUT VERIFYING it: no key is needed, and nothing that "
      "is shown may be relied on.");
  CLI::Option const* given = command->add_option(
      "TOKEN", token, "The token, with or without \"Bearer \" before it; else it is read from standard input");
  command->add_flag("--json", json, "Print one JSON object: {\"verified\": false, \"header\": ..., \"claims\": ...}");
  command->add_flag("--compact", compact, "The same on one line");

  try {
    app.parse(argc, argv);
  } catch (CLI::ParseError const& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    return fail(kWrongUsage, std::string{error.what()} + "\nRun \"authjwt --help\" or \"authjwt inspect --help\".");
  }
  Form const form = compact ? Form::compact_json : json ? Form::json : Form::text;
  return inspect(given->count() > 0 ? token : read_standard_input(), form);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (std::exception const& error) {
    return fail(kFailed, error.what());
  }
}
