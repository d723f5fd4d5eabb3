#include "auth/token_identity.hpp"

#include "auth/subject_id.hpp"
#include "auth/token_times.hpp"

namespace authjwt {

std::string_view issuer_of(Settings const& settings) noexcept {
  if (settings.decode_issuer) return *settings.decode_issuer;
  return settings.encode_issuer ? std::string_view{*settings.encode_issuer} : std::string_view{};
}

std::string_view issuer_of(VerifiedToken const& token, Settings const& settings) noexcept {
  if (!token.is_foreign()) return issuer_of(settings);
  return token.text(Claim::iss).value_or(std::string_view{});
}

Result<std::string_view> text_of(VerifiedToken const& token, Claim claim) {
  if (std::optional<std::string_view> const text = token.text(claim)) return *text;
  return Error{token.has(claim) ? Errc::invalid_claim : Errc::missing_claim, name(claim)};
}

Result<std::string_view> revocation_id_of(VerifiedToken const& token) {
  bool const has_session = token.has(Claim::sid) && !token.is_foreign();
  return text_of(token, has_session ? Claim::sid : Claim::jti);
}

Result<TokenIdentity> identity_of(VerifiedToken const& token, Settings const& settings, std::string& storage) {
  Result<std::string_view> const jti = text_of(token, Claim::jti);
  if (!jti) return jti.error();
  if (token.is_foreign()) return TokenIdentity{.issuer = issuer_of(token, settings), .jti = *jti};
  TokenIdentity identity{
      .issuer = issuer_of(settings), .jti = *jti, .subject = subject_id(token, storage), .login = login_of(token)};
  if (token.has(Claim::sid)) {
    Result<std::string_view> const sid = text_of(token, Claim::sid);
    if (!sid) return sid.error();
    identity.sid = *sid;
  }
  return identity;
}

}  // namespace authjwt
