#pragma once

#include <authjwt/base/error.hpp>
#include <authjwt/base/json.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace authjwt {

enum class FieldProblem : std::uint8_t { missing, null, wrong_type, out_of_range };
enum class FieldKind : std::uint8_t { boolean, integer, number, text, list, object, any };

/// One member of a JSON object that does not fit the struct it is read into.
struct FieldError {
  json::array path;  ///< names and list positions from the outermost object: ["address","street"], ["tags",0]
  FieldProblem problem;
  FieldKind expected;
};

/// All that did not fit, in the order of the struct's members; the first `kMaxFieldErrors` of them.
using FieldErrors = std::vector<FieldError>;
/// A list of 100,000 wrong elements costs no more than this many errors.
inline constexpr std::size_t kMaxFieldErrors = 64;

namespace detail {

/// Where the reader is: a list on the stack, made into a path only where there is an error.
class Place {
 public:
  explicit Place(FieldErrors& errors) noexcept : errors_{&errors} {}
  [[nodiscard]] Place member(std::string_view name) const noexcept { return {*this, name, kNoIndex}; }
  [[nodiscard]] Place element(std::size_t index) const noexcept { return {*this, {}, index}; }

  /// Adds the error; always false.
  bool fail(FieldProblem problem, FieldKind expected) const;
  /// `null` where the value is that, else `wrong_type`; always false.
  bool fail(json::value const& value, FieldKind expected) const;
  /// There is no use in looking further.
  [[nodiscard]] bool is_full() const noexcept { return errors_->size() >= kMaxFieldErrors; }

 private:
  static constexpr std::size_t kNoIndex = static_cast<std::size_t>(-1);
  Place(Place const& parent, std::string_view name, std::size_t index) noexcept
      : parent_{&parent}, errors_{parent.errors_}, name_{name}, index_{index} {}

  Place const* parent_ = nullptr;
  FieldErrors* errors_;
  std::string_view name_;
  std::size_t index_ = kNoIndex;
};

bool read_value(json::value const& in, bool& out, Place const& place);
bool read_value(json::value const& in, double& out, double max, Place const& place);
bool read_value(json::value const& in, std::int64_t& out, std::int64_t min, std::int64_t max, Place const& place);
bool read_value(json::value const& in, std::uint64_t& out, std::uint64_t max, Place const& place);
bool read_value(json::value const& in, std::string& out, Place const& place);
bool read_value(json::value const& in, json::value& out, Place const& place);
bool read_value(json::value const& in, json::object& out, Place const& place);
bool read_value(json::value const& in, json::array& out, Place const& place);
/// Null, after adding the error, where the value is something else.
[[nodiscard]] json::object const* object_in(json::value const& in, Place const& place);
[[nodiscard]] json::array const* list_in(json::value const& in, Place const& place);
[[nodiscard]] Error to_error(FieldErrors const& errors);

}  // namespace detail
}  // namespace authjwt
