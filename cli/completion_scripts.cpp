#include "completion_scripts.hpp"

#include <algorithm>
#include <span>
#include <string_view>

namespace authjwt::cli {
namespace {

using Texts = std::vector<std::string>;

std::string joined(Texts const& texts, std::string_view separator) {
  std::string all;
  for (std::string const& text : texts) {
    if (!all.empty()) all += separator;
    all += text;
  }
  return all;
}

/// `text` with `before` in front of each of `special`.
std::string escaped(std::string_view text, std::string_view special, std::string_view before = "\\") {
  std::string out;
  for (char const c : text) {
    if (special.find(c) != std::string_view::npos) out += before;
    out += c;
  }
  return out;
}

/// In single quotes, as bash and zsh read them.
std::string quoted(std::string_view text) {
  std::string out = "'";
  for (char const c : text) c == '\'' ? out += "'\\''" : out += c;
  return out += '\'';
}

std::span<CommandDescription const> commands(Description const& program) { return std::span{program}.subspan(1); }

Texts names_of_commands(Description const& program) {
  Texts names;
  for (CommandDescription const& command : commands(program)) names.push_back(command.name);
  return names;
}

// --- bash
// -------------------------------------------------------------------------------------------------------------

/// What may stand where no option waits for its value.
std::string bash_words(CommandDescription const& command, Texts more) {
  bool takes_files = false;
  for (OptionDescription const& option : command.options) {
    more.insert(more.end(), option.names.begin(), option.names.end());
    if (!option.is_argument()) continue;
    more.insert(more.end(), option.choices.begin(), option.choices.end());
    takes_files = takes_files || option.takes_file();
  }
  return "words=" + quoted(joined(more, " ")) + (takes_files ? " files=yes" : "");
}

std::string bash_value(OptionDescription const& option) {
  if (option.takes_file()) return "files=yes";
  return option.choices.empty() ? "return" : "words=" + quoted(joined(option.choices, " "));
}

std::string bash_values(CommandDescription const& command) {
  std::string cases;
  for (OptionDescription const& option : command.options) {
    if (option.is_argument() || !option.takes_value()) continue;
    Texts patterns;
    for (std::string const& name : option.names) patterns.push_back(quoted(command.name + ' ' + name));
    cases += "    " + joined(patterns, " | ") + ") " + bash_value(option) + " ;;\n";
  }
  return cases;
}

// --- zsh
// --------------------------------------------------------------------------------------------------------------

std::string zsh_action(OptionDescription const& option) {
  std::string const action = option.takes_file()      ? "_files"
                             : option.choices.empty() ? " "
                                                      : "(" + joined(option.choices, " ") + ")";
  return ":" + option.placeholder + ":" + action;
}

std::string zsh_option(OptionDescription const& option) {
  std::string const star = option.may_be_repeated ? "*" : "";
  if (option.is_argument()) return " \\\n        " + quoted(star + zsh_action(option));
  std::string specs;
  for (std::string const& name : option.names) {
    std::string const value = option.takes_value() ? zsh_action(option) : "";
    std::string const others = star.empty() ? "(" + joined(option.names, " ") + ")" : star;
    std::string spec = others + name;
    spec.append("[").append(escaped(option.help, "\\[]:")).append("]").append(value);
    specs.append(" \\\n        ").append(quoted(spec));
  }
  return specs;
}

std::string zsh_arguments(CommandDescription const& command) {
  std::string arguments = "_arguments";
  for (OptionDescription const& option : command.options) arguments += zsh_option(option);
  return arguments;
}

// --- fish
// -------------------------------------------------------------------------------------------------------------

std::string fish_quoted(std::string_view text) { return "'" + escaped(text, "\\'") + "'"; }

std::string fish_option(std::string const& condition, OptionDescription const& option) {
  std::string line = "complete -c authjwt -n " + fish_quoted(condition);
  for (std::string const& name : option.names) {
    line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  if (option.takes_file()) {
    line += option.is_argument() ? " -F" : " -r -F";
  } else if (option.takes_value() && !option.is_argument()) {
    line += " -x";
  }
  if (!option.choices.empty()) line += " -a " + fish_quoted(joined(option.choices, " "));
  return line + " -d " + fish_quoted(option.help) + '\n';
}

std::string fish_options(std::string const& condition, CommandDescription const& command) {
  std::string lines;
  for (OptionDescription const& option : command.options) {
    bool const says_something = !option.is_argument() || option.takes_file() || !option.choices.empty();
    if (says_something) lines += fish_option(condition, option);
  }
  return lines;
}

}  // namespace

std::string bash_completion(Description const& program) {
  std::string script = R"(# Completion of authjwt for bash, made by "authjwt completion bash".
_authjwt() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command= words= files= i
  if [[ $current == = ]]; then
    current=
  elif [[ $previous == = ]]; then
    previous=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
      )";
  script += joined(names_of_commands(program), " | ") + R"() command=${COMP_WORDS[i]}; break ;;
    esac
  done
  case "$command $previous" in
)";
  for (CommandDescription const& command : commands(program)) script += bash_values(command);
  script += "    ' '*) " + bash_words(program.front(), names_of_commands(program)) + " ;;\n";
  for (CommandDescription const& command : commands(program)) {
    script += "    " + quoted(command.name + ' ') + "*) " + bash_words(command, {}) + " ;;\n";
  }
  return script + R"(  esac
  [[ -z $words ]] || mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  if [[ -n $files ]]; then
    mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$current")
    compopt -o filenames 2>/dev/null || :
  fi
}
complete -F _authjwt authjwt
)";
}

std::string zsh_completion(Description const& program) {
  std::string script = R"(#compdef authjwt
# Completion of authjwt for zsh, made by "authjwt completion zsh".
_authjwt() {
  local -a commands=()";
  for (CommandDescription const& command : commands(program)) {
    script += "\n    " + quoted(command.name + ":" + escaped(command.help, "\\:"));
  }
  script += R"()
  if ((CURRENT == 2)); then
    _describe command commands
    )" + zsh_arguments(program.front()) +
            R"(
    return
  fi
  shift words
  ((CURRENT--))
  case ${words[1]} in
)";
  for (CommandDescription const& command : commands(program)) {
    script += "    " + command.name + ")\n      " + zsh_arguments(command) + "\n      ;;\n";
  }
  return script + R"(  esac
}
if [[ $funcstack[1] == _authjwt ]]; then
  _authjwt "$@"
else
  compdef _authjwt authjwt
fi
)";
}

std::string fish_completion(Description const& program) {
  std::string script =
      "# Completion of authjwt for fish, made by \"authjwt completion fish\".\ncomplete -c authjwt -f\n";
  script += fish_options("__fish_use_subcommand", program.front());
  for (CommandDescription const& command : commands(program)) {
    script +=
        "complete -c authjwt -n __fish_use_subcommand -a " + command.name + " -d " + fish_quoted(command.help) + '\n';
    script += fish_options("__fish_seen_subcommand_from " + command.name, command);
  }
  return script;
}

}  // namespace authjwt::cli
