#include "thumbprint_command.hpp"

#include "files.hpp"
#include "form.hpp"
#include "key_source.hpp"
#include "terminal.hpp"

#include <memory>

namespace authjwt::cli {
namespace {

struct Thumbprint {
  std::vector<std::string> files;
  FormOptions form;
};

json::object describe(Key const& key, std::string const& file) {
  if (key.is_secret()) {
    throw Failure{ExitCode::bad_key, file + ": whoever saw a secret's thumbprint could try secrets out; it has none"};
  }
  json::object entry;
  entry["file"] = terminal_safe(file);
  entry["thumbprint"] = key.thumbprint();
  if (!key.kid().empty()) entry["kid"] = key.kid();
  entry["description"] = key.description();
  return entry;
}

ExitCode run(Thumbprint const& options) {
  json::array entries;
  std::string lines;
  for (std::string const& file : options.files) {
    for (Key const& key : read_key_file(file)) {
      entries.push_back(describe(key, file));
      lines += key.thumbprint() + '\n';
    }
  }
  Form const form = options.form.form();
  print(form == Form::text ? lines : render(entries, form));
  return ExitCode::done;
}

}  // namespace

Action declare_thumbprint(Options& options) {
  auto const thumbprint = std::make_shared<Thumbprint>();
  declare_key_files(options, thumbprint->files);
  thumbprint->form.declare(options, "Print a JSON array with file, thumbprint, kid and description of each key");
  return [thumbprint] { return run(*thumbprint); };
}

}  // namespace authjwt::cli
