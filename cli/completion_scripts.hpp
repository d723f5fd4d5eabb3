#pragma once

#include "command_line.hpp"

#include <string>
#include <vector>

namespace authjwt::cli {

/// The program first, then its commands, as `CommandLine::description()` gives them.
using Description = std::vector<CommandDescription>;

// Scripts that complete the commands, their options, choices and names of files. Names and choices hold letters,
// digits and dashes; helps may hold anything.
[[nodiscard]] std::string bash_completion(Description const& program);
[[nodiscard]] std::string zsh_completion(Description const& program);
[[nodiscard]] std::string fish_completion(Description const& program);

}  // namespace authjwt::cli
