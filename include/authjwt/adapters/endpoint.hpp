#pragma once

#include <authjwt/auth/auth_jwt.hpp>
#include <authjwt/auth/authority.hpp>
#include <authjwt/base/described.hpp>
#include <authjwt/http/answer.hpp>

#include <functional>
#include <stdexcept>
#include <string_view>
#include <type_traits>
#include <utility>

namespace authjwt {

/// A handler with its body and its answer in one form. May be called from several threads at once.
using Endpoint = std::function<http::Answer(http::Request const& request, std::string_view body, AuthJWT& authorize)>;

namespace detail {

template <class Signature>
struct FirstParameter;
template <class Answer, class First, class... Rest>
struct FirstParameter<std::function<Answer(First, Rest...)>> {
  using type = std::remove_cvref_t<First>;
};
/// The type of the first parameter: the body.
template <class Handler>
using BodyOf = typename FirstParameter<decltype(std::function{std::declval<Handler>()})>::type;

template <class Handler>
inline constexpr bool kTakesBody =
    !std::is_invocable_v<Handler const&, AuthJWT&> && !std::is_invocable_v<Handler const&>;

template <class T>
http::Answer to_answer(T&& value) {
  using Plain = std::remove_cvref_t<T>;
  if constexpr (std::is_same_v<Plain, http::Answer>) {
    return std::forward<T>(value);
  } else if constexpr (Described<Plain>) {
    return {200, to_object(value), {}};
  } else {
    static_assert(std::is_constructible_v<json::value, T>,
                  "a handler returns http::Answer, a described struct or what json::value is made of");
    return {200, json::value(std::forward<T>(value)), {}};
  }
}

template <class Handler, class... Arguments>
http::Answer call(Handler const& handler, Arguments&&... arguments) {
  if constexpr (std::is_void_v<std::invoke_result_t<Handler const&, Arguments...>>) {
    std::invoke(handler, std::forward<Arguments>(arguments)...);
    return {};
  } else {
    return to_answer(std::invoke(handler, std::forward<Arguments>(arguments)...));
  }
}

template <class Handler>
bool is_empty(Handler const& handler) {
  if constexpr (std::is_constructible_v<bool, Handler const&>)
    return !static_cast<bool>(handler);
  else
    return false;
}

}  // namespace detail

/// The `Endpoint` of `handler`. Throws `std::invalid_argument` for one that is empty: a null function pointer, an empty
/// `std::function`.
///
/// A handler takes `(Body const&, AuthJWT&)`, `(AuthJWT&)`, `(Body const&)` or nothing. `Body` is a described struct:
/// the request's JSON, read and checked before the handler is called. It gives `http::Answer`, or with status 200 a
/// described struct, what `json::value` is made of, or nothing (`null`). It is called from several threads at once.
template <class Handler>
[[nodiscard]] Endpoint make_endpoint(Handler handler) {
  if (detail::is_empty(handler)) throw std::invalid_argument{"the handler is empty"};
  if constexpr (std::is_invocable_v<Handler const&, AuthJWT&>) {
    return [handler = std::move(handler)](http::Request const&, std::string_view, AuthJWT& authorize) {
      return detail::call(handler, authorize);
    };
  } else if constexpr (std::is_invocable_v<Handler const&>) {
    return [handler = std::move(handler)](http::Request const&, std::string_view, AuthJWT&) {
      return detail::call(handler);
    };
  } else {
    using Body = detail::BodyOf<Handler>;
    static_assert(Described<Body>, "the first parameter of a handler is AuthJWT& or a described struct");
    static_assert(
        std::is_invocable_v<Handler const&, Body const&, AuthJWT&> || std::is_invocable_v<Handler const&, Body const&>,
        "a handler takes its body as const& and is not mutable: several threads call it at once");
    return [handler = std::move(handler)](http::Request const& request, std::string_view body, AuthJWT& authorize) {
      Body const read = http::read_body<Body>(request, body);
      if constexpr (std::is_invocable_v<Handler const&, Body const&, AuthJWT&>) {
        return detail::call(handler, read, authorize);
      } else {
        return detail::call(handler, read);
      }
    };
  }
}

/// The answer of `endpoint`: its own, or that of what it throws. `AuthJWTException` becomes its status and
/// `{"detail": message}`; `HTTPException` and `RequestValidationError` what they hold; anything else, and an answer
/// that must not be sent, a 500 whose cause goes to `Authority::log`: type, `what()` and `route`, never the request.
/// Headers that the handler added through `AuthJWT` are in the answer only when it did not throw.
[[nodiscard]] http::RenderedAnswer answer_with(Authority const& authority, Endpoint const& endpoint,
                                               std::string_view route, http::Request const& request,
                                               std::string_view body) noexcept;

}  // namespace authjwt
