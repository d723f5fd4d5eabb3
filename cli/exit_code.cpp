#include "exit_code.hpp"

namespace authjwt::cli {

ExitCode exit_code_of(Error const& error) noexcept {
  switch (error.code()) {
    case Errc::expired: return ExitCode::expired;
    case Errc::immature_iat:
    case Errc::immature_nbf: return ExitCode::not_yet_valid;
    case Errc::invalid_signature: return ExitCode::bad_signature;
    case Errc::no_matching_key: return ExitCode::no_key_fits;
    case Errc::algorithm_not_allowed: return ExitCode::algorithm_not_allowed;
    case Errc::invalid_issuer:
    case Errc::invalid_audience:
    case Errc::invalid_audience_format: return ExitCode::wrong_issuer_or_audience;
    case Errc::missing_required_claim:
      return error.field() == "exp" ? ExitCode::wrong_claim : ExitCode::wrong_issuer_or_audience;
    case Errc::iat_not_integer:
    case Errc::nbf_not_integer:
    case Errc::exp_not_integer:
    case Errc::missing_claim:
    case Errc::invalid_claim:
    case Errc::invalid_typ: return ExitCode::wrong_claim;
    case Errc::invalid_key: return ExitCode::bad_key;
    default: return ExitCode::failed;
  }
}

}  // namespace authjwt::cli
