#include "jwks_command.hpp"

#include "files.hpp"
#include "form.hpp"
#include "key_source.hpp"

#include <memory>
#include <utility>

namespace authjwt::cli {
namespace {

struct Jwks {
  std::vector<std::string> files;
  std::optional<std::string> algorithm;
  bool compact = false;
};

/// Secrets are refused, not left out: whoever gives one here is about to publish it.
Key publishable(Key key, std::string const& file, std::optional<std::string> const& algorithm) {
  if (key.is_secret()) throw Failure{ExitCode::bad_key, file + ": a secret has no public part, and belongs in no JWKS"};
  if (!algorithm) return key;
  return usable(key.only_for({algorithm_named(*algorithm)}));
}

ExitCode run(Jwks const& options) {
  std::vector<Key> keys;
  for (std::string const& file : options.files) {
    for (Key& key : read_key_file(file)) keys.push_back(publishable(std::move(key), file, options.algorithm));
  }
  std::string const text = usable(KeySet::from_keys(std::move(keys))).to_public_jwks();
  json::Limits const limits{.max_size = text.size(), .max_members = kMaxKeys};
  Result<json::value> const document = json::read(text, limits);
  if (!document) throw Failure{ExitCode::failed, document.error().message()};
  print(render(*document, options.compact ? Form::compact_json : Form::json));
  return ExitCode::done;
}

}  // namespace

Action declare_jwks(Options& options) {
  auto const jwks = std::make_shared<Jwks>();
  declare_key_files(options, jwks->files);
  options.value("--algorithm,-a", jwks->algorithm, algorithm_value(), "Say that the keys are for this algorithm alone");
  options.flag("--compact", jwks->compact, "Print it on one line");
  return [jwks] { return run(*jwks); };
}

}  // namespace authjwt::cli
