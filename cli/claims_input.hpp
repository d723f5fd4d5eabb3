#pragma once

#include "command_line.hpp"

#include <authjwt/base/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace authjwt::cli {

/// The options that say what a new token claims.
struct ClaimsInput {
  std::optional<std::string> json;
  std::optional<std::string> file;
  std::vector<std::string> claims;
  std::optional<std::string> sub;
  std::optional<std::string> iss;
  std::vector<std::string> aud;
  std::optional<std::string> exp_in;
  std::optional<std::string> at;
  bool no_iat = false;

  void declare(Options& options);
  /// Throws `Failure` where they cannot be read, or one claim is given twice.
  [[nodiscard]] json::object read() const;
};

/// The JSON text of claims or of a header. Throws `Failure` (usage) where a text in it is not UTF-8.
[[nodiscard]] std::string json_text(json::object const& object);

}  // namespace authjwt::cli
