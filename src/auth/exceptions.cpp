#include <authjwt/auth/exceptions.hpp>

#include <boost/assert/source_location.hpp>

namespace authjwt {

void throw_exception_from_error(Error const& error, boost::source_location const&) {
  switch (error.error_class()) {
    case ErrorClass::InvalidHeaderError: throw InvalidHeaderError{error};
    case ErrorClass::JWTDecodeError: throw JWTDecodeError{error};
    case ErrorClass::CSRFError: throw CSRFError{error};
    case ErrorClass::MissingTokenError: throw MissingTokenError{error};
    case ErrorClass::RevokedTokenError: throw RevokedTokenError{error};
    case ErrorClass::AccessTokenRequired: throw AccessTokenRequired{error};
    case ErrorClass::RefreshTokenRequired: throw RefreshTokenRequired{error};
    case ErrorClass::FreshTokenRequired: throw FreshTokenRequired{error};
    case ErrorClass::InsufficientScope: throw InsufficientScope{error};
    case ErrorClass::UserNotFound: throw UserNotFound{error};
    case ErrorClass::AuthUnavailable: throw AuthUnavailable{error};
    case ErrorClass::ConfigError: throw ConfigError{error.message()};
  }
  throw AuthUnavailable{error};  // no such class: refuse
}

}  // namespace authjwt
