#include "http/content_type.hpp"

#include "http/ascii.hpp"

#include <algorithm>
#include <string>

namespace authjwt::http {

bool is_json_type(std::string_view content_type) {
  std::string type{content_type.substr(0, content_type.find(';'))};
  std::erase_if(type, [](char c) { return c == ' ' || c == '\t'; });
  std::ranges::transform(type, type.begin(), to_lower);
  return type == "application/json" || (type.starts_with("application/") && type.ends_with("+json"));
}

bool has_json_body(Request const& request) {
  HeaderValues const types = request.header("Content-Type");
  return types.size() == 1 && is_json_type(types[0]);
}

}  // namespace authjwt::http
