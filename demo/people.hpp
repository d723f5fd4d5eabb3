#pragma once

#include <authjwt/auth/auth_jwt.hpp>
#include <authjwt/auth/sessions.hpp>
#include <authjwt/http/message.hpp>

#include <boost/describe/class.hpp>

#include <string>

/// Who may log in, and what their tokens say: the same whether tokens are in headers or in cookies.
namespace demo {

struct User {
  std::string username;
  std::string password;
};
BOOST_DESCRIBE_STRUCT(User, (), (username, password))

/// Throws `HTTPException` 401 for anyone but the one user there is.
void check_password(User const& user);

/// Options of every access token.
[[nodiscard]] authjwt::SessionOptions with_claims();
/// The same for a new session, named after the device that asks for it.
[[nodiscard]] authjwt::SessionOptions with_claims_and_device(authjwt::http::Request const& request);

/// The token that a guard has let in.
[[nodiscard]] std::string token_of(authjwt::AuthJWT const& authorize);

}  // namespace demo
