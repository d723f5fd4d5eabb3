#pragma once

#include <authjwt/adapters/detail/body_rules.hpp>
#include <authjwt/adapters/detail/stop_signals.hpp>
#include <authjwt/adapters/endpoint.hpp>
#include <authjwt/adapters/routes.hpp>
#include <authjwt/http/answer.hpp>
#include <authjwt/http/body_framing.hpp>
#include <authjwt/http/message.hpp>

#include <httplib.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <exception>
#include <functional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

/// authjwt on cpp-httplib 0.11: `run_httplib(routes)` serves `Routes` until SIGINT or SIGTERM, `mount(server, routes)`
/// puts them on a server of yours, `httplib_handler` is for those who keep httplib's own routing. Compile with the
/// definitions of its pkg-config file, as `authjwt::httplib` does: its classes are laid out by them.
///
/// httplib 0.11 does not bound the number of header lines, nor the time that a request may take to come, and answers
/// the first alone of requests that were sent at once: where strangers connect directly, put a proxy before it. And it
/// drops, unseen by this adapter, header lines that end in LF alone, are folded, or have no value: a `Content-Length`
/// among them, in a GET or beside a good one, lets the body run as the next request of the connection. So the proxy
/// must write the requests anew, as nginx and HAProxy do, and not forward what it was sent byte for byte.
namespace authjwt {

namespace http {

/// An httplib request; it must outlive the view. httplib has decoded `%xx` in values, and left out fields without one.
class HttplibRequest final : public Request {
 public:
  explicit HttplibRequest(httplib::Request const& request) noexcept : request_{&request} {}

  [[nodiscard]] std::string_view method() const override { return request_->method; }
  [[nodiscard]] HeaderValues header(std::string_view name) const override {
    HeaderValues values;
    auto const [begin, end] = request_->headers.equal_range(std::string{name});
    for (auto field = begin; field != end; ++field) values.push_back(field->second);
    return values;
  }

 private:
  httplib::Request const* request_;
};

/// Adds headers to an httplib response. One with a line break in it is left out, as httplib does.
class HttplibResponse final : public Response {
 public:
  explicit HttplibResponse(httplib::Response& response) noexcept : response_{&response} {}
  void add_header(std::string_view name, std::string_view value) override {
    response_->set_header(std::string{name}, std::string{value});
  }

 private:
  httplib::Response* response_;
};

}  // namespace http

namespace detail {

inline constexpr std::size_t kHttplibThreads = 64;  // as many connections are served at a time
inline constexpr std::size_t kRequestsPerConnection = 1000;
inline constexpr int kIdleSeconds = 2;

inline HttplibBody body_of(httplib::Request const& request) {
  bool const is_named = std::ranges::all_of(request.headers, http::is_field_name, &httplib::Headers::value_type::first);
  http::BodyFraming const malformed{http::BodyFraming::Kind::malformed};
  return httplib_body(is_named ? http::body_framing(http::HttplibRequest{request}) : malformed, request.method,
                      request.path, request.is_multipart_form_data());
}

/// httplib would cut the JSON as `Range` says, and compress it as `Accept-Encoding` says, which tells the length of
/// what is secret beside what is not (BREACH).
inline void answer_whole(httplib::Request const& request) {
  auto& own = const_cast<httplib::Request&>(request);  // a variable of httplib's, const for its handlers alone
  own.ranges.clear();
  own.headers.erase("Accept-Encoding");
}

inline void send(httplib::Response& response, http::RenderedAnswer answer) {
  response.status = answer.status;
  for (auto& [name, value] : answer.headers) response.headers.emplace(std::move(name), std::move(value));
  response.body = std::move(answer.body);
  if (!response.body.empty()) response.headers.emplace("Content-Type", http::kContentType);
}

/// Ends the connection behind the answer, since what follows in it is not the next request. httplib does so only where
/// it fails to write.
inline void close_after(httplib::Request const& request, httplib::Response& response) {
  auto& own = const_cast<httplib::Request&>(request);
  own.headers.erase("Connection");
  own.headers.emplace("Connection", "close");
  bool const is_head = std::exchange(own.method, "GET") == "HEAD";  // it writes nothing to a HEAD, and cannot fail
  std::string const body = std::exchange(response.body, {});
  std::string const type{http::kContentType};
  response.headers.erase("Content-Type");
  response.headers.emplace("Content-Length", std::to_string(body.size()));
  response.set_content_provider(type, [body, is_head](std::size_t, httplib::DataSink& sink) {
    if (!is_head) sink.write(body.data(), body.size());
    return false;
  });
}

inline void refuse(httplib::Request const& request, httplib::Response& response, int status) {
  answer_whole(request);
  send(response, http::rendered_error(status));
  close_after(request, response);
}

/// Answers with what `answer(request, body)` gives, or refuses the body.
template <class MakeAnswer>
void respond(httplib::Request const& request, httplib::Response& response, std::string_view body,
             MakeAnswer const& answer) {
  HttplibBody const kind = body_of(request);
  if (kind == HttplibBody::too_large) return refuse(request, response, 413);
  if (kind == HttplibBody::malformed) return refuse(request, response, 400);
  answer_whole(request);
  send(response, answer(http::HttplibRequest{request}, body));
  // httplib takes a broken chunk for the last one.
  bool const is_chunked = request.has_header("Transfer-Encoding");
  if (kind == HttplibBody::unread || is_chunked) close_after(request, response);
}

/// The same with a body that has to be read first, decompressed where it is compressed: no more than
/// `http::kMaxBodySize` of it is kept.
template <class MakeAnswer>
void respond(httplib::Request const& request, httplib::Response& response, httplib::ContentReader const& reader,
             MakeAnswer const& answer) {
  std::string body;
  std::size_t seen = 0;
  auto const receive = [&](char const* data, std::size_t size) {
    seen += size;
    if (seen <= http::kMaxBodySize) body.append(data, size);
    return seen <= kDrainedSize;
  };
  bool const is_complete = body_of(request) != HttplibBody::readable || reader(receive);
  if (!is_complete) return refuse(request, response, seen > http::kMaxBodySize ? 413 : 400);
  respond(request, response, body, [&](auto const& view, std::string_view text) {
    return seen > http::kMaxBodySize ? http::rendered_error(413) : answer(view, text);
  });
}

}  // namespace detail

/// What httplib needs to be fast and bounded: TCP_NODELAY, limits, socket options, threads; and error and exception
/// handlers that answer JSON. `mount` calls it; for a server with httplib's own routing call it first.
inline void prepare(httplib::Server& server, Authority const& authority) {
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

/// A handler for httplib's own routing:
///
///     server.Get("/claims", httplib_handler(authority, [](AuthJWT& authorize) { ... }));
///
/// `handler` is what `make_endpoint` takes; one with a body fits `Post`, `Put`, `Patch` and `Delete`, and a body over
/// `http::kMaxBodySize` is answered with 413. Nothing is thrown into httplib. The authority must outlive the server.
/// Throws `std::invalid_argument` for an empty handler.
template <class Handler>
[[nodiscard]] auto httplib_handler(Authority const& authority, Handler handler) {
  auto answer = [&authority, endpoint = make_endpoint(std::move(handler))](http::Request const& request,
                                                                           std::string_view body) {
    return answer_with(authority, endpoint, "cpp-httplib route", request, body);
  };
  if constexpr (detail::kTakesBody<Handler>) {
    return [answer = std::move(answer)](httplib::Request const& request, httplib::Response& response,
                                        httplib::ContentReader const& reader) {
      detail::respond(request, response, reader, answer);
    };
  } else {
    return [answer = std::move(answer)](httplib::Request const& request, httplib::Response& response) {
      detail::respond(request, response, std::string_view{}, answer);
    };
  }
}

/// Serves `routes` on `server`: whatever is requested is answered by them, 404 and 405 included. Sets what `prepare`
/// sets, and the pre-routing handler; what you want otherwise, set after it. `routes` must outlive the server.
inline void mount(httplib::Server& server, Routes const& routes) {
  prepare(server, routes.authority());
  auto const respond = [&routes](httplib::Request const& request, httplib::Response& response, auto const& body) {
    detail::respond(request, response, body,
                    [&](auto const& view, std::string_view text) { return routes.answer(view, request.path, text); });
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
/// the port when the server serves. Throws `std::system_error` when the address cannot be had. One at a time in a
/// process.
inline void run_httplib(Routes const& routes, std::string const& host = "127.0.0.1", int port = 8000,
                        std::function<void(int port)> const& on_ready = {}) {
  httplib::Server server;
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
