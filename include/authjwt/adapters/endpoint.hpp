#pragma once

#include <authjwt/adapters/reply.hpp>
#include <authjwt/auth/auth_jwt.hpp>
#include <authjwt/auth/authority.hpp>
#include <authjwt/auth/rule.hpp>
#include <authjwt/base/described.hpp>
#include <authjwt/http/answer.hpp>
#include <authjwt/token/verified_token.hpp>

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace authjwt {

/// A handler with its body and its answer in one form. May be called from several threads at once.
using Endpoint = std::function<Outcome(http::Request const& request, std::string_view body, AuthJWT& authorize)>;

/// What an adapter sends: at once, or when it is ready.
using Answered = std::variant<http::RenderedAnswer, LaterAnswer>;

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

/// What a handler takes, in the order in which the forms are tried.
enum class HandlerForm : std::uint8_t {
  endpoint,
  authorize,
  nothing,
  token,
  body_authorize_request,
  body_authorize,
  body_token,
  body
};

template <class Handler, class... Arguments>
inline constexpr bool kTakes = std::is_invocable_v<Handler const&, Arguments...>;

/// Each form is asked for only where those before it do not fit: a lambda with `auto&` is instantiated by the question.
template <class Handler>
consteval HandlerForm form_of() {
  if constexpr (kTakes<Handler, http::Request const&, std::string_view, AuthJWT&>) {
    return HandlerForm::endpoint;
  } else if constexpr (kTakes<Handler, AuthJWT&>) {
    return HandlerForm::authorize;
  } else if constexpr (kTakes<Handler>) {
    return HandlerForm::nothing;
  } else if constexpr (kTakes<Handler, VerifiedToken const&>) {
    return HandlerForm::token;
  } else if constexpr (kTakes<Handler, BodyOf<Handler> const&, AuthJWT&, http::Request const&>) {
    return HandlerForm::body_authorize_request;
  } else if constexpr (kTakes<Handler, BodyOf<Handler> const&, AuthJWT&>) {
    return HandlerForm::body_authorize;
  } else if constexpr (kTakes<Handler, BodyOf<Handler> const&, VerifiedToken const&>) {
    return HandlerForm::body_token;
  } else {
    return HandlerForm::body;
  }
}

template <class Handler>
inline constexpr bool kTakesBody = form_of<Handler>() >= HandlerForm::body_authorize_request;
template <class Handler>
inline constexpr bool kTakesToken = form_of<Handler>() == HandlerForm::token
                                    || form_of<Handler>() == HandlerForm::body_token;

template <class Handler>
bool is_empty(Handler const& handler) {
  if constexpr (std::is_constructible_v<bool, Handler const&>)
    return !static_cast<bool>(handler);
  else
    return false;
}

template <class Handler>
Endpoint with_body(Handler handler) {
  using Body = BodyOf<Handler>;
  constexpr HandlerForm kForm = form_of<Handler>();
  static_assert(Described<Body>,
                "the first parameter of a handler is AuthJWT&, VerifiedToken const& or a described struct");
  static_assert(kForm != HandlerForm::body || kTakes<Handler, Body const&>,
                "a handler takes its body as const& and is not mutable: several threads call it at once");
  return [handler = std::move(handler)](http::Request const& request, std::string_view body, AuthJWT& authorize) {
    Body const read = http::read_body<Body>(request, body);
    if constexpr (kForm == HandlerForm::body_authorize_request) {
      return call(handler, read, authorize, request);
    } else if constexpr (kForm == HandlerForm::body_authorize) {
      return call(handler, read, authorize);
    } else if constexpr (kForm == HandlerForm::body_token) {
      return call(handler, read, *authorize.get_verified_token());
    } else {
      return call(handler, read);
    }
  };
}

template <class Handler>
Endpoint without_guard(Handler handler) {
  if (is_empty(handler)) throw std::invalid_argument{"the handler is empty"};
  constexpr HandlerForm kForm = form_of<Handler>();
  if constexpr (kForm == HandlerForm::endpoint) {
    return handler;
  } else if constexpr (kTakesBody<Handler>) {
    return with_body(std::move(handler));
  } else {
    return [handler = std::move(handler)](http::Request const&, std::string_view, AuthJWT& authorize) {
      if constexpr (kForm == HandlerForm::authorize) {
        return call(handler, authorize);
      } else if constexpr (kForm == HandlerForm::token) {
        return call(handler, *authorize.get_verified_token());
      } else {
        return call(handler);
      }
    };
  }
}

/// `endpoint` behind `rule`: the one place where a rule is enforced.
[[nodiscard]] Endpoint guarded(Rule const& rule, Endpoint endpoint);
[[noreturn]] void refuse_verified_token();

}  // namespace detail

/// The `Endpoint` of `handler`. Throws `std::invalid_argument` for one that is empty: a null function pointer, an empty
/// `std::function`.
///
/// A handler takes `(Body const&, AuthJWT&, http::Request const&)`, the same without the last one or two of them,
/// `(AuthJWT&)` or nothing, or is an `Endpoint` already.
/// `Body` is a described struct: the request's JSON, read and checked before the handler is called. It gives
/// `http::Answer`, or with status 200 a described struct, what `json::value` is made of, or nothing (`null`); or a
/// `Reply`, where the answer comes later. It is called from several threads at once.
template <class Handler>
[[nodiscard]] Endpoint make_endpoint(Handler handler) {
  if constexpr (detail::kTakesToken<Handler>) detail::refuse_verified_token();
  return detail::without_guard(std::move(handler));
}

/// The same behind `rule`, which is enforced before the body is looked at and the handler is called: who is refused
/// learns nothing else. The handler may take `VerifiedToken const&`, the token that was let in, in place of `AuthJWT&`;
/// throws `std::invalid_argument` for that where `rule` needs no token.
template <class Handler>
[[nodiscard]] Endpoint make_endpoint(Rule const& rule, Handler handler) {
  if constexpr (detail::kTakesToken<Handler>) {
    if (!rule.needs_token()) detail::refuse_verified_token();
  }
  return detail::guarded(rule, detail::without_guard(std::move(handler)));
}

/// The answer of `endpoint`: its own, or that of what it throws. `AuthJWTException` becomes its status and
/// `{"detail": message}`, with `WWW-Authenticate` as `challenge` says; `HTTPException` and `RequestValidationError`
/// what they hold; anything else, and an answer that must not be sent, a 500 whose cause goes to `Authority::log`:
/// type, `what()` and `route`, never the request. Headers that the handler added through `AuthJWT`, and the cookie that
/// `AuthJWT::refresh_implicitly` renews, are in the answer only when it did not throw. All of this holds for an answer
/// that comes later, too.
[[nodiscard]] Answered answer_or_later(Authority const& authority, Endpoint const& endpoint, std::string_view route,
                                       http::Request const& request, std::string_view body) noexcept;

/// The answer, waited for where it comes later.
[[nodiscard]] http::RenderedAnswer answer_now(Answered answered) noexcept;

/// Both.
[[nodiscard]] http::RenderedAnswer answer_with(Authority const& authority, Endpoint const& endpoint,
                                               std::string_view route, http::Request const& request,
                                               std::string_view body) noexcept;

}  // namespace authjwt
