#include "jose/key_der.hpp"
#include "jose/key_material.hpp"
#include "jose/key_text.hpp"

#include <authjwt/jose/key.hpp>

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/pem.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>

namespace authjwt {
namespace {

using Bio = std::unique_ptr<BIO, detail::Release<BIO_free>>;

Error invalid(std::string_view message) { return Error{Errc::invalid_key, {}, message}; }

void release_secret(char* text) { OPENSSL_secure_free(text); }
using SecretText = std::unique_ptr<char, detail::Release<release_secret>>;

struct WipeBytes {
  std::size_t size = 0;
  void operator()(unsigned char* data) const noexcept { OPENSSL_secure_clear_free(data, size); }
};

/// One block, from its BEGIN line to its END line.
struct Block {
  SecretText label;
  SecretText header;
  std::unique_ptr<unsigned char, WipeBytes> data;

  [[nodiscard]] std::string_view name() const noexcept { return label.get(); }
  [[nodiscard]] bool is_encrypted() const noexcept {
    return name() == "ENCRYPTED PRIVATE KEY" ||
           std::string_view{header.get()}.find("ENCRYPTED") != std::string_view::npos;
  }
  [[nodiscard]] std::string_view der() const noexcept {
    return {reinterpret_cast<char const*>(data.get()), data.get_deleter().size};
  }
};

class PemReader {
 public:
  explicit PemReader(std::string_view text) : bio_{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))} {}

  [[nodiscard]] Result<Block> next() {
    if (rest().find("-----BEGIN ") == std::string_view::npos) {
      return invalid("this is not a PEM text: it has no line that starts with -----BEGIN");
    }
    char* label = nullptr;
    char* header = nullptr;
    unsigned char* data = nullptr;
    long size = 0;
    unsigned const flags = PEM_FLAG_SECURE | PEM_FLAG_EAY_COMPATIBLE;
    if (PEM_read_bio_ex(bio_.get(), &label, &header, &data, &size, flags) != 1) {
      return invalid(
          "the PEM text is damaged: each BEGIN line, END line and 64 characters of base64 need a line of "
          "their own (not the two characters \\n), without indentation");
    }
    return Block{SecretText{label}, SecretText{header}, {data, WipeBytes{static_cast<std::size_t>(size)}}};
  }

  [[nodiscard]] bool only_blanks_left() { return detail::is_blank(rest()); }

 private:
  std::string_view rest() {
    char* data = nullptr;
    long const size = bio_ ? BIO_get_mem_data(bio_.get(), &data) : 0;
    return {data, static_cast<std::size_t>(std::max(size, 0L))};
  }

  Bio bio_;
};

/// The only block with a key: `openssl ecparam -genkey` writes the curve in one of its own first.
Result<Block> only_block(PemReader& reader) {
  auto block = reader.next();
  if (block && block->name() == "EC PARAMETERS") {
    block = reader.next();
    if (block && block->name() != "EC PRIVATE KEY") return invalid("EC PARAMETERS are no key; give the EC PRIVATE KEY");
  }
  if (block && !reader.only_blanks_left()) {
    return invalid("there is something after the END line; give one key or one certificate, and nothing after it");
  }
  return block;
}

Result<Key::Material> read_block(Block const& block, std::string kid) {
  if (block.is_encrypted()) {
    return invalid("the private key is encrypted; decrypt it first (openssl pkey -in key.pem -out plain.pem)");
  }
  if (block.name() == "OPENSSH PRIVATE KEY") {
    return invalid("the private key is in OpenSSH's own form; convert it (ssh-keygen -p -m PKCS8 -f key)");
  }
  detail::DerForm const* const form = detail::find_der_form(block.name());
  if (form == nullptr) {
    return invalid(
        "this PEM block is not one of PRIVATE KEY, RSA PRIVATE KEY, EC PRIVATE KEY, PUBLIC KEY, "
        "RSA PUBLIC KEY and CERTIFICATE");
  }
  detail::Pkey pkey = detail::read_der(*form, block.der());
  if (!pkey) return invalid("what the PEM text holds is not what its BEGIN line says, or of a type that OpenSSL lacks");
  return detail::make_material(std::move(pkey), form->is_private, std::move(kid));
}

Result<Key::Material> read_pem(std::string_view pem, std::string kid) {
  pem = detail::without_left_margin(pem);
  if (pem.size() > kMaxKeyTextSize) return invalid("the PEM text is longer than 1 MiB");
  detail::ErrorQueueMark const mark;
  PemReader reader{pem};
  auto const block = only_block(reader);
  if (!block) return block.error();
  return read_block(*block, std::move(kid));
}

}  // namespace

Result<Key> Key::from_pem(std::string_view pem, std::string kid) { return of(read_pem(pem, std::move(kid))); }

}  // namespace authjwt
