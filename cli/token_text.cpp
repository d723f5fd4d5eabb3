#include "token_text.hpp"

#include "dates.hpp"
#include "exit_code.hpp"
#include "files.hpp"
#include "terminal.hpp"

#include <string_view>

namespace authjwt::cli {
namespace {

std::string pasted(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  constexpr std::string_view kBearer = "Bearer ";
  if (text.starts_with(kBearer)) text.remove_prefix(kBearer.size());
  return std::string{text};
}

}  // namespace

std::string read_token(std::optional<std::string> const& argument, std::size_t limit) {
  bool const is_given = argument && *argument != kStandardStream;
  std::string token =
      is_given ? pasted(*argument) : pasted(read_file(std::string{kStandardStream}, limit, "token").expose_secret());
  if (!token.empty()) return token;
  throw Failure{ExitCode::failed, "no token was given, neither as an argument nor on standard input"};
}

std::string shown(Standing standing, json::object const& header, json::object const& claims, TimePoint now, Form form) {
  bool const is_verified = standing == Standing::verified;
  if (form != Form::text) {
    json::object document;
    document["verified"] = is_verified;
    document["header"] = header;
    document["claims"] = claims;
    return render(document, form);
  }
  std::string text = is_verified
                         ? "VERIFIED: the signature is good, and so are the claims that were checked.\n"
                         : "UNVERIFIED: no key was used and no signature checked. Anyone could have written this.\n";
  text.append("header: ").append(indented(header)).append("\n");
  text.append("claims: ").append(indented(claims)).append("\n");
  return text.append(dates(claims, now));
}

}  // namespace authjwt::cli
