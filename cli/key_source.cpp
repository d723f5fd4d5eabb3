#include "key_source.hpp"

#include "files.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace authjwt::cli {
namespace {

KeySet read_jwks(std::string_view text) {
  KeySet keys = usable(KeySet::from_jwks(text));
  for (SkippedKey const& entry : keys.skipped()) {
    std::string const kid = entry.kid.empty() ? "" : " (kid " + entry.kid + ")";
    tell("key " + std::to_string(entry.index) + kid + " of the JWKS is passed over: " + entry.reason);
  }
  if (keys.empty()) throw Failure{ExitCode::bad_key, "the JWKS holds no key that can be used"};
  return keys;
}

KeySet one(Result<Key> key) { return usable(KeySet::from_keys({usable(std::move(key))}, MissingKid::any)); }

KeySet parse(SecretBytes const& bytes) {
  std::string_view const text = bytes.expose_secret();
  std::string_view const begin = text.substr(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  if (begin.empty()) throw Failure{ExitCode::bad_key, "the key is empty"};
  if (begin.front() == '{') {
    Result<Key> key = Key::from_jwk(text);
    bool const may_be_set = !key && begin.find("\"keys\"") != std::string_view::npos;
    return may_be_set ? read_jwks(text) : one(std::move(key));
  }
  constexpr char kSequence = '\x30';  // how all DER begins
  bool const is_der = begin.front() == kSequence && text.find("-----BEGIN") == std::string_view::npos;
  return one(is_der ? Key::from_der(text) : Key::from_pem(text));
}

/// A secret as editors leave it in a file: without the line end after it.
KeySet parse_secret(SecretBytes const& bytes) {
  std::string_view secret = bytes.expose_secret();
  if (secret.ends_with('\n')) secret.remove_suffix(1);
  if (secret.ends_with('\r')) secret.remove_suffix(1);
  return one(Key::from_secret(SecretBytes{secret}));
}

}  // namespace

void KeySource::declare(Options& options) {
  options.value("--key,-k", key, file_value(),
                "A file with the key: PEM, DER, X.509 certificate, JWK or JWKS; - for standard input");
  options.value("--key-env", key_variable, {.placeholder = "NAME"}, "The same in the environment variable NAME");
  options.value("--secret", secret, file_value(),
                "A file with the bytes of an HMAC secret; one line end after them is left out; - for standard input");
  options.value("--secret-env", secret_variable, {.placeholder = "NAME"}, "The same in the environment variable NAME");
}

KeySet KeySource::read() const {
  auto const given = std::ranges::count_if(std::array{&key, &key_variable, &secret, &secret_variable},
                                           [](auto const* source) { return source->has_value(); });
  if (given != 1) {
    wrong_usage("give one key, by one of --key, --key-env, --secret and --secret-env");
  }
  if (key) return parse(read_file(*key, kMaxKeyTextSize, "key"));
  if (key_variable) return parse(read_variable(*key_variable));
  return parse_secret(secret ? read_file(*secret, kMaxKeyTextSize, "secret") : read_variable(*secret_variable));
}

std::vector<Key> read_key_file(std::string const& name) {
  try {
    return parse(read_file(name, kMaxKeyTextSize, "key")).keys();
  } catch (Failure const& failure) {
    if (failure.code() != ExitCode::bad_key) throw;
    throw Failure{failure.code(), name + ": " + failure.what()};
  }
}

void declare_key_files(Options& options, std::vector<std::string>& files) {
  options.required_list("FILE", files, file_value(),
                        "Files with keys, private or public: PEM, DER, X.509 certificates, JWK, JWKS; - for standard "
                        "input");
}

void warn_of_short_secret(Key const& key, Algorithm algorithm) {
  if (!key.is_short_for(algorithm)) return;
  tell("warning: the secret is shorter than the digest of " + std::string{name(algorithm)} +
       " and can be guessed (RFC 7518 3.2)");
}

Value algorithm_value() {
  Value value{.placeholder = "ALG"};
  for (Algorithm const algorithm : all_algorithms()) value.choices.emplace_back(authjwt::name(algorithm));
  return value;
}

}  // namespace authjwt::cli
