#pragma once

#include <authjwt/adapters/detail/body_rules.hpp>
#include <authjwt/adapters/detail/tracked_socket.hpp>
#include <authjwt/adapters/detail/websocket_session.hpp>
#include <authjwt/adapters/detail/wire_text.hpp>
#include <authjwt/http/answer.hpp>
#include <authjwt/http/body_framing.hpp>
#include <authjwt/http/message.hpp>

#include <restinio/http_server.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

/// RESTinio's messages: its requests as `http::Request`, answers as it sends them, and what its parser does otherwise.
namespace authjwt {

namespace http {

/// A RESTinio request; header and body must outlive it. Values are without the blanks around them (RFC 9110 5.5).
class RestinioRequest final : public Request {
 public:
  explicit RestinioRequest(::restinio::http_request_header_t const& header, std::string_view body = {}) noexcept
      : header_{&header}, body_{body} {}

  [[nodiscard]] std::string_view method() const override { return header_->method().c_str(); }
  [[nodiscard]] HeaderValues header(std::string_view name) const override {
    HeaderValues values;
    header_->for_each_value_of(name, [&values](std::string_view value) {
      values.push_back(detail::trimmed(value));
      return ::restinio::http_header_fields_t::continue_enumeration();
    });
    return values;
  }
  [[nodiscard]] std::string_view query() const override { return header_->query(); }
  [[nodiscard]] std::string_view body() const override { return body_; }
  /// The path as it came: no query, nothing decoded.
  [[nodiscard]] std::string_view path() const noexcept { return detail::path_of(header_->path()); }

 private:
  ::restinio::http_request_header_t const* header_;
  std::string_view body_;
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
    response.append_header(::restinio::http_field_t::content_type, std::string{answer.content_type()});
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
    std::string_view const body = handle->body();
    http::RestinioRequest const request{handle->header(), body};
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

/// RESTinio stops all its timers for a request that wants to upgrade: only for WebSockets, whose answers are short.
/// There are none in HTTP/1.0.
inline int on_headers_complete(http_parser* parser) {
  int const status = ::restinio::impl::restinio_headers_complete_cb(parser);
  auto const& context = *static_cast<::restinio::impl::http_parser_ctx_t const*>(parser->data);
  bool const may_upgrade = parser->method == HTTP_GET && parser->http_major == 1 && parser->http_minor >= 1;
  if (!may_upgrade || !names_websocket(http::RestinioRequest{context.m_header})) parser->upgrade = 0;
  return status == 0 ? 0 : complete_now(parser);
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
