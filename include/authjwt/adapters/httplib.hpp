#pragma once

#include <authjwt/adapters/detail/body_rules.hpp>
#include <authjwt/adapters/detail/httplib_message.hpp>
#include <authjwt/adapters/detail/httplib_server.hpp>
#include <authjwt/adapters/detail/stop_signals.hpp>
#include <authjwt/adapters/endpoint.hpp>
#include <authjwt/adapters/routes.hpp>
#include <authjwt/auth/rule.hpp>
#include <authjwt/http/answer.hpp>
#include <authjwt/http/message.hpp>

#include <httplib.h>

#include <cerrno>
#include <cstddef>
#include <exception>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

/// authjwt on cpp-httplib 0.11: `run_httplib(routes)` serves `Routes` until SIGINT or SIGTERM, `mount(server, routes)`
/// puts them on an `HttplibServer` of yours, `httplib_handler` is for those who keep httplib's own routing. Compile
/// with the definitions of its pkg-config file, as `authjwt::httplib` does: its classes are laid out by them.
///
/// 64 connections are served at a time, and httplib does not bound the time that a body may take to come: where
/// strangers connect directly, put a proxy before it. A plain `httplib::Server` does not bound the head either, and
/// drops, unseen by this adapter, header lines that end in LF alone, are folded, or have no value: a `Content-Length`
/// among them lets the body run as the next request of the connection. An `HttplibServer` refuses them; before a plain
/// one the proxy must write the requests anew, as nginx and HAProxy do, and not forward what it was sent byte for byte.
namespace authjwt {

namespace detail {

inline void refuse_decoded_cookies(httplib::Server const& server, Locations locations) {
  if (!locations.contains(Location::cookies) || dynamic_cast<HttplibServer const*>(&server) != nullptr) return;
  throw std::invalid_argument{
      "httplib::Server decodes %xx in header values, so that text of strangers becomes cookies: where tokens may be in "
      "cookies, use authjwt::HttplibServer"};
}

}  // namespace detail

/// What httplib needs to be fast and bounded: TCP_NODELAY, limits, socket options, threads; and error and exception
/// handlers that answer JSON. `mount` calls it; for a server with httplib's own routing call it first. Throws
/// `std::invalid_argument` where tokens may be in cookies (`token_location`) and `server` is no `HttplibServer`; with
/// a rule or a guard that alone names the cookies, use one all the same.
inline void prepare(httplib::Server& server, Authority const& authority) {
  detail::refuse_decoded_cookies(server, authority.locations());
  server.set_tcp_nodelay(true);
  server.set_keep_alive_max_count(detail::kRequestsPerConnection);
  server.set_keep_alive_timeout(detail::kIdleSeconds);
  server.set_payload_max_length(detail::kDrainedSize);
  // httplib's own choice lets two servers listen on one port.
  server.set_socket_options([](socket_t socket) {
    int const yes = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  server.new_task_queue = [] { return new httplib::ThreadPool(detail::kHttplibThreads); };
  server.set_error_handler([](httplib::Request const& request, httplib::Response& response) {
    if (response.has_header("Content-Type")) return;
    detail::HttplibBody const body = detail::body_of(request);
    bool const is_malformed = body == detail::HttplibBody::malformed;
    if (response.status != 404 || body != detail::HttplibBody::none)
      return detail::refuse(request, response, is_malformed ? 400 : response.status);
    detail::send(response, http::rendered_error(404));
  });
  server.set_post_routing_handler([](httplib::Request const&, httplib::Response& response) {  // see `close_after`
    if (response.get_header_value("Content-Length") == "0") response.headers.erase("Content-Type");
  });
  server.set_exception_handler(
      [&authority](httplib::Request const& request, httplib::Response& response, std::exception_ptr const&) {
        authority.log(LogLevel::error, "cpp-httplib: a request could not be read");
        detail::refuse(request, response, 500);
      });
}

namespace detail {

template <bool kWithBody>
[[nodiscard]] auto httplib_handler(Authority const& authority, Endpoint endpoint) {
  auto answer = [&authority, endpoint = std::move(endpoint)](http::Request const& request, std::string_view body) {
    return answer_with(authority, endpoint, "cpp-httplib route", request, body);
  };
  if constexpr (kWithBody) {
    return [answer = std::move(answer)](httplib::Request const& request, httplib::Response& response,
                                        httplib::ContentReader const& reader) {
      respond(request, response, reader, answer);
    };
  } else {
    return [answer = std::move(answer)](httplib::Request const& request, httplib::Response& response) {
      respond(request, response, request.body, answer);
    };
  }
}

}  // namespace detail

/// A handler for httplib's own routing:
///
///     server.Get("/claims", httplib_handler(authority, [](AuthJWT& authorize) { ... }));
///     server.Get("/claims", httplib_handler(authority, Rule::access(), [](VerifiedToken const& token) { ... }));
///
/// `handler`, and `rule` in front of it, are what `make_endpoint` takes; a handler with a body fits `Post`, `Put`,
/// `Patch` and `Delete`, and a body over `http::kMaxBodySize` is answered with 413. Nothing is thrown into httplib. The
/// authority must outlive the server. Throws `std::invalid_argument` as `make_endpoint` does.
template <class Handler>
[[nodiscard]] auto httplib_handler(Authority const& authority, Handler handler) {
  return detail::httplib_handler<detail::kTakesBody<Handler>>(authority, make_endpoint(std::move(handler)));
}
template <class Handler>
[[nodiscard]] auto httplib_handler(Authority const& authority, Rule const& rule, Handler handler) {
  return detail::httplib_handler<detail::kTakesBody<Handler>>(authority, make_endpoint(rule, std::move(handler)));
}
template <class... RuleAndHandler>
void httplib_handler(Authority const&& dies_at_once, RuleAndHandler&&... how) = delete;

/// Serves `routes` on `server`: whatever is requested is answered by them, 404 and 405 included. Sets what `prepare`
/// sets, and the pre-routing handler; what you want otherwise, set after it. `routes` must outlive the server. Throws
/// `std::invalid_argument` as `Routes::check` and `prepare` do, for a rule that names the cookies where `prepare` would
/// for the settings, and for `routes` with a WebSocket: httplib has none.
inline void mount(httplib::Server& server, Routes const& routes) {
  routes.check();
  if (std::string const names = routes.websockets().names(); !names.empty()) {
    throw std::invalid_argument{"cpp-httplib has no WebSockets: " + names};
  }
  prepare(server, routes.authority());
  for (RouteInfo const& info : routes.infos()) {
    if (info.rule) detail::refuse_decoded_cookies(server, info.rule->locations());
  }
  auto const respond = [&routes](httplib::Request const& request, httplib::Response& response, auto const& body) {
    detail::respond(request, response, body, [&routes](http::HttplibRequest const& view, std::string_view text) {
      return routes.answer(view, view.path(), text);
    });
  };
  server.set_pre_routing_handler([respond](httplib::Request const& request, httplib::Response& response) {
    if (detail::body_of(request) == detail::HttplibBody::readable) return httplib::Server::HandlerResponse::Unhandled;
    respond(request, response, std::string_view{});
    return httplib::Server::HandlerResponse::Handled;
  });
  httplib::Server::HandlerWithContentReader const with_body = respond;
  server.Post(".*", with_body).Put(".*", with_body).Patch(".*", with_body).Delete(".*", with_body);
}

/// Serves `routes` until SIGINT or SIGTERM, then answers the requests under way and returns; idle connections may hold
/// it up for two seconds. The same signal again has its usual effect. `port` 0: any free one. `on_ready` is called with
/// the port when the server serves. Throws `std::system_error` when the address cannot be had, and as `mount` does. One
/// at a time in a process.
inline void run_httplib(Routes const& routes, std::string const& host = "127.0.0.1", int port = 8000,
                        std::function<void(int port)> const& on_ready = {}) {
  HttplibServer server;
  mount(server, routes);
  detail::StopSignals signals{[](void* argument) { static_cast<httplib::Server*>(argument)->stop(); }, &server};
  errno = 0;
  int const bound = port == 0 ? server.bind_to_any_port(host) : (server.bind_to_port(host, port) ? port : -1);
  if (bound < 0) {
    std::error_code const reason{errno != 0 ? errno : EADDRNOTAVAIL, std::generic_category()};
    throw std::system_error{reason, "cannot serve on " + host + ":" + std::to_string(port)};
  }
  // httplib's `stop` works from the moment when it asks for its threads.
  server.new_task_queue = [&, make_threads = server.new_task_queue] {
    signals.arm();
    if (on_ready) on_ready(bound);
    return make_threads();
  };
  server.listen_after_bind();
}

}  // namespace authjwt
