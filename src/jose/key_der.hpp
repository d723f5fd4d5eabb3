#pragma once

#include "jose/openssl_handles.hpp"

#include <span>
#include <string_view>

namespace authjwt::detail {

/// The structures that a key comes in, under the label of their PEM form (RFC 7468, RFC 8017 A.1, RFC 5915).
struct DerForm {
  std::string_view label;
  char const* structure;  ///< OpenSSL's name; null: an X.509 certificate
  char const* type;       ///< OpenSSL's name of the key type; null: any
  bool is_private;
};

/// The form of this PEM label, or null.
[[nodiscard]] DerForm const* find_der_form(std::string_view label) noexcept;

[[nodiscard]] std::span<DerForm const> all_der_forms() noexcept;

/// The key that the whole of `der` holds in this form, otherwise null: never asks for a passphrase.
[[nodiscard]] Pkey read_der(DerForm const& form, std::string_view der);

/// Whether the whole of `bytes` is a key or a certificate in any form, also of a kind that no algorithm uses.
[[nodiscard]] bool is_der_key(std::string_view bytes);

}  // namespace authjwt::detail
