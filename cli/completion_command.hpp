#pragma once

#include "command_line.hpp"

namespace authjwt::cli {

/// `completion`: a script that lets a shell complete the command, out of the description of `program`, which must live
/// until the action has run. What the command takes stands nowhere else, so that the two cannot differ.
[[nodiscard]] Action declare_completion(Options& options, CommandLine const& program);

}  // namespace authjwt::cli
