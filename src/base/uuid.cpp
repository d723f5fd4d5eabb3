#include "base/uuid.hpp"

#include "base/forks.hpp"

#include <boost/uuid/uuid.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <iterator>

namespace authjwt {
namespace {

/// One call of the generator costs more than an HMAC, so each thread draws for many UUIDs at once.
class RandomPool {
 public:
  [[nodiscard]] bool take(boost::uuids::uuid& out) noexcept {
    if ((at_ == bytes_.size() || forks_seen_ != detail::fork_count()) && !refill()) return false;
    std::memcpy(out.data, bytes_.data() + at_, sizeof out.data);
    OPENSSL_cleanse(bytes_.data() + at_, sizeof out.data);  // a later look into memory finds no past token's id
    at_ += sizeof out.data;
    return true;
  }

 private:
  bool refill() noexcept {
    if (!detail::watch_forks()) return false;
    forks_seen_ = detail::fork_count();
    at_ = bytes_.size();
    if (RAND_bytes(bytes_.data(), static_cast<int>(bytes_.size())) != 1) return false;
    at_ = 0;
    return true;
  }

  std::array<unsigned char, 32 * 16> bytes_{};
  std::size_t at_ = bytes_.size();
  std::uint64_t forks_seen_ = 0;
};

}  // namespace

bool append_uuid(std::string& out) {
  thread_local RandomPool pool;
  boost::uuids::uuid id;
  if (!pool.take(id)) return false;
  id.data[6] = static_cast<std::uint8_t>((id.data[6] & 0x0F) | 0x40);  // version 4
  id.data[8] = static_cast<std::uint8_t>((id.data[8] & 0x3F) | 0x80);  // variant of RFC 4122
  boost::uuids::to_chars(id, std::back_inserter(out));
  return true;
}

}  // namespace authjwt
