#pragma once

#include "jose/algorithm_table.hpp"
#include "jose/key_material.hpp"

#include <cstdint>

namespace authjwt::detail {

/// Sides that cannot share a context of OpenSSL's.
enum class Use : std::uint8_t { verify, sign };

/// What one thread keeps to use one key with one algorithm; a scheme fills what it needs.
struct Contexts {
  MacContext mac;
  PkeyContext pkey;
  DigestContext digest;
};

/// Fills `contexts`, which is empty, for `key`; false when OpenSSL fails.
using Prepare = bool (*)(Contexts& contexts, AlgorithmRow const& row, Key::Material const& key) noexcept;

/// This thread's contexts for `key` under `row`, prepared on first use; null when that fails. Creating them costs more
/// than an HMAC does, so the last few are kept until others need the place or the thread ends, even past the key's
/// death. Valid until the next call in this thread.
[[nodiscard]] Contexts* thread_contexts(Use use, AlgorithmRow const& row, Key::Material const& key,
                                        Prepare prepare) noexcept;

/// The row's digest, fetched once per process; null when OpenSSL does not offer it. Thread-safe.
[[nodiscard]] EVP_MD const* fetched_digest(AlgorithmRow const& row) noexcept;

/// Writes the row's digest of `input` to `out`, which holds `row.digest_size` bytes, by way of `contexts.digest`.
[[nodiscard]] bool digest(AlgorithmRow const& row, Contexts const& contexts, std::string_view input,
                          unsigned char* out) noexcept;

/// A `Prepare` for schemes that sign a digest, less what is special to the scheme: `begin` is `EVP_PKEY_verify_init`
/// or `EVP_PKEY_sign_init`.
[[nodiscard]] bool prepare_for_digest(Contexts& contexts, AlgorithmRow const& row, Key::Material const& key,
                                      int (*begin)(EVP_PKEY_CTX*)) noexcept;

}  // namespace authjwt::detail
