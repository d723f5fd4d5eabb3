#pragma once

#include <authjwt/base/field_error.hpp>
#include <authjwt/base/json.hpp>
#include <authjwt/base/result.hpp>

#include <boost/describe/class.hpp>
#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

/// JSON objects from structs that are described with `BOOST_DESCRIBE_STRUCT`, and back.
///
/// A member may be `bool`, an integer, a floating-point number, `std::string`, a described struct, `json::value`,
/// `json::object` or `json::array`, and `std::optional`, `std::vector` or `std::map<std::string, ...>` of these.
/// Reading passes over members that the struct lacks; an optional member may be missing or null, any other may not.
/// Nothing is converted: a text is no number, a number no text, `bool` no integer, `1.0` no integer; but an integer is
/// a good floating-point number. Integers and floating-point numbers must be in the range of their type.
namespace authjwt {

/// A struct whose public members are described with Boost.Describe; its public described bases count.
template <class T>
concept Described = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;

/// `object` with one member for each of the struct's, in their order; an empty optional member is left out.
template <Described T>
[[nodiscard]] json::object to_object(T const& value);

/// Reads `object` into `out` and adds what does not fit to `errors`; true when everything fitted, else `out` is
/// partly filled. Never throws but for lack of memory.
template <Described T>
[[nodiscard]] bool read_object(json::object const& object, T& out, FieldErrors& errors);

/// A `T` made of `object`. Errors: `Errc::invalid_claim`, its `field()` being the dotted path of the first member that
/// does not fit. Never throws but for lack of memory.
template <Described T>
[[nodiscard]] Result<T> from_object(json::object const& object);

// --- below: how
// -------------------------------------------------------------------------------------------------------

namespace detail {

template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;
template <class T>
inline constexpr bool kIsVector = false;
template <class T>
inline constexpr bool kIsVector<std::vector<T>> = true;
template <class T>
inline constexpr bool kIsTextMap = false;
template <class T>
inline constexpr bool kIsTextMap<std::map<std::string, T>> = true;
template <class T>
inline constexpr bool kIsUnsupported = false;

template <class T>
concept JsonType = std::same_as<T, json::value> || std::same_as<T, json::object> || std::same_as<T, json::array>;
template <class T>
concept Integer = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char> && !std::same_as<T, wchar_t> &&
                  !std::same_as<T, char8_t> && !std::same_as<T, char16_t> && !std::same_as<T, char32_t>;

template <class T>
using Members = boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;

template <class T>
consteval FieldKind kind_of() {
  if constexpr (std::same_as<T, bool>)
    return FieldKind::boolean;
  else if constexpr (Integer<T>)
    return FieldKind::integer;
  else if constexpr (std::floating_point<T>)
    return FieldKind::number;
  else if constexpr (std::same_as<T, std::string>)
    return FieldKind::text;
  else if constexpr (kIsVector<T> || std::same_as<T, json::array>)
    return FieldKind::list;
  else if constexpr (std::same_as<T, json::value>)
    return FieldKind::any;
  else
    return FieldKind::object;
}

template <class T>
bool read_into(json::value const& in, T& out, Place const& place);

template <Integer T>
bool read_integer(json::value const& in, T& out, Place const& place) {
  using Wide = std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>;
  using Range = std::numeric_limits<T>;
  Wide wide = 0;
  bool ok = false;
  if constexpr (std::is_signed_v<T>)
    ok = read_value(in, wide, Range::min(), Range::max(), place);
  else
    ok = read_value(in, wide, Range::max(), place);
  out = static_cast<T>(wide);
  return ok;
}

template <std::floating_point T>
bool read_number(json::value const& in, T& out, Place const& place) {
  double wide = 0;
  double const max = sizeof(T) < sizeof(double) ? static_cast<double>(std::numeric_limits<T>::max())
                                                : std::numeric_limits<double>::max();
  bool const ok = read_value(in, wide, max, place);
  out = static_cast<T>(wide);
  return ok;
}

template <class T>
bool read_list(json::value const& in, std::vector<T>& out, Place const& place) {
  json::array const* const list = list_in(in, place);
  if (list == nullptr) return false;
  out.clear();
  bool ok = true;
  for (std::size_t i = 0; i < list->size(); ++i) {
    if (place.is_full()) return false;
    T element{};
    ok &= read_into((*list)[i], element, place.element(i));
    out.push_back(std::move(element));
  }
  return ok;
}

template <class T>
bool read_map(json::value const& in, std::map<std::string, T>& out, Place const& place) {
  json::object const* const object = object_in(in, place);
  if (object == nullptr) return false;
  out.clear();
  bool ok = true;
  for (auto const& [name, value] : *object) {
    if (place.is_full()) return false;
    ok &= read_into(value, out[std::string{name}], place.member(name));
  }
  return ok;
}

template <class T>
bool read_member(json::object const& in, std::string_view name, T& out, Place const& place) {
  if (json::value const* const found = in.if_contains(name)) return read_into(*found, out, place.member(name));
  if constexpr (kIsOptional<T>) {
    out.reset();
    return true;
  } else {
    return place.member(name).fail(FieldProblem::missing, kind_of<T>());
  }
}

template <Described T>
bool read_members(json::object const& in, T& out, Place const& place) {
  bool ok = true;
  boost::mp11::mp_for_each<Members<T>>(
      [&](auto member) { ok &= read_member(in, member.name, out.*member.pointer, place); });
  return ok;
}

template <class T>
bool read_into(json::value const& in, T& out, Place const& place) {
  if constexpr (kIsOptional<T>) {
    if (in.is_null()) return out.reset(), true;
    return read_into(in, out.emplace(), place);
  } else if constexpr (std::same_as<T, bool> || std::same_as<T, std::string> || JsonType<T>) {
    return read_value(in, out, place);
  } else if constexpr (Integer<T>) {
    return read_integer(in, out, place);
  } else if constexpr (std::floating_point<T>) {
    return read_number(in, out, place);
  } else if constexpr (kIsVector<T>) {
    return read_list(in, out, place);
  } else if constexpr (kIsTextMap<T>) {
    return read_map(in, out, place);
  } else if constexpr (Described<T>) {
    json::object const* const object = object_in(in, place);
    return object != nullptr && read_members(*object, out, place);
  } else {
    static_assert(kIsUnsupported<T>, "a member of this type cannot be read from JSON");
  }
}

template <class T>
json::value to_value(T const& in) {
  if constexpr (kIsOptional<T>) {
    return in ? to_value(*in) : json::value{};
  } else if constexpr (Described<T>) {
    return to_object(in);
  } else if constexpr (kIsVector<T>) {
    json::array list;
    list.reserve(in.size());
    for (typename T::const_reference element : in) list.push_back(to_value<typename T::value_type>(element));
    return list;
  } else if constexpr (kIsTextMap<T>) {
    json::object object;
    for (auto const& [name, value] : in) object.emplace(name, to_value(value));
    return object;
  } else {
    static_assert(
        std::same_as<T, bool> || Integer<T> || std::floating_point<T> || std::same_as<T, std::string> || JsonType<T>,
        "a member of this type cannot be written as JSON");
    return json::value(in);
  }
}

}  // namespace detail

template <Described T>
json::object to_object(T const& value) {
  json::object object;
  boost::mp11::mp_for_each<detail::Members<T>>([&](auto member) {
    auto const& field = value.*member.pointer;
    if constexpr (detail::kIsOptional<std::remove_cvref_t<decltype(field)>>) {
      if (!field) return;
    }
    object.emplace(member.name, detail::to_value(field));
  });
  return object;
}

template <Described T>
bool read_object(json::object const& object, T& out, FieldErrors& errors) {
  return detail::read_members(object, out, detail::Place{errors});
}

template <Described T>
[[nodiscard]] Result<T> from_object(json::object const& object) {
  T out{};
  FieldErrors errors;
  if (!read_object(object, out, errors)) return detail::to_error(errors);
  return out;
}

}  // namespace authjwt
