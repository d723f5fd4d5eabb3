#pragma once

#include "command_line.hpp"

#include <authjwt/base/json.hpp>

#include <string>

namespace authjwt::cli {

enum class Form { text, json, compact_json };

/// The options `--json` and `--compact` of a command.
struct FormOptions {
  bool json = false;
  bool compact = false;

  void declare(Options& options, std::string const& help);
  [[nodiscard]] Form form() const noexcept;
};

/// `value` as JSON that is safe for a terminal, ending with a line end. Precondition: its parts came from `json::read`,
/// or hold texts that are UTF-8 and finite numbers; it may be one level deeper than what `json::read` allows.
[[nodiscard]] std::string render(json::value const& value, Form form);

}  // namespace authjwt::cli
