#pragma once

#include <authjwt/base/described.hpp>
#include <authjwt/base/json.hpp>
#include <authjwt/http/answer.hpp>

#include <functional>
#include <type_traits>
#include <utility>

/// What a handler may give, as an answer.
namespace authjwt::detail {

template <class T>
http::Answer to_answer(T&& value) {
  using Plain = std::remove_cvref_t<T>;
  if constexpr (std::is_same_v<Plain, http::Answer>) {
    return std::forward<T>(value);
  } else if constexpr (Described<Plain>) {
    return {.body = to_object(value)};
  } else {
    static_assert(std::is_constructible_v<json::value, T>,
                  "an answer is http::Answer, a described struct or what json::value is made of");
    return {.body = json::value(std::forward<T>(value))};
  }
}

/// The answer that `make(arguments...)` gives; `null` where it gives nothing.
template <class Make, class... Arguments>
http::Answer call_for_answer(Make const& make, Arguments&&... arguments) {
  if constexpr (std::is_void_v<std::invoke_result_t<Make const&, Arguments...>>) {
    std::invoke(make, std::forward<Arguments>(arguments)...);
    return {};
  } else {
    return to_answer(std::invoke(make, std::forward<Arguments>(arguments)...));
  }
}

}  // namespace authjwt::detail
