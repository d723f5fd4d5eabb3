#pragma once

#include <authjwt/base/json.hpp>
#include <authjwt/base/result.hpp>
#include <authjwt/jose/algorithm.hpp>
#include <authjwt/jose/key.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace authjwt::jws {

/// What a stranger's token may cost before its signature is known to be good.
struct Limits {
  std::size_t max_token_size = 8 * 1024;  ///< bytes of the compact form
  std::size_t max_kid_size = 256;         ///< bytes of `kid`
};

/// The parameters of a JOSE header that verification looks at (RFC 7515 4.1). All others are passed over:
/// `jku`, `jwk`, `x5u` and `x5c` are never followed or read.
struct Header {
  std::optional<std::string> alg;  ///< nothing where it is missing or not a text
  std::optional<std::string> kid;
  std::optional<std::string> typ;
};

/// A compact JWS that has been taken apart, with nothing verified. The views point into the text it was parsed from.
struct Compact {
  std::string_view text;           ///< all of it
  std::string_view signing_input;  ///< header segment, dot, payload segment
  std::string_view header_segment;
  std::string_view payload_segment;    ///< still base64url
  std::string_view signature_segment;  ///< still base64url
  Header header;
};

/// Splits `token` into exactly three segments and reads its header: size first, then segments, then strict base64url
/// and JSON of the header, then `kid`, `crit` and `b64`, in the order the Python package tells errors.
/// Errors: the `Errc`s of "the compact form and the JOSE header". Never throws but for lack of memory.
[[nodiscard]] Result<Compact> parse(std::string_view token, Limits const& limits = {});

/// The whole header of `token` as an object, without any verification; the same errors as `parse`.
[[nodiscard]] Result<json::object> read_header(std::string_view token, Limits const& limits = {});

/// Whether the signature of `token` is `key`'s under `algorithm`. The caller has compared `algorithm` with the token's
/// `alg` and with its own allow-list. A signature segment that is not canonical base64url is no signature.
[[nodiscard]] bool verify(Compact const& token, Key const& key, Algorithm algorithm) noexcept;

/// `header` and `payload` (their JSON texts) signed into the compact form. Errors and preconditions: `Key::sign`.
[[nodiscard]] Result<std::string> sign(std::string_view header, std::string_view payload, Key const& key,
                                       Algorithm algorithm);

}  // namespace authjwt::jws
