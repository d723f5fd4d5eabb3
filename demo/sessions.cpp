#include "sessions.hpp"

#include <authjwt/authjwt.hpp>

#include <vector>

namespace demo {
namespace {

using authjwt::AuthJWT;
using authjwt::Claim;
using authjwt::Reply;
using authjwt::Session;
using authjwt::json::object;

object describe(Session const& session, bool is_this_one) {
  return {{"sid", session.sid},
          {"device", session.label},
          {"login", session.login.time_since_epoch().count()},
          {"last_used", session.last_used.time_since_epoch().count()},
          {"this_one", is_this_one}};
}

}  // namespace

Reply list_sessions(AuthJWT& authorize) {
  Reply reply;
  authorize.authority().async_sessions(*authorize.get_jwt_subject(),
                                       reply.with([](std::vector<Session> const& sessions, AuthJWT& request) {
                                         auto const sid = request.get_verified_token()->text(Claim::sid);
                                         authjwt::json::array list;
                                         for (Session const& session : sessions)
                                           list.push_back(describe(session, session.sid == sid));
                                         return list;
                                       }));
  return reply;
}

Reply end_session(WhichSession const& which, AuthJWT& authorize) {
  Reply reply;
  authorize.authority().async_revoke_session(*authorize.get_jwt_subject(), which.sid,
                                             reply.with([](bool was_living) -> object {
                                               if (was_living) return {{"msg", "The session has ended"}};
                                               throw authjwt::http::HTTPException{404, "You have no such session"};
                                             }));
  return reply;
}

}  // namespace demo
