#pragma once

#include "token/claims_reader.hpp"

#include <authjwt/token/verified_token.hpp>

#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <string_view>

namespace authjwt {

/// What a VerifiedToken holds: one block with the payload's bytes and the compact form behind it, so that a verified
/// token costs one allocation. The compact form is a copy: a framework may write the next request over the last one.
struct VerifiedToken::Payload {
  struct Size {
    std::size_t bytes;
  };

  static std::unique_ptr<Payload> make(std::size_t json_size, std::string_view compact) {
    std::unique_ptr<Payload> payload{new (Size{json_size + compact.size()}) Payload{json_size, compact.size()}};
    std::memcpy(payload->data() + json_size, compact.data(), compact.size());
    return payload;
  }
  static void* operator new(std::size_t own, Size trailing) { return ::operator new(own + trailing.bytes); }
  static void operator delete(void* at, Size) noexcept { ::operator delete(at); }
  // What `delete` calls; there is no plain `new` to match it.
  // NOLINTNEXTLINE(cert-dcl54-cpp,misc-new-delete-overloads)
  static void operator delete(void* at) noexcept { ::operator delete(at); }

  [[nodiscard]] char* data() noexcept { return reinterpret_cast<char*>(this + 1); }
  [[nodiscard]] std::string_view json() const noexcept { return {reinterpret_cast<char const*>(this + 1), json_size}; }

  [[nodiscard]] std::string_view compact() const noexcept { return {json().data() + json_size, compact_size}; }

  std::size_t json_size;
  std::size_t compact_size;
  Algorithm algorithm{};
  bool foreign = false;
  RegisteredClaims claims;
  std::optional<json::value> tree;  // built on the first call of claims()

 private:
  Payload(std::size_t json, std::size_t compact) noexcept : json_size{json}, compact_size{compact} {}
};

}  // namespace authjwt
