#pragma once

#include "command_line.hpp"

#include <authjwt/jose/key_set.hpp>

#include <optional>
#include <string>
#include <vector>

namespace authjwt::cli {

/// Where a command takes its keys from. Never from the command line itself, which every process of the machine can
/// read.
struct KeySource {
  std::optional<std::string> key;
  std::optional<std::string> key_variable;
  std::optional<std::string> secret;
  std::optional<std::string> secret_variable;

  void declare(Options& options);
  /// The keys of the one source that was given; those of a JWKS that cannot be used are told and passed over. A single
  /// key keeps the `kid` that it has, or none. Throws `Failure`.
  [[nodiscard]] KeySet read() const;
};

/// The keys in the file `name`, or on standard input: PEM, DER, an X.509 certificate, a JWK or a JWKS, told apart by
/// how they begin. Throws `Failure`: `bad_key` where they cannot be used.
[[nodiscard]] std::vector<Key> read_key_file(std::string const& name);

/// Takes the names of files for `read_key_file`, at least one, as the command's arguments.
void declare_key_files(Options& options, std::vector<std::string>& files);

/// Where the key is a secret that is too short for `algorithm`: a warning on standard error.
void warn_of_short_secret(Key const& key, Algorithm algorithm);

/// The names of all algorithms, as an option's choices.
[[nodiscard]] Value algorithm_value();

/// The key or keys of a result. Throws `Failure` with `bad_key` for an error.
template <class T>
[[nodiscard]] T usable(Result<T> result) {
  if (result) return *std::move(result);
  throw Failure{ExitCode::bad_key, result.error().message()};
}

}  // namespace authjwt::cli
