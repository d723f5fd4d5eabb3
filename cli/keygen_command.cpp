#include "keygen_command.hpp"

#include "files.hpp"
#include "form.hpp"
#include "key_source.hpp"
#include "numbers.hpp"
#include "terminal.hpp"

#include <authjwt/jose/key.hpp>

#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

namespace authjwt::cli {
namespace {

struct Keygen {
  std::string algorithm;
  std::optional<std::string> format;
  std::string out;
  std::optional<std::string> public_out;
  std::optional<std::string> kid;
  std::optional<std::string> bits;
  std::optional<std::string> curve;
  bool force = false;
  FormOptions form;
};

/// The format: PEM, or where there is none, JWK.
std::string format_of(Keygen const& options, Algorithm algorithm) {
  bool const is_secret = is_symmetric(algorithm);
  std::string format = options.format.value_or(is_secret ? "jwk" : "pem");
  if (is_secret && format == "pem") wrong_usage("a secret has no PEM form; give --format jwk or text");
  if (!is_secret && format == "text") wrong_usage("--format text is for secrets alone");
  if (is_secret && options.public_out) wrong_usage("a secret has no public part");
  if (options.kid && format != "jwk") wrong_usage("only a JWK holds a kid; give --format jwk");
  return format;
}

/// With --force, the public half would take the place of the private one.
bool is_same_file(std::string const& one, std::string const& other) {
  std::error_code ignored;
  return std::filesystem::weakly_canonical(one, ignored) == std::filesystem::weakly_canonical(other, ignored);
}

void check(Keygen const& options, Algorithm algorithm) {
  bool const is_rsa = name(algorithm).starts_with("RS") || name(algorithm).starts_with("PS");
  if (options.bits && !is_rsa) wrong_usage("--bits is for RSA alone");
  if (options.curve && algorithm != Algorithm::EdDSA) wrong_usage("--curve is for EdDSA alone");
  if (options.public_out && is_same_file(*options.public_out, options.out)) {
    wrong_usage("--out and --public-out name the same file");
  }
}

Key generate(Keygen const& options, Algorithm algorithm) {
  constexpr Range kRsaBits{.least = 2048, .most = 8192};
  GenerateOptions wanted;
  if (options.kid) wanted.kid = *options.kid;
  if (options.bits) wanted.rsa_bits = static_cast<unsigned>(number("--bits", *options.bits, kRsaBits));
  if (options.curve) wanted.okp_curve = *options.curve;
  Key key = usable(Key::generate(algorithm, wanted));
  return options.kid || options.format != "jwk" ? key : key.named();
}

/// The `k` of the secret's JWK: random, and a text that can stand in an environment variable.
SecretBytes secret_text(SecretBytes const& jwk) {
  constexpr std::string_view kBegin = R"("k":")";
  std::string_view text = jwk.expose_secret();
  text.remove_prefix(text.find(kBegin) + kBegin.size());
  return SecretBytes{text.substr(0, text.find('"'))};
}

SecretBytes private_text(Key const& key, std::string_view format) {
  if (format == "pem") return usable(key.to_private_pem());
  SecretBytes jwk = usable(key.to_private_jwk());
  return format == "text" ? secret_text(jwk) : jwk;
}

/// `text` with the line end that a file has.
SecretBytes as_line(SecretBytes const& text) {
  std::string line;
  line.reserve(text.expose_secret().size() + 1);  // grows in no place that is not wiped
  line += text.expose_secret();
  Wipe const wipe{line};
  if (!line.ends_with('\n')) line += '\n';
  return SecretBytes{line};
}

SecretBytes public_text(Key const& key, std::string_view format) {
  return SecretBytes{format == "pem" ? usable(key.to_public_pem()) : key.to_public_jwk()};
}

/// Both are written before one of them takes its place: a command that fails has replaced neither.
void write_both(Keygen const& options, Key const& key, std::string_view format, Existing existing) {
  NewFile private_file{options.out, as_line(private_text(key, format)), Access::owner, existing};
  std::optional<NewFile> public_file;
  if (options.public_out) {
    public_file.emplace(*options.public_out, as_line(public_text(key, format)), Access::everybody, existing);
  }
  private_file.put_in_place();
  if (public_file) public_file->put_in_place();
}

std::string report(Keygen const& options, Key const& key) {
  json::object document;
  document["algorithm"] = options.algorithm;
  document["description"] = key.description();
  if (!key.kid().empty()) document["kid"] = key.kid();
  if (!key.is_secret()) document["thumbprint"] = key.thumbprint();
  document["private"] = terminal_safe(options.out);
  if (options.public_out) document["public"] = terminal_safe(*options.public_out);
  return render(document, options.form.form());
}

ExitCode run(Keygen const& options) {
  Algorithm const algorithm = algorithm_named(options.algorithm);
  std::string const format = format_of(options, algorithm);
  check(options, algorithm);
  Existing const existing = options.force ? Existing::replace : Existing::keep;
  check_place(options.out, existing);  // an RSA key takes a while
  if (options.public_out) check_place(*options.public_out, existing);
  Key const key = generate(options, algorithm);
  write_both(options, key, format, existing);
  bool const prints_key = options.out == kStandardStream || options.public_out == kStandardStream;
  if (!prints_key && options.form.form() != Form::text) print(report(options, key));
  return ExitCode::done;
}

}  // namespace

Action declare_keygen(Options& options) {
  auto const keygen = std::make_shared<Keygen>();
  options.required("ALG", keygen->algorithm, algorithm_value(), "The algorithm that the key is for");
  options.required("--out,-o", keygen->out, file_value(),
                   "Where the private key goes: a new file of mode 0600; - for standard output");
  options.value("--public-out", keygen->public_out, file_value(), "Where the public part goes; - for standard output");
  options.value("--format,-f", keygen->format, {.placeholder = "FORMAT", .choices = {"pem", "jwk", "text"}},
                "The form of both: PEM (PKCS#8 and SPKI), JWK, or a text that is itself the secret. PEM, and JWK for "
                "secrets, where it is not given");
  options.value("--kid", keygen->kid, {.placeholder = "KID"},
                "The kid of a JWK; else its thumbprint, none for secrets");
  options.value("--bits", keygen->bits, {.placeholder = "BITS"}, "The size of an RSA key, 2048 to 8192; else 3072");
  options.value("--curve", keygen->curve, {.placeholder = "CURVE", .choices = {"Ed25519", "Ed448"}},
                "The curve of an EdDSA key; else Ed25519");
  options.flag("--force", keygen->force, "Replace files that exist");
  keygen->form.declare(options, "Print one JSON object that says what was made, without the key");
  return [keygen] { return run(*keygen); };
}

}  // namespace authjwt::cli
