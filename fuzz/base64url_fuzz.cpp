// base64url: one text for the same bytes, and no other.
#include "fuzz/fuzz.hpp"

namespace authjwt::fuzz {
namespace {

bool decode(std::string_view text, std::vector<char>& bytes) {
  bytes.assign(base64url::decoded_size(text.size()), '\0');  // exactly: the sanitizer sees one byte too many
  return base64url::decode(text, bytes.data());
}

}  // namespace

void run(std::string_view input) {
  std::vector<char> bytes;
  if (decode(input, bytes)) {
    require(test::base64({bytes.data(), bytes.size()}) == input, "what decodes is the one text of its bytes");
    require(input.find_first_of("+/= \r\n") == std::string_view::npos, "nothing of other alphabets");
  }
  std::string const text = test::base64(input);
  require(text.size() == base64url::encoded_size(input.size()), "the size is known before");
  require(decode(text, bytes), "what is encoded decodes");
  require(std::string_view(bytes.data(), bytes.size()) == input, "to the same bytes");
}

}  // namespace authjwt::fuzz
