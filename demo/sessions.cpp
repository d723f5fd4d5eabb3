#include "sessions.hpp"

#include <authjwt/authjwt.hpp>

#include <algorithm>
#include <vector>

namespace demo {
namespace {

using authjwt::AuthJWT;
using authjwt::Authority;
using authjwt::Claim;
using authjwt::Reply;
using authjwt::Result;
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
  Authority const& authority = authorize.authority();
  authority.async_sessions(
      *authorize.get_jwt_subject(), [&authority, reply, sid = which.sid](Result<std::vector<Session>> const& own) {
        if (!own) return reply(own.error());
        if (std::ranges::find(*own, sid, &Session::sid) == own->end()) {
          return reply(authjwt::http::detail_answer(404, "You have no such session"));
        }
        authority.async_revoke_session(sid, reply.with([] { return object{{"msg", "The session has ended"}}; }));
      });
  return reply;
}

}  // namespace demo
