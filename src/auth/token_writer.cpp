#include "auth/token_writer.hpp"

#include "auth/largest_claim.hpp"
#include "auth/token_times.hpp"
#include "base/uuid.hpp"

#include <authjwt/jose/jws.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <stdexcept>

namespace authjwt {
namespace {

/// What the library decides, or never trusts in a token of others (RFC 7515 4.1, RFC 8725 3.10).
constexpr std::array<std::string_view, 8> kForbiddenHeaders = {"alg", "typ", "crit", "b64", "jku", "jwk", "x5u", "x5c"};

std::string quoted(std::string_view name) { return "'" + std::string{name} + "'"; }

/// The members of a JSON object, written one after the other.
class ObjectWriter {
 public:
  explicit ObjectWriter(std::size_t reserve) { text_.reserve(reserve); }

  std::string& member(std::string_view name) {
    text_ += text_.empty() ? '{' : ',';
    json::append_text(text_, name);
    text_ += ':';
    return text_;
  }
  void member(std::string_view name, json::value const& value) {
    json::append(member(name), value, json::Limits{}.max_depth - 1);
  }
  void member(std::string_view name, std::string_view text) { json::append_text(member(name), text); }
  void member(std::string_view name, std::int64_t number) { member(name) += std::to_string(number); }

  [[nodiscard]] std::string finish() && {
    text_ += '}';
    return std::move(text_);
  }

 private:
  std::string text_;
};

/// Claims in the documented order; a reserved one is the user's where the setting lets `user_claims` replace it.
class ClaimsWriter {
 public:
  explicit ClaimsWriter(json::object const& user_claims) : user_claims_{user_claims} {}

  template <class Value>
  void claim(Claim claim, Value const& value) {
    if (json::value const* replacement = user_claims_.if_contains(name(claim))) {
      writer_.member(name(claim), *replacement);
      written_[static_cast<std::size_t>(claim)] = true;
    } else {
      writer_.member(name(claim), value);
    }
  }
  [[nodiscard]] std::string finish() && {
    for (auto const& [name, value] : user_claims_) {
      std::optional<Claim> const known = find_claim(name);
      if (!known || !written_[static_cast<std::size_t>(*known)]) writer_.member(name, value);
    }
    return std::move(writer_).finish();
  }

 private:
  json::object const& user_claims_;
  std::array<bool, kClaimNames.size()> written_{};
  ObjectWriter writer_{512};
};

void check_user_claims(json::object const& user_claims) {
  for (auto const& [name, value] : user_claims) {
    if (!find_claim(name)) continue;
    throw std::invalid_argument{"user_claims may not set the reserved claim " + quoted(name) +
                                " (the setting allow_reserved_user_claims lets it)"};
  }
}

/// When a token with this lifetime ends. Nothing: never.
std::optional<TimePoint> expiry(Lifetime lifetime, TimePoint now) {
  if (lifetime.is_never()) return std::nullopt;
  std::chrono::seconds const seconds = lifetime.seconds();
  if (seconds.count() == 0) {
    throw std::invalid_argument{"expires_time must not be zero; leave it out for the setting, or say authjwt::never"};
  }
  if (seconds > Lifetime::kLongest || seconds < -Lifetime::kLongest)
    throw std::invalid_argument{"expires_time is out of range"};
  return now + seconds;
}

/// A token that outlives what revokes its subject would come back to life.
void check_life(Authority const& authority, std::optional<TimePoint> exp, TimePoint now) {
  if (!exp && authority.settings().require_exp)
    throw std::invalid_argument{"a token without exp: authjwt_require_exp refuses it"};
  if (authority.denylist() == nullptr) return;
  std::optional<std::chrono::seconds> const longest = longest_life(authority.settings());
  if (!longest || (exp && *exp - now <= *longest)) return;
  throw std::invalid_argument{
      "expires_time is longer than revocations are kept: authjwt_max_token_lifetime (default: the longer of "
      "authjwt_access_token_expires and authjwt_refresh_token_expires) says how long a token may live"};
}

/// Access tokens alone carry it, as in the Python package.
bool has_issuer(NewToken const& token, Settings const& settings) {
  return settings.encode_issuer && (token.type == TokenType::access || settings.always_check_issuer);
}

bool has_csrf(Authority const& authority) {
  return authority.locations().contains(Location::cookies) && authority.settings().cookie_csrf_protect;
}

std::string write_claims(Authority const& authority, NewToken const& token, SessionToken const& stamp) {
  Settings const& settings = authority.settings();
  // What a session's record says of its token must be so.
  if (!settings.allow_reserved_user_claims || token.stamp != nullptr) check_user_claims(token.user_claims);
  std::int64_t const issued = stamp.iat.time_since_epoch().count();

  ClaimsWriter claims{token.user_claims};
  if (token.subject.is_text())
    claims.claim(Claim::sub, std::string_view{token.subject.text()});
  else
    claims.claim(Claim::sub, token.subject.integer());
  claims.claim(Claim::iat, issued);
  claims.claim(Claim::nbf, issued);
  claims.claim(Claim::jti, std::string_view{stamp.jti});
  if (stamp.exp) claims.claim(Claim::exp, stamp.exp->time_since_epoch().count());
  if (has_issuer(token, settings)) claims.claim(Claim::iss, std::string_view{*settings.encode_issuer});
  if (!token.audience.empty()) claims.claim(Claim::aud, token.audience.to_json());
  claims.claim(Claim::type, name(token.type));
  if (token.fresh) claims.claim(Claim::fresh, json::value(*token.fresh));
  if (!stamp.csrf.empty()) claims.claim(Claim::csrf, std::string_view{stamp.csrf});
  if (!token.lineage.sid.empty()) claims.claim(Claim::sid, std::string_view{token.lineage.sid});
  if (token.lineage.login) claims.claim(Claim::auth_time, token.lineage.login->time_since_epoch().count());
  return std::move(claims).finish();
}

void check_header(std::string_view name, json::value const& value, Settings const& settings) {
  if (std::ranges::find(kForbiddenHeaders, name) != kForbiddenHeaders.end()) {
    throw std::invalid_argument{"headers may not set " + quoted(name)};
  }
  if (name != "kid") return;
  if (!value.is_string()) throw std::invalid_argument{"headers: 'kid' must be a string"};
  if (value.get_string().size() > settings.max_kid_size) {
    throw std::invalid_argument{"headers: 'kid' is longer than max_kid_size"};
  }
}

/// The header's parameters sorted by name, as the Python package writes them.
std::string write_header(Settings const& settings, NewToken const& token, Key const& key, Algorithm algorithm) {
  bool const has_own_typ = settings.access_token_typ && token.type == TokenType::access;
  std::string_view const typ = has_own_typ ? std::string_view{*settings.access_token_typ} : std::string_view{"JWT"};
  std::map<std::string_view, json::value> parameters;
  if (!key.kid().empty()) parameters.emplace("kid", key.kid());
  for (auto const& [name, value] : token.headers) {
    check_header(name, value, settings);
    parameters.insert_or_assign(name, value);
  }
  parameters.emplace("alg", name(algorithm));
  parameters.emplace("typ", typ);

  ObjectWriter header{128};
  for (auto const& [name, value] : parameters) header.member(name, value);
  return std::move(header).finish();
}

Key signing_key(Authority const& authority, Algorithm algorithm) {
  KeySet const keys = authority.keys();
  if (Key const* key = keys.signing_key(algorithm)) return *key;
  std::string const how = is_symmetric(algorithm) ? "authjwt_secret_key must be set when using symmetric algorithm "
                                                  : "authjwt_private_key must be set when using asymmetric algorithm ";
  throw std::invalid_argument{how + std::string{name(algorithm)}};
}

std::string hint(json::object const& user_claims) {
  std::string const largest = largest_claim(user_claims);
  return largest.empty() ? "" : "; the largest of user_claims is " + quoted(largest);
}

}  // namespace

std::string random_id() {
  std::string id;
  id.reserve(36);
  if (!append_uuid(id)) throw AuthUnavailable{Error{Errc::unavailable}};
  return id;
}

SessionToken make_stamp(Authority const& authority, Lifetime lifetime, Lineage const& lineage) {
  Settings const& settings = authority.settings();
  TimePoint const now = authority.now();
  std::optional<TimePoint> exp = expiry(lifetime, now);
  if (settings.sessions_enabled && lineage.login) {
    TimePoint const last = *lineage.login + settings.session_lifetime;
    exp = exp ? std::min(*exp, last) : last;
  }
  check_life(authority, exp, now);
  return {.jti = random_id(), .iat = now, .exp = exp, .csrf = has_csrf(authority) ? random_id() : std::string{}};
}

std::string write_token(Authority const& authority, NewToken const& token) {
  Algorithm const algorithm = token.algorithm.value_or(authority.algorithm());
  Key const key = signing_key(authority, algorithm);
  std::string const header = write_header(authority.settings(), token, key, algorithm);
  std::string const claims = write_claims(
      authority, token, token.stamp != nullptr ? *token.stamp : make_stamp(authority, token.lifetime, token.lineage));
  std::string compact = jws::sign(header, claims, key, algorithm).value();
  if (std::size_t const limit = authority.settings().max_token_size; compact.size() > limit) {
    throw std::invalid_argument{"the token would have " + std::to_string(compact.size()) +
                                " bytes, max_token_size is " + std::to_string(limit) + hint(token.user_claims)};
  }
  return compact;
}

}  // namespace authjwt
