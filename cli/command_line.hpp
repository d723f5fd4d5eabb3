#pragma once

#include "exit_code.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

// The seam to CLI11: its header is included in command_line.cpp alone, since it takes many seconds to compile.
namespace authjwt::cli {

/// What the value of an option is, as help and completion show it.
struct Value {
  std::string placeholder = "TEXT";  ///< `FILE` completes names of files
  std::vector<std::string> choices = {};
};
inline constexpr std::string_view kFilePlaceholder = "FILE";
[[nodiscard]] inline Value file_value() { return {.placeholder = std::string{kFilePlaceholder}}; }

/// Tells the command line what a command takes. A name is `--long`, `-s,--long` or, without dashes, that of an argument
/// by its place. The variables are filled before the command's action runs and must live until then.
class Options {
 public:
  explicit Options(CLI::App& app) noexcept : app_{app} {}

  void flag(std::string const& names, bool& variable, std::string const& help);
  /// At most one value.
  void value(std::string const& names, std::optional<std::string>& variable, Value const& kind,
             std::string const& help);
  /// Exactly one value.
  void required(std::string const& names, std::string& variable, Value const& kind, std::string const& help);
  /// Any number of values, taken as they stand: an option that is repeated, or all arguments from here on.
  void list(std::string const& names, std::vector<std::string>& variable, Value const& kind, std::string const& help);
  /// As `list`, with at least one.
  void required_list(std::string const& names, std::vector<std::string>& variable, Value const& kind,
                     std::string const& help);

 private:
  CLI::App& app_;
};

/// What a command does once its options are filled. It may throw `Failure`.
using Action = std::function<ExitCode()>;

/// One option or argument as CLI11 describes it.
struct OptionDescription {
  std::vector<std::string> names;  ///< with their dashes; none for an argument by its place
  std::string help;
  std::string placeholder;  ///< empty for a flag
  std::vector<std::string> choices;
  bool may_be_repeated = false;

  [[nodiscard]] bool is_argument() const noexcept { return names.empty(); }
  [[nodiscard]] bool takes_value() const noexcept { return !placeholder.empty(); }
  [[nodiscard]] bool takes_file() const noexcept { return placeholder == kFilePlaceholder; }
};

struct CommandDescription {
  std::string name;  ///< empty for the program itself
  std::string help;
  std::vector<OptionDescription> options;
};

/// The program with its commands.
class CommandLine {
 public:
  CommandLine();
  ~CommandLine();
  CommandLine(CommandLine const&) = delete;
  CommandLine& operator=(CommandLine const&) = delete;

  /// `declare` is called at once; the action that it returns runs when the command is chosen.
  void add(std::string const& name, std::string const& help, std::function<Action(Options&)> const& declare);
  /// Parses and runs. Prints help and version; a wrong usage is a `Failure`.
  [[nodiscard]] ExitCode run(int argc, char** argv);
  /// The program first, then each command, with its options, out of CLI11's own description.
  [[nodiscard]] std::vector<CommandDescription> description() const;

 private:
  std::unique_ptr<CLI::App> app_;
  std::vector<Action> actions_;
  Action const* chosen_ = nullptr;
};

}  // namespace authjwt::cli
