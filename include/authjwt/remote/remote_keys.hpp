#pragma once

#include <authjwt/base/result.hpp>
#include <authjwt/jose/key_set.hpp>
#include <authjwt/jose/key_source.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace authjwt::remote {

/// The keys that another issuer publishes as a JWKS, kept up to date by a thread of their own. Thread-safe.
///
/// What is fetched is used whole or not at all: an answer that is not 200, too large, too late, no strict JWKS, without
/// a key that can be used, or with a secret in it leaves the last good set in use, until that is older than
/// `max_age`. Private keys in it are passed over, as are those that `KeySet::from_jwks` passes over. Its content type
/// does not matter. A redirect is followed, thrice at most, to the same scheme, host and port alone. A fork of the
/// process goes on with the keys it has, and fetches with a thread of its own from its first call on.
class RemoteKeys final : public KeySource {
 public:
  /// The order of the fields is API; new ones are appended.
  struct Options {
    bool allow_http = false;   ///< take `http:` URLs too: whoever is on the way can let in whom they like
    std::string ca_file = {};  ///< PEM of the authorities to believe; empty: those of the system
    std::string proxy = {};    ///< `http://host:port`; empty: none, whatever the environment says
    std::chrono::milliseconds timeout{5'000};  ///< of a whole fetch, redirects included; at most a minute
    std::size_t max_size = 256 * 1024;         ///< bytes of the answer's body; at most `kMaxKeyTextSize`
    /// How long a set is fresh: `Cache-Control: max-age` within these bounds, the longer one where the answer has none.
    /// It is fetched again when seven to nine tenths of that have passed.
    std::chrono::milliseconds min_fresh{60'000};
    std::chrono::milliseconds max_fresh{3'600'000};
    /// From a fetch that failed to the next, half as long at least: the first pause, doubled each time up to the last.
    std::chrono::milliseconds first_retry{1'000};
    std::chrono::milliseconds last_retry{60'000};
    std::chrono::milliseconds max_age = std::chrono::hours{24};  ///< of the set in use; longer than `max_fresh`
    /// A token with an unknown `kid` has the keys fetched at once, unless a fetch has ended within this time.
    std::chrono::milliseconds cool_down{30'000};
    /// Told in one line that the keys cannot be fetched, can be again, or are too old now; once each time that changes,
    /// by the thread that fetches. Holds the URL up to its query, no key and no token. What it throws is passed over.
    /// Without it they go to standard error.
    std::function<void(std::string_view)> log = {};
  };

  /// Begins to fetch and returns at once. Throws `std::invalid_argument` for a URL that is not `https` (or `http`, see
  /// `allow_http`), has a user, a password or a fragment, or for options that make no sense, `std::system_error` where
  /// there can be no more threads, `std::runtime_error` where libcurl cannot begin.
  explicit RemoteKeys(std::string const& url, Options options);
  explicit RemoteKeys(std::string const& url);
  /// Gives a fetch that is under way up.
  ~RemoteKeys() override;

  /// Errors: `Errc::unavailable` until the first set is there, and when the last one is older than `max_age`.
  [[nodiscard]] Result<KeySet> keys() const override;
  [[nodiscard]] bool ask_for_newer() noexcept override;

  /// Waits until there are keys, or the time is up: for a service that is to be ready when it begins to listen. Whether
  /// there are.
  [[nodiscard]] bool wait_for_keys(std::chrono::milliseconds at_most) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace authjwt::remote
