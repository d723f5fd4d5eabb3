#pragma once

#include <authjwt/base/described.hpp>
#include <authjwt/base/json.hpp>

#include <boost/mp11/algorithm.hpp>

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>
#include <typeindex>
#include <utility>
#include <vector>

namespace authjwt {

/// The JSON Schema (2020-12) of what `read_object` reads into a `T`: members that are not optional are required,
/// integers have the bounds of their type, members that the struct lacks are let pass. A struct inside itself is only
/// said to be an object.
template <Described T>
[[nodiscard]] json::object json_schema();

// --- below: how
// -------------------------------------------------------------------------------------------------------

namespace detail {

/// The structs that the schema is inside of.
using OpenStructs = std::vector<std::type_index>;

template <class T>
json::object schema_of(OpenStructs& open);

template <Integer T>
json::object integer_schema() {
  using Range = std::numeric_limits<T>;
  return {{"type", "integer"}, {"minimum", Range::min()}, {"maximum", Range::max()}};
}

/// Null stands for a missing one when it is read.
template <class T>
json::object optional_schema(OpenStructs& open) {
  json::object schema = schema_of<T>(open);
  json::value const* const type = schema.if_contains("type");
  if (type != nullptr) schema["type"] = json::array{*type, "null"};
  return schema;
}

template <Described T>
json::object struct_schema(OpenStructs& open) {
  std::type_index const self{typeid(T)};
  json::object schema{{"type", "object"}};
  if (std::ranges::find(open, self) != open.end()) return schema;
  open.push_back(self);
  json::object properties;
  json::array required;
  boost::mp11::mp_for_each<Members<T>>([&](auto member) {
    using Member = std::remove_cvref_t<decltype(std::declval<T const&>().*member.pointer)>;
    properties.emplace(member.name, schema_of<Member>(open));
    if constexpr (!kIsOptional<Member>) required.emplace_back(member.name);
  });
  open.pop_back();
  schema.emplace("properties", std::move(properties));
  if (!required.empty()) schema.emplace("required", std::move(required));
  return schema;
}

template <class T>
json::object schema_of(OpenStructs& open) {
  if constexpr (kIsOptional<T>) {
    return optional_schema<typename T::value_type>(open);
  } else if constexpr (std::same_as<T, bool>) {
    return {{"type", "boolean"}};
  } else if constexpr (Integer<T>) {
    return integer_schema<T>();
  } else if constexpr (std::floating_point<T>) {
    return {{"type", "number"}};
  } else if constexpr (std::same_as<T, std::string>) {
    return {{"type", "string"}};
  } else if constexpr (std::same_as<T, json::array>) {
    return {{"type", "array"}};
  } else if constexpr (std::same_as<T, json::object>) {
    return {{"type", "object"}};
  } else if constexpr (kIsVector<T>) {
    return {{"type", "array"}, {"items", schema_of<typename T::value_type>(open)}};
  } else if constexpr (kIsTextMap<T>) {
    return {{"type", "object"}, {"additionalProperties", schema_of<typename T::mapped_type>(open)}};
  } else if constexpr (Described<T>) {
    return struct_schema<T>(open);
  } else {
    static_assert(std::same_as<T, json::value>, "a member of this type cannot be read from JSON");
    return {};
  }
}

}  // namespace detail

template <Described T>
json::object json_schema() {
  detail::OpenStructs open;
  return detail::struct_schema<T>(open);
}

}  // namespace authjwt
