// Secrets are wiped after use: a child of this process uses a key in every form, lets go of it, and then looks for it
// in all memory that it can write to. The sanitizers keep memory of their own, which is too much to look through.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

#include "support/in_a_fork.hpp"
#include "unit/support.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cinttypes>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace authjwt {
namespace {

constexpr unsigned char kMask = 0xA5;

/// A part of a secret, kept in a form that is not the secret itself.
class Needle {
 public:
  explicit Needle(std::string_view secret) {
    std::size_t const size = std::min(secret.size(), masked_.size());
    std::string_view const part = secret.substr((secret.size() - size) / 2, size);
    for (std::size_t i = 0; i < size; ++i)
      masked_[i] = static_cast<unsigned char>(static_cast<unsigned char>(part[i]) ^ kMask);
    size_ = size;
  }

  /// How often it stands between `begin` and `end`, read in place: a copy would be one more.
  [[nodiscard]] std::size_t count(unsigned char const volatile* begin,
                                  unsigned char const volatile* end) const noexcept {
    std::size_t found = 0;
    for (; begin + size_ <= end; ++begin) {
      std::size_t same = 0;
      while (same < size_ && (begin[same] ^ kMask) == masked_[same]) ++same;
      found += same == size_ ? 1 : 0;
    }
    return found;
  }

 private:
  std::array<unsigned char, 24> masked_{};
  std::size_t size_ = 0;
};

struct Range {
  std::uintptr_t begin;
  std::uintptr_t end;
};

/// What this process can write to: the heap, the stacks, the data of libraries.
std::vector<Range> writable_memory() {
  std::vector<Range> ranges;
  ranges.reserve(1024);
  std::FILE* const maps = std::fopen("/proc/self/maps", "r");
  std::array<char, 512> line{};
  while (maps != nullptr && std::fgets(line.data(), static_cast<int>(line.size()), maps) != nullptr) {
    Range range{};
    std::array<char, 5> access{};
    if (std::sscanf(line.data(), "%" SCNxPTR "-%" SCNxPTR " %4s", &range.begin, &range.end, access.data()) != 3)
      continue;
    bool const is_special = std::string_view{line.data()}.find("[v") != std::string_view::npos;
    if (std::string_view{access.data()}.starts_with("rw") && !is_special) ranges.push_back(range);
  }
  if (maps != nullptr) std::fclose(maps);
  return ranges;
}

std::size_t copies_of(Needle const& needle) {
  std::size_t found = 0;
  for (Range const& range : writable_memory()) {
    found += needle.count(reinterpret_cast<unsigned char const volatile*>(range.begin),
                          reinterpret_cast<unsigned char const volatile*>(range.end));
  }
  return found;
}

/// Whether each needle that `use` returns is gone when `use` is over. It runs in a thread of its own, since a thread
/// keeps the contexts of its last keys until it ends; and once before, since the dynamic linker saves the registers of
/// each function's first call, which may hold a part of a secret.
template <class Use>
bool leaves_nothing(Use use) {
  return in_a_fork([&] {
    std::vector<Needle> needles;
    for (int i = 0; i < 2; ++i) std::thread{[&] { needles = use(); }}.join();
    bool is_clean = !needles.empty();
    for (std::size_t i = 0; i < needles.size(); ++i) {
      std::size_t const copies = copies_of(needles[i]);
      if (copies > 0) std::fprintf(stderr, "needle %zu: %zu copies\n", i, copies);
      is_clean = is_clean && copies == 0;
    }
    return is_clean;
  });
}

std::string hex_of(char first) {
  std::string text;
  for (int i = 0; i < 48; ++i) text.push_back(static_cast<char>(first + (i * 7) % 13));
  return text;
}

/// Wiped as the secrets that it tests are.
SecretBytes new_secret() { return Key::generate(Algorithm::HS512).value().to_private_jwk().value(); }

TEST(WipedMemory, is_looked_through_to_the_end) {
  EXPECT_TRUE(in_a_fork([] {
    std::string const kept = hex_of('a');
    return copies_of(Needle{kept}) > 0;
  })) << "a secret that is there is found";
}

TEST(WipedMemory, holds_no_secret_bytes_that_are_gone) {
  EXPECT_TRUE(leaves_nothing([] {
    SecretBytes const secret = new_secret();
    std::vector<Needle> needles{Needle{secret.expose_secret()}};
    SecretBytes copy = secret;
    SecretBytes moved = std::move(copy);
    copy = secret;
    copy = SecretBytes{"another"};
    return needles;
  }));
}

TEST(WipedMemory, holds_no_secret_of_a_key_that_signed_and_verified) {
  EXPECT_TRUE(leaves_nothing([] {
    SecretBytes const jwk = new_secret();
    std::vector<Needle> needles{Needle{jwk.expose_secret()}};
    Key const key = Key::from_jwk(jwk.expose_secret()).value();
    static_cast<void>(key.verify(Algorithm::HS512, "input", key.sign(Algorithm::HS512, "input").value()));
    return needles;
  }));
}

/// The text of the private number in a JWK.
std::string_view private_part(SecretBytes const& jwk) {
  std::string_view const text = jwk.expose_secret();
  return text.substr(text.find(R"("d":")") + 5, 43);
}

TEST(WipedMemory, holds_no_private_key_that_was_made_used_and_written) {
  for (Algorithm const algorithm : {Algorithm::ES256, Algorithm::EdDSA}) {
    EXPECT_TRUE(leaves_nothing([algorithm] {
      Key const key = Key::generate(algorithm).value();
      static_cast<void>(key.verify(algorithm, "input", key.sign(algorithm, "input").value()));
      SecretBytes const jwk = key.to_private_jwk().value();
      return std::vector<Needle>{Needle{private_part(jwk)}};
    })) << name(algorithm);
  }
}

// Not read again, and no smaller key: what OpenSSL 3.0 reads DER with leaves a copy, and what it writes PEM with the
// last 48 bytes (docs/security.md).
TEST(WipedMemory, holds_no_private_key_that_was_written_as_pem_and_der) {
  EXPECT_TRUE(leaves_nothing([] {
    Key const key = Key::generate(Algorithm::ES256).value();
    SecretBytes const pem = key.to_private_pem().value();
    SecretBytes const der = key.to_private_der().value();
    return std::vector<Needle>{Needle{pem.expose_secret().substr(28, 60)}, Needle{der.expose_secret().substr(16, 32)}};
  }));
}

TEST(WipedMemory, holds_no_key_of_an_authority_that_has_ended) {
  for (Algorithm const algorithm : {Algorithm::ES256, Algorithm::EdDSA}) {
    EXPECT_TRUE(leaves_nothing([algorithm] {
      KeySet const keys = KeySet::from_keys({Key::generate(algorithm).value()}).value();
      SecretBytes const jwks = keys.to_private_jwks().value();
      test::Service const service{Settings{.algorithm = std::string{name(algorithm)}, .jwks = jwks}};
      auto const request = test::FakeRequest::with_bearer(AuthJWT{service.authority}.create_access_token("test"));
      AuthJWT{service.authority, request}.jwt_required();
      return std::vector<Needle>{Needle{private_part(jwks)}};
    })) << name(algorithm);
  }
}

}  // namespace
}  // namespace authjwt

#endif
