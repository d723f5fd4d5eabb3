#pragma once

#include <authjwt/adapters/detail/body_rules.hpp>
#include <authjwt/adapters/detail/wire_text.hpp>
#include <authjwt/http/answer.hpp>
#include <authjwt/http/body_framing.hpp>
#include <authjwt/http/message.hpp>

#include <httplib.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

/// The views of httplib's messages, and how the adapter answers. All of it belongs to adapters/httplib.hpp.
namespace authjwt {

namespace detail {

/// What stands behind the `?` of a request target, without the fragment that none should have.
[[nodiscard]] inline std::string_view query_of(std::string_view target) noexcept {
  target = target.substr(0, target.find('#'));
  std::size_t const mark = target.find('?');
  return mark == std::string_view::npos ? std::string_view{} : target.substr(mark + 1);
}

}  // namespace detail

namespace http {

/// An httplib request; it must outlive the view. httplib has left out fields without a value, and, unless the server is
/// an `HttplibServer`, decoded `%xx` in the others.
class HttplibRequest final : public Request {
 public:
  explicit HttplibRequest(httplib::Request const& request) noexcept : HttplibRequest{request, request.body} {}
  /// With a body that was read by other means than httplib's; it must outlive the view.
  HttplibRequest(httplib::Request const& request, std::string_view body) noexcept : request_{&request}, body_{body} {}

  [[nodiscard]] std::string_view method() const override { return request_->method; }
  [[nodiscard]] HeaderValues header(std::string_view name) const override {
    HeaderValues values;
    auto const [begin, end] = request_->headers.equal_range(std::string{name});
    for (auto field = begin; field != end; ++field) values.push_back(field->second);
    return values;
  }
  [[nodiscard]] std::string_view query() const override { return detail::query_of(request_->target); }
  [[nodiscard]] std::string_view body() const override { return body_; }
  /// The path as it came: no query, nothing decoded. httplib's own is decoded.
  [[nodiscard]] std::string_view path() const noexcept {
    std::string_view const target = request_->target;
    return detail::path_of(target.substr(0, target.find_first_of("?#")));
  }

 private:
  httplib::Request const* request_;
  std::string_view body_;
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
  if (!answer.body.empty()) response.headers.emplace("Content-Type", answer.content_type());
  response.body = std::move(answer.body);
}

/// Ends the connection behind the answer, since what follows in it is not the next request. httplib does so only where
/// it fails to write.
inline void close_after(httplib::Request const& request, httplib::Response& response) {
  auto& own = const_cast<httplib::Request&>(request);
  own.headers.erase("Connection");
  own.headers.emplace("Connection", "close");
  bool const is_head = std::exchange(own.method, "GET") == "HEAD";  // it writes nothing to a HEAD, and cannot fail
  std::string const body = std::exchange(response.body, {});
  std::string const type = response.get_header_value("Content-Type");
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
  if (kind == HttplibBody::too_large || body.size() > http::kMaxBodySize) return refuse(request, response, 413);
  if (kind == HttplibBody::malformed) return refuse(request, response, 400);
  answer_whole(request);
  send(response, answer(http::HttplibRequest{request, body}, body));
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

}  // namespace authjwt
