#pragma once

#include "jose/jwk_reader.hpp"
#include "jose/key_material.hpp"

namespace authjwt::detail {

/// The key that these members are, after the checks that `Key::from_jwk` promises. Errors: `Errc::invalid_key`.
[[nodiscard]] Result<Key::Material> make_jwk_material(JwkMembers const& jwk);

}  // namespace authjwt::detail
