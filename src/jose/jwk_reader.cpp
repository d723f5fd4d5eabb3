#include "jose/jwk_reader.hpp"

#include "base/json_reader.hpp"

#include <authjwt/jose/key_set.hpp>

#include <algorithm>
#include <utility>

namespace authjwt::detail {
namespace {

Error invalid(std::string_view message) { return Error{Errc::invalid_key, {}, message}; }

/// Takes the members that count out of one JWK, or out of each entry of a JWKS. No tree is built: it would hold private
/// numbers in memory that nobody wipes.
class JwkSink {
 public:
  /// The number of open arrays and objects around a member of a JWK.
  enum class Depth : int { jwk = 1, jwks_entry = 3 };
  explicit JwkSink(Depth depth) : depth_of_members_{static_cast<int>(depth)} {}

  void begin_array() {
    value(Type::list);
    if (depth_ == 1 && name_ == "keys") in_keys_ = has_keys_ = true;
    ++depth_;
  }
  void begin_object() {
    value(Type::object);
    if (++depth_ == depth_of_members_ && (depth_ == 1 || in_keys_)) begin_key();
  }
  void end_array(std::size_t) {
    if (--depth_ == 1) in_keys_ = false;
  }
  void end_object(std::size_t) { --depth_; }
  void key(std::string_view name) {
    if (depth_ == 1) name_ = name;
    if (!at_member()) return;
    auto const at = std::ranges::find(kJwkMemberNames, name);
    member_ = static_cast<std::size_t>(at - kJwkMemberNames.begin());
    is_key_ops_ = name == "key_ops";
    if (name == "oth") current().has_other_primes = true;
  }
  void text(std::string_view text) {
    if (at_member() && member_ < kJwkMemberNames.size()) {
      current().texts[member_] = SecretBytes{text};
    } else if (in_key_ops()) {
      if (text == "sign") current().ops_sign = true;
      if (text == "verify") current().ops_verify = true;
    } else {
      value(Type::other);
    }
  }
  void integer(std::int64_t) { value(Type::other); }
  void unsigned_integer(std::uint64_t) { value(Type::other); }
  void number(double) { value(Type::other); }
  void boolean(bool) { value(Type::other); }
  void null() { value(Type::other); }

  [[nodiscard]] bool is_object() const noexcept { return is_object_; }
  [[nodiscard]] bool has_keys() const noexcept { return has_keys_; }
  [[nodiscard]] bool has_bad_entry() const noexcept { return has_bad_entry_; }
  [[nodiscard]] bool has_too_many() const noexcept { return has_too_many_; }
  [[nodiscard]] std::vector<JwkMembers> release() && { return std::move(keys_); }

 private:
  enum class Type : std::uint8_t { object, list, other };

  [[nodiscard]] bool at_member() const noexcept {
    return depth_ == depth_of_members_ && (depth_ == 1 || in_keys_) && !keys_.empty();
  }
  [[nodiscard]] bool in_key_ops() const noexcept {
    return depth_ == depth_of_members_ + 1 && key_ops_are_open_ && !keys_.empty();
  }
  [[nodiscard]] JwkMembers& current() noexcept { return keys_.back(); }

  void begin_key() {
    has_too_many_ = keys_.size() == kMaxKeys;
    if (has_too_many_) keys_.pop_back();
    keys_.emplace_back();
  }

  /// A value that is no text begins, or a text where none is wanted.
  void value(Type type) {
    if (depth_ == 0) is_object_ = type == Type::object;
    if (depth_ == 2 && in_keys_ && type != Type::object) has_bad_entry_ = true;
    if (in_key_ops()) return ill_typed("key_ops");
    if (!at_member()) return;
    key_ops_are_open_ = is_key_ops_ && type == Type::list;
    if (is_key_ops_) current().has_key_ops = true;
    if (is_key_ops_ && type != Type::list) return ill_typed("key_ops");
    if (member_ < kJwkMemberNames.size()) ill_typed(kJwkMemberNames[member_]);
  }
  void ill_typed(std::string_view member) {
    if (current().ill_typed.empty()) current().ill_typed = member;
  }

  std::vector<JwkMembers> keys_;
  std::string_view name_;  // at the top: of the member that is being read
  std::size_t member_ = kJwkMemberNames.size();
  int depth_ = 0;
  int depth_of_members_;
  bool is_key_ops_ = false;
  bool key_ops_are_open_ = false;
  bool is_object_ = false;
  bool in_keys_ = false;
  bool has_keys_ = false;
  bool has_bad_entry_ = false;
  bool has_too_many_ = false;
};

std::optional<Error> scan(std::string_view text, JwkSink& sink, std::string_view what) {
  if (text.size() > kMaxKeyTextSize) return invalid(std::string{what} + " is longer than 1 MiB");
  json::Limits const limits{.max_size = kMaxKeyTextSize};
  if (json::ScanError const error = json::scan(text, limits, sink)) {
    return invalid(std::string{what} + " is no strict JSON text: " + error.to_string());
  }
  if (!sink.is_object()) return invalid(std::string{what} + " is no JSON object");
  return std::nullopt;
}

}  // namespace

Result<JwkMembers> read_jwk(std::string_view text) {
  JwkSink sink{JwkSink::Depth::jwk};
  if (auto error = scan(text, sink, "the JWK")) return *std::move(error);
  if (sink.has_keys()) return invalid("this is a set of keys (JWKS), not one key; read it with KeySet::from_jwks");
  return std::move(std::move(sink).release().front());
}

Result<std::vector<JwkMembers>> read_jwks(std::string_view text) {
  JwkSink sink{JwkSink::Depth::jwks_entry};
  if (auto error = scan(text, sink, "the JWKS")) return *std::move(error);
  if (!sink.has_keys())
    return invalid("the JWKS has no array \"keys\"; for a single JWK write {\"keys\":[ ... ]} around it");
  if (sink.has_bad_entry()) return invalid("an entry of \"keys\" in the JWKS is no JSON object");
  if (sink.has_too_many()) return invalid("the JWKS has more than " + std::to_string(kMaxKeys) + " keys");
  return std::move(sink).release();
}

}  // namespace authjwt::detail
