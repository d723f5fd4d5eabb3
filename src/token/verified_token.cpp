#include "token/claims_resource.hpp"
#include "token/numeric_date.hpp"
#include "token/payload.hpp"

#include <authjwt/token/verified_token.hpp>

#include <boost/json/storage_ptr.hpp>

namespace authjwt {
namespace {

/// No JSON text needs more memory as a tree than this, but for alignment; what does not fit comes from the heap.
constexpr std::size_t tree_size(std::size_t json_size) noexcept { return 256 + 8 * json_size; }

json::value build_tree(std::string_view text) {
  ClaimsResource* resource = nullptr;
  boost::json::storage_ptr storage =
      boost::json::make_shared_resource<ClaimsResource>(tree_size(text.size()), resource);
  // Whoever signed the text could do worse than choose colliding names, and read_registered_claims has read it.
  json::Limits const limits{.max_size = text.size(), .max_members = text.size()};
  json::value tree = json::read(text, limits, storage).value();
  resource->seal();
  return tree;
}

}  // namespace

VerifiedToken::VerifiedToken(std::unique_ptr<Payload> payload) noexcept : payload_{std::move(payload)} {}
VerifiedToken::VerifiedToken(VerifiedToken&&) noexcept = default;
VerifiedToken& VerifiedToken::operator=(VerifiedToken&&) noexcept = default;
VerifiedToken::~VerifiedToken() = default;

json::object const& VerifiedToken::claims() const {
  if (!payload_->tree) payload_->tree.emplace(build_tree(payload_->json()));
  return payload_->tree->get_object();
}

std::string_view VerifiedToken::json_text() const noexcept { return payload_->json(); }

Result<Subject> VerifiedToken::subject() const {
  ClaimValue const& sub = payload_->claims[Claim::sub];
  switch (sub.kind) {
    case ClaimValue::Kind::absent: return Error{Errc::missing_claim, name(Claim::sub)};
    case ClaimValue::Kind::text: return Subject{sub.text};
    case ClaimValue::Kind::integer: return Subject{sub.integer};
    default: return Error{Errc::invalid_claim, name(Claim::sub)};
  }
}

std::optional<std::string_view> VerifiedToken::text(Claim claim) const noexcept {
  ClaimValue const& value = payload_->claims[claim];
  if (value.kind != ClaimValue::Kind::text) return std::nullopt;
  return value.text;
}

std::optional<std::int64_t> VerifiedToken::integer(Claim claim) const noexcept {
  return numeric_date(payload_->claims[claim], Fraction::cut);
}

bool VerifiedToken::has(Claim claim) const noexcept { return payload_->claims[claim].kind != ClaimValue::Kind::absent; }

bool VerifiedToken::is_true(Claim claim) const noexcept {
  ClaimValue const& value = payload_->claims[claim];
  return value.kind == ClaimValue::Kind::boolean && value.truth;
}

std::optional<TimePoint> VerifiedToken::expires_at() const noexcept {
  std::optional<std::int64_t> const exp = integer(Claim::exp);
  if (!exp) return std::nullopt;
  return TimePoint{std::chrono::seconds{*exp}};
}

std::string_view VerifiedToken::compact() const noexcept { return payload_->compact(); }

bool VerifiedToken::is(std::string_view token) const noexcept { return compact() == token; }

Algorithm VerifiedToken::algorithm() const noexcept { return payload_->algorithm; }

bool VerifiedToken::is_foreign() const noexcept { return payload_->foreign; }

}  // namespace authjwt
