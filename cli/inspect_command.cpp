#include "inspect_command.hpp"

#include "files.hpp"
#include "form.hpp"
#include "token_text.hpp"

#include <authjwt/token/inspect.hpp>

#include <memory>
#include <utility>

namespace authjwt::cli {
namespace {

/// Far more than a service takes, so that a token that a service refuses can be looked at.
constexpr jws::Limits kLimits{.max_token_size = 1024 * 1024, .max_kid_size = 1024 * 1024};

struct Inspect {
  std::optional<std::string> token;
  FormOptions form;
};

ExitCode run(Inspect const& options) {
  std::string const token = read_token(options.token, kLimits.max_token_size);
  Result<InspectedToken> inspected = inspect_unverified(token, kLimits);
  if (!inspected) {
    throw Failure{ExitCode::failed, "this cannot be read as a token: " + inspected.error().message()};
  }
  print(shown(Standing::unverified, inspected->header, inspected->claims, system_clock().now(), options.form.form()));
  return ExitCode::done;
}

}  // namespace

Action declare_inspect(Options& options) {
  auto const inspect = std::make_shared<Inspect>();
  options.value("TOKEN", inspect->token, {.placeholder = "TOKEN"},
                "The token, with or without \"Bearer \" before it; else it is read from standard input");
  inspect->form.declare(options, R"(Print one JSON object: {"verified": false, "header": ..., "claims": ...})");
  return [inspect] { return run(*inspect); };
}

}  // namespace authjwt::cli
