#pragma once

#include <authjwt/base/result.hpp>
#include <authjwt/jose/key_set.hpp>

#include <utility>

namespace authjwt {

/// Where the keys of another issuer come from, as they are now. Thread-safe; no call waits for a network or a file.
class KeySource {
 public:
  KeySource() = default;
  KeySource(KeySource const&) = delete;
  KeySource& operator=(KeySource const&) = delete;
  virtual ~KeySource() = default;

  /// A snapshot, which no change touches. Errors: `Errc::unavailable` where there are no keys that may be used, not yet
  /// or not any more.
  [[nodiscard]] virtual Result<KeySet> keys() const = 0;

  /// Told of a token that names a key which is not in `keys()`. True: newer keys are being asked for, so that nobody
  /// can know yet whether the token is good. False: nothing newer is to be had now, and the token is refused. Whoever
  /// sends tokens can cause any number of calls: a source asks for newer keys once in a while, however many there are.
  [[nodiscard]] virtual bool ask_for_newer() noexcept = 0;
};

/// Keys that stay as they are.
class FixedKeys final : public KeySource {
 public:
  explicit FixedKeys(KeySet keys) noexcept : keys_{std::move(keys)} {}
  [[nodiscard]] Result<KeySet> keys() const override { return keys_; }
  [[nodiscard]] bool ask_for_newer() noexcept override { return false; }

 private:
  KeySet keys_;
};

}  // namespace authjwt
