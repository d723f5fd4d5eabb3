#include "base/base64url.hpp"
#include "base/json_reader.hpp"

#include <authjwt/jose/jws.hpp>

#include <boost/container/small_vector.hpp>

#include <algorithm>
#include <array>

namespace authjwt::jws {
namespace {

/// Reads the parameters that decide out of a header, and passes over all others.
class HeaderSink {
 public:
  void begin_array() {
    if (depth_ == 1 && parameter_ == Parameter::crit) {
      crit_ = Crit::empty_list;
    } else {
      not_text();
    }
    ++depth_;
  }
  void begin_object() {
    if (depth_ == 0) is_object_ = true;
    not_text();
    ++depth_;
  }
  void end_array(std::size_t) { --depth_; }
  void end_object(std::size_t) { --depth_; }
  void key(std::string_view name) {
    if (depth_ != 1) return;
    auto const at = std::ranges::find(kNames, name);
    parameter_ = static_cast<Parameter>(at - kNames.begin());
  }
  void text(std::string_view text) {
    if (depth_ == 2) critical_item(text);
    if (depth_ != 1) return;
    switch (parameter_) {
      case Parameter::alg: header_.alg = text; break;
      case Parameter::kid: header_.kid = text; break;
      case Parameter::typ: header_.typ = text; break;
      default: other();
    }
  }
  void boolean(bool truth) {
    if (depth_ == 1 && parameter_ == Parameter::b64 && truth) return;  // RFC 7797: `true` is what is done anyway
    not_text();
  }
  void integer(std::int64_t) { not_text(); }
  void unsigned_integer(std::uint64_t) { not_text(); }
  void number(double) { not_text(); }
  void null() { not_text(); }

  /// The header, or the first thing that is wrong with it.
  [[nodiscard]] Result<Header> finish(Limits const& limits) && {
    if (!is_object_) return Error{Errc::invalid_header_string, {}, "must be a json object"};
    if (kid_is_other_) return Error{Errc::kid_not_text, "kid"};
    if (header_.kid && header_.kid->size() > limits.max_kid_size) {
      return Error{Errc::kid_too_long, "kid", std::to_string(limits.max_kid_size)};
    }
    switch (crit_) {
      case Crit::absent: break;
      case Crit::not_list:
      case Crit::empty_list: return Error{Errc::crit_not_list, "crit"};
      case Crit::not_text: return Error{Errc::crit_not_text, "crit"};
      case Crit::unsupported: return Error{Errc::crit_unsupported, "crit", critical_name_};
    }
    if (b64_is_other_) return Error{Errc::b64_unsupported, "b64"};
    return std::move(header_);
  }

 private:
  enum class Parameter : std::uint8_t { alg, kid, typ, crit, b64, unknown };
  enum class Crit : std::uint8_t { absent, not_list, empty_list, not_text, unsupported };
  static constexpr std::array<std::string_view, 5> kNames = {"alg", "kid", "typ", "crit", "b64"};

  /// A value that is no text begins: at the top, or in a list.
  void not_text() {
    if (depth_ == 2) critical_item(std::nullopt);
    if (depth_ == 1) other();
  }
  /// A top-level value of a type that its parameter may not have.
  void other() {
    if (parameter_ == Parameter::kid) kid_is_other_ = true;
    if (parameter_ == Parameter::crit) crit_ = Crit::not_list;
    if (parameter_ == Parameter::b64) b64_is_other_ = true;
  }
  /// No extension is supported, so the first entry of `crit` decides.
  void critical_item(std::optional<std::string_view> name) {
    if (parameter_ != Parameter::crit || crit_ != Crit::empty_list) return;
    crit_ = name ? Crit::unsupported : Crit::not_text;
    if (name && is_harmless(*name)) critical_name_ = ": " + std::string{*name};
  }
  /// The name goes into an answer: a stranger's text is repeated only where it can do nothing there.
  static bool is_harmless(std::string_view name) {
    auto printable = [](char c) { return c > ' ' && c < '\x7F' && c != '{' && c != '<' && c != '&'; };
    return name.size() <= 32 && std::ranges::all_of(name, printable);
  }

  Header header_;
  std::string critical_name_;
  int depth_ = 0;
  Parameter parameter_ = Parameter::unknown;
  Crit crit_ = Crit::absent;
  bool is_object_ = false;
  bool kid_is_other_ = false;
  bool b64_is_other_ = false;
};

/// The JSON text of a header segment. Headers are short; a long one costs an allocation and nothing else.
using HeaderText = boost::container::small_vector<char, 512>;

std::optional<Error> decode_header(std::string_view segment, HeaderText& text) {
  if (segment.size() % 4 == 1) return Error{Errc::invalid_header_padding};
  text.resize(base64url::decoded_size(segment.size()), boost::container::default_init);
  if (!base64url::decode(segment, text.data())) {
    return Error{Errc::invalid_header_string, {}, "not canonical base64url"};
  }
  return std::nullopt;
}

std::string_view view(HeaderText const& text) { return {text.data(), text.size()}; }

/// The three segments as they stand; whatever follows a third dot is left in the signature segment.
Result<Compact> split(std::string_view token, Limits const& limits) {
  if (token.size() > limits.max_token_size) {
    return Error{Errc::token_too_large, {}, std::to_string(limits.max_token_size)};
  }
  std::size_t const first = token.find('.');
  std::size_t const second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos) return Error{Errc::not_enough_segments};
  return Compact{.text = token,
                 .signing_input = token.substr(0, second),
                 .header_segment = token.substr(0, first),
                 .payload_segment = token.substr(first + 1, second - first - 1),
                 .signature_segment = token.substr(second + 1),
                 .header = {}};
}

/// What is told only after the header has been read (the recorded order).
std::optional<Error> check_other_segments(Compact const& token) {
  bool const too_many = token.signature_segment.find('.') != std::string_view::npos;
  if (too_many || token.payload_segment.size() % 4 == 1) return Error{Errc::invalid_payload_padding};
  if (token.signature_segment.size() % 4 == 1) return Error{Errc::invalid_crypto_padding};
  return std::nullopt;
}

// The token's size is checked. Scanning builds no tree, so that it can do without a limit of members.
json::Limits tree_limits(HeaderText const& text) { return {.max_size = text.size()}; }
json::Limits scan_limits(HeaderText const& text) { return {.max_size = text.size(), .max_members = text.size()}; }

}  // namespace

Result<Compact> parse(std::string_view token, Limits const& limits) {
  Result<Compact> compact = split(token, limits);
  if (!compact) return compact;
  HeaderText text;
  if (std::optional<Error> error = decode_header(compact->header_segment, text)) return *std::move(error);
  HeaderSink sink;
  if (json::ScanError const error = json::scan(view(text), scan_limits(text), sink)) {
    return Error{Errc::invalid_header_string, {}, error.to_string()};
  }
  // A header that is no object is told before the other segments, and its parameters after them, as recorded.
  Result<Header> header = std::move(sink).finish(limits);
  bool const no_object = !header && header.error().code() == Errc::invalid_header_string;
  if (no_object) return header.error();
  if (std::optional<Error> error = check_other_segments(*compact)) return *std::move(error);
  if (!header) return header.error();
  compact->header = std::move(*header);
  return compact;
}

Result<json::object> read_header(std::string_view token, Limits const& limits) {
  Result<Compact> const compact = parse(token, limits);
  if (!compact) return compact.error();
  HeaderText text;
  if (std::optional<Error> error = decode_header(compact->header_segment, text)) return *std::move(error);
  Result<json::value> header = json::read(view(text), tree_limits(text));
  if (!header) return Error{Errc::invalid_header_string, {}, header.error().message()};
  return std::move(header->as_object());
}

bool verify(Compact const& token, Key const& key, Algorithm algorithm) noexcept {
  std::array<char, kMaxSignatureSize> signature;
  std::size_t const size = base64url::decoded_size(token.signature_segment.size());
  if (size > signature.size() || !base64url::decode(token.signature_segment, signature.data())) return false;
  return key.verify(algorithm, token.signing_input, {signature.data(), size});
}

Result<std::string> sign(std::string_view header, std::string_view payload, Key const& key, Algorithm algorithm) {
  std::string token;
  token.reserve(base64url::encoded_size(header.size()) + base64url::encoded_size(payload.size()) + 128);
  base64url::append_encoded(token, header);
  token += '.';
  base64url::append_encoded(token, payload);
  Result<std::string> const signature = key.sign(algorithm, token);
  if (!signature) return signature.error();
  token += '.';
  base64url::append_encoded(token, *signature);
  return token;
}

}  // namespace authjwt::jws
