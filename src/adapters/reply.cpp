#include "adapters/rendering.hpp"
#include "adapters/reply_state.hpp"
#include "auth/refused.hpp"

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace authjwt {
namespace detail {

void ReplyState::finish(Make make) {
  LaterAnswer::OnReady on_ready;
  {
    std::lock_guard const lock{mutex_};
    if (std::exchange(is_finished_, true)) return;
    make_ = std::move(make);
    on_ready = std::exchange(on_ready_, nullptr);
  }
  changed_.notify_all();
  if (on_ready) on_ready(LaterAnswer{shared_from_this()});
}

void ReplyState::take_over(Authority const& authority, std::string_view route, AuthJWT& authorize,
                           http::Headers headers) {
  {
    std::lock_guard const lock{mutex_};
    // Two requests may have returned it at once, on two threads.
    if (std::exchange(is_taken_, true)) throw std::logic_error{"a Reply was returned for two requests"};
  }
  authority_ = &authority;
  route_ = route;
  collected_.headers() = std::move(headers);
  authorize_.emplace(std::move(authorize), collected_);
}

void ReplyState::add_headers(http::Headers headers) { std::ranges::move(headers, std::back_inserter(added_)); }

void ReplyState::when_ready(LaterAnswer::OnReady on_ready) noexcept {
  {
    std::lock_guard const lock{mutex_};
    if (!is_finished_) {
      on_ready_ = std::move(on_ready);
      return;
    }
  }
  on_ready(LaterAnswer{shared_from_this()});
}

void ReplyState::wait() noexcept {
  std::unique_lock lock{mutex_};
  changed_.wait(lock, [this] { return is_finished_; });
}

http::RenderedAnswer ReplyState::render() noexcept {
  http::RenderedAnswer answer = [this] {
    try {
      return rendered(make_(*authorize_), *authorize_, collected_);
    } catch (...) {
      return rendered_exception(*authority_, route_);
    }
  }();
  try {
    std::ranges::move(added_, std::back_inserter(answer.headers));
  } catch (...) {  // no memory for what every answer has
    return http::rendered_error(500);
  }
  return answer;
}

namespace {

http::Answer refuse_to_answer(AuthJWT& /*authorize*/) {
  throw std::logic_error{"the Reply was dropped without an answer"};
}

}  // namespace
}  // namespace detail

/// Lives as long as somebody may still reply.
class Reply::Promise {
 public:
  Promise() : state{std::make_shared<detail::ReplyState>()} {}
  ~Promise() { state->finish(detail::refuse_to_answer); }
  Promise(Promise const&) = delete;
  Promise& operator=(Promise const&) = delete;

  std::shared_ptr<detail::ReplyState> const state;
};

Reply::Reply() : promise_{std::make_shared<Promise const>()} {}

void Reply::finish(std::function<http::Answer(AuthJWT&)> make) const { promise_->state->finish(std::move(make)); }

void Reply::operator()(Error error) const {
  finish([error = std::move(error)](AuthJWT& authorize) -> http::Answer {
    throw_exception_from_error(refused(error, authorize.authority().settings()), BOOST_CURRENT_LOCATION);
  });
}

void Reply::operator()(std::exception_ptr thrown) const {
  finish([thrown = std::move(thrown)](AuthJWT&) -> http::Answer { std::rethrow_exception(thrown); });
}

Reply::operator LaterAnswer() const noexcept { return LaterAnswer{promise_->state}; }

void LaterAnswer::when_ready(OnReady on_ready) const noexcept { state_->when_ready(std::move(on_ready)); }
http::RenderedAnswer LaterAnswer::wait() const noexcept {
  state_->wait();
  return state_->render();
}
http::RenderedAnswer LaterAnswer::render() const noexcept { return state_->render(); }
void LaterAnswer::add_headers(http::Headers headers) const { state_->add_headers(std::move(headers)); }
void LaterAnswer::take_over(Authority const& authority, std::string_view route, AuthJWT& authorize,
                            http::Headers headers) const {
  state_->take_over(authority, route, authorize, std::move(headers));
}

}  // namespace authjwt
