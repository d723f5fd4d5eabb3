#pragma once

#include <authjwt/auth/auth_jwt.hpp>
#include <authjwt/auth/authority.hpp>

#include <pybind11/pybind11.h>

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace authjwt::binding {

/// The guards, in the order in which the Python side numbers them.
enum class Guard : std::uint8_t { required, optional, refresh, fresh };

/// The GIL given back for as long as this lives, where the work is worth it: an HMAC takes less time than that.
using MaybeWithoutGil = std::optional<pybind11::gil_scoped_release>;

/// One configuration, as Python sees it: an `Authority`, with what it lacks told when it is called, as the Python
/// package does, and not when it is made. Immutable; its functions need the GIL and may be called from any thread.
class Engine {
 public:
  /// `settings` as `Settings::from_json` takes them, but for the secret; `denylist_callback` a callable, or `None`.
  /// `missing_key` is the text for a configuration whose tokens nothing verifies: `secret` is then nobody's.
  /// Throws `ConfigError`; `TypeError` and `ValueError` for a secret that is no text, without showing it.
  Engine(pybind11::handle settings, pybind11::handle secret, pybind11::object denylist_callback,
         std::optional<std::string> missing_key);

  [[nodiscard]] Authority const& authority() const noexcept { return authority_; }
  /// What was doubtful when this was made; each a text for the operator.
  [[nodiscard]] std::vector<std::string> const& doubts() const noexcept { return log_->doubts; }
  /// The GIL given back where a signature of this configuration takes long.
  [[nodiscard]] MaybeWithoutGil without_gil() const;
  [[nodiscard]] MaybeWithoutGil without_gil(Algorithm algorithm) const;

  /// Before a guard: what an earlier one's callback raised, and nobody was told of, is not this one's.
  static void forget_raised() noexcept;
  /// Raises what the denylist's callback raised in the last guard of this thread, then what `answer` says; a key that
  /// is missing is a `RuntimeError` as soon as one would have been needed.
  void settle(Result<void> const& answer, bool has_token) const;

  [[nodiscard]] pybind11::object raw_jwt(pybind11::handle token) const;
  [[nodiscard]] pybind11::object jti(pybind11::handle token) const;
  [[nodiscard]] pybind11::object unverified_headers(pybind11::handle token) const;
  /// The cookies of an access (else refresh) token as pairs of name and value: that of the token, and that of its CSRF
  /// value where it has one. Raises `ValueError` where `AuthJWT::set_access_cookies` throws.
  [[nodiscard]] pybind11::list cookies(bool is_access, pybind11::handle token, pybind11::handle max_age) const;
  /// `expires`: seconds, `False` for never, `None` for the setting; `algorithm`: a name, or `None` for the setting.
  [[nodiscard]] pybind11::str create(bool is_access, pybind11::handle subject, bool fresh, pybind11::handle algorithm,
                                     pybind11::handle headers, pybind11::handle expires, pybind11::handle audience,
                                     pybind11::handle user_claims) const;

 private:
  /// What the hooks of the authority share with this.
  struct Log {
    bool is_ready = false;
    std::vector<std::string> doubts;
    void operator()(LogLevel level, std::string_view text);
  };

  [[nodiscard]] Hooks hooks(pybind11::object denylist_callback) const;
  [[nodiscard]] VerifiedToken verified(pybind11::handle token) const;
  [[nodiscard]] Algorithm signing_algorithm(pybind11::handle name) const;

  std::shared_ptr<Log> log_ = std::make_shared<Log>();
  std::optional<std::string> missing_key_;
  bool has_secret_;
  Authority authority_;
  bool is_slow_;
};

/// Lets the time of every engine in this process stand still; nothing lets it go on. For tests.
void set_time(std::optional<std::int64_t> seconds) noexcept;

}  // namespace authjwt::binding
