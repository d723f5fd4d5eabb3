#include "adapters/rendering.hpp"

#include <authjwt/adapters/endpoint.hpp>

#include <stdexcept>
#include <utility>

namespace authjwt {
namespace detail {

Endpoint guarded(Rule const& rule, Endpoint endpoint) {
  return
      [rule, endpoint = std::move(endpoint)](http::Request const& request, std::string_view body, AuthJWT& authorize) {
        authorize.require(rule);
        return endpoint(request, body, authorize);
      };
}

void refuse_verified_token() {
  throw std::invalid_argument{
      "a handler that takes the VerifiedToken needs a rule that lets nobody in without a token"};
}

}  // namespace detail

Answered answer_or_later(Authority const& authority, Endpoint const& endpoint, std::string_view route,
                         http::Request const& request, std::string_view body) noexcept {
  try {
    http::CollectedHeaders collected;
    AuthJWT authorize{authority, request, collected};
    Outcome outcome = endpoint(request, body, authorize);
    if (auto* const answer = std::get_if<http::Answer>(&outcome)) {
      return detail::rendered(std::move(*answer), authorize, collected);
    }
    auto& later = std::get<LaterAnswer>(outcome);
    later.take_over(authority, route, authorize, std::move(collected.headers()));
    return std::move(later);
  } catch (...) {
    return detail::rendered_exception(authority, route);
  }
}

http::RenderedAnswer answer_with(Authority const& authority, Endpoint const& endpoint, std::string_view route,
                                 http::Request const& request, std::string_view body) noexcept {
  return answer_now(answer_or_later(authority, endpoint, route, request, body));
}

http::RenderedAnswer answer_now(Answered answered) noexcept {
  if (auto* const answer = std::get_if<http::RenderedAnswer>(&answered)) return std::move(*answer);
  auto const* const later = std::get_if<LaterAnswer>(&answered);
  return later != nullptr ? later->wait() : http::rendered_error(500);
}

}  // namespace authjwt
