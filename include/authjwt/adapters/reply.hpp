#pragma once

#include <authjwt/adapters/detail/to_answer.hpp>
#include <authjwt/auth/auth_jwt.hpp>
#include <authjwt/base/result.hpp>
#include <authjwt/http/answer.hpp>

#include <exception>
#include <functional>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace authjwt {

namespace detail {
class ReplyState;
}

/// The answer of a handler that could not give it at once, for an adapter to wait for. Copies are the same answer.
class LaterAnswer {
 public:
  using OnReady = std::function<void(LaterAnswer answer)>;

  /// Has `on_ready` called once, when the answer can be rendered: at once on this thread, or by the thread that
  /// replies. It must not throw. Called by one who waits, once.
  void when_ready(OnReady on_ready) const noexcept;
  /// Waits until the answer is there, and renders it.
  [[nodiscard]] http::RenderedAnswer wait() const noexcept;
  /// The answer, as `answer_with` gives it. Once, when it is ready, and while the authority lives.
  [[nodiscard]] http::RenderedAnswer render() const noexcept;
  /// What every answer to its request has besides. Before anybody waits.
  void add_headers(http::Headers headers) const;
  /// Takes the handle of the request over, and headers that the handler has added; `route` is for the log. Throws
  /// `std::logic_error` the second time: a `Reply` is for one request.
  void take_over(Authority const& authority, std::string_view route, AuthJWT& authorize, http::Headers headers) const;

 private:
  friend class Reply;
  explicit LaterAnswer(std::shared_ptr<detail::ReplyState> state) noexcept : state_{std::move(state)} {}
  friend class detail::ReplyState;
  std::shared_ptr<detail::ReplyState> state_;
};

/// What a handler has to say: its answer, or that this comes later.
using Outcome = std::variant<http::Answer, LaterAnswer>;

/// What a handler returns whose answer comes later, so that it need not wait for it: it makes a `Reply`, gives copies
/// to whom will have the answer, and returns it.
///
///     routes.post("/refresh", Rule::refresh(), [](AuthJWT& authorize) {
///       Reply reply;
///       std::string token{authorize.get_verified_token()->compact()};
///       authorize.authority().async_rotate(std::move(token), {}, reply.with([](TokenPair const& pair) -> json::object
///       {
///         return {{"access_token", pair.access_token}, {"refresh_token", pair.refresh_token}};
///       }));
///       return reply;
///     });
///
/// The first call on any of the copies, from any thread, is the answer; others do nothing. Where the last copy has gone
/// without one, the answer is a 500, and the log says so. What is captured must be values: the request ends with the
/// handler. A call after the server has stopped does nothing.
///
/// RESTinio's threads serve other requests meanwhile; one of httplib's waits.
class Reply {
 public:
  /// Throws `std::bad_alloc`.
  Reply();

  /// Answers with whatever a handler may return. A function that is called for the answer is `with`'s.
  template <class T>
  void operator()(T&& answer) const {
    finish([answer = detail::to_answer(std::forward<T>(answer))](AuthJWT&) mutable { return std::move(answer); });
  }
  /// Answers as if the handler had thrown this.
  void operator()(Error error) const;
  void operator()(std::exception_ptr thrown) const;

  /// Takes a `Result<T>`, as the calls of `Authority` that do not block give it, and answers with what `make(value)`
  /// or `make(value, authorize)` gives, or throws; for an error with that error, and `make` is not called. `make()` or
  /// `make(authorize)` for `Result<void>`. It is called once, on a thread of the server's or on that which replies, as
  /// a handler would be: `authorize` is the handle of the request, with its token, person and cookies, though no guard
  /// can be called on it any more.
  template <class Make>
  [[nodiscard]] auto with(Make make) const {
    return [reply = *this, make = std::move(make)]<class T>(Result<T> result) {
      if (!result) return reply(result.error());
      if constexpr (std::is_void_v<T>) {
        reply.finish([make](AuthJWT& authorize) {
          if constexpr (std::is_invocable_v<Make const&, AuthJWT&>) {
            return detail::call_for_answer(make, authorize);
          } else {
            return detail::call_for_answer(make);
          }
        });
      } else {
        reply.finish([make, value = *std::move(result)](AuthJWT& authorize) {
          if constexpr (std::is_invocable_v<Make const&, T const&, AuthJWT&>) {
            return detail::call_for_answer(make, value, authorize);
          } else {
            return detail::call_for_answer(make, value);
          }
        });
      }
    };
  }

  /// What the handler says by returning this.
  operator LaterAnswer() const noexcept;  // NOLINT(google-explicit-constructor)

 private:
  class Promise;

  void finish(std::function<http::Answer(AuthJWT&)> make) const;

  std::shared_ptr<Promise const> promise_;
};

namespace detail {

/// What `handler(arguments...)` has to say.
template <class Handler, class... Arguments>
Outcome call(Handler const& handler, Arguments&&... arguments) {
  using Given = std::remove_cvref_t<std::invoke_result_t<Handler const&, Arguments...>>;
  if constexpr (std::is_same_v<Given, Reply> || std::is_same_v<Given, LaterAnswer> || std::is_same_v<Given, Outcome>) {
    return std::invoke(handler, std::forward<Arguments>(arguments)...);
  } else {
    return call_for_answer(handler, std::forward<Arguments>(arguments)...);
  }
}

}  // namespace detail

}  // namespace authjwt
