#pragma once

#include <authjwt/base/json.hpp>

#include <boost/container/small_vector.hpp>
#include <boost/json/basic_parser_impl.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>

/// The strict reader itself, for code that wants the events and no tree. Included by few sources: it is a large
/// template.
namespace authjwt::json {

/// Handler of Boost's event parser that adds what it does not check: duplicate names, and doubles that are finite and
/// correctly rounded. It hands whole keys and texts to `Sink`; a view that points into the parsed text stays valid with
/// it, any other only during the call.
template <class Sink>
class StrictHandler {
 public:
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

  using error_code = boost::system::error_code;
  using text_view = boost::json::string_view;

  StrictHandler(Sink& sink, std::string_view input, std::size_t max_members)
      : sink_{sink}, input_{input}, max_members_{max_members} {}

  /// Why the handler itself stopped the parser; empty where it did not.
  [[nodiscard]] std::string_view reason() const noexcept { return reason_; }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_array_begin(error_code&) { return sink_.begin_array(), true; }
  bool on_array_end(std::size_t size, error_code&) { return sink_.end_array(size), true; }

  bool on_object_begin(error_code&) {
    frames_.push_back(names_.size());
    sink_.begin_object();
    return true;
  }
  bool on_object_end(std::size_t size, error_code& ec) {
    if (size > max_members_) return stop("too many members", ec);
    if (has_duplicate(frames_.back())) return stop("duplicate member name", ec);
    names_.resize(frames_.back());
    frames_.pop_back();
    sink_.end_object(size);
    return true;
  }

  bool on_key_part(text_view part, std::size_t, error_code&) { return part_.append(part.data(), part.size()), true; }
  bool on_key(text_view part, std::size_t, error_code&) {
    std::string_view name = whole(part);
    if (!points_into_input(name)) name = decoded_names_.emplace_front(name);
    names_.push_back(name);
    sink_.key(name);
    part_.clear();
    return true;
  }
  bool on_string_part(text_view part, std::size_t, error_code&) { return part_.append(part.data(), part.size()), true; }
  bool on_string(text_view part, std::size_t, error_code&) {
    sink_.text(whole(part));
    part_.clear();
    return true;
  }

  bool on_number_part(text_view part, error_code&) { return part_.append(part.data(), part.size()), true; }
  bool on_int64(std::int64_t number, text_view, error_code&) { return part_.clear(), sink_.integer(number), true; }
  bool on_uint64(std::uint64_t number, text_view, error_code&) {
    return part_.clear(), sink_.unsigned_integer(number), true;
  }
  bool on_double(double estimate, text_view part, error_code& ec) {
    std::string_view const text = whole(part);
    double number = 0;
    auto const result = std::from_chars(text.data(), text.data() + text.size(), number);
    if (result.ec == std::errc::result_out_of_range) {
      // Too small becomes zero, as everywhere; too large has no double.
      if (!(std::fabs(estimate) < 1)) return stop("number out of range", ec);
      number = std::copysign(0.0, estimate);
    }
    part_.clear();
    sink_.number(number);
    return true;
  }
  bool on_bool(bool truth, error_code&) { return sink_.boolean(truth), true; }
  bool on_null(error_code&) { return sink_.null(), true; }
  bool on_comment_part(text_view, error_code&) { return true; }
  bool on_comment(text_view, error_code&) { return true; }

 private:
  [[nodiscard]] bool points_into_input(std::string_view text) const noexcept {
    return std::less_equal<>{}(input_.data(), text.data()) &&
           std::less_equal<>{}(text.data() + text.size(), input_.data() + input_.size());
  }
  [[nodiscard]] std::string_view whole(text_view part) {
    if (part_.empty()) return {part.data(), part.size()};
    part_.append(part.data(), part.size());
    return part_;
  }
  /// Compares pair by pair while that is the cheapest, and sorts where a stranger could make it quadratic.
  [[nodiscard]] bool has_duplicate(std::size_t start) {
    auto const first = names_.begin() + static_cast<std::ptrdiff_t>(start);
    if (names_.end() - first <= kPairwise) {
      for (auto a = first; a != names_.end(); ++a) {
        if (std::find(a + 1, names_.end(), *a) != names_.end()) return true;
      }
      return false;
    }
    std::sort(first, names_.end());
    return std::adjacent_find(first, names_.end()) != names_.end();
  }
  bool stop(std::string_view reason, error_code& ec) {
    reason_ = reason;
    ec = boost::json::make_error_code(boost::json::error::syntax);
    return false;
  }

  static constexpr std::ptrdiff_t kPairwise = 16;
  Sink& sink_;
  std::string_view input_;
  std::size_t max_members_;
  std::string part_;  // what came before the last part of a key, text or number
  boost::container::small_vector<std::string_view, 32> names_;  // of all open objects, innermost last
  boost::container::small_vector<std::size_t, 16> frames_;      // where each open object's names begin
  std::list<std::string> decoded_names_;                        // names written with escapes
  std::string_view reason_;
};

/// What `scan` found: nothing, or why and where the text is no strict JSON.
struct ScanError {
  std::string reason;  // empty: none
  std::size_t offset = 0;

  [[nodiscard]] explicit operator bool() const noexcept { return !reason.empty(); }
  [[nodiscard]] std::string to_string() const { return reason + " at byte " + std::to_string(offset); }
};

/// Feeds the events of exactly one JSON text to `sink`.
template <class Sink>
[[nodiscard]] ScanError scan(std::string_view text, Limits const& limits, Sink& sink) {
  if (text.size() > limits.max_size) return {"text too large", limits.max_size};
  boost::json::parse_options options;
  options.max_depth = limits.max_depth;
  boost::json::basic_parser<StrictHandler<Sink>> parser{options, sink, text, limits.max_members};
  boost::system::error_code ec;
  std::size_t const consumed = parser.write_some(false, text.data(), text.size(), ec);
  if (ec) {
    std::string_view const own = parser.handler().reason();
    return {own.empty() ? ec.message() : std::string{own}, consumed};
  }
  if (consumed != text.size()) return {"extra data", consumed};
  return {};
}

}  // namespace authjwt::json
