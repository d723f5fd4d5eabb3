#include "command_line.hpp"
#include "completion_command.hpp"
#include "files.hpp"
#include "inspect_command.hpp"
#include "jwks_command.hpp"
#include "keygen_command.hpp"
#include "sign_command.hpp"
#include "thumbprint_command.hpp"
#include "verify_command.hpp"

#include <exception>
#include <iostream>
#include <string_view>

namespace {

using namespace authjwt::cli;

ExitCode run(int argc, char** argv) {
  CommandLine program;
  program.add("inspect",
              "Print the header and the claims of a token WITHOUT VERIFYING it: no key is needed, and nothing that is "
              "shown may be relied on.",
              declare_inspect);
  program.add("verify", "Verify a token and print its claims; the exit code tells why it is refused.", declare_verify);
  program.add("sign", "Make a token of the given claims.", declare_sign);
  program.add("keygen", "Make a new key, in a file that its owner alone may read.", declare_keygen);
  program.add("jwks", "Print the public halves of keys as a JWKS.", declare_jwks);
  program.add("thumbprint", "Print the RFC 7638 thumbprints of keys.", declare_thumbprint);
  program.add("completion", "Print a script that lets a shell complete this command.",
              [&program](Options& options) { return declare_completion(options, program); });
  return program.run(argc, argv);
}

constexpr char const* kHint = "Run \"authjwt --help\" or \"authjwt COMMAND --help\".\n";

int ended_by(ExitCode code, std::string_view sentence) noexcept {
  try {
    tell(sentence);
    if (code == ExitCode::usage) std::cerr << kHint;
  } catch (std::exception const&) {
    // Standard error takes nothing: the exit code says it alone.
  }
  return static_cast<int>(code);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return static_cast<int>(run(argc, argv));
  } catch (Failure const& failure) {
    return ended_by(failure.code(), failure.what());
  } catch (std::exception const& error) {
    return ended_by(ExitCode::failed, error.what());
  }
}
