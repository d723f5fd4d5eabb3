#include "completion_command.hpp"

#include "completion_scripts.hpp"
#include "files.hpp"

#include <memory>

namespace authjwt::cli {

Action declare_completion(Options& options, CommandLine const& program) {
  auto const shell = std::make_shared<std::string>();
  options.required("SHELL", *shell, {.placeholder = "SHELL", .choices = {"bash", "zsh", "fish"}},
                   "Whose script to print; e.g. source <(authjwt completion bash)");
  return [shell, &program] {
    auto const script = *shell == "bash" ? bash_completion : *shell == "zsh" ? zsh_completion : fish_completion;
    print(script(program.description()));
    return ExitCode::done;
  };
}

}  // namespace authjwt::cli
