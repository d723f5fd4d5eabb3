#pragma once

#include <authjwt/base/result.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

#include <cstddef>
#include <string>
#include <string_view>

/// Boost.JSON's types behind one strict reader and one strict writer. The stock reader of Boost 1.81 keeps the last
/// of two equal names, rounds some doubles wrongly and reads `1e400` as infinity; none of these may happen to a token.
namespace authjwt::json {

using boost::json::array;
using boost::json::object;
using boost::json::storage_ptr;
using boost::json::string;
using boost::json::value;

/// What a text may cost before it is refused. Depth counts open arrays and objects.
struct Limits {
  std::size_t max_size = 64 * 1024;
  std::size_t max_depth = 16;
  /// Of one object. Boost's objects are hash tables, and whoever writes the names can make all of them collide.
  std::size_t max_members = 1024;
};

/// Reads exactly one JSON text (RFC 8259), strictly: valid UTF-8, no duplicate member names at any depth,
/// no comments or trailing commas, only finite numbers, correctly rounded. Integers outside 64 bits become doubles.
/// Errors: `Errc::invalid_json`, with the reason and the byte offset; work is O(n log n) in the size at worst, and
/// building an object O(m^2) in its members.
/// Thread-safe. The value lives in `storage`.
[[nodiscard]] Result<value> read(std::string_view text, Limits limits = {}, storage_ptr storage = {});

/// The shortest JSON text of `v`, members in their order, doubles so that they read back as the same double.
/// Throws `std::invalid_argument` for what `read` would refuse: a double that is not finite, a text that is not
/// UTF-8, or more than `max_depth` levels.
[[nodiscard]] std::string write(value const& v, std::size_t max_depth = Limits{}.max_depth);
[[nodiscard]] std::string write(object const& o, std::size_t max_depth = Limits{}.max_depth);

/// Appends the JSON string literal of `text`; throws as `write` does.
void append_text(std::string& out, std::string_view text);
/// Appends the text of `v`; throws as `write` does.
void append(std::string& out, value const& v, std::size_t max_depth = Limits{}.max_depth);

}  // namespace authjwt::json
