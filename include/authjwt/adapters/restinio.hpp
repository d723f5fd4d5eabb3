#pragma once

#include <authjwt/adapters/detail/restinio_later.hpp>
#include <authjwt/adapters/detail/restinio_message.hpp>
#include <authjwt/adapters/detail/restinio_websocket.hpp>
#include <authjwt/adapters/detail/server_loop.hpp>
#include <authjwt/adapters/endpoint.hpp>
#include <authjwt/adapters/routes.hpp>
#include <authjwt/adapters/server_options.hpp>
#include <authjwt/auth/rule.hpp>
#include <authjwt/http/answer.hpp>
#include <authjwt/http/message.hpp>

#include <restinio/http_server.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

/// authjwt on RESTinio 0.6 with standalone asio: `run_restinio(routes)` serves `Routes` until SIGINT or SIGTERM,
/// `RestinioServer` does so without signals, `restinio_handler` is for those who keep RESTinio's own router.
namespace authjwt {

/// Answers a request of RESTinio's own router with what `endpoint` gives or throws, as `answer_with` says; `route` is
/// the name in the log. A body over `http::kMaxBodySize` is answered with 413. Nothing is thrown. An answer that comes
/// later (`Reply`) is made and sent by the thread that replies; the server and `authority` must live until then.
// NOLINTNEXTLINE(bugprone-exception-escape): respond_or_keep catches all
inline ::restinio::request_handling_status_t restinio_answer(Authority const& authority,
                                                             ::restinio::request_handle_t const& handle,
                                                             Endpoint const& endpoint,
                                                             std::string_view route = "RESTinio route") noexcept {
  auto const answer = [&](http::Request const& request, std::string_view body) {
    return answer_or_later(authority, endpoint, route, request, body);
  };
  auto const send = [](detail::RestinioResponse response) { response.done(); };
  auto const keep = [&](LaterAnswer const& later) { detail::send_when_ready(handle, later); };
  return detail::respond_or_keep(handle, false, answer, send, keep);
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
/// The same behind `rule`: `restinio_handler(authority, Rule::access(), [](VerifiedToken const& token) { ... })`.
template <class Handler>
[[nodiscard]] auto restinio_handler(Authority const& authority, Rule const& rule, Handler handler) {
  return restinio_handler(authority, make_endpoint(rule, std::move(handler)));
}
template <class... RuleAndHandler>
void restinio_handler(Authority const&& dies_at_once, RuleAndHandler&&... how) = delete;

/// Serves `Routes` on threads of its own, from construction to `stop`.
///
/// A body over `http::kMaxBodySize` is answered with 413, one 16 KiB larger before it is read. What is no HTTP, could
/// be read differently by two servers, or has over 80 KiB or 128 fields of headers, gets 400. Both close the
/// connection. WebSockets of `routes` are served too; `stop` closes them with 1001.
class RestinioServer {
 public:
  /// Serves when it returns. `routes` must outlive the server. Throws `std::invalid_argument` for a host that is no
  /// address and as `Routes::check` does, `std::system_error` when the address cannot be had
  /// (`std::errc::address_in_use`, ...).
  explicit RestinioServer(Routes const& routes, ServerOptions options = {});
  ~RestinioServer() { stop(); }  // NOLINT(bugprone-exception-escape): as ServerLoop::stop
  RestinioServer(RestinioServer const&) = delete;
  RestinioServer& operator=(RestinioServer const&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  /// Accepts no more, answers the requests under way, closes all connections, and returns: at the latest when
  /// `finish_within` and the handlers that are running have ended. Answers that have not come by then are 503. Not from
  /// a handler; by one thread at a time.
  void stop() noexcept;  // NOLINT(bugprone-exception-escape): as ServerLoop::stop

 private:
  using Server = ::restinio::http_server_t<detail::RestinioTraits>;
  static constexpr std::size_t kBufferSize = 16 * 1024;
  static constexpr std::chrono::seconds kMargin{5};  // RESTinio's own limit closes the connection without an answer

  [[nodiscard]] ::restinio::server_settings_t<detail::RestinioTraits> settings(Routes const& routes);
  // NOLINTNEXTLINE(bugprone-exception-escape): respond_or_keep catches all
  [[nodiscard]] ::restinio::request_handling_status_t answer(Routes const& routes,
                                                             ::restinio::request_handle_t const& handle) noexcept;

  ServerOptions options_;
  std::uint16_t port_ = 0;
  detail::ServerLoop loop_;
  std::shared_ptr<detail::WaitingRequests> const waiting_ =
      std::make_shared<detail::WaitingRequests>(loop_, options_.answer_timeout);
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
  routes.check();
  ::restinio::server_settings_t<detail::RestinioTraits> settings;
  settings.address(detail::address_of(options_.host)).port(options_.port).buffer_size(kBufferSize);
  settings.read_next_http_message_timelimit(options_.read_timeout)
      .write_http_response_timelimit(options_.write_timeout)
      .handle_request_timeout(options_.answer_timeout + kMargin);
  settings.timer_manager(std::clamp(options_.read_timeout / 4, milliseconds{10}, milliseconds{1'000}));
  ::restinio::incoming_http_msg_limits_t limits;
  limits.max_url_size(8 * 1024).max_field_count(128).max_body_size(http::kMaxBodySize + kBufferSize);
  settings.incoming_http_msg_limits(limits);
  settings.socket_options_setter([](auto& options) { options.set_option(asio::ip::tcp::no_delay{true}); });
  settings.acceptor_post_bind_hook(
      [this](asio::ip::tcp::acceptor& acceptor) { port_ = acceptor.local_endpoint().port(); });
  settings.request_handler(
      [this, &routes](::restinio::request_handle_t const& handle) { return answer(routes, handle); });
  return settings;
}

// NOLINTNEXTLINE(bugprone-exception-escape): respond_or_keep catches all
inline ::restinio::request_handling_status_t RestinioServer::answer(
    Routes const& routes, ::restinio::request_handle_t const& handle) noexcept {
  // RESTinio loses count of pipelined requests when an answer is there before the handler has returned, and closes.
  // Where there is no memory to send it, the time limit for handlers closes the connection.
  auto const send_later = [this](detail::RestinioResponse response) {
    loop_.post([response = std::move(response)]() mutable { response.done(); });
  };
  bool const is_finishing = loop_.connections().finishing();
  if (detail::is_for_websocket(routes, handle->header())) {
    if (!is_finishing) return detail::open_websocket(routes, handle, options_.write_timeout, send_later);
    auto const refuse = [](auto const&, auto) { return http::rendered_error(503); };
    return detail::respond(handle, true, refuse, send_later);
  }
  auto const answer = [&routes](http::RestinioRequest const& request, std::string_view body) {
    return routes.answer_or_later(request, request.path(), body);
  };
  auto const keep = [&](LaterAnswer const& later) { waiting_->keep(handle, later); };
  return detail::respond_or_keep(handle, is_finishing, answer, send_later, keep);
}

// NOLINTNEXTLINE(bugprone-exception-escape): as ServerLoop::stop
inline void RestinioServer::stop() noexcept {
  if (!loop_.running()) return;
  loop_.stop(
      options_.finish_within, [this] { server_.close_sync(); }, [this] { waiting_->give_up(); });
}

}  // namespace authjwt
