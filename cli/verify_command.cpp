#include "verify_command.hpp"

#include "files.hpp"
#include "form.hpp"
#include "key_source.hpp"
#include "numbers.hpp"
#include "token_text.hpp"

#include <authjwt/base/clock.hpp>
#include <authjwt/token/validator.hpp>

#include <chrono>
#include <memory>
#include <utility>

namespace authjwt::cli {
namespace {

struct Verify {
  std::optional<std::string> token;
  KeySource key;
  std::vector<std::string> algorithms;
  std::optional<std::string> issuer;
  std::vector<std::string> audience;
  std::optional<std::string> leeway;
  std::optional<std::string> at;
  bool require_exp = false;
  FormOptions form;
};

/// The algorithms that are named, or else all that the keys are for.
AlgorithmSet allowed(Verify const& options, KeySet const& keys) {
  AlgorithmSet set;
  for (std::string const& name : options.algorithms) set.insert(algorithm_named(name));
  if (!set.empty()) return set;
  for (Key const& key : keys.keys()) {
    for (Algorithm const algorithm : all_algorithms()) {
      if (key.algorithms().contains(algorithm)) set.insert(algorithm);
    }
  }
  return set;
}

TokenPolicy policy_of(Verify const& options, KeySet const& keys) {
  TokenPolicy policy;
  policy.algorithms = allowed(options, keys);
  policy.issuer = options.issuer;
  policy.audience = Audience(options.audience);
  policy.require_exp = options.require_exp;
  if (options.leeway) {
    policy.leeway = std::chrono::seconds{seconds("--leeway", *options.leeway)};
    if (policy.leeway.count() < 0) wrong_usage("--leeway must not be negative");
  }
  return policy;
}

TimePoint now_of(Verify const& options) {
  if (!options.at) return system_clock().now();
  return TimePoint{std::chrono::seconds{number("--at", *options.at, kDates)}};
}

/// Nothing that the token says is shown: nobody knows who wrote it.
ExitCode refuse(Error const& error, Form form) {
  ExitCode const code = exit_code_of(error);
  if (form == Form::text) throw Failure{code, "refused: " + error.message()};
  json::object document;
  document["verified"] = false;
  document["error"] = name(error.code());
  document["message"] = error.message();
  print(render(document, form));
  return code;
}

ExitCode run(Verify const& options) {
  KeySet const keys = options.key.read();
  Validator const validator{policy_of(options, keys)};
  TimePoint const now = now_of(options);
  std::string const token = read_token(options.token, validator.policy().limits.max_token_size);
  IssuerCheck const issuer = options.issuer ? IssuerCheck::enforce : IssuerCheck::skip;
  Result<VerifiedToken> const verified = validator.validate(token, keys, now, issuer);
  if (!verified) return refuse(verified.error(), options.form.form());
  for (Key const& key : keys.keys()) warn_of_short_secret(key, verified->algorithm());
  print(shown(Standing::verified, jws::read_header(token).value(), verified->claims(), now, options.form.form()));
  return ExitCode::done;
}

}  // namespace

Action declare_verify(Options& options) {
  auto const verify = std::make_shared<Verify>();
  options.value("TOKEN", verify->token, {.placeholder = "TOKEN"},
                "The token, with or without \"Bearer \" before it; else it is read from standard input");
  verify->key.declare(options);
  options.list("--algorithm,-a", verify->algorithms, algorithm_value(),
               "Allow this algorithm alone; may be repeated. Else all that the keys are for");
  options.value("--issuer", verify->issuer, {.placeholder = "TEXT"}, "What iss must be; else it is not looked at");
  options.list("--audience", verify->audience, {.placeholder = "TEXT"},
               "Whom aud must name; may be repeated: one of them. Without it, a token with aud is refused");
  options.value("--leeway", verify->leeway, {.placeholder = "SECONDS"}, "How much clocks may differ; else 0");
  options.value("--at", verify->at, {.placeholder = "SECONDS"}, "Take this for now: seconds since 1970");
  options.flag("--require-exp", verify->require_exp, "Refuse a token that never expires");
  verify->form.declare(options, "Print one JSON object: \"verified\", and header and claims or error and message");
  return [verify] { return run(*verify); };
}

}  // namespace authjwt::cli
