#pragma once

#include <string>

/// What libjwt's `jwt_decode` says of an HS256 token, which looks at no claim.
std::string libjwt_says(std::string const& token, std::string const& key);
