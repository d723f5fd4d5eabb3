#pragma once

#include <authjwt/base/described.hpp>
#include <authjwt/base/json.hpp>
#include <authjwt/http/message.hpp>

#include <concepts>
#include <cstddef>
#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What a handler answers, and what it throws to answer something else: FastAPI's names and FastAPI's JSON.
namespace authjwt::http {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// The largest body that the adapters read. Larger ones are answered with 413.
inline constexpr std::size_t kMaxBodySize = 1024 * 1024;
inline constexpr std::string_view kContentType = "application/json";

/// An answer as a handler makes it: the JSON `body`, or where `content_type` is set the bytes of `content` instead: a
/// page, a script, an image. `Content-Type` and `Content-Length` are not among its headers.
/// The order of the fields is API; new ones are appended.
struct Answer {
  int status = 200;
  json::value body = {};
  Headers headers = {};
  std::string content = {};
  std::string content_type = {};  ///< "text/html; charset=utf-8"
};

/// An answer as an adapter sends it. An empty body has no `Content-Type`.
struct RenderedAnswer {
  int status = 200;
  std::string body = {};
  Headers headers = {};
  std::string other_type = {};  ///< of a body that is not JSON; empty: it is

  [[nodiscard]] std::string_view content_type() const noexcept {
    return other_type.empty() ? kContentType : std::string_view{other_type};
  }
};

/// `{"detail": detail}`, the form of every error.
[[nodiscard]] Answer detail_answer(int status, json::value detail);
/// The standard phrase of an error status the adapters may answer with ("Not Found"); "Error" for any other.
[[nodiscard]] std::string_view reason_phrase(int status) noexcept;
/// `{"detail": <standard phrase>}`, ready to be sent: for what a framework refuses before a handler is called (413).
/// Without memory for its body it has none.
[[nodiscard]] RenderedAnswer rendered_error(int status) noexcept;
/// Throws `std::invalid_argument` for an answer that must not be sent: a status outside 200 to 599, a header name that
/// is no token or belongs to the framework, a header value with control characters (RFC 9110 5.5: it would split the
/// answer), a body that is not JSON, a content type without `/` or with control characters, `content` without a type.
/// Statuses 204 and 304 have no body (RFC 9110 6.4.1).
[[nodiscard]] RenderedAnswer render(Answer answer);

/// Collects the headers of an answer that is not made yet.
class CollectedHeaders final : public Response {
 public:
  void add_header(std::string_view name, std::string_view value) override { headers_.emplace_back(name, value); }
  [[nodiscard]] Headers& headers() noexcept { return headers_; }

 private:
  Headers headers_;
};

/// Thrown by a handler to answer `{"detail": detail}`: `throw HTTPException{401, "Bad username or password"}`.
class HTTPException : public std::exception {
 public:
  /// `status_code` must be one that `render` takes, or the answer is a 500.
  HTTPException(int status_code, json::value detail, Headers headers = {})
      : answer_{detail_answer(status_code, std::move(detail))} {
    answer_.headers = std::move(headers);
  }
  template <std::convertible_to<std::string_view> Text>
  HTTPException(int status_code, Text const& detail, Headers headers = {})
      : HTTPException{status_code, json::value(std::string_view{detail}), std::move(headers)} {}

  [[nodiscard]] int status_code() const noexcept { return answer_.status; }
  [[nodiscard]] Answer const& answer() const noexcept { return answer_; }
  [[nodiscard]] char const* what() const noexcept override { return "HTTPException"; }

 private:
  Answer answer_;
};

/// The body is not what the handler takes. 422
class RequestValidationError : public std::exception {
 public:
  /// Each error is `{"loc": [...], "msg": ..., "type": ...}`.
  explicit RequestValidationError(json::array errors);
  /// Errors of a body's members.
  explicit RequestValidationError(FieldErrors const& errors);

  [[nodiscard]] Answer const& answer() const noexcept { return answer_; }
  [[nodiscard]] char const* what() const noexcept override { return "RequestValidationError"; }

 private:
  Answer answer_;
};

/// The JSON object that `body` is. Throws `RequestValidationError` when it is none.
[[nodiscard]] json::object read_body_object(std::string_view body);
/// The same for a request, whose `Content-Type` must be JSON where it has one (CVE-2021-32677). Without one the body is
/// read as JSON, as FastAPI does. That is no defence against CSRF: a page of another origin can send a body without a
/// type, unasked, with the cookies of whoever looks at it.
[[nodiscard]] json::object read_body_object(Request const& request, std::string_view body);

/// The body as a `T`; throws `RequestValidationError` that lists all members that do not fit.
template <Described T>
[[nodiscard]] T body_as(json::object const& object) {
  T out{};
  FieldErrors errors;
  if (!read_object(object, out, errors)) throw RequestValidationError{errors};
  return out;
}
template <Described T>
[[nodiscard]] T read_body(std::string_view body) {
  return body_as<T>(read_body_object(body));
}
template <Described T>
[[nodiscard]] T read_body(Request const& request, std::string_view body) {
  return body_as<T>(read_body_object(request, body));
}

}  // namespace authjwt::http
