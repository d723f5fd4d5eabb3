#pragma once

#include <authjwt/auth/settings.hpp>

#include <cstdint>
#include <string>

namespace demo {

/// The service's own address, as a browser or curl is given it: `http://127.0.0.1:8000`.
[[nodiscard]] std::string url(std::string const& host, std::uint16_t port);

/// What the environment says, and the demo's own choice for what it does not say. Throws `ConfigError`, and
/// `std::invalid_argument` where it switches sessions off.
[[nodiscard]] authjwt::Settings load_settings(std::string const& host, std::uint16_t port);

/// A port on which nobody serves and which nobody is given while this lives: the settings name the service's origin
/// before it serves. `number` itself where it is not 0, and 0 where there is none on this host.
class ReservedPort {
 public:
  ReservedPort(std::string const& host, std::uint16_t number);
  ~ReservedPort();
  ReservedPort(ReservedPort const&) = delete;
  ReservedPort& operator=(ReservedPort const&) = delete;

  [[nodiscard]] std::uint16_t number() const noexcept { return number_; }

 private:
  int socket_ = -1;
  std::uint16_t number_;
};

}  // namespace demo
