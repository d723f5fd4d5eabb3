#pragma once

#include <authjwt/adapters/detail/body_rules.hpp>
#include <authjwt/adapters/detail/server_loop.hpp>
#include <authjwt/adapters/detail/tracked_socket.hpp>
#include <authjwt/adapters/detail/wire_text.hpp>
#include <authjwt/adapters/endpoint.hpp>
#include <authjwt/adapters/routes.hpp>
#include <authjwt/adapters/server_options.hpp>
#include <authjwt/http/answer.hpp>
#include <authjwt/http/body_framing.hpp>
#include <authjwt/http/message.hpp>

#include <restinio/http_server.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

/// authjwt on RESTinio 0.6 with standalone asio: `run_restinio(routes)` serves `Routes` until SIGINT or SIGTERM,
/// `RestinioServer` does so without signals, `restinio_handler` is for those who keep RESTinio's own router.
namespace authjwt {

namespace http {

/// A RESTinio request; the header must outlive it. Values are without the blanks around them (RFC 9110 5.5).
class RestinioRequest final : public Request {
 public:
  explicit RestinioRequest(::restinio::http_request_header_t const& header) noexcept : header_{&header} {}

  [[nodiscard]] std::string_view method() const override { return header_->method().c_str(); }
  [[nodiscard]] HeaderValues header(std::string_view name) const override {
    HeaderValues values;
    header_->for_each_value_of(name, [&values](std::string_view value) {
      values.push_back(detail::trimmed(value));
      return ::restinio::http_header_fields_t::continue_enumeration();
    });
    return values;
  }
  /// The path as it came: no query, nothing decoded.
  [[nodiscard]] std::string_view path() const noexcept { return detail::path_of(header_->path()); }

 private:
  ::restinio::http_request_header_t const* header_;
};

}  // namespace http

namespace detail {

/// Methods as RESTinio has them; a type of our own, so that the parser's settings below are this adapter's alone.
struct RestinioMethods : ::restinio::default_http_methods_t {};

struct RestinioTraits : ::restinio::default_traits_t {
  using http_methods_mapper_t = RestinioMethods;
  using stream_socket_t = TrackedSocket;
};

/// As `http::body_framing` has it. RESTinio's parser lets names with blanks in them pass.
inline http::BodyFraming framing_of(::restinio::http_request_header_t const& header) {
  bool is_named = true;
  header.for_each_field([&is_named](auto const& field) { is_named = is_named && http::is_field_name(field.name()); });
  if (!is_named) return {http::BodyFraming::Kind::malformed};
  return http::body_framing(http::RestinioRequest{header});
}

using RestinioResponse = ::restinio::response_builder_t<::restinio::user_controlled_output_t>;

inline RestinioResponse make_response(::restinio::request_t& request, http::RenderedAnswer answer, bool close) {
  bool const head = request.header().method() == ::restinio::http_method_head();
  auto response = request.create_response<::restinio::user_controlled_output_t>(
      {::restinio::http_status_code_t{static_cast<std::uint16_t>(answer.status)}, status_phrase(answer.status)});
  if (close) response.connection_close();
  response.append_header(::restinio::http_field_t::date, date_now());
  if (!answer.body.empty()) {
    response.append_header(::restinio::http_field_t::content_type, std::string{http::kContentType});
  }
  for (auto& [name, value] : answer.headers) response.append_header(std::move(name), std::move(value));
  response.set_content_length(answer.body.size());
  if (!head) response.set_body(std::move(answer.body));
  return response;
}

/// Has what `answer(request, body)` gives, or a refusal, sent by `send(response)`. Nothing is thrown into RESTinio:
/// where even an error cannot be made (no memory), RESTinio answers 501 and closes.
template <class Answer, class Send>
::restinio::request_handling_status_t respond(::restinio::request_handle_t const& handle, bool close,
                                              Answer const& answer, Send const& send) noexcept {
  try {
    http::RestinioRequest const request{handle->header()};
    std::string_view const body = handle->body();
    int const refused = refusal(framing_of(handle->header()), body.size());
    auto rendered = refused == 0 ? answer(request, body) : http::rendered_error(refused);
    send(make_response(*handle, std::move(rendered), close || refused != 0));
    return ::restinio::request_accepted();
  } catch (...) {
    return ::restinio::request_rejected();
  }
}

/// Ends the reading of a message before its body is complete: the handler is called, and answers 413.
inline int complete_now(http_parser* parser) {
  return ::restinio::impl::restinio_message_complete_cb<RestinioMethods>(parser);
}

inline int on_headers_complete(http_parser* parser) {
  return ::restinio::impl::restinio_headers_complete_cb(parser) == 0 ? 0 : complete_now(parser);
}

/// A chunk for which there is no memory ends the request instead (400): what came before it is not the body.
inline int on_body(http_parser* parser, char const* data, std::size_t size) {
  if (::restinio::impl::restinio_body_cb(parser, data, size) == 0) return 0;
  auto const& context = *static_cast<::restinio::impl::http_parser_ctx_t const*>(parser->data);
  return size > context.m_limits.max_body_size() - context.m_body.size() ? complete_now(parser) : -1;
}

}  // namespace detail
}  // namespace authjwt

namespace restinio::impl {

// What RESTinio has for our traits, but: a body over the limit is answered, and the sizes of chunks are not kept
// (sixteen bytes for a chunk of one).
template <>
inline http_parser_settings create_parser_settings<authjwt::detail::RestinioMethods>() noexcept {
  http_parser_settings settings = create_parser_settings<default_http_methods_t>();
  settings.on_headers_complete = authjwt::detail::on_headers_complete;
  settings.on_body = authjwt::detail::on_body;
  settings.on_chunk_header = [](http_parser*) { return 0; };
  return settings;
}

}  // namespace restinio::impl

namespace authjwt {

/// Answers a request of RESTinio's own router with what `endpoint` gives or throws, as `answer_with` says; `route` is
/// the name in the log. A body over `http::kMaxBodySize` is answered with 413. Nothing is thrown.
inline ::restinio::request_handling_status_t restinio_answer(Authority const& authority,
                                                             ::restinio::request_handle_t const& handle,
                                                             Endpoint const& endpoint,
                                                             std::string_view route = "RESTinio route") noexcept {
  auto const answer = [&](http::Request const& request, std::string_view body) {
    return answer_with(authority, endpoint, route, request, body);
  };
  return detail::respond(handle, false, answer, [](detail::RestinioResponse response) { response.done(); });
}

/// The same as a handler: `router->http_get("/claims", restinio_handler(authority, [](AuthJWT& authorize) { ... }))`.
/// `handler` is what `make_endpoint` takes, and may be called from several threads at once; the authority must outlive
/// it. Where the route has parameters, call `restinio_answer` in a lambda that captures them.
template <class Handler>
[[nodiscard]] auto restinio_handler(Authority const& authority, Handler handler) {
  return [&authority, endpoint = make_endpoint(std::move(handler))](::restinio::request_handle_t const& handle,
                                                                    auto const&...) {
    return restinio_answer(authority, handle, endpoint);
  };
}

/// Serves `Routes` on threads of its own, from construction to `stop`.
///
/// A body over `http::kMaxBodySize` is answered with 413, one 16 KiB larger before it is read. What is no HTTP, could
/// be read differently by two servers, or has over 80 KiB or 128 fields of headers, gets 400. Both close the
/// connection.
class RestinioServer {
 public:
  /// Serves when it returns. `routes` must outlive the server. Throws `std::invalid_argument` for a host that is no
  /// address, `std::system_error` when the address cannot be had (`std::errc::address_in_use`, ...).
  explicit RestinioServer(Routes const& routes, ServerOptions options = {});
  ~RestinioServer() { stop(); }
  RestinioServer(RestinioServer const&) = delete;
  RestinioServer& operator=(RestinioServer const&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  /// Accepts no more, answers the requests under way, closes all connections, and returns: at the latest when
  /// `finish_within` and the handlers that are running have ended. Not from a handler; by one thread at a time.
  void stop() noexcept;

 private:
  using Server = ::restinio::http_server_t<detail::RestinioTraits>;
  static constexpr std::size_t kBufferSize = 16 * 1024;

  [[nodiscard]] ::restinio::server_settings_t<detail::RestinioTraits> settings(Routes const& routes);

  ServerOptions options_;
  std::uint16_t port_ = 0;
  detail::ServerLoop loop_;
  Server server_;
};

/// Serves `routes` until SIGINT or SIGTERM; then stops as `RestinioServer::stop` does, and returns. A second signal has
/// its usual effect. `on_ready` is called with the port when the server serves. Throws as `RestinioServer` does.
inline void run_restinio(Routes const& routes, ServerOptions options = {},
                         std::function<void(std::uint16_t port)> const& on_ready = {}) {
  detail::StopSignal signal;
  RestinioServer server{routes, std::move(options)};
  if (on_ready) on_ready(server.port());
  signal.wait();
}

inline RestinioServer::RestinioServer(Routes const& routes, ServerOptions options)
    : options_{std::move(options)},
      loop_{options_.threads, options_.max_connections, options_.max_bytes_under_way},
      server_{::restinio::external_io_context(loop_.context()), settings(routes)} {
  try {
    server_.open_sync();
  } catch (std::system_error const& error) {  // asio's own category compares equal to no std::errc
    throw std::system_error{error.code().value(), std::system_category(), "cannot listen"};
  }
  loop_.start();
}

inline ::restinio::server_settings_t<detail::RestinioTraits> RestinioServer::settings(Routes const& routes) {
  using std::chrono::milliseconds;
  ::restinio::server_settings_t<detail::RestinioTraits> settings;
  settings.address(detail::address_of(options_.host)).port(options_.port).buffer_size(kBufferSize);
  settings.read_next_http_message_timelimit(options_.read_timeout)
      .write_http_response_timelimit(options_.write_timeout);
  settings.timer_manager(std::clamp(options_.read_timeout / 4, milliseconds{10}, milliseconds{1'000}));
  ::restinio::incoming_http_msg_limits_t limits;
  limits.max_url_size(8 * 1024).max_field_count(128).max_body_size(http::kMaxBodySize + kBufferSize);
  settings.incoming_http_msg_limits(limits);
  settings.socket_options_setter([](auto& options) { options.set_option(asio::ip::tcp::no_delay{true}); });
  settings.acceptor_post_bind_hook(
      [this](asio::ip::tcp::acceptor& acceptor) { port_ = acceptor.local_endpoint().port(); });
  settings.request_handler([this, &routes](::restinio::request_handle_t const& handle) {
    auto const answer = [&routes](http::RestinioRequest const& request, std::string_view body) {
      return routes.answer(request, request.path(), body);
    };
    // RESTinio loses count of pipelined requests when an answer is there before the handler has returned, and closes.
    // Where there is no memory to send it, the time limit for handlers closes the connection.
    auto const send_later = [this](detail::RestinioResponse response) {
      loop_.post([response = std::move(response)]() mutable { response.done(); });
    };
    return detail::respond(handle, loop_.connections().finishing(), answer, send_later);
  });
  return settings;
}

inline void RestinioServer::stop() noexcept {
  if (loop_.running()) loop_.stop(options_.finish_within, [this] { server_.close_sync(); });
}

}  // namespace authjwt
