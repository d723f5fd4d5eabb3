#pragma once

#include <authjwt/auth/settings.hpp>
#include <authjwt/base/error.hpp>

#include <utility>

namespace authjwt {

/// RFC 6750 3.1 answers every token that is not good with 401; the Python package most of them with 422.
[[nodiscard]] inline Error refused(Error error, Settings const& settings) {
  if (settings.www_authenticate && error.status_code() == 422) return std::move(error).with_status(401);
  return error;
}

}  // namespace authjwt
