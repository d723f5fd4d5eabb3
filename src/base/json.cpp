#include "base/json_reader.hpp"
#include "base/utf8.hpp"

#include <authjwt/base/json.hpp>

#include <boost/json/value_stack.hpp>

#include <stdexcept>

namespace authjwt::json {
namespace {

/// Builds the tree on Boost's own stack.
class TreeSink {
 public:
  explicit TreeSink(storage_ptr storage) { stack_.reset(std::move(storage)); }

  void begin_array() noexcept {}
  void begin_object() noexcept {}
  void end_array(std::size_t size) { stack_.push_array(size); }
  void end_object(std::size_t size) { stack_.push_object(size); }
  void key(std::string_view name) { stack_.push_key(name); }
  void text(std::string_view text) { stack_.push_string(text); }
  void integer(std::int64_t number) { stack_.push_int64(number); }
  void unsigned_integer(std::uint64_t number) { stack_.push_uint64(number); }
  void number(double number) { stack_.push_double(number); }
  void boolean(bool truth) { stack_.push_bool(truth); }
  void null() { stack_.push_null(); }

  [[nodiscard]] value release() { return stack_.release(); }

 private:
  boost::json::value_stack stack_;
};

void append_escaped(std::string& out, char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default:
      out += "\\u00";
      out += kHex[static_cast<unsigned char>(c) >> 4];
      out += kHex[static_cast<unsigned char>(c) & 15];
  }
}

void append_double(std::string& out, double number) {
  if (!std::isfinite(number)) throw std::invalid_argument{"JSON has no number that is not finite"};
  std::array<char, 32> text{};
  auto const end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  std::string_view const shortest{text.data(), static_cast<std::size_t>(end - text.data())};
  out += shortest;
  // Without a point or an exponent it would come back as an integer.
  if (shortest.find_first_of(".e") == std::string_view::npos) out += ".0";
}

template <class Integer>
void append_integer(std::string& out, Integer number) {
  std::array<char, 24> text{};
  out.append(text.data(), std::to_chars(text.data(), text.data() + text.size(), number).ptr);
}

void append_object(std::string& out, object const& members, std::size_t depth);

void append_array(std::string& out, array const& items, std::size_t depth) {
  out += '[';
  for (bool first = true; value const& item : items) {
    if (!std::exchange(first, false)) out += ',';
    append(out, item, depth - 1);
  }
  out += ']';
}

void append_object(std::string& out, object const& members, std::size_t depth) {
  out += '{';
  for (bool first = true; auto const& [name, item] : members) {
    if (!std::exchange(first, false)) out += ',';
    append_text(out, name);
    out += ':';
    append(out, item, depth - 1);
  }
  out += '}';
}

}  // namespace

Result<value> read(std::string_view text, Limits limits, storage_ptr storage) {
  TreeSink sink{std::move(storage)};
  if (ScanError const error = scan(text, limits, sink)) return Error{Errc::invalid_json, {}, error.to_string()};
  return sink.release();
}

void append_text(std::string& out, std::string_view text) {
  if (!is_utf8(text)) throw std::invalid_argument{"a text for JSON must be UTF-8"};
  out += '"';
  for (char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\') {
      append_escaped(out, c);
    } else {
      out += c;
    }
  }
  out += '"';
}

void append(std::string& out, value const& v, std::size_t max_depth) {
  if (v.is_structured() && max_depth == 0) throw std::invalid_argument{"JSON nested too deeply"};
  switch (v.kind()) {
    case boost::json::kind::null: out += "null"; break;
    case boost::json::kind::bool_: out += v.get_bool() ? "true" : "false"; break;
    case boost::json::kind::int64: append_integer(out, v.get_int64()); break;
    case boost::json::kind::uint64: append_integer(out, v.get_uint64()); break;
    case boost::json::kind::double_: append_double(out, v.get_double()); break;
    case boost::json::kind::string: append_text(out, v.get_string()); break;
    case boost::json::kind::array: append_array(out, v.get_array(), max_depth); break;
    case boost::json::kind::object: append_object(out, v.get_object(), max_depth); break;
  }
}

std::string write(value const& v, std::size_t max_depth) {
  std::string out;
  append(out, v, max_depth);
  return out;
}

std::string write(object const& o, std::size_t max_depth) {
  if (max_depth == 0) throw std::invalid_argument{"JSON nested too deeply"};
  std::string out;
  append_object(out, o, max_depth);
  return out;
}

}  // namespace authjwt::json
