#include "form.hpp"

#include "terminal.hpp"

namespace authjwt::cli {

void FormOptions::declare(Options& options, std::string const& help) {
  options.flag("--json", json, help);
  options.flag("--compact", compact, "The same on one line");
}

Form FormOptions::form() const noexcept { return compact ? Form::compact_json : json ? Form::json : Form::text; }

std::string render(json::value const& value, Form form) {
  std::string text =
      form == Form::compact_json ? terminal_safe(json::write(value, json::Limits{}.max_depth + 1)) : indented(value);
  return text += '\n';
}

}  // namespace authjwt::cli
