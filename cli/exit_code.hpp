#pragma once

#include <authjwt/base/error.hpp>

#include <stdexcept>
#include <string>

namespace authjwt::cli {

/// How the command ends: a contract with scripts (docs/cli.md). New ones are appended, none changes its number.
enum class ExitCode : int {
  done = 0,
  failed = 1,  ///< something cannot be read or written, or the token is none
  usage = 2,
  expired = 3,
  not_yet_valid = 4,
  bad_signature = 5,
  no_key_fits = 6,
  algorithm_not_allowed = 7,
  wrong_issuer_or_audience = 8,  ///< or missing
  wrong_claim = 9,               ///< another claim, or `typ`, is missing or of a type that it may not have
  bad_key = 10,                  ///< the key, not the token, cannot be used
};

/// Ends the command with one sentence on standard error. The sentence may hold what others wrote: it is made safe for
/// the terminal where it is shown.
class Failure : public std::runtime_error {
 public:
  Failure(ExitCode code, std::string const& sentence) : std::runtime_error{sentence}, code_{code} {}
  [[nodiscard]] ExitCode code() const noexcept { return code_; }

 private:
  ExitCode code_;
};

[[noreturn]] inline void wrong_usage(std::string const& sentence) { throw Failure{ExitCode::usage, sentence}; }

/// The exit code that tells why a token was refused.
[[nodiscard]] ExitCode exit_code_of(Error const& error) noexcept;

}  // namespace authjwt::cli
