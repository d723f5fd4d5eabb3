#include "sign_command.hpp"

#include "claims_input.hpp"
#include "files.hpp"
#include "form.hpp"
#include "key_source.hpp"
#include "numbers.hpp"

#include <authjwt/base/clock.hpp>
#include <authjwt/jose/jws.hpp>

#include <memory>
#include <ranges>
#include <utility>

namespace authjwt::cli {
namespace {

struct Sign {
  KeySource key;
  ClaimsInput claims;
  std::optional<std::string> algorithm;
  std::optional<std::string> kid;
  std::optional<std::string> typ;
  FormOptions form;
};

/// The one key that signs: of several, that of the `kid`; a key alone gets the `kid` as its name.
Key signing_key(Sign const& options) {
  KeySet const keys = options.key.read();
  std::vector<Key> fit;
  for (Key const& key : keys.keys()) {
    if (!key.can_sign()) continue;
    if (options.algorithm && !key.algorithms().contains(algorithm_named(*options.algorithm))) continue;
    if (keys.keys().size() > 1 && options.kid && key.kid() != *options.kid) continue;
    fit.push_back(key);
  }
  if (fit.empty()) throw Failure{ExitCode::no_key_fits, "no key that was given signs this: it takes a private one"};
  if (fit.size() > 1) wrong_usage("several keys could sign; choose with --kid or --algorithm");
  return options.kid ? fit.front().with_kid(*options.kid) : fit.front();
}

Algorithm chosen_algorithm(Sign const& options, Key const& key) {
  if (options.algorithm) return algorithm_named(*options.algorithm);
  std::optional<Algorithm> only;
  for (Algorithm const algorithm : all_algorithms()) {
    if (!key.algorithms().contains(algorithm)) continue;
    if (only) wrong_usage("the key is for " + to_string(key.algorithms()) + "; choose with --algorithm");
    only = algorithm;
  }
  return only.value();
}

json::object header_for(Sign const& options, Key const& key, Algorithm algorithm) {
  json::object header;
  header["alg"] = name(algorithm);
  if (!key.kid().empty()) header["kid"] = key.kid();
  std::string const typ = options.typ.value_or("JWT");
  if (!typ.empty()) header["typ"] = typ;
  return header;
}

ExitCode run(Sign const& options) {
  Key const key = signing_key(options);
  Algorithm const algorithm = chosen_algorithm(options, key);
  json::object claims = options.claims.read();
  json::object header = header_for(options, key, algorithm);
  Result<std::string> const token = jws::sign(json_text(header), json_text(claims), key, algorithm);
  if (!token) throw Failure{ExitCode::failed, token.error().message()};
  warn_of_short_secret(key, algorithm);
  if (token->size() > jws::Limits{}.max_token_size) tell("warning: services refuse a token of this size by default");
  Form const form = options.form.form();
  if (form == Form::text) {
    print(*token + '\n');
    return ExitCode::done;
  }
  json::object document;
  document["token"] = *token;
  document["header"] = std::move(header);
  document["claims"] = std::move(claims);
  print(render(document, form));
  return ExitCode::done;
}

}  // namespace

Action declare_sign(Options& options) {
  auto const sign = std::make_shared<Sign>();
  sign->claims.declare(options);
  sign->key.declare(options);
  options.value("--algorithm,-a", sign->algorithm, algorithm_value(), "Needed where the key is fit for several");
  options.value("--kid", sign->kid, {.placeholder = "KID"},
                "Of several keys, the one of this kid; else the kid that the token names");
  options.value("--typ", sign->typ, {.placeholder = "TYP"}, "The typ of the header; JWT if not given, \"\" for none");
  sign->form.declare(options, R"(Print one JSON object: {"token": ..., "header": ..., "claims": ...})");
  return [sign] { return run(*sign); };
}

}  // namespace authjwt::cli
