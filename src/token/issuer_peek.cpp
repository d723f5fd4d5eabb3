#include "token/issuer_peek.hpp"

#include "base/base64url.hpp"
#include "base/json_reader.hpp"

#include <authjwt/token/claims.hpp>

#include <boost/container/small_vector.hpp>

#include <string_view>
#include <utility>

namespace authjwt::detail {
namespace {

/// Keeps the text of one top-level member.
class IssuerSink {
 public:
  void begin_array() { ++depth_; }
  void end_array(std::size_t) { --depth_; }
  void begin_object() {
    if (depth_ == 0) is_object_ = true;
    ++depth_;
  }
  void end_object(std::size_t) { --depth_; }
  void key(std::string_view name) { is_issuer_ = depth_ == 1 && name == authjwt::name(Claim::iss); }
  void text(std::string_view text) {
    if (depth_ == 1 && is_issuer_) issuer_ = text;
  }
  void integer(std::int64_t) {}
  void unsigned_integer(std::uint64_t) {}
  void number(double) {}
  void boolean(bool) {}
  void null() {}

  [[nodiscard]] std::optional<std::string> take() && {
    return is_object_ ? std::move(issuer_) : std::optional<std::string>{};
  }

 private:
  int depth_ = 0;
  bool is_object_ = false;
  bool is_issuer_ = false;
  std::optional<std::string> issuer_;
};

}  // namespace

std::optional<std::string> peek_issuer(UnverifiedToken const& token) {
  std::string_view const segment = token.compact_.payload_segment;
  boost::container::small_vector<char, 1024> json;
  json.resize(base64url::decoded_size(segment.size()), boost::container::default_init);
  if (!base64url::decode(segment, json.data())) return std::nullopt;
  IssuerSink sink;
  json::Limits const limits{.max_size = json.size(), .max_members = json.size()};  // no tree is built
  if (json::scan({json.data(), json.size()}, limits, sink)) return std::nullopt;
  return std::move(sink).take();
}

}  // namespace authjwt::detail
