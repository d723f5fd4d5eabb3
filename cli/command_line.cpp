#include "command_line.hpp"

#include <CLI/CLI.hpp>

#include <utility>

namespace authjwt::cli {
namespace {

using Results = std::vector<std::string>;

/// `--out --force`, where the name was left out or was an empty variable of a script. A PEM text, which begins with
/// more dashes and is no name either, is not to be repeated here.
std::string refuse_option(std::string const& file) {
  bool const is_option = file.starts_with("--") && !file.starts_with("---");
  return is_option ? file + " is no name of a file; write ./" + file + " if it is one" : std::string{};
}

/// CLI11 is given the callback without a type: its own conversions split a text in brackets and drop an empty one.
CLI::Option* declare(CLI::App& app, std::string const& names, Value const& kind, std::string const& help,
                     std::function<void(Results const&)> take) {
  auto const callback = [take = std::move(take)](Results const& results) {
    take(results);
    return true;
  };
  CLI::Option* option = app.add_option(names, CLI::callback_t{callback}, help);
  option->type_size(1)->expected(1)->allow_extra_args(false)->type_name(kind.placeholder);
  if (!kind.choices.empty()) option->check(CLI::IsMember(kind.choices));
  if (kind.placeholder == kFilePlaceholder) option->check(CLI::Validator{refuse_option, ""});
  return option;
}

CLI::Option* declare_list(CLI::App& app, std::string const& names, Results& variable, Value const& kind,
                          std::string const& help) {
  CLI::Option* option = declare(app, names, kind, help, [&](Results const& results) { variable = results; });
  option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  if (option->get_positional()) option->expected(1, -1)->allow_extra_args();
  return option;
}

/// "ALG:{HS256,HS384}", taken apart.
void read_type(std::string const& type, OptionDescription& described) {
  std::size_t const open = type.find(":{");
  described.placeholder = type.substr(0, open);
  if (open == std::string::npos) return;
  std::string const choices = type.substr(open + 2, type.rfind('}') - open - 2);
  described.choices = CLI::detail::split(choices, ',');
}

OptionDescription describe(CLI::Option const& option) {
  OptionDescription described;
  described.help = option.get_description();
  described.may_be_repeated = option.get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
  for (std::string const& name : option.get_snames()) described.names.push_back("-" + name);
  for (std::string const& name : option.get_lnames()) described.names.push_back("--" + name);
  if (option.get_items_expected_max() > 0) read_type(option.get_type_name(), described);
  return described;
}

CommandDescription describe(CLI::App const& app, std::string name) {
  CommandDescription described{.name = std::move(name), .help = app.get_description(), .options = {}};
  for (CLI::Option const* option : app.get_options({})) described.options.push_back(describe(*option));
  return described;
}

}  // namespace

void Options::flag(std::string const& names, bool& variable, std::string const& help) {
  app_.add_flag(names, variable, help);
}

void Options::value(std::string const& names, std::optional<std::string>& variable, Value const& kind,
                    std::string const& help) {
  declare(app_, names, kind, help, [&](Results const& results) { variable = results.front(); });
}

void Options::required(std::string const& names, std::string& variable, Value const& kind, std::string const& help) {
  declare(app_, names, kind, help, [&](Results const& results) { variable = results.front(); })->required();
}

void Options::list(std::string const& names, std::vector<std::string>& variable, Value const& kind,
                   std::string const& help) {
  declare_list(app_, names, variable, kind, help);
}

void Options::required_list(std::string const& names, std::vector<std::string>& variable, Value const& kind,
                            std::string const& help) {
  declare_list(app_, names, variable, kind, help)->required();
}

CommandLine::CommandLine() : app_{std::make_unique<CLI::App>("Tools for JSON Web Tokens.", "authjwt")} {
  app_->set_version_flag("--version", "authjwt " AUTHJWT_VERSION);
  app_->require_subcommand(1);
}

CommandLine::~CommandLine() = default;

void CommandLine::add(std::string const& name, std::string const& help,
                      std::function<Action(Options&)> const& declare) {
  CLI::App* command = app_->add_subcommand(name, help);
  Options options{*command};
  std::size_t const index = actions_.size();
  actions_.push_back(declare(options));
  command->callback([this, index] { chosen_ = &actions_[index]; });
}

ExitCode CommandLine::run(int argc, char** argv) {
  try {
    app_->parse(argc, argv);
  } catch (CLI::ParseError const& error) {
    if (error.get_exit_code() == 0) return static_cast<ExitCode>(app_->exit(error));
    throw Failure{ExitCode::usage, error.what()};
  }
  return (*chosen_)();
}

std::vector<CommandDescription> CommandLine::description() const {
  CLI::App const& app = *app_;
  std::vector<CommandDescription> all{describe(app, {})};
  for (CLI::App const* command : app.get_subcommands(std::function<bool(CLI::App const*)>{})) {
    all.push_back(describe(*command, command->get_name()));
  }
  return all;
}

}  // namespace authjwt::cli
