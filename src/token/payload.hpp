#pragma once

#include "token/claims_reader.hpp"

#include <authjwt/token/verified_token.hpp>

#include <cstddef>
#include <memory>
#include <new>
#include <optional>
#include <string_view>

namespace authjwt {

/// What a VerifiedToken holds: one block with the payload's bytes behind it, so that a verified token costs one
/// allocation.
struct VerifiedToken::Payload {
  struct Size {
    std::size_t bytes;
  };

  static std::unique_ptr<Payload> make(std::size_t size) {
    return std::unique_ptr<Payload>{new (Size{size}) Payload{size}};
  }
  static void* operator new(std::size_t own, Size trailing) { return ::operator new(own + trailing.bytes); }
  static void operator delete(void* at, Size) noexcept { ::operator delete(at); }
  static void operator delete(void* at) noexcept { ::operator delete(at); }

  [[nodiscard]] char* data() noexcept { return reinterpret_cast<char*>(this + 1); }
  [[nodiscard]] std::string_view json() const noexcept { return {reinterpret_cast<char const*>(this + 1), json_size}; }

  std::size_t json_size;
  Algorithm algorithm{};
  RegisteredClaims claims;
  std::optional<json::value> tree;  // built on the first call of claims()

 private:
  explicit Payload(std::size_t size) noexcept : json_size{size} {}
};

}  // namespace authjwt
