#include "comparison.hpp"

#include <jwt.h>

// Apart from cpp-jwt, whose namespace has the name of a type here.
std::string libjwt_says(std::string const& token, std::string const& key) {
  jwt_t* jwt = nullptr;
  auto const* const bytes = reinterpret_cast<unsigned char const*>(key.data());
  if (jwt_decode(&jwt, token.c_str(), bytes, static_cast<int>(key.size())) != 0) return "refuses";
  char const* const subject = jwt_get_grant(jwt, "sub");
  std::string says = "accepts";
  if (subject != nullptr) says += std::string{", sub "} + subject;
  jwt_free(jwt);
  return says;
}
