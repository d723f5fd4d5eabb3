#pragma once

#include <string>

namespace authjwt {

/// Appends a random UUID (RFC 4122, version 4) as 36 characters: the `jti` and `csrf` of new tokens. Its 122 bits come
/// from OpenSSL's generator; a process that was forked never repeats its parent's. Returns false, appending nothing,
/// where the generator fails. Thread-safe.
[[nodiscard]] bool append_uuid(std::string& out);

}  // namespace authjwt
