#pragma once

#include "fuzz/run.hpp"
#include "unit/support.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

/// What the fuzz targets share. A target checks properties, not crashes alone: it calls `require`, which ends the
/// process, so that libFuzzer keeps the input.
namespace authjwt::fuzz {

inline void require(bool holds, char const* property) {
  if (holds) return;
  std::fprintf(stderr, "PROPERTY BROKEN: %s\n", property);
  std::abort();
}

/// Takes the text up to the next line feed off the front of `rest`.
inline std::string_view take_line(std::string_view& rest) {
  std::size_t const end = rest.find('\n');
  std::string_view const line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return line;
}

/// The first lines: enough for one more than a request may have of a field.
inline std::vector<std::string> lines_of(std::string_view text) {
  constexpr std::size_t kMostLines = http::HeaderValues::kKept + 2;
  std::vector<std::string> lines;
  while (!text.empty() && lines.size() < kMostLines) lines.emplace_back(take_line(text));
  return lines;
}

/// Whether `token` has the HS256 signature that OpenSSL alone, without this library, makes with `test::kSecret`.
inline bool is_signed(std::string_view token) {
  std::size_t const dot = token.rfind('.');
  if (dot == std::string_view::npos) return false;
  std::string const input{token.substr(0, dot)};
  unsigned char mac[EVP_MAX_MD_SIZE] = {};
  unsigned size = 0;
  HMAC(EVP_sha256(), test::kSecret.data(), static_cast<int>(test::kSecret.size()),
       reinterpret_cast<unsigned char const*>(input.data()), input.size(), mac, &size);
  return token.substr(dot + 1) == test::base64({reinterpret_cast<char const*>(mac), size});
}

/// The claims of an access token that is good at `test::kNow`, and of a refresh token.
inline constexpr std::string_view kAccessClaims =
    R"({"sub":"test","iat":1700000000,"nbf":1700000000,"jti":"1","exp":1700000900,"type":"access","fresh":true,)"
    R"("csrf":"value"})";

/// One authority for the whole run, at `test::kNow`. It accepts algorithms beside the one it signs with, whose keys
/// sign nothing here, so that a token of theirs that passes is a forgery.
inline Authority const& authority() {
  static test::Service const service = [] {
    Settings settings = test::secret_settings();
    settings.decode_algorithms = {"HS256", "ES256", "EdDSA"};
    settings.token_location = {"headers", "cookies", "json", "query_string"};
    settings.jwks = SecretBytes{std::string_view{R"({"keys":[
      {"kty":"OKP","crv":"Ed25519","kid":"ed","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
      {"kty":"EC","crv":"P-256","kid":"ec","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
       "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]})"}};
    settings.websocket_origins = {"https://app.example.com"};
    return test::Service{settings};
  }();
  return service.authority;
}

}  // namespace authjwt::fuzz
