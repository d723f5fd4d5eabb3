#include "token/claims_reader.hpp"

#include "base/json_reader.hpp"

#include <functional>

namespace authjwt {
namespace {

using Kind = ClaimValue::Kind;

class ClaimsSink {
 public:
  ClaimsSink(std::string_view payload, Audience const& wanted, RegisteredClaims& claims)
      : payload_{payload}, wanted_{wanted}, claims_{claims} {}

  [[nodiscard]] bool is_object() const noexcept { return is_object_; }

  void begin_array() {
    if (depth_ == 0) is_object_ = false;
    structured(Kind::array);
  }
  void begin_object() {
    if (depth_ == 0) is_object_ = true;
    structured(Kind::object);
  }
  void end_array(std::size_t) { --depth_; }
  void end_object(std::size_t size) {
    --depth_;
    if (depth_ == 1 && claim_ == Claim::aud && size != 0) claims_.audience = AudienceMatch::malformed;
  }
  void key(std::string_view name) {
    if (depth_ == 1) claim_ = find_claim(name);
  }
  void text(std::string_view text) {
    if (in_audience_list()) return audience(wanted_.contains(text));
    if (!captures()) return;
    slot() = {.kind = Kind::text, .text = kept(text)};
    if (claim_ == Claim::aud && !text.empty()) audience(wanted_.contains(text));
  }
  void integer(std::int64_t number) { scalar({.kind = Kind::integer, .integer = number}, number == 0); }
  void unsigned_integer(std::uint64_t number) {
    scalar({.kind = Kind::number, .number = static_cast<double>(number)}, number == 0);
  }
  void number(double number) { scalar({.kind = Kind::number, .number = number}, number == 0); }
  void boolean(bool truth) { scalar({.kind = Kind::boolean, .truth = truth}, !truth); }
  void null() { scalar({.kind = Kind::null}, true); }

 private:
  [[nodiscard]] bool captures() const noexcept { return depth_ == 1 && claim_.has_value(); }
  [[nodiscard]] bool in_audience_list() const noexcept {
    return depth_ == 2 && claim_ == Claim::aud && claims_[Claim::aud].kind == Kind::array;
  }
  [[nodiscard]] ClaimValue& slot() noexcept { return claims_.values[static_cast<std::size_t>(*claim_)]; }

  void structured(Kind kind) {
    if (in_audience_list()) claims_.audience = AudienceMatch::malformed;
    if (captures()) slot() = {.kind = kind};
    ++depth_;
  }
  void scalar(ClaimValue value, bool empty) {
    if (in_audience_list()) claims_.audience = AudienceMatch::malformed;
    if (!captures()) return;
    if (claim_ == Claim::aud && !empty) claims_.audience = AudienceMatch::malformed;
    slot() = value;
  }
  /// One more name in `aud`: a malformed list stays malformed, a wanted one wanted.
  void audience(bool wanted) noexcept {
    if (claims_.audience == AudienceMatch::malformed || claims_.audience == AudienceMatch::wanted) return;
    claims_.audience = wanted ? AudienceMatch::wanted : AudienceMatch::other;
  }
  [[nodiscard]] std::string_view kept(std::string_view text) {
    bool const in_payload = std::less_equal<>{}(payload_.data(), text.data()) &&
                            std::less<>{}(text.data(), payload_.data() + payload_.size());
    return in_payload ? text : claims_.decoded.emplace_front(text);
  }

  std::string_view payload_;
  Audience const& wanted_;
  RegisteredClaims& claims_;
  int depth_ = 0;
  std::optional<Claim> claim_;
  bool is_object_ = false;
};

}  // namespace

std::optional<std::string> read_registered_claims(std::string_view payload, Audience const& wanted,
                                                  RegisteredClaims& claims) {
  ClaimsSink sink{payload, wanted, claims};
  json::Limits const limits{.max_size = payload.size(), .max_members = payload.size()};  // no tree is built
  if (json::ScanError const error = json::scan(payload, limits, sink)) return error.to_string();
  if (!sink.is_object()) return "must be a json object";
  return std::nullopt;
}

}  // namespace authjwt
