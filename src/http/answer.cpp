#include "base/json_reader.hpp"
#include "http/ascii.hpp"
#include "http/content_type.hpp"

#include <authjwt/http/answer.hpp>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace authjwt::http {
namespace {

/// Deeper than what is read, since a handler may put what it read into something of its own.
constexpr std::size_t kMaxAnswerDepth = 64;

struct Phrase {
  int status;
  std::string_view text;
};

// The texts of Python's http.HTTPStatus, which FastAPI answers with.
constexpr std::array kPhrases = {
    Phrase{400, "Bad Request"},
    Phrase{401, "Unauthorized"},
    Phrase{403, "Forbidden"},
    Phrase{404, "Not Found"},
    Phrase{405, "Method Not Allowed"},
    Phrase{408, "Request Timeout"},
    Phrase{411, "Length Required"},
    Phrase{413, "Request Entity Too Large"},
    Phrase{414, "Request-URI Too Long"},
    Phrase{415, "Unsupported Media Type"},
    Phrase{416, "Requested Range Not Satisfiable"},
    Phrase{417, "Expectation Failed"},
    Phrase{422, "Unprocessable Entity"},
    Phrase{431, "Request Header Fields Too Large"},
    Phrase{500, "Internal Server Error"},
    Phrase{501, "Not Implemented"},
    Phrase{503, "Service Unavailable"},
    Phrase{505, "HTTP Version Not Supported"},
};

struct Text {
  std::string_view message;
  std::string_view type;
};

// pydantic's texts, in the order of FieldKind.
constexpr std::array kWrongType = {
    Text{"value could not be parsed to a boolean", "type_error.bool"},
    Text{"value is not a valid integer", "type_error.integer"},
    Text{"value is not a valid float", "type_error.float"},
    Text{"str type expected", "type_error.str"},
    Text{"value is not a valid list", "type_error.list"},
    Text{"value is not a valid dict", "type_error.dict"},
    Text{"value is not valid", "type_error"},
};
constexpr Text kMissing{"field required", "value_error.missing"};
constexpr Text kNull{"none is not an allowed value", "type_error.none.not_allowed"};
constexpr Text kOutOfRange{"value is out of range", "value_error.number.out_of_range"};

Text text_of(FieldError const& error) noexcept {
  switch (error.problem) {
    case FieldProblem::missing: return kMissing;
    case FieldProblem::null: return kNull;
    case FieldProblem::out_of_range: return kOutOfRange;
    case FieldProblem::wrong_type: break;
  }
  return kWrongType[static_cast<std::size_t>(error.expected)];
}

json::object validation_error(json::array location, std::string_view message, std::string_view type) {
  return {{"loc", std::move(location)}, {"msg", message}, {"type", type}};
}

json::array to_json(FieldErrors const& errors) {
  json::array list;
  list.reserve(errors.size());
  for (FieldError const& error : errors) {
    json::array location{"body"};
    location.insert(location.end(), error.path.begin(), error.path.end());
    Text const text = text_of(error);
    list.emplace_back(validation_error(std::move(location), text.message, text.type));
  }
  return list;
}

[[noreturn]] void refuse_body(Text const& text) {
  throw RequestValidationError{json::array{validation_error({"body"}, text.message, text.type)}};
}

/// Nobody needs the values of a text that is only read for its error.
struct NoSink {
  void begin_array() noexcept {}
  void begin_object() noexcept {}
  void end_array(std::size_t) noexcept {}
  void end_object(std::size_t) noexcept {}
  void key(std::string_view) noexcept {}
  void text(std::string_view) noexcept {}
  void integer(std::int64_t) noexcept {}
  void unsigned_integer(std::uint64_t) noexcept {}
  void number(double) noexcept {}
  void boolean(bool) noexcept {}
  void null() noexcept {}
};

/// Reason and place as Python's JSONDecodeError writes them: places count characters, not bytes.
[[noreturn]] void refuse_json(std::string_view body, json::Limits const& limits) {
  NoSink sink;
  json::ScanError error = json::scan(body, limits, sink);
  std::string_view const before = body.substr(0, std::min(error.offset, body.size()));
  auto const is_first_byte = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  std::string_view const line = before.substr(before.rfind('\n') + 1);
  auto const position = std::ranges::count_if(before, is_first_byte);
  std::string const message = error.reason + ": line " + std::to_string(std::ranges::count(before, '\n') + 1) +
                              " column " + std::to_string(std::ranges::count_if(line, is_first_byte) + 1) + " (char " +
                              std::to_string(position) + ")";
  throw RequestValidationError{json::array{validation_error({"body", position}, message, "value_error.jsondecode")}};
}

bool has_control_character(std::string_view text) noexcept {
  return std::ranges::any_of(text,
                             [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F; });
}

void check_header(std::string_view name, std::string_view value) {
  constexpr std::array<std::string_view, 4> kFrameworks = {"Content-Type", "Content-Length", "Transfer-Encoding",
                                                           "Connection"};
  auto const is_name = [name](std::string_view other) { return equal_ignoring_case(name, other); };
  if (!is_token(name)) throw std::invalid_argument{"a header name of the answer is no token"};
  if (std::ranges::any_of(kFrameworks, is_name))
    throw std::invalid_argument{"the adapter sets this header of the answer"};
  if (has_control_character(value)) throw std::invalid_argument{"a header of the answer has a control character"};
}

void check_content(Answer const& answer) {
  if (answer.content_type.empty() && answer.content.empty()) return;
  bool const is_type = answer.content_type.find('/') != std::string::npos;
  if (!is_type || has_control_character(answer.content_type)) {
    throw std::invalid_argument{"the content type of the answer is none"};
  }
}

RenderedAnswer rendered_body(Answer& answer) {
  if (answer.status == 204 || answer.status == 304) return {};
  if (answer.content_type.empty()) return {.body = json::write(answer.body, kMaxAnswerDepth)};
  return {.body = std::move(answer.content), .other_type = std::move(answer.content_type)};
}

}  // namespace

Answer detail_answer(int status, json::value detail) {
  return {.status = status, .body = json::object{{"detail", std::move(detail)}}};
}

std::string_view reason_phrase(int status) noexcept {
  auto const row = std::ranges::find(kPhrases, status, &Phrase::status);
  return row == kPhrases.end() ? "Error" : row->text;
}

RenderedAnswer rendered_error(int status) noexcept {
  try {
    return render(detail_answer(status, json::value(reason_phrase(status))));
  } catch (...) {
    return {.status = status};
  }
}

RenderedAnswer render(Answer answer) {
  if (answer.status < 200 || answer.status > 599) throw std::invalid_argument{"the status of an answer is 200 to 599"};
  for (auto const& [name, value] : answer.headers) check_header(name, value);
  check_content(answer);
  RenderedAnswer rendered = rendered_body(answer);
  rendered.status = answer.status;
  rendered.headers = std::move(answer.headers);
  return rendered;
}

RequestValidationError::RequestValidationError(json::array errors) : answer_{detail_answer(422, std::move(errors))} {}

RequestValidationError::RequestValidationError(FieldErrors const& errors) : RequestValidationError{to_json(errors)} {}

json::object read_body_object(std::string_view body) {
  if (body.empty()) refuse_body(kMissing);
  json::Limits const limits{.max_size = kMaxBodySize};
  Result<json::value> read = json::read(body, limits);
  if (!read) refuse_json(body, limits);
  // FastAPI takes a null body for none.
  if (read->is_null()) refuse_body(kMissing);
  if (!read->is_object()) refuse_body(kWrongType[static_cast<std::size_t>(FieldKind::object)]);
  return std::move(read->get_object());
}

json::object read_body_object(Request const& request, std::string_view body) {
  HeaderValues const types = request.header("Content-Type");
  bool const is_json = types.empty() || (types.size() == 1 && (types[0].empty() || is_json_type(types[0])));
  if (!body.empty() && !is_json) refuse_body(kWrongType[static_cast<std::size_t>(FieldKind::object)]);
  return read_body_object(body);
}

}  // namespace authjwt::http
