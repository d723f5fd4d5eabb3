#pragma once

#include <authjwt/adapters/reply.hpp>
#include <authjwt/auth/auth_jwt.hpp>

#include <boost/describe/class.hpp>

#include <string>

/// The list of a person's sessions: the same whether tokens are in headers or in cookies.
namespace demo {

struct WhichSession {
  std::string sid;
};
BOOST_DESCRIBE_STRUCT(WhichSession, (), (sid))

/// Answers with the living sessions of the person who was let in.
[[nodiscard]] authjwt::Reply list_sessions(authjwt::AuthJWT& authorize);

/// Ends one of the person's own sessions; 404 for any other.
[[nodiscard]] authjwt::Reply end_session(WhichSession const& which, authjwt::AuthJWT& authorize);

}  // namespace demo
